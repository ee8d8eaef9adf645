// The incidents of a theatre assembled from the reports that a reader may see. An incident is as
// strict as its strictest report; leaving it out would reveal that a hidden report has joined it.

import { assembleIncident, type Incident, type ReportView } from '../incident/incident.ts'
import { type Handling, maySee } from '../report/handling.ts'
import { Assembler } from './assembly.ts'
import type { DeclaredPairs } from './declared-partners.ts'

export interface ReportGround {
  /** All present incidents, in any order. */
  readonly incidents: readonly Incident[]
  /** The reports behind them, in any order. */
  readonly reports: readonly ReportView[]
  readonly declared: DeclaredPairs
}

/** Number of reports joined between two pauses. */
const sliceMax = 16

/**
 * The incidents that a theatre would have without the reports above the clearance, in every field:
 * joins, splits and crowds by hidden reports are undone. Unchanged if nothing is hidden.
 */
export function* incidentsAsSeen(
  ground: ReportGround,
  clearance: Handling
): Generator<void, readonly Incident[]> {
  const { incidents, reports, declared } = ground
  if (incidents.every(({ handling }) => maySee(clearance, handling))) return incidents
  const assembler = new Assembler(declared)
  for (let from = 0; from < reports.length; from += sliceMax) {
    const slice = reports
      .slice(from, from + sliceMax)
      .filter(({ revision }) => maySee(clearance, revision.handling))
    assembler.update(new Map(slice.map(view => [view.revision.reportId, view])))
    yield
  }
  return [...assembler.incidents.values()]
}

/**
 * Incidents assembled from those of their own reports that may be seen; left out if there are none.
 * O(incidents).
 */
export function* eachAsSeen(
  incidents: Iterable<Incident>,
  viewOf: (reportId: string) => ReportView | null,
  clearance: Handling
): Generator<Incident> {
  for (const incident of incidents) {
    if (maySee(clearance, incident.handling)) yield incident
    else if (incident.reportIds.length > 1) {
      const views = incident.reportIds.flatMap(id => viewOf(id) ?? [])
      const visible = views.filter(({ revision }) => maySee(clearance, revision.handling))
      if (visible.length > 0) yield assembleIncident(visible)
    }
  }
}
