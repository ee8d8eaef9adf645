// Queries of lists of incidents, and how they are read.

import type { AlertFilter } from '@tocsin/contracts/alert/alert-filter'
import type { IncidentEntry } from '../projection/incident-index.ts'
import { isInView, type ReaderView } from '../reader/reader-view.ts'

export const incidentParameters = { theatre: {}, category: {}, country: {}, admin1: {} } as const

type IncidentFilter = Pick<AlertFilter, keyof typeof incidentParameters>

/**
 * Whether an incident stands, is visible to the reader, and has one of the asked values of each
 * name.
 */
export function wantedIncidents(
  view: ReaderView,
  filter: IncidentFilter
): (entry: IncidentEntry) => boolean {
  const wanted = (['theatre', 'category', 'country', 'admin1'] as const).map(
    name => [name, filter[name] ?? null] as const
  )
  return ({ state, isWithdrawn }) => {
    if (isWithdrawn || !isInView(view, state)) return false
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
