// The bar of the scale.

import { expect, it } from 'vitest'
import { scaleBarIn } from '../../src/map/framing.ts'

it.each([
  [310_000, 200_000, 58],
  [99_000, 50_000, 45],
  [1_000, 1_000, 90]
])('is the longest round distance: of %d m', (metres, round, px) => {
  expect(scaleBarIn(90, metres)).toEqual({ metres: round, px })
})
