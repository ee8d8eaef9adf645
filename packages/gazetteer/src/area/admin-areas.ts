// First-level areas on the map and by name: the area of a point, the area that a name denotes, its
// extent, and its claimants. Country names are in the same index.

import type { Point } from '@tocsin/domain/space-time/geometry'
import { isInPolygon } from '@tocsin/domain/space-time/polygon'
import { type BorderCities, cityDepthKm } from '../border/border-cities.ts'
import { type BorderWitnesses, witnessDepthsKm } from '../border/border-witnesses.ts'
import { type Dispute, disputes } from '../border/disputed-areas.ts'
import {
  type Area,
  type AreaDispute,
  AreaLayer,
  type Circle,
  listCodes
} from '../map/area-layer.ts'
import { decodeRings } from '../map/ring-codec.ts'
import { bareKey, buildAreaKey, buildCountryKey, hasKind } from '../name/area-names.ts'
import { NameIndex } from '../name/name-index.ts'
import { nameKey } from '../name/place-names.ts'
import { decodeCountry } from '../table/country-codes.ts'
import type { Tables } from '../table/table-file.ts'
import type { AdminLookup } from './admin-lookup.ts'
import { AreaNeighbours, mergeNeighbours } from './area-neighbours.ts'
import { isRetired } from './area-successors.ts'
import type { Boundaries } from './boundaries-file.ts'

/** A point this far off a coast, or a simplified border, still belongs to the adjacent area, km. */
const besideKm = 5

export interface AreaFound {
  /**
   * ISO 3166-2, the main code first: several if an area was split after the map was drawn, none if
   * the list has none.
   */
  readonly codes: readonly string[]
  /**
   * False if the map's code is obsolete but could be mistaken for a current one: only its
   * successors are returned.
   */
  readonly hasOwnCode: boolean
  /** ISO 3166-1; null at sea, and on land claimed by two countries. */
  readonly country: string | null
  readonly name: string | null
  readonly dispute: AreaDispute | null
}

/** Known errors of drawn borders. */
export interface Borders {
  readonly witnesses: BorderWitnesses
  readonly cities: BorderCities
}

const nowhere: AreaFound = {
  codes: [],
  hasOwnCode: false,
  country: null,
  name: null,
  dispute: null
}
const zones = disputes.filter(d => d.zone !== undefined)
const zonedCountries = new Set(zones.flatMap(d => d.zone?.mapped ?? []))

export class AdminAreas {
  readonly #layer: AreaLayer
  /** An overlay, for the countries it contains. */
  readonly #boundaries: Boundaries | null
  readonly #codes: readonly string[]
  readonly #names: ReadonlyMap<string, string>
  /** Countries with known areas. ISO 3166-2 has none for some, such as Hong Kong. */
  readonly #listed: ReadonlySet<string>
  /** Obsolete area codes for which settlements determine a point's successor. */
  /** The last point asked for: its country and then its place are asked for one after the other. */
  #lastPoint: Point = { lat: Number.NaN, lon: Number.NaN }
  #lastFound = nowhere
  readonly #cutUp: ReadonlySet<string>
  readonly #index: NameIndex
  readonly #witnesses: BorderWitnesses | null
  readonly #cities: BorderCities | null
  readonly #neighbours: AreaNeighbours

