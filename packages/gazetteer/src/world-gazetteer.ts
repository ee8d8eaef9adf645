// The world gazetteer: turns a query into a place; tables and look-ups are in the imported files.
// Offline, pure once open; never guesses.

import { readFileSync } from 'node:fs'
import type { Place } from '@tocsin/domain/report/report'
import { type Point, roundKm } from '@tocsin/domain/space-time/geometry'
import { AdminAreas, type AreaFound } from './area/admin-areas.ts'
import type { AdminLookup } from './area/admin-lookup.ts'
import { type AreaSeat, areaSeats, clearArea } from './area/area-seats.ts'
import { countingArea, isRetired, mayBeSameArea, successorsOf } from './area/area-successors.ts'
import { type Boundaries, readBoundaries } from './area/boundaries-file.ts'
import { readBorderCities } from './border/border-cities.ts'
import { readWitnesses } from './border/border-witnesses.ts'
import { CountryExtents } from './contradiction/country-extents.ts'
import { bareRadiusMinKm, halfLastDecimalKm, isCoarse } from './coordinate-precision.ts'
import {
  type ForwardAnswer,
  type ForwardQuery,
  findSettlements,
  similarMatches
} from './forward-search.ts'
import type { Circle } from './map/area-layer.ts'
import { pointsAround } from './map/area-map.ts'
import { isOneSlipAway, mayBeAsLong, misspeltLengthMin } from './name/misspellings.ts'
import { nameKey } from './name/place-names.ts'
import { withoutPlaceless } from './name/placeless-names.ts'
import { settlementId } from './name/settlement-id.ts'
import { soundKey } from './name/sound-key.ts'
import {
  ambiguousPlace,
  type NamedQuery,
  pointOf,
  seatOf,
  settlementPlace,
  unresolved
} from './place-answers.ts'
import { withContradiction } from './place-contradiction.ts'
import { PlacesLately } from './places-lately.ts'
import { alikeRadiusMinKm, type Gazetteer, type PlaceQuery, settlementRadiusKm } from './port.ts'
import { nearestAmong, type Settlement, Settlements } from './settlement/settlements.ts'
import { bearingFrom, type Whereabouts } from './settlement/whereabouts.ts'
import { countryFound, countryOf, within } from './stated-country.ts'
import { Tables } from './table/table-file.ts'

/**
 * Maximum distance between stated coordinates and a known settlement of the stated name that they
 * may denote, km.
 */
const nameToleranceKm = 10
/** The same for a name one edit away from the settlement's. */
const slipToleranceKm = 5
/**
 * Anything at least this imprecise is in no area for certain, unless its circle stays within one:
 * "Myanmar", 500 km. Kilometres. A district is known to 50 km (UCDP's third precision), and is in
 * one area.
 */
const areaReachMaxKm = 50
/** Search radius for the nearest settlement of a point, km. */
const nearestReachKm = 300
/**
 * Maximum candidates of an ambiguous name in a report. No name in the tables has more in one
 * country; above, the answer is the country.
 */
const namesakesMax = 500

type Located = PlaceQuery & { readonly lat: number; readonly lon: number }

let shared: WorldGazetteer | null = null

/**
 * Opens the gazetteer. Its tables, some 14 MB, are read once per process; with a boundaries file it
 * is a separate instance. Throws TableFileError if the tables are missing, or BoundariesError if
 * the boundaries are unusable.
 */
export function openWorldGazetteer({
  boundariesPath = ''
}: {
  readonly boundariesPath?: string
} = {}): WorldGazetteer {
  if (boundariesPath !== '') return worldGazetteer(readBoundaries(boundariesPath))
  shared ??= worldGazetteer(null)
  return shared
}

/** A separate instance with the given boundaries, or with its own only. */
export function worldGazetteer(boundaries: Boundaries | null): WorldGazetteer {
  const read = (name: string) => readFileSync(new URL(`./world/${name}`, import.meta.url))
  const places = new Tables(read('places.bin'))
  return new WorldGazetteer(
    new Settlements(places),
    new AdminAreas(
      new Tables(read('areas.bin')),
      boundaries,
      { witnesses: readWitnesses(places), cities: readBorderCities(places) },
      read('area-neighbours.tsv').toString()
    ),
    new CountryExtents(read('country-extents.tsv').toString())
  )
}

