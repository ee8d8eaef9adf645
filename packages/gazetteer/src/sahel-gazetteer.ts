// The gazetteer of the demonstration: settlements and areas of Mali, Burkina Faso and Niger, from the tables beside this file. How a query becomes
// a place is decided here; the tables and the questions to them are in the files it imports.

import { readFileSync } from 'node:fs'
import { coveringCircle, distanceKm, roundKm } from '@tocsin/domain/geometry'
import type { Place, PlaceCandidate } from '@tocsin/domain/report'
import { AdminAreas, type Circle } from './admin-areas.ts'
import { CountryExtents } from './country-extents.ts'
import { type AdminLookup, bareRadiusKm, type Gazetteer, type PlaceQuery, settlementRadiusKm } from './port.ts'
import { settlementId } from './settlement-id.ts'
import { nearestOf, type Settlement, Settlements } from './settlements.ts'

/** How far stated coordinates may lie from a known settlement of the stated name and still mean it, km. */
export const nameToleranceKm = 10

/** What is known no closer than this is no settlement, whatever its name: "the road to Kayes". Kilometres. */
export const settlementReachMaxKm = 25

type Located = PlaceQuery & { readonly lat: number; readonly lon: number }
type Named = PlaceQuery & { readonly name: string; readonly country: string }

/** Opens the gazetteer: reads its tables once, some 100 KiB. Throws when they are not there. */
export function openSahelGazetteer(): Gazetteer {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
  return new SahelGazetteer(
    new Settlements(read('./sahel/settlements.tsv')),
    new AdminAreas(read('./sahel/areas.ndjson')),
    new CountryExtents(read('./world/country-extents.tsv'))
  )
}

class SahelGazetteer implements Gazetteer {
  readonly #settlements: Settlements
  readonly #areas: AdminAreas
  readonly #extents: CountryExtents

  constructor(settlements: Settlements, areas: AdminAreas, extents: CountryExtents) {
    this.#settlements = settlements
    this.#areas = areas
    this.#extents = extents
  }

  admin1Of(codeOrName: string, country: string): AdminLookup {
    return this.#areas.lookUp(codeOrName, country)
  }

  looksSwapped(country: string, lat: number, lon: number): boolean {
    return this.#extents.looksSwapped(country, lat, lon)
  }

  resolve(query: PlaceQuery): Place {
    if (query.lat !== null && query.lon !== null) return this.#located({ ...query, lat: query.lat, lon: query.lon })
    if (query.name !== null && query.country !== null) return this.#named({ ...query, name: query.name, country: query.country })
    return unresolved(query)
  }

  /** Coordinates are stated: they stand. The name says which settlement, the map which area. */
  #located(query: Located): Place {
    const { name } = query
    const foundAdmin1 = this.#areaAt(query)
    const known = name === null ? this.#settlements.holding(query) : this.#settlementOfName(query, name)
    const country = query.country ?? countryOf(query.admin1) ?? countryOf(foundAdmin1) ?? known?.country ?? null
    const admin1 = query.admin1 ?? within(country, known?.admin1 ?? null) ?? within(country, foundAdmin1)
    const areaReachKm = name === null || known !== null ? null : this.#areaReachKm(name, country)
    const unlisted = name === null || areaReachKm !== null ? null : this.#unlisted(query, name, admin1, country)
    const settlement = known ?? unlisted
    const usualKm = name === null ? bareRadiusKm : (known?.radiusKm ?? areaReachKm ?? settlementRadiusKm)
    return {
      name,
      country,
      admin1,
      statedAdmin1: query.admin1,
      foundAdmin1,
      lat: query.lat,
      lon: query.lon,
      radiusKm: roundKm(query.radiusKm ?? usualKm),
      settlement: settlement?.id ?? null,
      settlementName: settlement?.name ?? null,
      resolution: 'stated',
      candidates: []
    }
  }

  /** The area that a point lies in. Where the map has one for two codes, that of the nearest known settlement in either. */
  #areaAt(point: Located): string | null {
    const codes = this.#areas.at(point)
    if (codes.length < 2) return codes[0] ?? null
    const inEither = this.#settlements.all.filter(s => codes.includes(s.admin1))
    return nearestOf(inEither, point, () => Number.POSITIVE_INFINITY)?.admin1 ?? codes[0] ?? null
  }

  /** The known settlement of the stated name that the coordinates are near enough to mean. */
  #settlementOfName(query: Located, name: string): Settlement | null {
    return nearestOf(this.#settlements.named(name, null), query, s => Math.max(nameToleranceKm, s.radiusKm))
  }

  /** A settlement that is not in the tables, with an id by the rule of those that are; null for what is no settlement. */
  #unlisted(at: Located, name: string, admin1: string | null, country: string | null): { id: string; name: string } | null {
    if ((at.radiusKm ?? 0) > settlementReachMaxKm) return null
    const isAlone = !this.#settlements.named(name, country).some(s => s.admin1 === admin1)
    const id = settlementId(name, admin1, country, at, isAlone)
    return id === null ? null : { id, name }
  }

  /** How far the area reaches that a name means, km; null for a name that is not that of an area. */
  #areaReachKm(name: string, country: string | null): number | null {
    const area = country === null ? null : this.#areas.named(name, country)
    if (country === null || area === null) return null
    const isArea = area.saysSo || this.#settlements.named(name, country).length === 0
    return isArea ? (this.#areas.circleOf(country, area.code)?.radiusKm ?? null) : null
  }

  /** Only a name is stated: the settlements that have it in the stated area, else in the stated country, or an area of the name. */
  #named(query: Named): Place {
    const inCountry = this.#settlements.named(query.name, query.country)
    const area = this.#areas.named(query.name, query.country)
    if (area !== null && (area.saysSo || inCountry.length === 0)) return this.#areaPlace(query, area.code)
    const inArea = query.admin1 === null ? inCountry : inCountry.filter(s => s.admin1 === query.admin1)
    const [only, ...others] = inArea
    if (only !== undefined && others.length === 0) return settlementPlace(query, only)
    if (inArea.length > 0) return ambiguousPlace(query, inArea, null)
    if (inCountry.length === 0 || query.admin1 === null) return unresolved(query)
    // The name is known only outside of the stated area: it may be there, or a place in the area that nobody knows.
    return ambiguousPlace(query, inCountry, this.#areas.circleOf(query.country, query.admin1))
  }

  #areaPlace(query: Named, code: string | null): Place {
    const circle = this.#areas.circleOf(query.country, query.admin1 ?? code)
    if (circle === null) return unresolved(query)
    return {
      ...unresolved(query),
      admin1: query.admin1 ?? code,
      foundAdmin1: code,
      ...pointOf(circle, query.radiusKm),
      resolution: 'gazetteer'
    }
  }
}

