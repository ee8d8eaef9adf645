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

/** Place in the order of lists: time of the newest event, then id. The same wherever the log is folded. */
export interface IncidentPlace {
  readonly touchedAt: string
  readonly incidentId: string
}

export interface IncidentEntry {
  readonly state: IncidentState
  readonly isWithdrawn: boolean
  /** Time of its newest event, ISO 8601. */
  readonly touchedAt: string
  /** Of its newest event: the record that it follows from. */
  readonly cause: string | null
  readonly moments: readonly IncidentMoment[]
}

/** One record of the assembly log, decoded. */
export interface IncidentRecord extends IncidentMoment {
  /** Of its envelope, ISO 8601. */
  readonly time: string
  readonly cause: string | null
  readonly event: IncidentEvent
}

export class IncidentIndex {
  readonly #max: number
  readonly #entries = new Map<string, IncidentEntry>()
  readonly #aliases = new Map<string, string>()
  readonly #incidentOfReport = new Map<string, string>()
  /** By (touchedAt, incidentId), ascending. */
  readonly #order: IncidentPlace[] = []
  readonly #lastSeqs = new Map<string, number>()
  #forgotten = 0

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

  /** The incident that holds the report, or held it when it was withdrawn. */
  ofReport(reportId: string): IncidentEntry | undefined {
    const entry = this.get(this.#incidentOfReport.get(reportId) ?? '')
    return entry !== undefined && holds(entry, reportId) ? entry : undefined
  }

  /** Those touched last come first, from before the given place in the order; the whole order without one. */
  *newestFirst(before: IncidentPlace | null = null): Generator<IncidentEntry> {
    const start = before === null ? this.#order.length : this.#rankOf(before)
    for (let i = start - 1; i >= 0; i--) yield this.#entries.get(this.#order[i]?.incidentId as string) as IncidentEntry
  }

  /** Takes the next record of its partition in. The first at a seq of a theatre counts: where the log holds one twice, the second changes nothing. */
  apply(record: IncidentRecord): void {
    const { partition, position, time, cause, event } = record
    const { incidentId, aliases, reports, theatre, seq } = event.data
    if (seq <= (this.#lastSeqs.get(theatre) ?? 0)) return
    this.#lastSeqs.set(theatre, seq)
    const moments = [...(this.#entries.get(incidentId)?.moments ?? []), { partition, position }].slice(-incidentHistoryMax)
    this.#remove(incidentId)
    this.#place({ state: event.data, isWithdrawn: event.type === 'incident.withdrawn', touchedAt: time, cause, moments })
    this.#aliases.delete(incidentId)
    for (const alias of aliases) {
      // What was an incident of its own is part of this one now.
      this.#remove(alias)
      this.#aliases.set(alias, incidentId)
    }
    for (const id of event.data.from) this.#endWhereTaken(id, record)
    for (const { reportId } of reports) this.#incidentOfReport.set(reportId, incidentId)
    if (this.#entries.size > this.#max) this.#forget(this.#order[0]?.incidentId as string)
  }

  /** A report is part of one incident: that of this id stands no longer once another takes what it held. If it goes on with the rest, an event says so. */
  #endWhereTaken(id: string, { time, cause, event }: IncidentRecord): void {
    const entry = this.#entries.get(id)
    if (entry === undefined || entry.isWithdrawn || id === event.data.incidentId) return
    // A report that was corrected into another theatre left nothing to take here.
    if (entry.state.theatre !== event.data.theatre) return
    if (!event.data.reports.some(({ reportId }) => holds(entry, reportId))) return
    this.#remove(id)
    this.#place({ ...entry, isWithdrawn: true, touchedAt: time, cause })
  }

  #place(entry: IncidentEntry): void {
    const { touchedAt } = entry
    const { incidentId } = entry.state
    this.#entries.set(incidentId, entry)
    const place = { touchedAt, incidentId }
    this.#order.splice(this.#rankOf(place), 0, place)
  }

  #remove(incidentId: string): void {
    const entry = this.#entries.get(incidentId)
    if (entry === undefined) return
    this.#entries.delete(incidentId)
    this.#order.splice(this.#rankOf({ touchedAt: entry.touchedAt, incidentId }), 1)
  }

  /** Index of the first place that is not before the given one. */
  #rankOf({ touchedAt, incidentId }: IncidentPlace): number {
    let [low, high] = [0, this.#order.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const place = this.#order[middle] as IncidentPlace
      const isBefore = place.touchedAt < touchedAt || (place.touchedAt === touchedAt && place.incidentId < incidentId)
      if (isBefore) low = middle + 1
      else high = middle
    }
    return low
  }

  #forget(incidentId: string): void {
    const entry = this.#entries.get(incidentId)
    this.#remove(incidentId)
    this.#forgotten++
    for (const alias of entry?.state.aliases ?? []) if (this.#aliases.get(alias) === incidentId) this.#aliases.delete(alias)
    for (const { reportId } of entry?.state.reports ?? []) {
      if (this.#incidentOfReport.get(reportId) === incidentId) this.#incidentOfReport.delete(reportId)
    }
  }
}

function holds({ state }: IncidentEntry, reportId: string): boolean {
  return state.reports.some(report => report.reportId === reportId)
}
