// Filters over alerts: one object in JSON, the same names in a query. Values of one name are
// alternatives; all names must hold. A filter selects; access control is elsewhere. Its type, the
// check of what is asked for and the documents follow from one format. Source:
// interface.md#filters.

import {
  computeBounds,
  type FilterWork,
  meetsCircle,
  meetsPolygon,
  type PolygonArea
} from '@tocsin/domain/space-time/asked-area'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import {
  type Format,
  type JsonSchema,
  listOf,
  makeFormat,
  number,
  record,
  text,
  truth,
  type ValueOf,
  words
} from '../format/format.ts'
import type { FieldError } from '../problem/problem-catalogue.ts'
import { handlings } from '../theatre/handling.ts'
import { categories } from '../theatre/report.ts'
import { severities } from '../theatre/severity.ts'
import { type AlertState, alertStatuses, certainties } from './alert.ts'

export const alternativesMax = 100
/** Maximum number of positions of a polygon, all rings together. */
export const positionsMax = 1000
/**
 * Maximum number of alternatives and positions of a whole filter: each is checked against every
 * alert.
 */
export const filterCostMax = 1200
const textLengthMax = 200
const circleKmMax = 20_100
const errorsMax = 20

const alternatives = <Value>(items: Format<Value>, description?: string) =>
  listOf(items, description, { minItems: 1, maxItems: alternativesMax })
const word = text({ minLength: 1, maxLength: textLengthMax })
const bounded = (minimum: number, maximum: number) => number({ minimum, maximum })

const members = {
  severity: alternatives(words(severities)),
  minSeverity: words(severities, 'This severity or more.'),
  status: alternatives(words(alertStatuses)),
  pattern: alternatives(word),
  ruleId: alternatives(word),
  category: alternatives<string>(words(categories), 'Of the reports of its evidence.'),
  theatre: alternatives(word),
  admin1: alternatives(word, 'ISO 3166-2.'),
  country: alternatives(word, 'ISO 3166-1 alpha-2.'),
  polygon: makeFormat<PolygonArea>(
    record({
      type: words(['Polygon']),
      coordinates: listOf(listOf(listOf(number(), { minItems: 2 }), { minItems: 4 }), {
        minItems: 1
      })
    }),
    'A GeoJSON Polygon that the circle of the alert intersects; at most 1,000 positions.'
  ),
  circle: makeFormat<readonly [lat: number, lon: number, km: number]>(
    {
      type: 'array',
      prefixItems: [bounded(-90, 90), bounded(-180, 180), bounded(0, circleKmMax)],
      minItems: 3,
      maxItems: 3,
      items: { type: 'number' }
    },
    'Latitude, longitude and radius, km, of a circle that the circle of the alert intersects.'
  ),
  certainty: alternatives(words(certainties)),
  handling: alternatives(words(handlings)),
  drill: truth('True: only drills. False: no drills.')
}
type FilterName = keyof typeof members
export const filterNames = Object.keys(members) as readonly FilterName[]

export type AlertFilter = { readonly [Name in FilterName]?: ValueOf<(typeof members)[Name]> }

export const filterSchema: JsonSchema = {
  description: 'Values of one name are alternatives, all names must match. Empty: all alerts.',
  type: 'object',
  additionalProperties: false,
  properties: members
}

/** The same in a request, where a single value may replace a list. */
export const filterBody: JsonSchema = {
  ...filterSchema,
  properties: Object.fromEntries(filterNames.map(name => [name, allowSingle(name)]))
}

/** The same names in a query, where lists are separated by commas and the polygon is JSON. */
export const filterQuery: Readonly<Record<FilterName, JsonSchema>> = {
  ...members,
  polygon: { ...members.polygon, contentMediaType: 'application/json' }
}

function isList(name: FilterName): boolean {
  return members[name].type === 'array' && name !== 'circle'
}

function allowSingle(name: FilterName): JsonSchema {
  if (!isList(name)) return members[name]
  const { description, items, ...list } = members[name]
  const anyOf = [{ ...list, items }, items]
  return description === undefined ? { anyOf } : { description, anyOf }
}

export type FilterFacts = Pick<
  AlertState,
  | ('severity' | 'status' | 'certainty' | 'handling' | 'drill')
  | ('pattern' | 'ruleId' | 'category' | 'theatre' | 'area')
>

export type ParsedFilter =
  | { readonly ok: true; readonly filter: AlertFilter }
  | { readonly ok: false; readonly errors: readonly FieldError[] }

/**
 * True if an alert passes. Pure except for the count in `work`; O(alternatives), and O(positions)
 * near the polygon only. The empty filter passes all.
 */
export function matchesFilter(filter: AlertFilter, facts: FilterFacts, work?: FilterWork): boolean {
  if (work !== undefined) work.units += 1 + countAlternatives(filter)
  return (
    among(filter.severity, facts.severity) &&
    (filter.minSeverity === undefined ||
      severities.indexOf(facts.severity) >= severities.indexOf(filter.minSeverity)) &&
    among(filter.status, facts.status) &&
    among(filter.pattern, facts.pattern) &&
    among(filter.ruleId, facts.ruleId) &&
    anyAmong(filter.category, facts.category) &&
    among(filter.theatre, facts.theatre) &&
    anyAmong(filter.admin1, facts.area.admin1) &&
    anyAmong(filter.country, facts.area.country) &&
    among(filter.certainty, facts.certainty) &&
    among(filter.handling, facts.handling) &&
    (filter.drill === undefined || filter.drill === facts.drill) &&
    (filter.circle === undefined || meetsCircle(filter.circle, facts.area.circle)) &&
    (filter.polygon === undefined ||
      meetsPolygon(filter.polygon, computeBounds(filter.polygon), facts.area.circle, work))
  )
}

