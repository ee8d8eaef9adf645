// Log positions of reports, and eviction when there are too many.

import { expect, it } from 'vitest'
import { ReportIndex } from '../../src/alerts/report-index.ts'

const said = (reportId: string, reportedAt = '2025-06-01T00:00:00.000Z') => ({
  reportId,
  reportedAt,
  contentHash: 'a'
})

it('evicts the least recently changed report', () => {
  const index = new ReportIndex(3)
  for (const [i, id] of ['a', 'b', 'c'].entries()) index.received(0, BigInt(i), said(id))
  index.received(0, 3n, said('a', '2025-06-02T00:00:00.000Z'))
  index.received(0, 4n, said('d'))
  expect(['a', 'b', 'c', 'd'].map(id => index.get(id)?.position)).toEqual([3n, undefined, 2n, 4n])
  for (let i = 0; i < 1000; i++) index.received(0, BigInt(5 + i), said(`n-${i}`))
  expect(index.count).toBe(3)
  expect(index.forgottenCount).toBe(1001)
  expect(['n-997', 'n-998', 'n-999'].map(id => index.get(id)?.position)).toEqual([
    1002n,
    1003n,
    1004n
  ])
})
