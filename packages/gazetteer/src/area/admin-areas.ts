// First-level areas on the map and by name: which one a point lies in, which one a name means, how far it reaches, and who claims it. Countries by
// name stand in the same index.

import type { Point } from '@tocsin/domain/space-time/geometry'
import { isInPolygon } from '@tocsin/domain/space-time/polygon'
import { type BorderCities, cityDepthKm } from '../border/border-cities.ts'
import { type BorderWitnesses, witnessDepthsKm } from '../border/border-witnesses.ts'
import { type Dispute, disputes } from '../border/disputed-areas.ts'
import { type Area, type AreaDispute, AreaLayer, type Circle, codesOf } from '../map/area-layer.ts'
import { unpackRings } from '../map/ring-codec.ts'
import { areaKey, bareKey, countryKey, saysKind } from '../name/area-names.ts'
import { NameIndex } from '../name/name-index.ts'
import { nameKey } from '../name/place-names.ts'
import { countryOfRow } from '../table/country-codes.ts'
import type { Tables } from '../table/table-file.ts'
import type { AdminLookup } from './admin-lookup.ts'
import { AreaNeighbours, neighboursAbove } from './area-neighbours.ts'
import { isRetired } from './area-successors.ts'
import type { Boundaries } from './boundaries-file.ts'

/** How far off a coast, or a border that simplifying has moved, a point still belongs to the area beside it, km. */
const besideKm = 5

/** Where a point lies. */
export interface AreaFound {
  /** ISO 3166-2, the main code first: several where one area was cut later than the map was drawn, none where the list has none. */
  readonly codes: readonly string[]
  /** False where the code of the map is none of today's, and could be taken for one: what it was cut into is all that is told. */
  readonly hasOwnCode: boolean
  /** ISO 3166-1; null at sea, and where two countries claim the land. */
  readonly country: string | null
  readonly name: string | null
  readonly dispute: AreaDispute | null
}

/** What is known against drawn borders. */
export interface Borders {
  readonly witnesses: BorderWitnesses
  readonly cities: BorderCities
}

const nowhere: AreaFound = { codes: [], hasOwnCode: false, country: null, name: null, dispute: null }
const zones = disputes.filter(d => d.zone !== undefined)
const zonedCountries = new Set(zones.flatMap(d => d.zone?.mapped ?? []))

export class AdminAreas {
  readonly #layer: AreaLayer
  /** Lies above, for the countries that it has. */
  readonly #boundaries: Boundaries | null
  readonly #codes: readonly string[]
  readonly #names: ReadonlyMap<string, string>
  /** Countries of which areas are known. ISO 3166-2 has none for some, such as Hong Kong. */
  readonly #listed: ReadonlySet<string>
  /** Codes of areas that are no more, where settlements tell which of its successors a point is in. */
  readonly #cutUp: ReadonlySet<string>
  readonly #index: NameIndex
  readonly #witnesses: BorderWitnesses | null
  readonly #cities: BorderCities | null
  readonly #neighbours: AreaNeighbours

  /** The last is the table of what touches: without it, no area has neighbours but those of the boundaries. */
  constructor(tables: Tables, boundaries: Boundaries | null = null, borders: Borders | null = null, neighbours = '') {
    const rings = unpackRings({
      ringLengths: tables.u32('ringLengths'),
      ringAreas: tables.u16('ringAreas'),
      corners: tables.u8('corners')
    })
    this.#layer = new AreaLayer(tables.lines('areas').map(readArea), rings)
    this.#cutUp = new Set(
      this.#layer.areas.flatMap(a => (a.code !== null && a.otherCodes.length > 0 && isRetired(a.code) ? a.code : []))
    )
    this.#boundaries = boundaries
    const above = boundaries === null ? undefined : neighboursAbove(boundaries.layer, this.#layer, boundaries.countries)
    this.#neighbours = new AreaNeighbours(neighbours, boundaries?.countries, above)
    this.#witnesses = borders?.witnesses ?? null
    this.#cities = borders?.cities ?? null
    const named = tables.lines('codes').map(line => line.split('\t') as [string, string])
    this.#codes = named.map(([code]) => code)
    this.#names = new Map(named)
    this.#listed = new Set(this.#codes.map(code => code.slice(0, 2)))
    this.#index = new NameIndex({ hashes: tables.u32('nameHashes'), rows: tables.u32('nameRows') })
  }

  /** True where the countries' own boundaries come from a file. */
  isReplaced(country: string | null): boolean {
    return country !== null && (this.#boundaries?.countries.has(country) ?? false)
  }

  /** The code, where it is in force; null for one that stands for several of today's that can be told apart. */
  inForce(code: string | null): string | null {
    return code !== null && this.#cutUp.has(code) && !this.isReplaced(code.slice(0, 2)) ? null : code
  }

  /** The areas in force that touch one, sorted, across the borders of countries too; none where none are known. The same list each time. */
  neighboursOf(code: string): readonly string[] {
    return this.#neighbours.of(code)
  }

  /** The area that a point lies in, or a little off. */
  at(point: Point): AreaFound {
    const above = this.#boundaries?.layer.at(point)
    if (above) return found(above, above.dispute)
    const area = this.#layer.at(point)
    if (area === null || this.isReplaced(area.country)) return this.#beside(point)
    const zone = zoneAt(point, area)
    if (zone !== null) return inZone(area, zone)
    const meant = area.dispute === null ? this.#acrossBorder(point, area) : null
    return found(meant ?? area, area.dispute)
  }

  /** The area on the other side of a border that is known to be drawn too far over there. */
  #acrossBorder(point: Point, { country }: Area): Area | null {
    if (country === null) return null
    const witness = this.#witnesses?.against(point, country) ?? null
    const byWitness = witness === null ? null : this.#areaTowards(point, witness.country, witness.depthKm)
    if (byWitness !== null) return byWitness
    const claim = this.#cities?.claimOf(point, country) ?? null
    return claim === null ? null : this.#areaTowards(point, claim, cityDepthKm)
  }

