// Queries of lists of alerts: filters and pages, and how they are read.

import { type FieldError, ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { type AlertFilter, filterFromQuery, filterNames } from '@tocsin/domain/alert/alert-filter'
import { askedFilter } from '../reader/asked-filter.ts'

const pageDefault = 50
const pageMax = 500

// Below the limit on all headers together, which includes path and query: any value within this limit can arrive.
export const cursorText = { type: 'string', minLength: 1, maxLength: 12_288 } as const
export const pageParameters = {
  cursor: cursorText,
  limit: { type: 'integer', minimum: 1, maximum: pageMax, default: pageDefault }
} as const
// Filters have their own reader, which names the faulty part.
export const filterParameters = Object.fromEntries(filterNames.map(name => [name, {}]))

/** The schema of a query with these parameters and no other. */
export function query(properties: Readonly<Record<string, unknown>>) {
  return { type: 'object', additionalProperties: false, properties }
}

/** The filter of a query. Throws ProblemError `query-invalid`, which names each fault. */
export function readFilter(parameters: Readonly<Record<string, unknown>>): AlertFilter {
  const parsed = askedFilter(filterFromQuery(parameters))
  if (parsed.ok) return parsed.filter
  // A list is one parameter here: its name, without the index.
  const errors: FieldError[] = parsed.errors.map(({ pointer, detail }) => ({ pointer: pointer.split('/')[1] ?? '', detail }))
  throw new ProblemError('query-invalid', 'The filter is invalid.', { errors })
}
