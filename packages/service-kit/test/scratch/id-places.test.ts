// Senders can choose ids: they must not be able to fill one bucket with similar ones.

import { expect, it } from 'vitest'
import { IdPlaces } from '../../src/scratch/id-places.ts'

it('accepts ids that agree in half of their words', () => {
  const places = new IdPlaces()
  const idOf = (n: number) => Uint32Array.of(7, 7, n, n * 31)
  for (let n = 0; n < 20_000; n++) places.add(idOf(n), n)
  expect(places.size).toBe(20_000)
  for (let n = 0; n < 20_000; n += 997) expect(places.find(idOf(n), place => place === n)).toBe(n)
  expect(places.find(idOf(20_001), () => false)).toBe(-1)
})
