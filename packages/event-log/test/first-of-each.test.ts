import { expect, it } from 'vitest'
import { FirstOfEach } from '../src/first-of-each.ts'

it('is true once for each id', () => {
  const seen = new FirstOfEach()
  expect(['a', 'b', 'a', 'c', 'b'].map(id => seen.isFirst(id))).toEqual([
    true,
    true,
    false,
    true,
    false
  ])
  expect([seen.remembered, seen.forgotten]).toEqual([3, 0])
})

it('forgets the older half when it is full, and never exceeds its limit', () => {
  const seen = new FirstOfEach(4)
  for (const id of ['a', 'b', 'c', 'd']) seen.isFirst(id)
  expect(seen.isFirst('a')).toBe(false)
  expect(seen.isFirst('e')).toBe(true)
  expect([seen.remembered, seen.forgotten]).toEqual([3, 2])
  expect(['c', 'd', 'e'].map(id => seen.isFirst(id))).toEqual([false, false, false])
  expect(seen.isFirst('a')).toBe(true)
})
