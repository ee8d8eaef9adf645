// Where the names of countries are placed on the map: within the area that is nearest to the middle
// of the whole country, so that no name is in the sea or in a neighbour. Pure.

import { type BaseMap, type Corner, collection, type Features, type Point } from './base-map.ts'

interface Sized {
  readonly size: number
  readonly middle: Corner
}

/**
 * `findName`: of the code of a country. The largest first: names that would lie on one another give
 * way to it. O(corners).
 */
export function countryLabels(
  land: BaseMap['land'],
  nameOf: (country: string) => string
): Features<Point> {
  const parts = new Map<string, Sized[]>()
  for (const { properties, geometry } of land.features) {
    const country = String(properties.code).split('-')[0] ?? ''
    const part = makePart(geometry.coordinates[0] ?? [])
    if (country !== '' && part.size > 0) parts.set(country, [...(parts.get(country) ?? []), part])
  }
  const countries = [...parts].map(([country, all]) => {
    const size = all.reduce((sum, part) => sum + part.size, 0)
    const computeMiddle = (axis: 0 | 1) =>
      all.reduce((sum, part) => sum + part.middle[axis] * part.size, 0) / size
    const [lon, lat] = [computeMiddle(0), computeMiddle(1)]
    const far = ({ middle }: Sized) => Math.hypot(middle[0] - lon, middle[1] - lat)
    const [nearest] = all.toSorted((a, b) => far(a) - far(b))
    return { country, size, at: nearest?.middle ?? [lon, lat] }
  })
  return collection(
    countries
      .toSorted((a, b) => b.size - a.size)
      .map(({ country, at }, order) => ({
        type: 'Feature',
        properties: { name: nameOf(country), order },
        geometry: { type: 'Point', coordinates: [at[0], at[1]] }
      }))
  )
}

/** Its size in square degrees, and its centre of gravity. */
function makePart(ring: readonly Corner[]): Sized {
  let [doubled, x, y] = [0, 0, 0]
  for (const [i, [lon, lat]] of ring.entries()) {
    const [nextLon, nextLat] = ring[(i + 1) % ring.length] as Corner
    const cross = lon * nextLat - nextLon * lat
    doubled += cross
    x += (lon + nextLon) * cross
    y += (lat + nextLat) * cross
  }
  if (doubled === 0) return { size: 0, middle: ring[0] ?? [0, 0] }
  return { size: Math.abs(doubled) / 2, middle: [x / (3 * doubled), y / (3 * doubled)] }
}
