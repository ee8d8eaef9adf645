import { RecentIds, recentIdsMax } from '@tocsin/contracts/record/recent-ids'
import { expect, test } from 'vitest'

test('the latest ids are known, the oldest first, and a repeated id keeps its turn', () => {
  const ids = new RecentIds()
  const given = Array.from({ length: 2 * recentIdsMax + 2 }, (_, i) => `id-${i}`)
  for (const [index, id] of given.entries()) {
    ids.add(id)
    ids.add(given[Math.max(0, index - 1)]!)
  }
  const latest = given.slice(-recentIdsMax)
  expect(ids.exportState()).toEqual(latest)
  expect([ids.has(latest[0]!), ids.has(given.at(-recentIdsMax - 1)!)]).toEqual([true, false])
})
