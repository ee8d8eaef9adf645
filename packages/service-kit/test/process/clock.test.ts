// Chance comes from a pool: of the length asked for, in memory of its own, and never the same twice.

import { expect, it } from 'vitest'
import { systemRandom } from '../../src/process/clock.ts'

it('gives as many bytes as are asked for, also more than the pool holds', () => {
  for (const length of [0, 1, 12, 4096, 4097, 10_000]) expect(systemRandom.bytes(length)).toHaveLength(length)
})

it('gives no bytes twice, however the pool is used up', () => {
  const seen = new Set(Array.from({ length: 2000 }, (_, i) => Buffer.from(systemRandom.bytes(16 + (i % 17))).toString('hex')))
  expect(seen.size).toBe(2000)
})

it('gives memory that is its owner’s alone', () => {
  const [first, second] = [systemRandom.bytes(32), systemRandom.bytes(32)]
  const copy = Uint8Array.from(second)
  first.fill(7)
  expect(second).toEqual(copy)
  expect(first.buffer.byteLength).toBe(32)
})
