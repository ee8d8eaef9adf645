import { expect, it } from 'vitest'
import { DeclaredPairs } from '../../src/assembly/declared-pairs.ts'

const by = 'officer'

it('a declaration counts if it knows the latest one about its reports', () => {
  const declared = new DeclaredPairs()
  const first = { by, reportIds: ['a', 'b'], same: true, also: [['a', 'c']], after: null } as const
  expect(declared.declare('d1', first)).toBe(true)
  const answer = { by, reportIds: ['c', 'd'], same: false } as const
  expect(declared.declare('d2', { ...answer, after: null })).toBe(false)
  expect(declared.getAnswer('d', 'c')).toBeUndefined()
  expect(declared.declare('d3', { ...answer, after: 'd1' })).toBe(true)
  expect([declared.getAnswer('d', 'c'), declared.getAnswer('c', 'a')]).toEqual([false, true])

  const restored = new DeclaredPairs()
  restored.restore(structuredClone(declared.exportState()))
  expect(restored.exportState()).toEqual(declared.exportState())
  expect(restored.declare('d4', { ...answer, same: true, after: 'd1' })).toBe(false)
  expect(restored.declare('d5', { ...answer, same: true })).toBe(true)
  expect(restored.getAnswer('c', 'd')).toBe(true)
})

it('further pairs are ignored above the limit, and known ones may change', () => {
  const declared = new DeclaredPairs(2)
  const also = [['a', 'x']] as const
  expect(declared.declare('d1', { by, reportIds: ['a', 'b'], same: false, also })).toBe(true)
  expect(declared.declare('d2', { by, reportIds: ['c', 'd'], same: false })).toBe(false)
  expect(declared.declare('d3', { by, reportIds: ['b', 'a'], same: true })).toBe(true)
})
