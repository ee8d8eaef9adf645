// How near a map goes to a shape, and when a shape is too small to be seen.

import { describe, expect, it } from 'vitest'
import { continentZoom, isSpeck, maxZoom, nearestZoom, regionZoom } from '../../src/map/framing.ts'

describe('a map that shows a shape', () => {
  it('goes to the nearest view for what is as small as a town, and stays at that of a region for what is larger', () => {
    expect(nearestZoom([-5.45, 13.85, -5.31, 13.95])).toBe(maxZoom)
    expect(nearestZoom([-5.45, 13.85, -5.29, 13.95])).toBe(regionZoom)
    expect(nearestZoom([-5.45, 13.75, -5.44, 13.95])).toBe(regionZoom)
    expect(nearestZoom([-5, 13, -5, 13])).toBe(maxZoom)
    expect(maxZoom).toBeGreaterThan(regionZoom)
  })

  it('goes nearer where it would be a speck on a continent', () => {
    expect(isSpeck(99, 400, continentZoom - 0.1)).toBe(true)
    expect(isSpeck(100, 400, continentZoom - 0.1)).toBe(false)
  })

  it('stays where the view is nearer than a continent, however small the shape: it lies among its surroundings', () => {
    expect(isSpeck(1, 400, continentZoom)).toBe(false)
  })
})
