// The rows of an export, in small batches, as the reader's lists show them. Other work goes on
// between them, and no row is read ahead of the client.

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ReaderView } from '@tocsin/auth/access/reader-view'
import { type AlertFilter, matchesFilter } from '@tocsin/contracts/alert/alert-filter'
import type { IncidentSearch, IncidentTable } from '@tocsin/read-model/incidents/incident-table'
import type { AlertIndex } from '../alerts/alert-index.ts'
import type { EvidenceReader, EvidenceReading, VisibleIncident } from '../alerts/evidence.ts'
import { isWithin, type Span } from '../alerts/list-queries.ts'
import type { VisibleAlert } from '../alerts/reader-view.ts'
import { shownTo, stateInView } from '../alerts/record-judging.ts'

export interface ExportRowsDeps {
  readonly projection: { readonly alerts: AlertIndex; readonly incidents: IncidentTable }
  readonly evidence: EvidenceReading
}

/** Alerts that are shown in one turn. */
const rowsPerTurn = 12

/**
 * Newest first, as lists. Each alert that is there throughout is given once, in its state when it
 * is reached.
 */
export async function* alertRows(
  { projection: { alerts } }: ExportRowsDeps,
  view: ReaderView,
  filter: AlertFilter,
  span: Span
): AsyncGenerator<readonly VisibleAlert[]> {
  for (const entries of alerts.walk(view.level, null)) {
    const batch: VisibleAlert[] = []
    for (const entry of entries) {
      const shown = shownTo(view, entry)
      if (
        shown === null ||
        !isWithin(span, shown.state.times.occurredFrom) ||
        !matchesFilter(filter, shown.state)
      )
        continue
      batch.push(stateInView(alerts, view, shown))
      if (batch.length % rowsPerTurn === 0) await nextTurn()
    }
    if (batch.length > 0) yield batch
    await nextTurn()
  }
}

/**
 * Most recently changed first, as in lists. Which incidents there are is read at the beginning, and
 * the state of each when its turn comes.
 */
export async function* incidentRows(
  { projection: { incidents }, evidence }: ExportRowsDeps,
  reader: EvidenceReader,
  search: IncidentSearch
): AsyncGenerator<readonly VisibleIncident[]> {
  for (const { theatre, incidentId } of incidents.listKeys(search)) {
    const entry = incidents.find(search.level, theatre, incidentId)
    if (entry === null || entry.isWithdrawn) continue
    const incident = await evidence.findIncident(entry, reader)
    if (incident !== null) yield [incident]
    await nextTurn()
  }
}
