// Queries of lists of incidents, and how they are read.

import type { IncidentEntry } from '../projection/incident-index.ts'
import { isInView, type ReaderView } from '../reader/reader-view.ts'

export const incidentParameters = { theatre: {}, category: {}, country: {}, admin1: {} } as const

/** Whether an incident stands, is visible to the reader, and has one of the asked values of each name. */
export function wantedIncidents(
  view: ReaderView,
  parameters: Readonly<Record<string, unknown>>
): (entry: IncidentEntry) => boolean {
  const wanted = Object.keys(incidentParameters).map(
    name => [name, parameters[name] === undefined ? null : String(parameters[name]).split(',')] as const
  )
  return ({ state, isWithdrawn }) => {
    if (isWithdrawn || !isInView(view, state)) return false
    const { country, admin1 } = state.place
    const values: Readonly<Record<string, string | null>> = { theatre: state.theatre, category: state.category, country, admin1 }
    return wanted.every(([name, allowed]) => allowed === null || allowed.includes(values[name] ?? ''))
  }
}
