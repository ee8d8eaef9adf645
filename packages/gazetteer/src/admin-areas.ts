// First-level areas on the map and by name: which one a point lies in, which one a name means, how far it reaches.

import { coveringCircle, type Point } from '@tocsin/domain/geometry'
import { isInPolygon, type Ring } from '@tocsin/domain/polygon'
import { adminNames, countryNames } from './admin-names.ts'
import { nameKey, words } from './place-names.ts'
import type { AdminLookup } from './port.ts'

export interface Circle {
  readonly center: Point
  readonly radiusKm: number
}

/** An area on the map. Two codes where one area was cut in two later than the map was drawn. */
interface MappedArea {
  readonly admin1: readonly string[]
  readonly rings: readonly Ring[]
}

/** A mapped area and the box around it, which tells most points outside at once. */
interface BoxedArea extends MappedArea {
  readonly south: number
  readonly north: number
  readonly west: number
  readonly east: number
}

/** Words that say what kind of area a name is of, in the languages of reporters. */
const kindWords = new Set([
  'region',
  'province',
  'district',
  'gouvernorat',
  'governorate',
  'de',
  'du',
  'des',
  'la',
  'le',
  'of',
  'the'
])

export class AdminAreas {
  readonly #mapped: readonly BoxedArea[]
  readonly #codeByName = new Map<string, string>()
  readonly #countries: ReadonlySet<string>

  /** Reads a table of one JSON object a line: `{admin1: [code…], rings: [[[lon, lat]…]…]}`. */
  constructor(lines: string) {
    this.#mapped = lines
      .trim()
      .split('\n')
      .map(line => boxed(JSON.parse(line) as MappedArea))
    for (const [code, names] of Object.entries(adminNames)) {
      for (const name of [code, ...names]) this.#codeByName.set(`${code.slice(0, 2)}/${nameKey(name)}`, code)
    }
    this.#countries = new Set(Object.keys(adminNames).map(code => code.slice(0, 2)))
  }

  /** The codes of the area that a point lies in; none outside of what is mapped. */
  at(point: Point): readonly string[] {
    return this.#mapped.find(area => isInBox(point, area) && isInPolygon(point, area.rings))?.admin1 ?? []
  }

  lookUp(codeOrName: string, country: string): AdminLookup {
    if (!this.#countries.has(country)) return { kind: 'unlisted' }
    const code =
      this.#codeByName.get(`${country}/${nameKey(codeOrName)}`) ?? this.#codeByName.get(`${country}/${bareKey(codeOrName)}`)
    return code === undefined ? { kind: 'unknown' } : { kind: 'known', code }
  }

  /** The area that a name means when it says so itself (`région de Ségou`), or when nothing else has the name. */
  named(name: string, country: string): { readonly code: string | null; readonly saysSo: boolean } | null {
    if (countryNames[country]?.some(known => nameKey(known) === nameKey(name))) return { code: null, saysSo: true }
    const found = this.lookUp(name, country)
    if (found.kind !== 'known') return null
    return { code: found.code, saysSo: bareKey(name) !== nameKey(name) }
  }

  /** A circle that covers an area, or a whole country where no area is given; null for what is not mapped. */
  circleOf(country: string, code: string | null): Circle | null {
    const areas = this.#mapped.filter(a => (code === null ? a.admin1[0]?.startsWith(`${country}-`) : a.admin1.includes(code)))
    const corners = areas.flatMap(a => (a.rings[0] ?? []).map(([lon, lat]) => ({ lat, lon, radiusKm: 0 })))
    return coveringCircle(corners)
  }
}

function boxed(area: MappedArea): BoxedArea {
  const outline = area.rings[0] ?? []
  const lons = outline.map(([lon]) => lon)
  const lats = outline.map(([, lat]) => lat)
  return { ...area, south: Math.min(...lats), north: Math.max(...lats), west: Math.min(...lons), east: Math.max(...lons) }
}

function isInBox({ lat, lon }: Point, { south, north, west, east }: BoxedArea): boolean {
  return lat >= south && lat <= north && lon >= west && lon <= east
}

/** A name without the words that say what kind of area it is. */
function bareKey(name: string): string {
  return words(name)
    .filter(word => !kindWords.has(word))
    .join('')
}
