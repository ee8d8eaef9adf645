// The places that an import knows by name: those of intake itself, so that a dry run says what intake would say.

import type { Gazetteer } from '@tocsin/gazetteer/port'
import { openWorldGazetteer, type WorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'
import type { AreaNames, OtherCountry } from '@tocsin/importers/item/import-item'

/** With the boundaries that the environment names, as a suite of the same environment has them. */
export function importGazetteer(env: NodeJS.ProcessEnv): WorldGazetteer {
  return openWorldGazetteer({ boundariesPath: env.TOCSIN_GAZETTEER_BOUNDARIES ?? '' })
}

/** Names of areas that are remembered: a file has few, on many rows. */
const namesMax = 10_000

/** The codes that names of areas mean, each asked for once. */
export function areaNamesOf(gazetteer: Pick<Gazetteer, 'admin1Of'>): AreaNames {
  const known = new Map<string, string | null>()
  return (name, country) => {
    const key = `${country}/${name}`
    const found = known.get(key)
    if (found !== undefined) return found
    const lookup = gazetteer.admin1Of(name, country)
    const code = lookup.kind === 'known' ? lookup.code : null
    if (known.size < namesMax) known.set(key, code)
    return code
  }
}

/** Points no further from the stated country than this may lie in it: maps of the world are no more exact. Less than half the width of the Gaza Strip, km. */
export const borderToleranceKm = 2
const kmPerDegree = 111.2

/**
 * The country that a map shows at a point, where it is clearly another one than is stated. Never for points at sea, on disputed land, near the stated
 * country, or with latitude and longitude swapped, which intake refuses.
 */
export function otherCountryOf(gazetteer: Pick<WorldGazetteer, 'countryAt' | 'looksSwapped'>): OtherCountry {
  return (lat, lon, stated) => {
    if (Math.abs(lat) > 90 || Math.abs(lon) > 180) return null
    const found = gazetteer.countryAt({ lat, lon })
    if (found === null || found === stated || gazetteer.looksSwapped(stated, lat, lon)) return null
    return around(lat, lon).some(point => gazetteer.countryAt(point) === stated) ? null : found
  }
}

/** Eight points on the circle within which a border is not told. */
function around(lat: number, lon: number): readonly { readonly lat: number; readonly lon: number }[] {
  const up = borderToleranceKm / kmPerDegree
  const across = up / Math.max(0.05, Math.cos((lat * Math.PI) / 180))
  return Array.from({ length: 8 }, (_, i) => {
    const angle = (i * Math.PI) / 4
    return { lat: lat + up * Math.cos(angle), lon: lon + across * Math.sin(angle) }
  }).filter(point => Math.abs(point.lat) <= 90 && Math.abs(point.lon) <= 180)
}
