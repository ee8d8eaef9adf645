// The world gazetteer: turns a query into a place; tables and look-ups are in the imported files.
// Offline, pure once open; never guesses.

import { readFileSync } from 'node:fs'
import type { Place } from '@tocsin/contracts/theatre/report'
import { type Point, roundKm } from '@tocsin/domain/space-time/geometry'
import { AdminAreas, type AreaFound } from './area/admin-areas.ts'
import type { AdminLookup } from './area/admin-lookup.ts'
import { type AreaSeat, areaSeats, clearArea } from './area/area-seats.ts'
import { canBeSameArea, chooseArea, isRetired, listSuccessors } from './area/area-successors.ts'
import { type Boundaries, readBoundaries } from './area/boundaries-file.ts'
import { findAreaByPcode } from './area/p-codes.ts'
import { readBorderCities } from './border/border-cities.ts'
import { readWitnesses } from './border/border-witnesses.ts'
import { CountryExtents } from './contradiction/country-extents.ts'
import { bareRadiusMinKm, computeHalfDecimalKm, isCoarse } from './coordinate-precision.ts'
import {
  type ForwardAnswer,
  type ForwardQuery,
  findSettlements,
  findSimilarMatches
} from './forward-search.ts'
import type { Circle } from './map/area-layer.ts'
import { listPointsAround } from './map/area-map.ts'
import { canBeAsLong, isOneSlipAway, misspeltLengthMin } from './name/misspellings.ts'
import { nameKey } from './name/place-names.ts'
import { withoutPlaceless } from './name/placeless-names.ts'
import { buildSettlementId } from './name/settlement-id.ts'
import { soundKey } from './name/sound-key.ts'
import {
  buildAmbiguousPlace,
  buildClaimants,
  buildPoint,
  buildSeat,
  buildSettlementPlace,
  buildUnresolved,
  type NamedQuery
} from './place-answers.ts'
import { PlaceCache } from './place-cache.ts'
import { withContradiction } from './place-contradiction.ts'
import { alikeRadiusMinKm, type Gazetteer, type PlaceQuery, settlementRadiusKm } from './port.ts'
import { findNearestAmong, type Settlement, Settlements } from './settlement/settlements.ts'
import {
  chooseNear,
  computeBearing,
  nearMaxKm,
  type Whereabouts
} from './settlement/whereabouts.ts'
import { chooseCountry, readCountry, within } from './stated-country.ts'
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
/** A less precise point is not named by a settlement, km. */
const nearRadiusMaxKm = 25
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
  if (boundariesPath !== '') return createWorldGazetteer(readBoundaries(boundariesPath))
  shared ??= createWorldGazetteer(null)
  return shared
}