export class WorldGazetteer implements Gazetteer {
  readonly settlements: Settlements
  readonly #areas: AdminAreas
  readonly #extents: CountryExtents
  /** Settlements of the codes that share an area of the map, by these codes. */
  readonly #ofSharedCodes = new Map<string, readonly AreaSeat[]>()
  readonly #lately = new PlacesLately()
  /** Rows of the settlements of each area, by code. Built once, some ten milliseconds. */
  #rowsByArea: ReadonlyMap<string, readonly number[]> | null = null

  constructor(settlements: Settlements, areas: AdminAreas, extents: CountryExtents) {
    this.settlements = settlements
    this.#areas = areas
    this.#extents = extents
  }

  admin1Of(codeOrName: string, country: string): AdminLookup {
    return this.#areas.lookUp(codeOrName, country)
  }

  *preparing(): Generator<void> {
    // A map zone is built at its first point, its coasts at the first point at sea.
    for (let lat = -85; lat < 90; lat += 10) {
      this.#areas.at({ lat, lon: 0 })
      yield
    }
    this.#areas.at({ lat: 0, lon: -140 })
    yield
    this.#areaRows()
  }

  looksSwapped(country: string, lat: number, lon: number): boolean {
    return this.#extents.looksSwapped(country, lat, lon)
  }

  /** The country of a name or code, in some sixty languages; null if unknown or ambiguous. Pure. */
  countryNamed(name: string): string | null {
    return this.#areas.countryNamed(name)
  }

  /** The adjacent first-level areas, sorted, including other countries'; empty if unknown. Pure. */
  neighboursOf(admin1: string): readonly string[] {
    return this.#areas.neighboursOf(admin1)
  }

  /** The name of a first-level area by its code; null if unknown. Pure. */
  areaName(code: string): string | null {
    return this.#areas.nameOf(code)
  }

  /**
   * The distance of a point from a country, where the map is precise enough, km; null beyond
   * `withinKm`, 3 at most. Pure.
   */
  depthInto(point: Point, country: string, withinKm: number): number | null {
    return this.#areas.depthInto(point, country, withinKm)
  }

  /**
   * Candidate settlements of a name, with scores and a covering circle. Country and area by code or
   * by name. Pure.
   */
  find({ name, country, admin1, limit }: ForwardQuery): ForwardAnswer {
    const code =
      country === null || country === undefined ? null : (this.countryNamed(country) ?? country)
    const area =
      code === null || admin1 === null || admin1 === undefined ? null : this.admin1Of(admin1, code)
    return findSettlements(this.settlements, {
      name,
      country: code,
      admin1: area?.kind === 'known' ? area.code : (admin1 ?? null),
      ...(limit === undefined ? {} : { limit })
    })
  }

  /**
   * The country of a point as in `reverse`, without its settlement search. Pure; about a
   * microsecond.
   */
  countryAt(point: Point): string | null {
    return this.#areas.at(point).country
  }

  /**
   * A point described: country, area, claimants, nearest settlement with distance and direction.
   * Pure; microseconds.
   */
  reverse(point: Point): Whereabouts {
    const found = this.#areas.at(point)
    const admin1 = this.#codeAt(point, found)
    const nearest = this.settlements.nearest(point, nearestReachKm)
    const town = nearest === null || nearest.isTown ? nearest : this.#nearestTown(point)
    return {
      country: found.country,
      admin1,
      admin1Name: admin1 === null ? found.name : this.#areas.nameOf(admin1),
      dispute: found.dispute,
      nearest: nearest && bearingFrom(nearest, point),
      town: town && bearingFrom(town, point)
    }
  }

