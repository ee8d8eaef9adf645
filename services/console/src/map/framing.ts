// How near a map goes, and whether the shape can be seen as it stands. Pure.

/** The nearest view that a map has. */
export const maxZoom = 10
/** The nearest view of what is larger than a town: around a single place its region is seen. */
export const regionZoom = 7.5
/** At this zoom and below a view is as wide as a continent. */
export const continentZoom = 4
/** Of the width of the view. */
const speckMax = 0.25
/**
 * On a map of a continent shapes are there to no eye. `shapePx`: the longer side as it is drawn.
 */
export function isSpeck(shapePx: number, viewPx: number, zoom: number): boolean {
  return zoom < continentZoom && shapePx < viewPx * speckMax
}