  #areaTowards(point: Point, country: string, withinKm: number): Area | null {
    const across = this.#layer.towards(point, country, depthsUpTo(withinKm))?.area ?? null
    return across === null || across.dispute !== null || this.isReplaced(country) ? null : across
  }

  /** How deep a point lies outside of a country, as far as it is measured, km; null beyond `withinKm`. */
  depthInto(point: Point, country: string, withinKm: number): number | null {
    return this.#layer.towards(point, country, depthsUpTo(withinKm))?.km ?? null
  }

  /** The area off whose coast, or beside whose border, the point lies; the country alone where there are several of one. */
  #beside(point: Point): AreaFound {
    const above = this.#boundaries?.layer.beside(point, besideKm) ?? []
    const areas = above.length > 0 ? above : this.#layer.beside(point, besideKm).filter(a => !this.isReplaced(a.country))
    const [first, ...others] = areas
    if (first === undefined || others.some(other => other.country !== first.country)) return nowhere
    if (others.length === 0) return found(first, first.dispute)
    const dispute = areas.find(a => a.dispute !== null)?.dispute ?? null
    return { ...found(first, dispute), codes: [], name: null }
  }

  lookUp(codeOrName: string, country: string): AdminLookup {
    if (!this.#listed.has(country) && !this.isReplaced(country)) return { kind: 'unlisted' }
    const code = this.#codeNamed(codeOrName, country)
    if (typeof code === 'string') return { kind: 'known', code }
    return code === null ? { kind: 'unknown' } : { kind: 'ambiguous', codes: code }
  }

  #codeNamed(text: string, country: string): string | readonly string[] | null {
    for (const keyOf of [nameKey, bareKey]) {
      const key = keyOf(text)
      const above = this.#boundaries?.codeByName.get(areaKey(country, key))
      if (above !== undefined) return above
      const codes = key === '' ? [] : this.#index.find(areaKey(country, key)).map(row => this.#codes[row] as string)
      if (codes.length > 0) return codes.length === 1 ? (codes[0] as string) : codes
    }
    return null
  }

  /** The area that a name means when it says so itself (`région de Ségou`), or when nothing else has the name; null code: the country. */
  named(name: string, country: string): { readonly code: string | null; readonly saysSo: boolean } | null {
    if (this.#countriesNamed(nameKey(name)).includes(country)) return { code: null, saysSo: true }
    const code = this.#codeNamed(name, country)
    if (typeof code !== 'string') return null
    return { code, saysSo: saysKind(name) }
  }

  /** The name of a code, as the map or ISO has it. */
  nameOf(code: string): string | null {
    return this.#boundaries?.nameByCode.get(code) ?? this.#names.get(code) ?? null
  }

  /** The country that a name or a code of two letters means; null where it is none, or may be two. */
  countryNamed(name: string): string | null {
    const whole = this.#countriesNamed(nameKey(name))
    // `Myanmar (Burma)`: where the whole is no name, what stands before the bracket is.
    const codes = whole.length > 0 ? whole : this.#countriesNamed(nameKey(name.replace(/[([].*$/, '')))
    return codes.length === 1 ? (codes[0] as string) : null
  }

  #countriesNamed(key: string): readonly string[] {
    return key === '' ? [] : this.#index.find(countryKey(key)).map(countryOfRow)
  }

  /** A circle that covers an area, or a whole country where no area is given; null for what is not mapped. */
  circleOf(country: string, code: string | null): Circle | null {
    const layer = this.isReplaced(country) ? this.#boundaries?.layer : this.#layer
    return layer?.circleOf(country, code) ?? null
  }
}

function found(area: Area, dispute: AreaDispute | null): AreaFound {
  const claimants = dispute?.claimants ?? []
  const country = claimants.length > 1 ? null : (claimants[0] ?? area.country)
  return { codes: codesOf(area), hasOwnCode: area.code !== null, country, name: area.name, dispute }
}

/** The code of the area round a zone is that of one claimant: with more than one it is left out. */
function inZone(area: Area, zone: Dispute): AreaFound {
  const all = found(area, shown(zone))
  return zone.claimants.length > 1 ? { ...all, codes: [], name: zone.name } : all
}

function depthsUpTo(km: number): readonly number[] {
  return witnessDepthsKm.filter(depth => depth <= km)
}

function zoneAt(point: Point, { country }: Area): Dispute | null {
  if (country === null || !zonedCountries.has(country)) return null
  return zones.find(({ zone }) => zone?.mapped.includes(country) && isInPolygon(point, [zone.ring])) ?? null
}

/** What a look-up tells of a dispute. */
function shown(dispute: Dispute | undefined): AreaDispute | null {
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
    dispute: shown(disputes.find(d => d.id === dispute))
  }
}