/** A separate instance with the given boundaries, or with its own only. */
export function createWorldGazetteer(boundaries: Boundaries | null): WorldGazetteer {
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
  readonly #lately = new PlaceCache()
  /** Rows of the settlements of each area, by code. Built once, some ten milliseconds. */
  #rowsByArea: ReadonlyMap<string, readonly number[]> | null = null

  constructor(settlements: Settlements, areas: AdminAreas, extents: CountryExtents) {
    this.settlements = settlements
    this.#areas = areas
    this.#extents = extents
  }

  findAdmin1(codeOrName: string, country: string): AdminLookup {
    const code = findAreaByPcode(codeOrName)
    return this.#areas.lookupArea(within(country, code) ?? codeOrName, country)
  }

  *prepareSteps(): Generator<void> {
    // A map zone is built at its first point, its coasts at the first point at sea.
    for (let lat = -85; lat < 90; lat += 10) {
      this.#areas.findArea({ lat, lon: 0 })
      yield
    }
    this.#areas.findArea({ lat: 0, lon: -140 })
    yield
    this.#indexAreaRows()
  }

  looksSwapped(country: string, lat: number, lon: number): boolean {
    return this.#extents.isSwapped(country, lat, lon)
  }

  /** The country of a name or code, in some sixty languages; null if unknown or ambiguous. Pure. */
  countryNamed(name: string): string | null {
    return this.#areas.findCountry(name)
  }

  /** The adjacent first-level areas, sorted, including other countries'; empty if unknown. Pure. */
  listNeighbours(admin1: string): readonly string[] {
    return this.#areas.listNeighbours(admin1)
  }

  /** The name of a first-level area by its code; null if unknown. Pure. */
  areaName(code: string): string | null {
    return this.#areas.getName(code)
  }

  /**
   * The distance of a point from a country, where the map is precise enough, km; null beyond
   * `withinKm`, 3 at most. Pure.
   */
  depthInto(point: Point, country: string, withinKm: number): number | null {
    return this.#areas.measureDepth(point, country, withinKm)
  }

  /**
   * Candidate settlements of a name, with scores and a covering circle. Country and area by code or
   * by name. Pure.
   */
  find({ name, country, admin1, limit }: ForwardQuery): ForwardAnswer {
    const code =
      country === null || country === undefined ? null : (this.countryNamed(country) ?? country)
    const area =
      code === null || admin1 === null || admin1 === undefined
        ? null
        : this.findAdmin1(admin1, code)
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
    return this.#areas.findArea(point).country
  }

  /**
   * A point described: country, area, claimants, nearest settlement with distance and direction.
   * Pure; microseconds.
   */
  reverse(point: Point): Whereabouts {
    const found = this.#areas.findArea(point)
    const admin1 = this.#findCodeAt(point, found)
    return {
      country: found.country,
      admin1,
      admin1Name: admin1 === null ? found.name : this.#areas.getName(admin1),
      dispute: found.dispute,
      ...this.#findNearest(point, nearestReachKm)
    }
  }

  #findNearest(point: Point, reachKm: number): Pick<Whereabouts, 'nearest' | 'town'> {
    const { settlements } = this
    const nearest = settlements.findNearest(point, reachKm)
    const town =
      nearest === null || nearest.isTown
        ? nearest
        : settlements.findNearest(point, reachKm, row => settlements.isTown(row))
    return {
      nearest: nearest && computeBearing(nearest, point),
      town: town && computeBearing(town, point)
    }
  }

  resolve(query: PlaceQuery): Place {
    const known = this.#lately.find(query)
    if (known !== null) return known
    const place = this.#withCodeInForce(
      this.#resolvePlace(withoutPlaceless(query, this.settlements))
    )
    this.#lately.store(query, place)
    return place
  }

  #withCodeInForce(place: Place): Place {
    // An obsolete code and its successors never count together: one village would be in two areas.
    // `statedAdmin1` keeps it.
    const admin1 = this.#areas.resolveCode(place.admin1)
    const neighbours = admin1 === null ? [] : this.listNeighbours(admin1)
    return neighbours.length === 0 ? { ...place, admin1 } : { ...place, admin1, neighbours }
  }

  #resolvePlace(query: PlaceQuery): Place {
    if (query.lat !== null && query.lon !== null)
      return this.#resolveLocated({ ...query, lat: query.lat, lon: query.lon })
    if (query.name !== null && query.country !== null)
      return this.#resolveNamed({ ...query, name: query.name, country: query.country })
    return buildUnresolved(query)
  }

  /** Stated coordinates stay. The name decides the settlement, the map the area. */
  #resolveLocated(query: Located): Place {
    const { name } = query
    const found = this.#areas.findArea(query)
    const foundAdmin1 = this.#findCodeAt(query, found)
    const givenKm = computeHalfDecimalKm(query)
    const known = this.#findKnown(query, givenKm)
    // The name of a known settlement is as precise as that settlement, however its coordinates are
    // written.
    const reaching =
      query.radiusKm === null && (name === null || known === null)
        ? { ...query, radiusKm: givenKm }
        : query
    const country = query.country ?? readCountry(query.admin1) ?? chooseCountry(found, known)
    const certain = this.#findCertain(reaching, this.#findAdmin1(country, known, foundAdmin1))
    const admin1 = this.#areas.resolveCode(chooseArea(query.admin1, certain))
    const unknown = known === null ? name : null
    const areaReachKm = unknown === null ? null : this.#getAreaReachKm(unknown, country)
    const unlisted =
      unknown === null || areaReachKm !== null
        ? null
        : this.#resolveUnlisted(reaching, unknown, admin1, country)
    const settlement = known ?? unlisted
    const usualKm =
      name === null ? bareRadiusMinKm : (known?.radiusKm ?? areaReachKm ?? settlementRadiusKm)
    const impliedKm = reaching === query ? usualKm : Math.max(usualKm, givenKm)
    const isAssumed = query.radiusKm === null && (name === null || impliedKm > usualKm)
    const radiusKm = roundKm(query.radiusKm ?? impliedKm)
    const near =
      name === null && settlement === null && radiusKm <= nearRadiusMaxKm
        ? chooseNear(this.#findNearest(query, nearMaxKm))
        : null
    const place: Place = {
      name,
      country,
      admin1,
      statedAdmin1: query.admin1,
      foundAdmin1,
      lat: query.lat,
      lon: query.lon,
      radiusKm,
      settlement: settlement?.id ?? null,
      settlementName: settlement?.name ?? null,
      resolution: 'stated',
      candidates: [],
      ...(isAssumed ? { precision: 'assumed' } : {}),
      ...buildClaimants(country, found.dispute),
      ...buildSeat(known),
      ...(near === null ? {} : { near })
    }
    const ground = { areas: this.#areas, settlements: this.settlements, extents: this.#extents }
    return withContradiction(place, found.country, ground)
  }

  #findKnown(query: Located, givenKm: number): Settlement | null {
    if (query.name !== null) return isCoarse(query) ? null : this.#findSettlement(query, query.name)
    return isCoarse({ radiusKm: query.radiusKm ?? givenKm })
      ? null
      : this.settlements.findContaining(query)
  }

  /**
   * The area, if the statement is precise enough to be in it: to 50 km, or with its whole circle
   * in that area.
   */
  #findCertain(query: Located, admin1: string | null): string | null {
    if (admin1 === null || query.radiusKm === null || query.radiusKm <= areaReachMaxKm)
      return admin1
    const isInside = listPointsAround(query, query.radiusKm).every(
      probe => this.#findCodeAt(probe, this.#areas.findArea(probe)) === admin1
    )
    return isInside ? admin1 : null
  }

  /**
   * The area of a point in a country: by its settlement, else by the map; by the map first if the
   * areas came from a file.
   */
  #findAdmin1(
    country: string | null,
    known: Settlement | null,
    foundAdmin1: string | null
  ): string | null {
    const bySettlement = within(country, known?.admin1 ?? null)
    const byMap = this.#areas.resolveCode(within(country, foundAdmin1))
    return this.#areas.isReplaced(country) ? (byMap ?? bySettlement) : (bySettlement ?? byMap)
  }

  /**
   * The area code of a point. If the map's area has several codes, that of the nearest settlement
   * in any of them; for a split area only if unambiguous, else the obsolete code.
   */
  #findCodeAt(point: Point, { codes, hasOwnCode }: AreaFound): string | null {
    const own = codes[0] ?? null
    if (own === null || codes.length < 2) return own
    const voices = this.#listSeats(codes)
    const isCut = !hasOwnCode || listSuccessors(own).length > 0
    if (!isCut) return findNearestAmong(voices, point)?.admin1 ?? own
    return clearArea(voices, point) ?? (hasOwnCode && isRetired(own) ? own : null)
  }

  /** Settlements of the codes, and the seats of those that have no settlement. */
  #listSeats(codes: readonly string[]): readonly AreaSeat[] {
    const key = codes.join()
    const known = this.#ofSharedCodes.get(key)
    if (known) return known
    const { settlements } = this
    const rowsByArea = this.#indexAreaRows()
    const own = codes
      .filter(code => !isRetired(code))
      .flatMap(admin1 => (rowsByArea.get(admin1) ?? []).map(row => ({ row, admin1 })))
      .sort((a, b) => a.row - b.row)
      .map(({ row, admin1 }) => ({ ...settlements.getSettlement(row), admin1 }))
    const voices = [...own, ...areaSeats.filter(seat => codes.includes(seat.admin1))]
    this.#ofSharedCodes.set(key, voices)
    return voices
  }

  #indexAreaRows(): ReadonlyMap<string, readonly number[]> {
    if (this.#rowsByArea !== null) return this.#rowsByArea
    const rowsByArea = new Map<string, number[]>()
    for (let row = 0; row < this.settlements.size; row++) {
      const code = this.settlements.getAdmin1(row)
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
  #findSettlement(query: Located, name: string): Settlement | null {
    const { settlements } = this
    const exact = settlements.findNearestRow(
      settlements.findRowsByKey(nameKey(name)),
      query,
      nameToleranceKm
    )
    if (exact !== null) return exact
    const heard = settlements.findNearestRow(
      settlements.findRowsBySound(soundKey(name)),
      query,
      nameToleranceKm
    )
    return heard ?? this.#findSimilarSettlement(query, name)
  }

  /** The one settlement nearby with a name one edit away; none if there are two. */
  #findSimilarSettlement(query: Located, name: string): Settlement | null {
    const key = nameKey(name)
    if (key.length < misspeltLengthMin) return null
    const { settlements } = this
    const alike = settlements
      .findRowsWithin(query, slipToleranceKm)
      .filter(
        row =>
          canBeAsLong(settlements.countNameBytes(row), key.length) &&
          isOneSlipAway(nameKey(settlements.getName(row)), key)
      )
    return alike.length === 1 ? settlements.getSettlement(alike[0] as number) : null
  }

  /**
   * A settlement missing from the tables, with an id by the same rule; null if it is not a
   * settlement.
   */
  #resolveUnlisted(
    at: Located,
    name: string,
    admin1: string | null,
    country: string | null
  ): { id: string; name: string } | null {
    if (isCoarse(at)) return null
    const isAlone = !this.settlements
      .findRows(name, country)
      .some(row => this.settlements.getAdmin1(row) === admin1)
    const id = buildSettlementId(name, admin1, country, at, isAlone)
    return id === null ? null : { id, name }
  }

  /** The reach of the area that a name denotes, km; null if it is not the name of an area. */
  #getAreaReachKm(name: string, country: string | null): number | null {
    const area = country === null ? null : this.#areas.findByName(name, country)
    if (country === null || area === null) return null
    const isArea = area.saysSo || this.settlements.findRows(name, country).length === 0
    return isArea ? (this.#areas.getCircle(country, area.code)?.radiusKm ?? null) : null
  }

  /**
   * Only a name is stated: its settlements in the stated area, else in the stated country, or an
   * area of that name.
   */
  #resolveNamed(query: NamedQuery): Place {
    const inCountry = this.settlements.findByName(query.name, query.country)
    const area = this.#areas.findByName(query.name, query.country)
    if (area !== null && (area.saysSo || inCountry.length === 0))
      return this.#resolveArea(query, area.code)
    if (inCountry.length === 0) return this.#resolveAlike(query)
    if (inCountry.length > namesakesMax) return this.#resolveArea(query, null)
    const inArea = query.admin1 === null ? inCountry : inCountry.filter(s => isIn(s, query.admin1))
    const [only, ...others] = inArea
    if (only !== undefined && others.length === 0) return this.#resolveSettlement(query, only)
    if (inArea.length > 0) return this.#resolveOneAmong(query, inArea)
    // The name is known only outside the stated area: it may denote that place, or an unknown place
    // in the area.
    return buildAmbiguousPlace(query, inCountry, this.#areas.getCircle(query.country, query.admin1))
  }

  /** One of several settlements; in their area for certain only if the statement is not coarse. */
  #resolveOneAmong(query: NamedQuery, settlements: readonly Settlement[]): Place {
    const place = buildAmbiguousPlace(query, settlements, null)
    if (query.admin1 !== null || place.lat === null || place.lon === null) return place
    return {
      ...place,
      admin1: this.#findCertain({ ...query, lat: place.lat, lon: place.lon }, place.admin1)
    }
  }

  /**
   * The one settlement of the name; a circle around it without a settlement if the statement is
   * coarse.
   */
  #resolveSettlement(query: NamedQuery, only: Settlement): Place {
    const place = buildSettlementPlace(query, only)
    if (!isCoarse(query)) return { ...place, ...buildSeat(only) }
    const admin1 = chooseArea(
      query.admin1,
      this.#findCertain({ ...query, lat: only.lat, lon: only.lon }, only.admin1)
    )
    return { ...place, admin1, settlement: null, settlementName: null }
  }

  /**
   * No settlement has the name: a similar-sounding or one-edit name may be meant, or an unknown
   * place. It stays ambiguous, in no area but the stated one, however few candidates there are.
   */
  #resolveAlike(query: NamedQuery): Place {
    const alike = findSimilarMatches(this.settlements, query.name, query.country).map(({ row }) =>
      this.settlements.getSettlement(row)
    )
    const meant = query.admin1 === null ? alike : alike.filter(s => isIn(s, query.admin1))
    if (meant.length === 0 || meant.length > namesakesMax) return buildUnresolved(query)
    const place = buildAmbiguousPlace(query, meant.sort(compareIds), this.#getStatedCircle(query))
    return {
      ...place,
      admin1: query.admin1,
      radiusKm: Math.max(place.radiusKm ?? 0, alikeRadiusMinKm)
    }
  }

  #getStatedCircle({ country, admin1 }: NamedQuery): Circle | null {
    return admin1 === null ? null : this.#areas.getCircle(country, admin1)
  }

  #resolveArea(query: NamedQuery, code: string | null): Place {
    const circle = this.#areas.getCircle(query.country, query.admin1 ?? code)
    if (circle === null) return buildUnresolved(query)
    return {
      ...buildUnresolved(query),
      admin1: query.admin1 ?? this.#areas.resolveCode(code),
      foundAdmin1: code,
      ...buildPoint(circle, query.radiusKm),
      resolution: 'gazetteer'
    }
  }
}

/** True for a settlement of an area, or of one of its successors. */
function isIn({ admin1 }: Settlement, area: string | null): boolean {
  return admin1 !== null && area !== null && canBeSameArea(admin1, area)
}

function compareIds(a: Settlement, b: Settlement): number {
  return a.id < b.id ? -1 : 1
}
