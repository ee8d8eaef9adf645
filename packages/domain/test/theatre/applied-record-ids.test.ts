// Remembered ids of records, and which are dropped at the limit.

import { expect, it } from 'vitest'
import { AppliedRecordIds, beyondIdsMax } from '../../src/theatre/applied-record-ids.ts'

it('keeps the latest ids beyond the window, in order', () => {
  const ids = new AppliedRecordIds()
  const count = 3 * beyondIdsMax
  for (let i = 0; i < count; i++) {
    ids.noteBeyond(`id-${i}`)
    // A repeated id keeps its position.
    if (i % 3 === 0) ids.noteBeyond(`id-${Math.max(0, i - 1)}`)
  }
  expect(ids.snapshot().beyond).toEqual(
    Array.from({ length: beyondIdsMax }, (_, i) => `id-${count - beyondIdsMax + i}`)
  )
  expect(ids.wasBeyond(`id-${count - beyondIdsMax - 1}`)).toBe(false)
})

it('is restored from a snapshot with the same ids', () => {
  const ids = new AppliedRecordIds()
  ids.restore({ taken: [], beyond: Array.from({ length: beyondIdsMax }, (_, i) => `id-${i}`) })
  ids.noteBeyond('one more')
  expect([ids.wasBeyond('id-0'), ids.wasBeyond('id-1'), ids.wasBeyond('one more')]).toEqual([
    false,
    true,
    true
  ])
})
