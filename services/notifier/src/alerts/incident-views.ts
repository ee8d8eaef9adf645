// Incidents per reader level: each level has the incidents that the fold of its readers published.

import { listReaders } from '@tocsin/contracts/incident/incident-event'
import { type Handling, handlings } from '@tocsin/contracts/theatre/handling'
import type { Captured, SnapshotPart } from '@tocsin/service/snapshot/snapshot-state'
import { IncidentIndex, type IncidentRecord, incidentsMax } from './incident-index.ts'
import { incidentRows, takeIncidentRow } from './incident-rows.ts'

export class IncidentViews implements SnapshotPart {
  readonly #byLevel: ReadonlyMap<Handling, IncidentIndex>
  #changeCount = 0

  constructor(max = incidentsMax) {
    this.#byLevel = new Map(handlings.map(level => [level, new IncidentIndex(max)]))
  }

  /** What readers of a level may see. */
  at(level: Handling): IncidentIndex {
    return this.#byLevel.get(level) as IncidentIndex
  }

  /**
   * True for an incident that readers of a level saw and may not see any more: the handling of one
   * of its reports was raised.
   */
  isTakenBack(level: Handling, theatre: string, incidentId: string): boolean {
    return (
      level !== 'restricted' &&
      this.at(level).in(theatre, incidentId) === undefined &&
      this.at('restricted').in(theatre, incidentId) !== undefined
    )
  }

  /** The same of a report. */
  isReportTakenBack(level: Handling, theatre: string, reportId: string): boolean {
    return (
      level !== 'restricted' &&
      this.at(level).findByReport(theatre, reportId) === undefined &&
      this.at('restricted').findByReport(theatre, reportId) !== undefined
    )
  }

  /** How often an incident was taken back from readers, or came back, since the start. */
  get takenBackCount(): number {
    return [...this.#byLevel.values()].reduce((sum, index) => sum + index.turnCount, 0)
  }

  /** Records folded since the start: while it is the same, so is every incident. */
  get changeCount(): number {
    return this.#changeCount
  }

  capture(): Captured {
    const contents = [...this.#byLevel]
      .toReversed()
      .map(([level, index]) => [level, index.content()] as const)
    return { rows: incidentRows(contents) }
  }

  restore(row: unknown): void {
    this.#changeCount++
    takeIncidentRow(row, level => this.at(level))
  }

  restored(): void {
    for (const index of this.#byLevel.values()) index.ordered()
  }

  /** Folds the next record of its partition. */
  apply(record: IncidentRecord): void {
    this.#changeCount++
    const { data } = record.event
    const readers = listReaders(data)
    for (const [level, index] of this.#byLevel)
      if (readers.includes(level)) index.apply(record)
      else if (data.readers === undefined) index.passOver(record)
  }
}
