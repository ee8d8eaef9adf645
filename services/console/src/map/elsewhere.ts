// What is beyond the edge of a map: how many, the gravest, and on which side. Pure.

import { type Severity, severities } from '../shown/shown-alert.ts'
import type { Feature, Point } from './base-map.ts'
import type { Bounds } from './gathered-marks.ts'

export interface Elsewhere {
  readonly count: number
  readonly worst: Severity
  readonly side: 'left' | 'right' | 'top' | 'bottom'
}

/** Null: all are in view. One that is at several places is in view with any of them. O(marks). */
export function makeElsewhere(
  marks: readonly Feature<Point>[],
  [west, south, east, north]: Bounds
): Elsewhere | null {
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
  return {
    count: new Set(off.map(({ properties }) => properties.id)).size,
    worst: severities.find(severity => kinds.has(severity)) ?? 'minor',
    side:
      Math.abs(across) >= Math.abs(up) ? (across > 0 ? 'right' : 'left') : up > 0 ? 'top' : 'bottom'
  }
}
