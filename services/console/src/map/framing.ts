// How near a map goes to show a shape, and whether the shape can be seen as it stands. Pure.

import type { Bounds } from './gathered-marks.ts'

/** The nearest view that a map has. */
export const maxZoom = 10
/** The nearest view of what is larger than a town: around a single place its region is seen. */
export const regionZoom = 8.5
/** At this zoom and below a view is as wide as a continent. */
export const continentZoom = 4
/** Of the width of the view. */
const speckMax = 0.25
/** About 16 km. */
const townDegrees = 0.15

/**
 * What is as small as a town is seen from nearer: at the view of a region the ring of a siege is
 * hidden by its mark.
 */
export function nearestZoom([west, south, east, north]: Bounds): number {
  return Math.max(east - west, north - south) <= townDegrees ? maxZoom : regionZoom
}

/**
 * On a map of a continent shapes are there to no eye. `shapePx`: the longer side as it is drawn.
 */
export function isSpeck(shapePx: number, viewPx: number, zoom: number): boolean {
  return zoom < continentZoom && shapePx < viewPx * speckMax
}
