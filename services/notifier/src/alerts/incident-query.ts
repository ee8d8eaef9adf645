// Queries of lists of incidents, and how they are read.

import type { AlertFilter } from '@tocsin/contracts/alert/alert-filter'
import { optional, text } from '@tocsin/contracts/format/format'
import type { IncidentEntry } from './incident-index.ts'
import { filterParameters, isWithin, readFilter, readSpan } from './list-queries.ts'
import { isInView, type ReaderView } from './reader-view.ts'

const { theatre, category, country, admin1 } = filterParameters
export const incidentParameters = { theatre, category, country, admin1 }

type IncidentFilter = Pick<AlertFilter, keyof typeof incidentParameters>

export const makeSources = (description: string) => ({
  source: optional(text({ description, minLength: 1 }))
})

/**
 * Whether an incident is standing, is visible to the reader, has one of the asked values of each
 * name, and began within the asked span. Throws ProblemError `query-invalid`.
 */
export function wantedIncidents(
  view: ReaderView,
  asked: Readonly<Record<string, unknown>>
): (entry: IncidentEntry) => boolean {
  const filter: IncidentFilter = readFilter(asked)
  const span = readSpan(asked)
  const sources = asked.source === undefined ? null : String(asked.source).split(',')
  const wanted = (['theatre', 'category', 'country', 'admin1'] as const).map(
    name => [name, filter[name] ?? null] as const
  )
  return ({ state, isWithdrawn }) => {
    if (isWithdrawn || !isInView(view, state)) return false
    if (!isWithin(span, state.occurred.from)) return false
    if (sources !== null && !state.reports.some(({ sourceId }) => sources.includes(sourceId)))
      return false
    const { country, admin1 } = state.place
    const values: Readonly<Record<string, string | null>> = {
      theatre: state.theatre,
      category: state.category,
      country,
      admin1
    }
    return wanted.every(
      ([name, allowed]) => allowed === null || allowed.includes(values[name] ?? '')
    )
  }
}
