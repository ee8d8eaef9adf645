// Incidents by id and alias, folded from the assembly log: for each the newest state and where its events stand. Past states stay in the log.

import type { IncidentEvent, IncidentState } from '@tocsin/domain/alert'

/** Incidents that are remembered; beyond that the one longest untouched is forgotten. */
export const incidentsMax = 200_000
/** Events that are remembered of one incident: the newest. */
export const incidentHistoryMax = 100

export interface IncidentMoment {
  readonly partition: number
  readonly position: bigint
}

export interface IncidentEntry {
  readonly state: IncidentState
  readonly isWithdrawn: boolean
  /** Rises with each event of any incident: the order of lists. */
  readonly touched: number
  readonly moments: readonly IncidentMoment[]
}

export class IncidentIndex {
  readonly #max: number
  readonly #entries = new Map<string, IncidentEntry>()
  readonly #aliases = new Map<string, string>()
  readonly #incidentOfReport = new Map<string, string>()
  #forgotten = 0
  #touches = 0

  constructor(max = incidentsMax) {
    this.#max = max
  }

  get count(): number {
    return this.#entries.size
  }

  get forgottenCount(): number {
    return this.#forgotten
  }

  /** The incident of this id, or the one that answers to it as an alias. */
  get(id: string): IncidentEntry | undefined {
    return this.#entries.get(id) ?? this.#entries.get(this.#aliases.get(id) ?? '')
  }

  ofReport(reportId: string): IncidentEntry | undefined {
    return this.get(this.#incidentOfReport.get(reportId) ?? '')
  }

  /** Those touched last come first. */
  newestFirst(): readonly IncidentEntry[] {
    return [...this.#entries.values()].reverse()
  }

  apply(record: { readonly partition: number; readonly position: bigint; readonly event: IncidentEvent }): void {
    const { partition, position, event } = record
    const { incidentId, aliases, reports } = event.data
    const known = this.#entries.get(incidentId)
    const moments = [...(known?.moments ?? []), { partition, position }].slice(-incidentHistoryMax)
    this.#entries.delete(incidentId)
    this.#entries.set(incidentId, {
      state: event.data,
      isWithdrawn: event.type === 'incident.withdrawn',
      touched: ++this.#touches,
      moments
    })
    this.#aliases.delete(incidentId)
    for (const alias of aliases) {
      // What was an incident of its own is part of this one now.
      this.#entries.delete(alias)
      this.#aliases.set(alias, incidentId)
    }
    for (const { reportId } of reports) this.#incidentOfReport.set(reportId, incidentId)
    if (this.#entries.size > this.#max) this.#forget(this.#entries.keys().next().value as string)
  }

  #forget(incidentId: string): void {
    const entry = this.#entries.get(incidentId)
    this.#entries.delete(incidentId)
    this.#forgotten++
    for (const alias of entry?.state.aliases ?? []) if (this.#aliases.get(alias) === incidentId) this.#aliases.delete(alias)
    for (const { reportId } of entry?.state.reports ?? []) {
      if (this.#incidentOfReport.get(reportId) === incidentId) this.#incidentOfReport.delete(reportId)
    }
  }
}