/** The maximum cost of matching one alert: each alternative and each position counts one. */
export function filterCost(filter: AlertFilter): number {
  return (
    countAlternatives(filter) +
    (filter.polygon === undefined ? 0 : computeBounds(filter.polygon).positions)
  )
}

function countAlternatives(filter: AlertFilter): number {
  let count = 0
  for (const name in filter) {
    const value = filter[name as FilterName]
    if (Array.isArray(value)) count += value.length
  }
  return count
}

function among<T>(wanted: readonly T[] | undefined, value: T): boolean {
  return wanted === undefined || wanted.includes(value)
}

function anyAmong(wanted: readonly string[] | undefined, values: readonly string[]): boolean {
  return wanted === undefined || values.some(value => wanted.includes(value))
}

/**
 * Parses a filter from JSON, where a name may have one value or a list. Pure; never throws. Each
 * error names its field. An unknown name is an error, since ignoring it would let too much through.
 */
export function parseFilter(value: unknown): ParsedFilter {
  const filter = spreadSingles(value)
  if (!isFilter(filter))
    return { ok: false, errors: (isFilter.errors ?? []).slice(0, errorsMax).map(describe) }
  const { polygon, ...others } = filter
  const fault = polygon === undefined ? null : findPolygonFault(polygon)
  if (fault !== null) return { ok: false, errors: [{ pointer: '/polygon', detail: fault }] }
  const cost = filterCost(filter)
  if (cost <= filterCostMax)
    return { ok: true, filter: { ...others, ...(polygon && { polygon: toPairs(polygon) }) } }
  const detail = `has ${cost} alternatives and positions in all; the limit of a filter is ${filterCostMax}`
  return { ok: false, errors: [{ pointer: '', detail }] }
}

const isFilter = new Ajv2020({
  allErrors: true,
  strictTuples: false,
  validateSchema: false
}).compile<AlertFilter>(filterSchema)

function spreadSingles(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, given]) => [
      name,
      Object.hasOwn(members, name) && isList(name as FilterName)
        ? [...new Set([given].flat())]
        : given
    ])
  )
}

function describe({ keyword, instancePath, params, message }: ErrorObject): FieldError {
  if (keyword === 'additionalProperties') {
    const name = String(params.additionalProperty).replaceAll('~', '~0').replaceAll('/', '~1')
    const detail = `is not a name of a filter; these are: ${filterNames.join(', ')}`
    return { pointer: `${instancePath}/${name}`, detail }
  }
  const detail = keyword === 'enum' ? `must be one of ${params.allowedValues.join(', ')}` : message
  return { pointer: instancePath, detail: detail ?? 'is invalid' }
}

function findPolygonFault({ coordinates }: PolygonArea): string | null {
  if (coordinates.flat().length > positionsMax)
    return `has more than ${positionsMax} positions in all its rings, which is the limit`
  if (!coordinates.flat().every(isLonLat)) return 'has a position that is not [lon, lat] in degrees'
  const isClosed = coordinates.every(
    ring => String(ring[0]?.slice(0, 2)) === String(ring.at(-1)?.slice(0, 2))
  )
  return isClosed ? null : 'has a ring that does not end where it begins'
}

/** Positions may have a height, which no filter reads. */
function toPairs({ coordinates }: PolygonArea): PolygonArea {
  return {
    type: 'Polygon',
    coordinates: coordinates.map(ring => ring.map(([lon, lat]) => [lon, lat]))
  }
}

function isLonLat([lon, lat, ...rest]: readonly number[]): boolean {
  return Math.abs(lon ?? 360) <= 180 && Math.abs(lat ?? 360) <= 90 && rest.length <= 1
}

/**
 * Parses a filter from a query: lists are separated by commas, `circle` is `lat,lon,km`, `polygon`
 * is GeoJSON. Names that no filter has are left to the route. Pure; never throws.
 */
export function filterFromQuery(query: Readonly<Record<string, unknown>>): ParsedFilter {
  const value: Record<string, unknown> = {}
  for (const name of filterNames) {
    const given = query[name]
    if (given === undefined) continue
    // A repeated parameter adds alternatives.
    value[name] = fromText(name, Array.isArray(given) ? given.join(',') : String(given))
  }
  return parseFilter(value)
}

function fromText(name: FilterName, text: string): unknown {
  if (name === 'polygon') return parsedJson(text)
  if (name === 'drill') return text === 'true' ? true : text === 'false' ? false : text
  const parts = text.split(',').map(part => part.trim())
  if (name === 'circle') return parts.map(part => (part === '' ? Number.NaN : Number(part)))
  return name === 'minSeverity' ? text.trim() : parts
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
