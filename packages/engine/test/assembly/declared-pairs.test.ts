import { expect, it } from 'vitest'
import { DeclaredPairs, type PairDeclared } from '../../src/assembly/declared-pairs.ts'

const by = 'officer'

function declare(declared: DeclaredPairs, record: string, data: PairDeclared): boolean {
  if (!declared.accepts(data)) return false
  declared.apply(record, data)
  return true
}

it('a declaration counts if it knows the latest one about its reports', () => {
  const declared = new DeclaredPairs()
  const isSame = (a: string, b: string) => declared.find(a, b)?.isSame
  const first = { by, reportIds: ['a', 'b'], same: true, also: [['a', 'c']], after: null } as const
  expect(declare(declared, 'd1', first)).toBe(true)
  const answer = { by, reportIds: ['c', 'd'], same: false } as const
  expect(declare(declared, 'd2', { ...answer, after: null })).toBe(false)
  expect(isSame('d', 'c')).toBeUndefined()
  expect(declare(declared, 'd3', { ...answer, after: 'd1' })).toBe(true)
  expect([isSame('d', 'c'), isSame('c', 'a')]).toEqual([false, true])

  const restored = new DeclaredPairs()
  restored.restore(structuredClone(declared.exportState()))
  expect(restored.exportState()).toEqual(declared.exportState())
  expect(declare(restored, 'd4', { ...answer, same: true, after: 'd1' })).toBe(false)
  expect(declare(restored, 'd5', { ...answer, same: true })).toBe(true)
  expect(restored.find('c', 'd')).toMatchObject({ isSame: true, record: 'd5' })
  expect(restored.accepts({ ...answer, after: 'd5' })).toBe(true)
})

it('further pairs are ignored above the limit, and known ones may change', () => {
  const declared = new DeclaredPairs(2)
  const pair = { by, reportIds: ['a', 'b'], same: false } as const
  expect(declare(declared, 'd1', { ...pair, also: [['a', 'x']] })).toBe(true)
  expect(declare(declared, 'd2', { ...pair, reportIds: ['c', 'd'] })).toBe(false)
  expect(declare(declared, 'd3', { ...pair, reportIds: ['b', 'a'] })).toBe(true)
})