  /**
   * The last is the adjacency table: without it, areas have no neighbours except those from the
   * boundaries file.
   */
  constructor(
    tables: Tables,
    boundaries: Boundaries | null = null,
    borders: Borders | null = null,
    neighbours = ''
  ) {
    const rings = decodeRings({
      ringLengths: tables.readU32('ringLengths'),
      ringAreas: tables.readU16('ringAreas'),
      corners: tables.readU8('corners')
    })
    this.#layer = new AreaLayer(tables.readLines('areas').map(readArea), rings)
    this.#cutUp = new Set(
      this.#layer.areas.flatMap(a =>
        a.code !== null && a.otherCodes.length > 0 && isRetired(a.code) ? a.code : []
      )
    )
    this.#boundaries = boundaries
    const above =
      boundaries === null
        ? undefined
        : mergeNeighbours(boundaries.layer, this.#layer, boundaries.countries)
    this.#neighbours = new AreaNeighbours(neighbours, boundaries?.countries, above)
    this.#witnesses = borders?.witnesses ?? null
    this.#cities = borders?.cities ?? null
    const named = tables.readLines('codes').map(line => line.split('\t') as [string, string])
    this.#codes = named.map(([code]) => code)
    this.#names = new Map(named)
    this.#listed = new Set(this.#codes.map(code => code.slice(0, 2)))
    this.#index = new NameIndex({
      hashes: tables.readU32('nameHashes'),
      rows: tables.readU32('nameRows')
    })
  }

  /** True if the country's boundaries come from a file. */
  isReplaced(country: string | null): boolean {
    return country !== null && (this.#boundaries?.countries.has(country) ?? false)
  }

  /**
   * The code if it is in force; null if it represents several current ones that can be
   * distinguished.
   */
  resolveCode(code: string | null): string | null {
    return code !== null && this.#cutUp.has(code) && !this.isReplaced(code.slice(0, 2))
      ? null
      : code
  }

  /**
   * The adjacent areas in force, sorted, across country borders too; empty if unknown. The same
   * array each time.
   */
  listNeighbours(code: string): readonly string[] {
    return this.#neighbours.listNeighbours(code)
  }

  /** The area of a point, or the adjacent one for a point slightly off. */
  findArea(point: Point): AreaFound {
    const { lat, lon } = point
    if (lat !== this.#lastPoint.lat || lon !== this.#lastPoint.lon) {
      this.#lastFound = this.#findMappedArea(point)
      this.#lastPoint = { lat, lon }
    }
    return this.#lastFound
  }

  #findMappedArea(point: Point): AreaFound {
    const above = this.#boundaries?.layer.findArea(point)
    if (above) return buildFound(above, above.dispute)
    const area = this.#layer.findArea(point)
    if (area === null || this.isReplaced(area.country)) return this.#findBeside(point)
    const zone = findZone(point, area)
    if (zone !== null) return buildDisputed(area, zone)
    const meant = area.dispute === null ? this.#findAcrossBorder(point, area) : null
    return buildFound(meant ?? area, area.dispute)
  }

  /** The area across a border that is known to be drawn too far into it. */
  #findAcrossBorder(point: Point, { country }: Area): Area | null {
    if (country === null) return null
    const witness = this.#witnesses?.findAgainst(point, country) ?? null
    const byWitness =
      witness === null ? null : this.#findAreaTowards(point, witness.country, witness.depthKm)
    if (byWitness !== null) return byWitness
    const claim = this.#cities?.findClaim(point, country) ?? null
    return claim === null ? null : this.#findAreaTowards(point, claim, cityDepthKm)
  }

  #findAreaTowards(point: Point, country: string, withinKm: number): Area | null {
    const across = this.#layer.findTowards(point, country, listDepths(withinKm))?.area ?? null
    return across === null || across.dispute !== null || this.isReplaced(country) ? null : across
  }

  /**
   * The distance of a point from a country, where it is measured, km; null beyond `withinKm`.
   */
  measureDepth(point: Point, country: string, withinKm: number): number | null {
    return this.#layer.findTowards(point, country, listDepths(withinKm))?.km ?? null
  }

  /**
   * The area off whose coast, or next to whose border, the point is; only the country if there are
   * several of one.
   */
  #findBeside(point: Point): AreaFound {
    const above = this.#boundaries?.layer.findAreasBeside(point, besideKm) ?? []
    const areas =
      above.length > 0
        ? above
        : this.#layer.findAreasBeside(point, besideKm).filter(a => !this.isReplaced(a.country))
    const [first, ...others] = areas
    if (first === undefined || others.some(other => other.country !== first.country)) return nowhere
    if (others.length === 0) return buildFound(first, first.dispute)
    const dispute = areas.find(a => a.dispute !== null)?.dispute ?? null
    return { ...buildFound(first, dispute), codes: [], name: null }
  }

  lookupArea(codeOrName: string, country: string): AdminLookup {
    if (!this.#listed.has(country) && !this.isReplaced(country)) return { kind: 'unlisted' }
    const code = this.#findCode(codeOrName, country)
    if (typeof code === 'string') return { kind: 'known', code }
    return code === null ? { kind: 'unknown' } : { kind: 'ambiguous', codes: code }
  }

  #findCode(text: string, country: string): string | readonly string[] | null {
    for (const keyOf of [nameKey, bareKey]) {
      const key = keyOf(text)
      const above = this.#boundaries?.codeByName.get(buildAreaKey(country, key))
      if (above !== undefined) return above
      const codes =
        key === ''
          ? []
          : this.#index.find(buildAreaKey(country, key)).map(row => this.#codes[row] as string)
      if (codes.length > 0) return codes.length === 1 ? (codes[0] as string) : codes
    }
    return null
  }

  /**
   * The area of a name, if the name states that it is an area (`région de Ségou`) or nothing else
   * has it; null code: the country.
   */
  findByName(
    name: string,
    country: string
  ): { readonly code: string | null; readonly saysSo: boolean } | null {
    if (this.#findCountries(nameKey(name)).includes(country)) return { code: null, saysSo: true }
    const code = this.#findCode(name, country)
    if (typeof code !== 'string') return null
    return { code, saysSo: hasKind(name) }
  }

  /** The name of a code, from the map or ISO. */
  getName(code: string): string | null {
    return this.#boundaries?.nameByCode.get(code) ?? this.#names.get(code) ?? null
  }

  /** The country of a name or two-letter code; null if unknown or ambiguous. */
  findCountry(name: string): string | null {
    const whole = this.#findCountries(nameKey(name))
    // `Myanmar (Burma)`: if the whole is not a name, try the part before the bracket.
    const codes =
      whole.length > 0 ? whole : this.#findCountries(nameKey(name.replace(/[([].*$/, '')))
    return codes.length === 1 ? (codes[0] as string) : null
  }

  #findCountries(key: string): readonly string[] {
    return key === '' ? [] : this.#index.find(buildCountryKey(key)).map(decodeCountry)
  }

  /**
   * A circle that covers an area, or a whole country if no area is given; null if it is not mapped.
   */
  getCircle(country: string, code: string | null): Circle | null {
    const layer = this.isReplaced(country) ? this.#boundaries?.layer : this.#layer
    return layer?.getCircle(country, code) ?? null
  }
}

