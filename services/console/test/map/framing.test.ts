// When a shape is too small to be seen.

import { describe, expect, it } from 'vitest'
import { continentZoom, isSpeck } from '../../src/map/framing.ts'

describe('a map that shows a shape', () => {
  it('goes nearer where it would be a speck on a continent', () => {
    expect(isSpeck(99, 400, continentZoom - 0.1)).toBe(true)
    expect(isSpeck(100, 400, continentZoom - 0.1)).toBe(false)
  })

  it('stays where the view is nearer than a continent, however small the shape: it lies among its surroundings', () => {
    expect(isSpeck(1, 400, continentZoom)).toBe(false)
  })
})
