// An export as a stream of text: as fast as its client reads it, and cut off without its end if the
// client stops reading for too long, or if this instance loses the log.

import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ReaderView } from '@tocsin/auth/access/reader-view'
import type { AlertFilter } from '@tocsin/contracts/alert/alert-filter'
import type { Clock } from '@tocsin/domain/ports'
import type { IncidentSearch } from '@tocsin/read-model/incidents/incident-table'
import type { EvidenceReader, EvidenceReading, VisibleIncident } from '../alerts/evidence.ts'
import type { Span } from '../alerts/list-queries.ts'
import { walkAlerts } from '../alerts/listed-alerts.ts'
import type { Projection } from '../alerts/projection.ts'
import type { VisibleAlert } from '../alerts/reader-view.ts'
import type { ExportWriter } from './export-formats.ts'

export interface ExportRowsDeps {
  readonly projection: Projection
  readonly evidence: EvidenceReading
}

/** Alerts written at a time. */
const rowsPerBatch = 12

/**
 * The alerts of an export, newest first, as lists: those that began within a span. Each alert that is
 * there throughout is given once, in its state when it is reached.
 */
export async function* alertRows(
  { projection }: ExportRowsDeps,
  view: ReaderView,
  filter: AlertFilter,
  { fromMs, toMs }: Span
): AsyncGenerator<readonly VisibleAlert[]> {
  const asked = {
    ...({ filter, isUnacknowledged: false, sought: null, sort: 'newest', asOf: null } as const),
    span: { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }
  }
  let batch: VisibleAlert[] = []
  for await (const { alert } of walkAlerts(projection, view, asked, null)) {
    const ms = Date.parse(alert.times.occurredFrom)
    if (ms < fromMs || ms >= toMs || batch.push(alert) < rowsPerBatch) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
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

export interface ExportStreamOptions {
  readonly clock: Clock
  readonly slowMs: number
  /** Throws once the export must not go on. */
  readonly check: () => void
}

/**
 * Destroyed with an error, the stream ends without the last piece: the answer is then cut off, and
 * recognisably so.
 */
export function exportStream<T>(
  rows: AsyncIterable<readonly T[]>,
  writer: ExportWriter<T>,
  { clock, slowMs, check }: ExportStreamOptions
): Readable {
  const stream = Readable.from(writeText(), { objectMode: false })
  return stream

  async function* writeText(): AsyncGenerator<string> {
    let count = 0
    let text = writer.head()
    for await (const batch of rows) {
      for (const item of batch) text += writer.row(item, count++)
      yield* give(text)
      text = ''
    }
    yield* give(text + writer.end(count))
  }

  async function* give(text: string): AsyncGenerator<string> {
    check()
    const taken = new AbortController()
    clock.sleep(slowMs, taken.signal).then(() => {
      if (!taken.signal.aborted)
        stream.destroy(new Error(`the client read nothing of its export for ${slowMs} ms`))
    })
    try {
      yield text
    } finally {
      taken.abort()
    }
  }
}
