// How near a map goes, what lies beyond its edge, and its scale. Pure.

import { type Severity, severities } from '../shown/shown-alert.ts'
import type { Bounds, Feature, Point } from './base-map.ts'

/** The nearest view that a map has. */
export const maxZoom = 10
/** The nearest view of what is larger than a town: around a single place its region is seen. */
export const regionZoom = 7.5
/** At this zoom and below a view is as wide as a continent. */
export const continentZoom = 4
/** Of the width of the view. */
const speckMax = 0.25
/** On a map of a continent nobody sees such shapes. `shapePx`: the longer side as drawn. */
export function isSpeck(shapePx: number, viewPx: number, zoom: number): boolean {
  return zoom < continentZoom && shapePx < viewPx * speckMax
}

export type ScaleBar = ReturnType<typeof scaleBarIn>

/** The longest round distance within `px`. */
export function scaleBarIn(px: number, metres: number) {
  const power = 10 ** Math.floor(Math.log10(metres))
  const round = [5, 2, 1].find(each => each * power <= metres) ?? 1
  return { metres: round * power, px: Math.round((px * round * power) / metres) }
}

export type Elsewhere = NonNullable<ReturnType<typeof makeElsewhere>>

/** Null: all are in view. One that is at several places is in view with any of them. O(marks). */
export function makeElsewhere(
  marks: readonly Feature<Point>[],
  [west, south, east, north]: Bounds
) {
  const isIn = ({ geometry: { coordinates } }: Feature<Point>) =>
    coordinates[0] >= west &&
    coordinates[0] <= east &&
    coordinates[1] >= south &&
    coordinates[1] <= north
  const seen = new Set(marks.filter(isIn).map(({ properties }) => properties.id))
  const off = marks.filter(({ properties }) => !seen.has(properties.id))
  if (off.length === 0) return null
  const mean = (axis: 0 | 1) =>
    off.reduce((sum, { geometry }) => sum + geometry.coordinates[axis], 0) / off.length
  const across = (mean(0) - (west + east) / 2) / (east - west || 1)
  const up = (mean(1) - (south + north) / 2) / (north - south || 1)
  const kinds = new Set(off.map(({ properties }) => properties.kind))
  const worst: Severity = severities.find(severity => kinds.has(severity)) ?? 'minor'
  const isAcross = Math.abs(across) >= Math.abs(up)
  const side = isAcross ? (across > 0 ? 'right' : 'left') : up > 0 ? 'top' : 'bottom'
  return {
    count: new Set(off.map(({ properties }) => properties.id)).size,
    worst,
    side: side as typeof side
  }
}