  #nearestTown(point: Point): Settlement | null {
    return this.settlements.nearest(point, nearestReachKm, row => this.settlements.isTown(row))
  }

  resolve(query: PlaceQuery): Place {
    const known = this.#lately.find(query)
    if (known !== null) return known
    const place = this.#inForce(this.#resolved(withoutPlaceless(query, this.settlements)))
    this.#lately.keep(query, place)
    return place
  }

  #inForce(place: Place): Place {
    // An obsolete code and its successors never count together: one village would be in two areas.
    // `statedAdmin1` keeps it.
    const admin1 = this.#areas.inForce(place.admin1)
    const neighbours = admin1 === null ? [] : this.neighboursOf(admin1)
    return neighbours.length === 0 ? { ...place, admin1 } : { ...place, admin1, neighbours }
  }

  #resolved(query: PlaceQuery): Place {
    if (query.lat !== null && query.lon !== null)
      return this.#located({ ...query, lat: query.lat, lon: query.lon })
    if (query.name !== null && query.country !== null)
      return this.#named({ ...query, name: query.name, country: query.country })
    return unresolved(query)
  }

  /** Stated coordinates stay. The name decides the settlement, the map the area. */
  #located(query: Located): Place {
    const { name } = query
    const found = this.#areas.at(query)
    const foundAdmin1 = this.#codeAt(query, found)
    const givenKm = halfLastDecimalKm(query)
    const known = this.#knownAt(query, givenKm)
    // The name of a known settlement is as precise as that settlement, however its coordinates are
    // written.
    const reaching =
      query.radiusKm === null && (name === null || known === null)
        ? { ...query, radiusKm: givenKm }
        : query
    const country = query.country ?? countryOf(query.admin1) ?? countryFound(found, known)
    const certain = this.#certainly(reaching, this.#admin1Of(country, known, foundAdmin1))
    const admin1 = this.#areas.inForce(countingArea(query.admin1, certain))
    const unknown = known === null ? name : null
    const areaReachKm = unknown === null ? null : this.#areaReachKm(unknown, country)
    const unlisted =
      unknown === null || areaReachKm !== null
        ? null
        : this.#unlisted(reaching, unknown, admin1, country)
    const settlement = known ?? unlisted
    const usualKm =
      name === null ? bareRadiusMinKm : (known?.radiusKm ?? areaReachKm ?? settlementRadiusKm)
    const impliedKm = reaching === query ? usualKm : Math.max(usualKm, givenKm)
    const isAssumed = query.radiusKm === null && (name === null || impliedKm > usualKm)
    const place: Place = {
      name,
      country,
      admin1,
      statedAdmin1: query.admin1,
      foundAdmin1,
      lat: query.lat,
      lon: query.lon,
      radiusKm: roundKm(query.radiusKm ?? impliedKm),
      settlement: settlement?.id ?? null,
      settlementName: settlement?.name ?? null,
      resolution: 'stated',
      candidates: [],
      ...(isAssumed ? { precision: 'assumed' } : {}),
      ...seatOf(known)
    }
    const ground = { areas: this.#areas, settlements: this.settlements, extents: this.#extents }
    return withContradiction(place, found.country, ground)
  }

  #knownAt(query: Located, givenKm: number): Settlement | null {
    if (query.name !== null)
      return isCoarse(query) ? null : this.#settlementOfName(query, query.name)
    return isCoarse({ radiusKm: query.radiusKm ?? givenKm })
      ? null
      : this.settlements.holding(query)
  }

  /**
   * The area, if the statement is precise enough to be in it: to 50 km, or with its whole circle
   * in that area.
   */
  #certainly(query: Located, admin1: string | null): string | null {
    if (admin1 === null || query.radiusKm === null || query.radiusKm <= areaReachMaxKm)
      return admin1
    const isInside = pointsAround(query, query.radiusKm).every(
      probe => this.#codeAt(probe, this.#areas.at(probe)) === admin1
    )
    return isInside ? admin1 : null
  }

  /**
   * The area of a point in a country: by its settlement, else by the map; by the map first if the
   * areas came from a file.
   */
  #admin1Of(
    country: string | null,
    known: Settlement | null,
    foundAdmin1: string | null
  ): string | null {
    const bySettlement = within(country, known?.admin1 ?? null)
    const byMap = this.#areas.inForce(within(country, foundAdmin1))
    return this.#areas.isReplaced(country) ? (byMap ?? bySettlement) : (bySettlement ?? byMap)
  }

  /**
   * The area code of a point. If the map's area has several codes, that of the nearest settlement
   * in any of them; for a split area only if unambiguous, else the obsolete code.
   */
  #codeAt(point: Point, { codes, hasOwnCode }: AreaFound): string | null {
    const own = codes[0] ?? null
    if (own === null || codes.length < 2) return own
    const voices = this.#voicesOf(codes)
    const isCut = !hasOwnCode || successorsOf(own).length > 0
    if (!isCut) return nearestAmong(voices, point)?.admin1 ?? own
    return clearArea(voices, point) ?? (hasOwnCode && isRetired(own) ? own : null)
  }

  /** Settlements of the codes, and the seats of those that have no settlement. */
  #voicesOf(codes: readonly string[]): readonly AreaSeat[] {
    const key = codes.join()
    const known = this.#ofSharedCodes.get(key)
    if (known) return known
    const { settlements } = this
    const rowsByArea = this.#areaRows()
    const own = codes
      .filter(code => !isRetired(code))
      .flatMap(admin1 => (rowsByArea.get(admin1) ?? []).map(row => ({ row, admin1 })))
      .sort((a, b) => a.row - b.row)
      .map(({ row, admin1 }) => ({ ...settlements.at(row), admin1 }))
    const voices = [...own, ...areaSeats.filter(seat => codes.includes(seat.admin1))]
    this.#ofSharedCodes.set(key, voices)
    return voices
  }

  #areaRows(): ReadonlyMap<string, readonly number[]> {
    if (this.#rowsByArea !== null) return this.#rowsByArea
    const rowsByArea = new Map<string, number[]>()
    for (let row = 0; row < this.settlements.size; row++) {
      const code = this.settlements.admin1Of(row)
      if (code === null) continue
      const rows = rowsByArea.get(code)
      if (rows === undefined) rowsByArea.set(code, [row])
      else rows.push(row)
    }
    this.#rowsByArea = rowsByArea
    return rowsByArea
  }

  /**
   * The known settlement of the stated name, or of a similar one, close enough to the coordinates.
   */
  #settlementOfName(query: Located, name: string): Settlement | null {
    const { settlements } = this
    const exact = settlements.nearestOf(
      settlements.rowsWithKey(nameKey(name)),
      query,
      nameToleranceKm
    )
    if (exact !== null) return exact
    const heard = settlements.nearestOf(
      settlements.rowsWithSound(soundKey(name)),
      query,
      nameToleranceKm
    )
    return heard ?? this.#settlementOneSlipAway(query, name)
  }

  /** The one settlement nearby with a name one edit away; none if there are two. */
  #settlementOneSlipAway(query: Located, name: string): Settlement | null {
    const key = nameKey(name)
    if (key.length < misspeltLengthMin) return null
    const { settlements } = this
    const alike = settlements
      .rowsWithin(query, slipToleranceKm)
      .filter(
        row =>
          mayBeAsLong(settlements.nameBytesOf(row), key.length) &&
          isOneSlipAway(nameKey(settlements.nameOf(row)), key)
      )
    return alike.length === 1 ? settlements.at(alike[0] as number) : null
  }

  /**
   * A settlement missing from the tables, with an id by the same rule; null if it is not a
   * settlement.
   */
  #unlisted(
    at: Located,
    name: string,
    admin1: string | null,
    country: string | null
  ): { id: string; name: string } | null {
    if (isCoarse(at)) return null
    const isAlone = !this.settlements
      .rowsNamed(name, country)
      .some(row => this.settlements.admin1Of(row) === admin1)
    const id = settlementId(name, admin1, country, at, isAlone)
    return id === null ? null : { id, name }
  }

  /** The reach of the area that a name denotes, km; null if it is not the name of an area. */
  #areaReachKm(name: string, country: string | null): number | null {
    const area = country === null ? null : this.#areas.named(name, country)
    if (country === null || area === null) return null
    const isArea = area.saysSo || this.settlements.rowsNamed(name, country).length === 0
    return isArea ? (this.#areas.circleOf(country, area.code)?.radiusKm ?? null) : null
  }

  /**
   * Only a name is stated: its settlements in the stated area, else in the stated country, or an
   * area of that name.
   */
  #named(query: NamedQuery): Place {
    const inCountry = this.settlements.named(query.name, query.country)
    const area = this.#areas.named(query.name, query.country)
    if (area !== null && (area.saysSo || inCountry.length === 0))
      return this.#areaPlace(query, area.code)
    if (inCountry.length === 0) return this.#alikePlace(query)
    if (inCountry.length > namesakesMax) return this.#areaPlace(query, null)
    const inArea = query.admin1 === null ? inCountry : inCountry.filter(s => isIn(s, query.admin1))
    const [only, ...others] = inArea
    if (only !== undefined && others.length === 0) return this.#settlementPlace(query, only)
    if (inArea.length > 0) return this.#oneOf(query, inArea)
    // The name is known only outside the stated area: it may denote that place, or an unknown place
    // in the area.
    return ambiguousPlace(query, inCountry, this.#areas.circleOf(query.country, query.admin1))
  }

  /** One of several settlements; in their area for certain only if the statement is not coarse. */
  #oneOf(query: NamedQuery, settlements: readonly Settlement[]): Place {
    const place = ambiguousPlace(query, settlements, null)
    if (query.admin1 !== null || place.lat === null || place.lon === null) return place
    return {
      ...place,
      admin1: this.#certainly({ ...query, lat: place.lat, lon: place.lon }, place.admin1)
    }
  }

  /**
   * The one settlement of the name; a circle around it without a settlement if the statement is
   * coarse.
   */
  #settlementPlace(query: NamedQuery, only: Settlement): Place {
    const place = settlementPlace(query, only)
    if (!isCoarse(query)) return { ...place, ...seatOf(only) }
    const admin1 = countingArea(
      query.admin1,
      this.#certainly({ ...query, lat: only.lat, lon: only.lon }, only.admin1)
    )
    return { ...place, admin1, settlement: null, settlementName: null }
  }

  /**
   * No settlement has the name: a similar-sounding or one-edit name may be meant, or an unknown
   * place. It stays ambiguous, in no area but the stated one, however few candidates there are.
   */
  #alikePlace(query: NamedQuery): Place {
    const alike = similarMatches(this.settlements, query.name, query.country).map(({ row }) =>
      this.settlements.at(row)
    )
    const meant = query.admin1 === null ? alike : alike.filter(s => isIn(s, query.admin1))
    if (meant.length === 0 || meant.length > namesakesMax) return unresolved(query)
    const place = ambiguousPlace(query, meant.sort(byId), this.#statedCircle(query))
    return {
      ...place,
      admin1: query.admin1,
      radiusKm: Math.max(place.radiusKm ?? 0, alikeRadiusMinKm)
    }
  }

  #statedCircle({ country, admin1 }: NamedQuery): Circle | null {
    return admin1 === null ? null : this.#areas.circleOf(country, admin1)
  }

  #areaPlace(query: NamedQuery, code: string | null): Place {
    const circle = this.#areas.circleOf(query.country, query.admin1 ?? code)
    if (circle === null) return unresolved(query)
    return {
      ...unresolved(query),
      admin1: query.admin1 ?? this.#areas.inForce(code),
      foundAdmin1: code,
      ...pointOf(circle, query.radiusKm),
      resolution: 'gazetteer'
    }
  }
}

/** True for a settlement of an area, or of one of its successors. */
function isIn({ admin1 }: Settlement, area: string | null): boolean {
  return admin1 !== null && area !== null && mayBeSameArea(admin1, area)
}

function byId(a: Settlement, b: Settlement): number {
  return a.id < b.id ? -1 : 1
}
