// Whoever posts reports can choose ids: they must not be able to choose such as fill one page.

import { expect, it } from 'vitest'
import { IdPlaces } from '../../src/scratch/id-places.ts'

it('takes ids that are alike in half of their words as any others', () => {
  const places = new IdPlaces()
  const idOf = (n: number) => Uint32Array.of(7, 7, n, n * 31)
  for (let n = 0; n < 20_000; n++) places.add(idOf(n), n)
  expect(places.size).toBe(20_000)
  for (let n = 0; n < 20_000; n += 997) expect(places.find(idOf(n), place => place === n)).toBe(n)
  expect(places.find(idOf(20_001), () => false)).toBe(-1)
})
