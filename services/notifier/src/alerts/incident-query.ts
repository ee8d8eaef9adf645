// Queries of lists of incidents, and how they are read.

import type { ReaderView } from '@tocsin/auth/access/reader-view'
import type { AlertFilter } from '@tocsin/contracts/alert/alert-filter'
import { optional, text } from '@tocsin/contracts/format/format'
import type { IncidentSearch } from '@tocsin/read-model/incidents/incident-table'
import { filterParameters, readFilter, readSpan } from './list-queries.ts'

const { theatre, category, country, admin1 } = filterParameters
export const incidentParameters = { theatre, category, country, admin1 }

export const makeSources = (description: string) => ({
  source: optional(text({ description, minLength: 1 }))
})

/**
 * Incidents that are standing, are visible to the reader, have one of the asked values of each
 * name, and began within the asked span. Throws ProblemError `query-invalid`.
 */
export function readIncidentSearch(
  view: ReaderView,
  asked: Readonly<Record<string, unknown>>
): IncidentSearch {
  const filter: AlertFilter = readFilter(asked)
  return {
    ...{ level: view.level, theatres: view.theatres, ...readSpan(asked) },
    theatre: filter.theatre ?? null,
    category: filter.category ?? null,
    country: filter.country ?? null,
    admin1: filter.admin1 ?? null,
    sources: asked.source === undefined ? null : String(asked.source).split(',')
  }
}
