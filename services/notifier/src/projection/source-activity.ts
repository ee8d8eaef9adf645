// When each source was last heard in each theatre, from the incidents log, for administrators of sources. The watermark is
// computed by the rules.

import type { SourceConfig, TheatreRecord } from '@tocsin/domain/record/theatre-record'
import type { ReportRevision } from '@tocsin/domain/report/report'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import type { Captured, SnapshotPart } from '@tocsin/service-kit/snapshot/snapshot-state'

/** Pairs of source and theatre kept; beyond that the source first heard longest ago is evicted. */
const sourcePairsMax = 100_000

export interface SourceHeard {
  readonly theatre: string
  /** The greatest one, ISO 8601. */
  readonly lastReportedAt: string
  /** `silent`: quiet for longer than its cadence, by the theatre's last tick. An `archive` is never silent. */
  readonly state: 'live' | 'silent' | 'archive'
}

export class SourceActivity implements SnapshotPart {
  readonly #max: number
  readonly #heard = new Map<string, Map<string, string>>()
  #pairs = 0

  constructor(max = sourcePairsMax) {
    this.#max = max
  }

  /** Number of pairs of source and theatre. */
  get count(): number {
    return this.#pairs
  }

  capture(): Captured {
    const rows = [...this.#heard].flatMap(([sourceId, theatres]) => [...theatres].map(heard => [sourceId, ...heard] as const))
    return { rows }
  }

  restore(row: unknown): void {
    const [sourceId, theatre, reportedAt] = row as readonly [string, string, string]
    this.heard(theatre, { sourceId, reportedAt })
  }

  /** Indexes a record of the incidents log; other records than reports are ignored. */
  apply(record: TheatreRecord): void {
    if (record.type === 'report.received') this.heard(record.theatre, record.data)
  }

  /** Indexes a report in a theatre. */
  heard(theatre: string, { sourceId, reportedAt }: Pick<ReportRevision, 'sourceId' | 'reportedAt'>): void {
    const theatres = this.#heard.get(sourceId) ?? this.#begin(sourceId)
    const known = theatres.get(theatre)
    if (known === undefined) this.#pairs++
    if (known === undefined || known < reportedAt) theatres.set(theatre, reportedAt)
    while (this.#pairs > this.#max && this.#heard.size > 1) this.#forgetFirst()
  }

  /** Where a source was heard, and whether it still reports. `lastTick`: a theatre's time, ISO 8601; null before its first. */
  of({ id, cadenceDays, archive }: SourceConfig, lastTick: (theatre: string) => string | null): readonly SourceHeard[] {
    return [...(this.#heard.get(id) ?? [])].map(([theatre, lastReportedAt]) => {
      const tick = lastTick(theatre)
      const quietMs = tick === null ? 0 : Date.parse(tick) - Date.parse(lastReportedAt)
      return { theatre, lastReportedAt, state: archive ? 'archive' : quietMs <= cadenceDays * dayMs ? 'live' : 'silent' }
    })
  }

  #begin(sourceId: string): Map<string, string> {
    const theatres = new Map<string, string>()
    this.#heard.set(sourceId, theatres)
    return theatres
  }

  #forgetFirst(): void {
    const [sourceId, theatres] = this.#heard.entries().next().value!
    this.#heard.delete(sourceId)
    this.#pairs -= theatres.size
  }
}