function countryOf(code: string | null): string | null {
  return code?.slice(0, 2) ?? null
}

/** The code, if it is of the country. */
function within(country: string | null, code: string | null): string | null {
  return code !== null && countryOf(code) === country ? code : null
}

function settlementPlace(query: Named, settlement: Settlement): Place {
  return {
    name: query.name,
    country: query.country,
    admin1: query.admin1 ?? settlement.admin1,
    statedAdmin1: query.admin1,
    foundAdmin1: settlement.admin1,
    lat: settlement.lat,
    lon: settlement.lon,
    radiusKm: roundKm(Math.max(settlement.radiusKm, query.radiusKm ?? 0)),
    settlement: settlement.id,
    settlementName: settlement.name,
    resolution: 'gazetteer',
    candidates: []
  }
}

/** All that a name may mean, and a circle that covers it, together with the stated area where the name is known only outside of it. */
function ambiguousPlace(query: Named, settlements: readonly Settlement[], statedArea: Circle | null): Place {
  const reaches = settlements.map(({ lat, lon, radiusKm }) => ({ lat, lon, radiusKm }))
  const circle = coveringCircle(
    statedArea === null ? reaches : [...reaches, { ...statedArea.center, radiusKm: statedArea.radiusKm }]
  )
  const areas = new Set(settlements.map(s => s.admin1))
  const common = areas.size === 1 && statedArea === null ? (settlements[0]?.admin1 ?? null) : null
  return {
    ...unresolved(query),
    admin1: query.admin1 ?? common,
    foundAdmin1: common,
    ...(circle === null ? {} : pointOf(circle, query.radiusKm)),
    resolution: 'ambiguous',
    candidates: settlements.map(candidateOf)
  }
}

function candidateOf({ id, name, country, admin1, lat, lon }: Settlement): PlaceCandidate {
  return { settlement: id, name, country, admin1, lat, lon }
}

/** Middle and reach, to the precision that alerts show: a metre more or less would make other bytes. */
function pointOf({ center, radiusKm }: Circle, statedRadiusKm: number | null) {
  const round = (degrees: number) => Math.round(degrees * 1e5) / 1e5
  const [lat, lon] = [round(center.lat), round(center.lon)]
  const shiftKm = distanceKm(center, { lat, lon })
  return { lat, lon, radiusKm: Math.max(Math.ceil((radiusKm + shiftKm) * 10) / 10, statedRadiusKm ?? 0) }
}

function unresolved(query: PlaceQuery): Place {
  return {
    name: query.name,
    country: query.country ?? query.admin1?.slice(0, 2) ?? null,
    admin1: query.admin1,
    statedAdmin1: query.admin1,
    foundAdmin1: null,
    lat: null,
    lon: null,
    radiusKm: null,
    settlement: null,
    settlementName: null,
    resolution: 'unresolved',
    candidates: []
  }
}
