// Filters over alerts: one object in JSON, the same names in a query. Values of one name are
// alternatives; all names must hold. A filter selects; access control is elsewhere. Source:
// interface.md#filters.

import {
  computeBounds,
  type FilterWork,
  type LonLat,
  meetsCircle,
  meetsPolygon,
  type PolygonArea
} from '@tocsin/domain/space-time/asked-area'
import { type Handling, handlings } from '../theatre/handling.ts'
import { categories } from '../theatre/report.ts'
import { type Severity, severities } from '../theatre/severity.ts'
import {
  type AlertState,
  type AlertStatus,
  alertStatuses,
  type Certainty,
  certainties
} from './alert.ts'

export interface AlertFilter {
  readonly severity?: readonly Severity[]
  readonly minSeverity?: Severity
  readonly status?: readonly AlertStatus[]
  readonly pattern?: readonly string[]
  readonly ruleId?: readonly string[]
  readonly category?: readonly string[]
  readonly theatre?: readonly string[]
  readonly admin1?: readonly string[]
  readonly country?: readonly string[]
  readonly polygon?: PolygonArea
  /** [lat, lon, km] */
  readonly circle?: readonly [number, number, number]
  readonly certainty?: readonly Certainty[]
  readonly handling?: readonly Handling[]
  readonly drill?: boolean
}

/** The parts of an alert that a filter reads. */
export type FilterFacts = Pick<
  AlertState,
  | 'severity'
  | 'status'
  | 'pattern'
  | 'ruleId'
  | 'category'
  | 'theatre'
  | 'area'
  | 'certainty'
  | 'handling'
  | 'drill'
>

export interface FilterError {
  /** JSON pointer into the filter. */
  readonly pointer: string
  readonly detail: string
}
export type ParsedFilter =
  | { readonly ok: true; readonly filter: AlertFilter }
  | { readonly ok: false; readonly errors: readonly FilterError[] }

export const filterNames = [
  'severity',
  'minSeverity',
  'status',
  'pattern',
  'ruleId',
  'category',
  'theatre',
  'admin1',
  'country',
  'polygon',
  'circle',
  'certainty',
  'handling',
  'drill'
] as const
type FilterName = (typeof filterNames)[number]

/** Maximum number of alternatives of one name. */
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
  if (!isObject(value)) return { ok: false, errors: [{ pointer: '', detail: 'must be an object' }] }
  const errors: FilterError[] = []
  const filter: Record<string, unknown> = {}
  for (const [name, given] of Object.entries(value)) {
    const read = Object.hasOwn(readers, name) ? readers[name as FilterName] : null
    const outcome =
      read === null
        ? { detail: `is not a name of a filter; these are: ${filterNames.join(', ')}` }
        : read(given)
    if ('detail' in outcome)
      errors.push({
        pointer: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        detail: outcome.detail
      })
    else filter[name] = outcome.value
  }
  if (errors.length > 0) return { ok: false, errors }
  const cost = filterCost(filter as AlertFilter)
  if (cost <= filterCostMax) return { ok: true, filter: filter as AlertFilter }
  const detail = `has ${cost} alternatives and positions in all; the limit of a filter is ${filterCostMax}`
  return { ok: false, errors: [{ pointer: '', detail }] }
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

type Read = { readonly value: unknown } | { readonly detail: string }

const readers: Readonly<Record<FilterName, (given: unknown) => Read>> = {
  severity: matchList(severities),
  minSeverity: given =>
    isAmong(severities, given)
      ? { value: given }
      : { detail: `must be one of ${severities.join(', ')}` },
  status: matchList(alertStatuses),
  pattern: textList,
  ruleId: textList,
  category: matchList(categories),
  theatre: textList,
  admin1: textList,
  country: textList,
  polygon: readPolygon,
  circle: readCircle,
  certainty: matchList(certainties),
  handling: matchList(handlings),
  drill: given =>
    typeof given === 'boolean' ? { value: given } : { detail: 'must be true or false' }
}

function matchList(allowed: readonly string[]): (given: unknown) => Read {
  return given => {
    const list = textList(given)
    if ('detail' in list) return list
    const wrong = (list.value as readonly string[]).find(each => !allowed.includes(each))
    return wrong === undefined
      ? list
      : { detail: `${JSON.stringify(wrong)} is not one of ${allowed.join(', ')}` }
  }
}

function textList(given: unknown): Read {
  const list: unknown[] = Array.isArray(given) ? given : [given]
  if (list.length === 0 || list.length > alternativesMax)
    return { detail: `must have 1 to ${alternativesMax} values` }
  const good = list.every(
    each => typeof each === 'string' && each !== '' && each.length <= textLengthMax
  )
  return good
    ? { value: [...new Set(list)] }
    : { detail: `must be texts of 1 to ${textLengthMax} characters` }
}

function readCircle(given: unknown): Read {
  if (!Array.isArray(given) || given.length !== 3) return { detail: 'must be [lat, lon, km]' }
  const [lat, lon, km] = given as unknown[]
  if (!isWithin(lat, -90, 90))
    return { detail: 'has no latitude from -90 to 90 as its first number' }
  if (!isWithin(lon, -180, 180))
    return { detail: 'has no longitude from -180 to 180 as its second number' }
  if (!isWithin(km, 0, circleKmMax))
    return { detail: `has no radius from 0 to ${circleKmMax} km as its third number` }
  return { value: [lat, lon, km] }
}

function readPolygon(given: unknown): Read {
  if (!isObject(given) || given.type !== 'Polygon' || !Array.isArray(given.coordinates)) {
    return { detail: 'must be a GeoJSON Polygon' }
  }
  const rings = given.coordinates as unknown[]
  if (rings.length === 0) return { detail: 'has no ring' }
  let positions = 0
  for (const ring of rings) {
    if (!Array.isArray(ring) || ring.length < 4)
      return { detail: 'has a ring of fewer than four positions' }
    positions += ring.length
    if (positions > positionsMax)
      return {
        detail: `has more than ${positionsMax} positions in all its rings, which is the limit`
      }
    if (!ring.every(isLonLat)) return { detail: 'has a position that is not [lon, lat] in degrees' }
    const [first, last] = [ring[0] as LonLat, ring[ring.length - 1] as LonLat]
    if (first[0] !== last[0] || first[1] !== last[1])
      return { detail: 'has a ring that does not end where it begins' }
  }
  return {
    value: {
      type: 'Polygon',
      coordinates: rings.map(ring => (ring as LonLat[]).map(([lon, lat]) => [lon, lat]))
    }
  }
}

function isLonLat(value: unknown): value is LonLat {
  return (
    Array.isArray(value) &&
    (value.length === 2 || value.length === 3) &&
    isWithin(value[0], -180, 180) &&
    isWithin(value[1], -90, 90)
  )
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && value >= least && value <= most
}

function isAmong(allowed: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && allowed.includes(value)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