function buildFound(area: Area, dispute: AreaDispute | null): AreaFound {
  const claimants = dispute?.claimants ?? []
  const country = claimants.length > 1 ? null : (claimants[0] ?? area.country)
  return {
    codes: listCodes(area),
    hasOwnCode: area.code !== null,
    country,
    name: area.name,
    dispute
  }
}

/**
 * Around a disputed zone the area code belongs to one claimant: with several claimants it is
 * omitted.
 */
function buildDisputed(area: Area, zone: Dispute): AreaFound {
  const all = buildFound(area, toAreaDispute(zone))
  return zone.claimants.length > 1 ? { ...all, codes: [], name: zone.name } : all
}

function listDepths(km: number): readonly number[] {
  return witnessDepthsKm.filter(depth => depth <= km)
}

function findZone(point: Point, { country }: Area): Dispute | null {
  if (country === null || !zonedCountries.has(country)) return null
  return (
    zones.find(({ zone }) => zone?.mapped.includes(country) && isInPolygon(point, [zone.ring])) ??
    null
  )
}

function toAreaDispute(dispute: Dispute | undefined): AreaDispute | null {
  return dispute === undefined ? null : { name: dispute.name, claimants: dispute.claimants }
}

/** A line of the table of areas. Pure. */
export function readArea(line: string): Area {
  const [code = '', otherCodes = '', country = '', name = '', dispute = ''] = line.split('\t')
  return {
    code: code === '' ? null : code,
    otherCodes: otherCodes === '' ? [] : otherCodes.split(','),
    country: country === '' ? null : country,
    name,
    dispute: toAreaDispute(disputes.find(d => d.id === dispute))
  }
}
