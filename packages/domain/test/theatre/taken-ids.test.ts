// Ids of records that are remembered, and which goes when there are too many.

import { expect, it } from 'vitest'
import { beyondIdsMax, TakenIds } from '../../src/theatre/taken-ids.ts'

it('remembers the ids beyond the window that came last, in their order, however many come', () => {
  const ids = new TakenIds()
  const count = 3 * beyondIdsMax
  for (let i = 0; i < count; i++) {
    ids.noteBeyond(`id-${i}`)
    // One that comes again keeps its place.
    if (i % 3 === 0) ids.noteBeyond(`id-${Math.max(0, i - 1)}`)
  }
  expect(ids.snapshot().beyond).toEqual(Array.from({ length: beyondIdsMax }, (_, i) => `id-${count - beyondIdsMax + i}`))
  expect(ids.wasBeyond(`id-${count - beyondIdsMax - 1}`)).toBe(false)
})

it('goes on from a snapshot with the same ids', () => {
  const ids = new TakenIds()
  ids.restore({ taken: [], beyond: Array.from({ length: beyondIdsMax }, (_, i) => `id-${i}`) })
  ids.noteBeyond('one more')
  expect([ids.wasBeyond('id-0'), ids.wasBeyond('id-1'), ids.wasBeyond('one more')]).toEqual([false, true, true])
})
