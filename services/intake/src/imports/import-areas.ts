// What importers ask the gazetteer: codes of area names, and the country at a point.

import type { Gazetteer } from '@tocsin/gazetteer/port'
import type { WorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'
import type { AreaNames, OtherCountry } from '@tocsin/importers/item/import-item'

/** Cached area names: a file has few, on many rows. */
const namesMax = 10_000

/** The codes of area names, each looked up once. */
export function createAreaNames(gazetteer: Pick<Gazetteer, 'findAdmin1'>): AreaNames {
  const known = new Map<string, string | null>()
  return (name, country) => {
    const key = `${country}/${name}`
    const found = known.get(key)
    if (found !== undefined) return found
    const lookup = gazetteer.findAdmin1(name, country)
    const code = lookup.kind === 'known' ? lookup.code : null
    if (known.size < namesMax) known.set(key, code)
    return code
  }
}

/**
 * A point no further than this from the stated country may lie in it: world maps are no more exact.
 * Less than half the width of the Gaza Strip, km.
 */
const borderToleranceKm = 2
const kmPerDegree = 111.2

/**
 * The country at a point, if it is clearly not the stated one. Null for points at sea, on disputed
 * land, near the stated country, or with swapped latitude and longitude, which intake refuses.
 */
export function createCountryCheck(
  gazetteer: Pick<WorldGazetteer, 'countryAt' | 'looksSwapped'>
): OtherCountry {
  return (lat, lon, stated) => {
    if (Math.abs(lat) > 90 || Math.abs(lon) > 180) return null
    const found = gazetteer.countryAt({ lat, lon })
    if (found === null || found === stated || gazetteer.looksSwapped(stated, lat, lon)) return null
    return listAround(lat, lon).some(point => gazetteer.countryAt(point) === stated) ? null : found
  }
}

/** Eight points on the circle within which borders are too uncertain to decide. */
function listAround(
  lat: number,
  lon: number
): readonly { readonly lat: number; readonly lon: number }[] {
  const up = borderToleranceKm / kmPerDegree
  const across = up / Math.max(0.05, Math.cos((lat * Math.PI) / 180))
  return Array.from({ length: 8 }, (_, i) => {
    const angle = (i * Math.PI) / 4
    return { lat: lat + up * Math.cos(angle), lon: lon + across * Math.sin(angle) }
  }).filter(point => Math.abs(point.lat) <= 90 && Math.abs(point.lon) <= 180)
}
