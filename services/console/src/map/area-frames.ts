// Where what is known by its area alone is found on a map. Pure.

import type { BaseMap, Corner } from './base-map.ts'
import type { Bounds } from './gathered-marks.ts'

/** By code of an area, around its largest part. O(corners). */
export function areaFrames(land: BaseMap['land']): ReadonlyMap<string, Bounds> {
  const frames = new Map<string, Bounds>()
  const computeSize = ([west, south, east, north]: Bounds) => (east - west) * (north - south)
  for (const { properties, geometry } of land.features) {
    const code = String(properties.code)
    const frame = computeBounds(geometry.coordinates[0] ?? [])
    const known = frames.get(code)
    if (known === undefined || computeSize(frame) > computeSize(known)) frames.set(code, frame)
  }
  return frames
}

/** West, south, east, north. */
export function computeBounds(corners: readonly Corner[]): Bounds {
  let [west, south, east, north] = [180, 90, -180, -90]
  for (const [lon, lat] of corners) {
    west = Math.min(west, lon)
    south = Math.min(south, lat)
    east = Math.max(east, lon)
    north = Math.max(north, lat)
  }
  return [west, south, east, north]
}
