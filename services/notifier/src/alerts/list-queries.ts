// Queries of lists: filters, pages and spans of time, how they are read, and the sealed tokens by
// which the next page is asked for.

import type { ReaderView } from '@tocsin/auth/access/reader-view'
import {
  type AlertFilter,
  filterFromQuery,
  type filterNames,
  filterQuery,
  type ParsedFilter
} from '@tocsin/contracts/alert/alert-filter'
import {
  integer,
  makeFormat,
  type Optional,
  optional,
  readAs,
  text
} from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { isCountryCode } from '@tocsin/contracts/report/iso-3166-1'
import { readMoment } from '@tocsin/contracts/report/moments'
import { askedMomentPattern } from '@tocsin/contracts/report/pattern-words'
import { type Severity, severities } from '@tocsin/contracts/theatre/severity'
import { findPatternFault } from '@tocsin/engine/theatre/rule-check'
import type { Place } from '@tocsin/read-model/alerts/search-bounds'
import type { IncidentSearch } from '@tocsin/read-model/incidents/incident-table'
import { openCursor, sealCursor } from '@tocsin/service/projection/sealed-cursor'

type Parameters = Readonly<Record<string, unknown>>

// Below the limit on all headers together, which includes path and query: any value within this
// limit can arrive.
export const cursorText = (description: string) =>
  text({ description, minLength: 1, maxLength: 12_288 })
/** A cursor that names a place in a list, of this service alone. */
export const sealedCursor = (description: string) =>
  text({ description, minLength: 1, maxLength: 1024 })
export const computeLimit = (description: string, maximum: number, byDefault: number) =>
  integer({ description, minimum: 1, maximum, default: byDefault })
export const pageParameters = {
  cursor: optional(cursorText('The `next` of the previous page.')),
  limit: computeLimit('Maximum number of items per page.', 500, 50)
}
// Filters have their own reader, which names the faulty part.
export const filterParameters = Object.fromEntries(
  Object.entries(filterQuery).map(([name, shown]) => [
    name,
    optional(readAs(makeFormat({}), shown))
  ])
) as Readonly<Record<(typeof filterNames)[number], Optional>>

export const incidentParameters = {
  theatre: filterParameters.theatre,
  category: filterParameters.category,
  country: filterParameters.country,
  admin1: filterParameters.admin1
}

export const makeSources = (description: string) => ({
  source: optional(text({ description, minLength: 1 }))
})

export function refuseQuery(pointer: string, detail: string, what: string): ProblemError {
  return new ProblemError('query-invalid', what, { errors: [{ pointer, detail }] })
}

/**
 * A parsed filter, refused with the first value of a name that no alert can have: an empty answer to
 * a country or a pattern that does not exist would look like quiet. Theatres and rules are not looked
 * up: a refusal would reveal which ones there are. No pattern was ever withdrawn; one that is must
 * stay known here, for alerts keep its name.
 */
export function askedFilter(parsed: ParsedFilter): ParsedFilter {
  if (!parsed.ok) return parsed
  const errors = (['country', 'pattern'] as const).flatMap(name => {
    const faults = (parsed.filter[name] ?? []).map(faultOf[name])
    const at = faults.findIndex(fault => fault !== null)
    return at < 0 ? [] : [{ pointer: `/${name}/${at}`, detail: faults[at] as string }]
  })
  return errors.length === 0 ? parsed : { ok: false, errors }
}

const faultOf = {
  country: (code: string) =>
    isCountryCode(code) ? null : `is not an ISO 3166-1 alpha-2 code: ${code}`,
  pattern: (name: string) => findPatternFault(name)
}

/** The filter of a query. Throws ProblemError `query-invalid`, which names each fault. */
export function readFilter(parameters: Parameters): AlertFilter {
  const parsed = askedFilter(filterFromQuery(parameters))
  if (parsed.ok) return parsed.filter
  // A list is one parameter here: its name, without the index.
  const errors = parsed.errors.map(({ pointer, detail }) => ({
    pointer: pointer.split('/')[1] ?? '',
    detail
  }))
  throw new ProblemError('query-invalid', 'The filter is invalid.', { errors })
}

/** When it began, ms: from the first moment on, and before the second. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** Parameters of a span of time, by what they mean. */
export const makeSpan = (from: string, to: string) => {
  const moment = (description: string) =>
    optional(text({ description, pattern: askedMomentPattern }))
  return { from: moment(from), to: moment(to) }
}

/** The span of a query, without a bound where it has none. Throws ProblemError `query-invalid`. */
export function readSpan(parameters: Parameters): Span {
  const problem = 'The time range is invalid.'
  const readBound = (name: 'from' | 'to', without: number) => {
    const text = parameters[name]
    if (text === undefined) return without
    const read = readMoment(String(text))
    if (read.kind === 'moment') return read.startMs
    throw refuseQuery(name, 'must be a day or an instant with a UTC offset', problem)
  }
  const fromMs = readBound('from', Number.NEGATIVE_INFINITY)
  const toMs = readBound('to', Number.POSITIVE_INFINITY)
  if (fromMs > toMs) throw refuseQuery('to', 'must not be before `from`', problem)
  return { fromMs, toMs }
}

/**
 * Incidents that are standing, are visible to the reader, have one of the asked values of each
 * name, and began within the asked span. Throws ProblemError `query-invalid`.
 */
export function readIncidentSearch(view: ReaderView, parameters: Parameters): IncidentSearch {
  const { theatre = null, category = null, country = null, admin1 = null } = readFilter(parameters)
  const { source } = parameters
  return {
    ...{ level: view.level, theatres: view.theatres, ...readSpan(parameters) },
    ...{ theatre, category, country, admin1 },
    sources: source === undefined ? null : String(source).split(',')
  }
}

/** The place in a list where a page ended. Not a log position, so it contains no cursor. */
export function sealPlace(
  { cursorKey }: { readonly cursorKey: Buffer },
  list: string,
  after: unknown
): string {
  return sealCursor(cursorKey, { cursors: [], extra: { list, after } })
}

export function makePlace<T>(
  { cursorKey }: { readonly cursorKey: Buffer },
  list: string,
  text: string
): T {
  const opened = openCursor(cursorKey, text)
  const extra = opened.ok
    ? (opened.content.extra as { readonly list: string; readonly after: T } | undefined)
    : undefined
  if (extra?.list !== list || typeof extra.after !== 'object')
    throw new ProblemError('cursor-invalid', 'The cursor was not issued by this list.')
  return extra.after
}

/** An alert's place in a list. Its severity may change between two pages; the rest never does. */
export interface GravePlace extends Place {
  readonly severity: Severity
}

/** The severities from that of a place on, gravest first, each with where to begin in it. */
export function listGravest(after: GravePlace | null) {
  const gravest = severities.toReversed()
  return gravest
    .slice(after === null ? 0 : gravest.indexOf(after.severity))
    .map(severity => ({ severity, after: after?.severity === severity ? after : null }))
}

/** A page from the rest of a list. `next` is sealed from the place that `getPlace` gives its last item. */
export function makePage<T>(
  deps: { readonly cursorKey: Buffer },
  list: string,
  rest: readonly T[],
  limit: number,
  getPlace: (last: T) => object
): { readonly items: readonly T[]; readonly next: string | null } {
  const items = rest.slice(0, limit)
  const last = items.at(-1)
  const isMore = rest.length > limit && last !== undefined
  return { items, next: isMore ? sealPlace(deps, list, getPlace(last)) : null }
}
