// Queries of lists of alerts: filters, pages and spans of time, and how they are read.

import {
  type AlertFilter,
  filterFromQuery,
  type filterNames,
  filterQuery
} from '@tocsin/contracts/alert/alert-filter'
import {
  integer,
  makeFormat,
  type Optional,
  optional,
  readAs,
  text
} from '@tocsin/contracts/format/format'
import { type FieldError, ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { readMoment } from '@tocsin/contracts/report/moments'
import { askedMomentPattern } from '@tocsin/contracts/report/pattern-words'
import { askedFilter } from './asked-filter.ts'

const pageDefault = 50
const pageMax = 500

// Below the limit on all headers together, which includes path and query: any value within this
// limit can arrive.
export const cursorText = (description: string) =>
  text({ description, minLength: 1, maxLength: 12_288 })
/** A cursor that names a place in a list, of this service alone. */
export const sealedCursor = (description: string) =>
  text({ description, minLength: 1, maxLength: 1024 })
/** How many are on a page. */
export const computeLimit = (description: string, maximum: number, byDefault: number) =>
  integer({ description, minimum: 1, maximum, default: byDefault })
export const pageParameters = {
  cursor: optional(cursorText('The `next` of the previous page.')),
  limit: computeLimit('Maximum number of items per page.', pageMax, pageDefault)
}
// Filters have their own reader, which names the faulty part.
export const filterParameters = Object.fromEntries(
  Object.entries(filterQuery).map(([name, shown]) => [
    name,
    optional(readAs(makeFormat({}), shown))
  ])
) as Readonly<Record<(typeof filterNames)[number], Optional>>

/** The filter of a query. Throws ProblemError `query-invalid`, which names each fault. */
export function readFilter(parameters: Readonly<Record<string, unknown>>): AlertFilter {
  const parsed = askedFilter(filterFromQuery(parameters))
  if (parsed.ok) return parsed.filter
  // A list is one parameter here: its name, without the index.
  const errors: FieldError[] = parsed.errors.map(({ pointer, detail }) => ({
    pointer: pointer.split('/')[1] ?? '',
    detail
  }))
  throw new ProblemError('query-invalid', 'The filter is invalid.', { errors })
}

/** The area that a filter asks for, and the rest of it, by which kinds of alerts are chosen. */
export function splitArea({ circle, polygon, ...ofKinds }: AlertFilter) {
  return { area: { ...(circle && { circle }), ...(polygon && { polygon }) }, ofKinds }
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
export function readSpan(asked: Readonly<Record<string, unknown>>): Span {
  const fromMs = makeMoment(asked, 'from', Number.NEGATIVE_INFINITY)
  const toMs = makeMoment(asked, 'to', Number.POSITIVE_INFINITY)
  if (fromMs <= toMs) return { fromMs, toMs }
  const errors = [{ pointer: 'to', detail: 'must not be before `from`' }]
  throw new ProblemError('query-invalid', 'The time range is invalid.', { errors })
}

/** Whether an instant, ISO 8601, is in a span. */
export function isWithin({ fromMs, toMs }: Span, moment: string): boolean {
  if (fromMs === Number.NEGATIVE_INFINITY && toMs === Number.POSITIVE_INFINITY) return true
  const ms = Date.parse(moment)
  return ms >= fromMs && ms < toMs
}

function makeMoment(
  asked: Readonly<Record<string, unknown>>,
  name: 'from' | 'to',
  without: number
): number {
  const text = asked[name]
  if (text === undefined) return without
  const read = readMoment(String(text))
  if (read.kind === 'moment') return read.startMs
  const errors = [{ pointer: name, detail: 'must be a day or an instant with a UTC offset' }]
  throw new ProblemError('query-invalid', 'The time range is invalid.', { errors })
}
