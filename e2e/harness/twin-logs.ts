// Two logs that differ only in what a reader may not see: the second is the first without some of that. Both are folded by the real engine; which of
// what it makes of them may differ at all is worked out here.

import { digest } from '@tocsin/contracts/digest'
import { encodeRecord } from '@tocsin/contracts/records'
import type { AlertEvent, IncidentEvent } from '@tocsin/domain/alert'
import { type Handling, maySee } from '@tocsin/domain/handling'
import type { TheatreRecord } from '@tocsin/domain/theatre-record'
import type { NewRecord } from '@tocsin/event-log/port'
import { noFacts } from '@tocsin/rules/published-alerts'
import { TheatreOwner } from '@tocsin/rules/theatre-owner'

export interface LimitedReader {
  readonly handling: Handling
  readonly theatres: readonly string[] | '*'
}

/** A log with what the rules made of it. */
export interface FoldedLog {
  readonly said: readonly NewRecord[]
  readonly assembly: readonly NewRecord[]
  readonly alerts: readonly NewRecord[]
  readonly incidentEvents: readonly IncidentEvent[]
  readonly alertEvents: readonly AlertEvent[]
}

/** Folds records of any theatres, in their order. */
export class Folding {
  readonly #owners = new Map<string, TheatreOwner>()
  readonly #said: NewRecord[] = []
  readonly #assembly: NewRecord[] = []
  readonly #alerts: NewRecord[] = []
  readonly #alertEvents: AlertEvent[] = []
  readonly #incidentEvents: IncidentEvent[] = []

  take(record: TheatreRecord): {
    readonly said: NewRecord
    readonly assembly: readonly NewRecord[]
    readonly alerts: readonly NewRecord[]
  } {
    const { theatre, id, time } = record
    const owner = this.#owners.get(theatre) ?? new TheatreOwner(theatre, noFacts(), null)
    this.#owners.set(theatre, owner)
    const said = { id, key: theatre, value: encodeRecord({ id, source: '/tocsin/intake', time, cause: null, theatre }, record) }
    const { incidents, alerts, events } = owner.take(record)
    this.#said.push(said)
    this.#assembly.push(...incidents)
    this.#alerts.push(...alerts)
    this.#alertEvents.push(...events)
    for (const { value } of incidents) {
      const { type, data } = JSON.parse(Buffer.from(value as Uint8Array).toString())
      this.#incidentEvents.push({ type: type.replace(/^tocsin\.|\.v1$/g, ''), data })
    }
    return { said, assembly: incidents, alerts }
  }

  get result(): FoldedLog {
    return {
      said: this.#said,
      assembly: this.#assembly,
      alerts: this.#alerts,
      incidentEvents: this.#incidentEvents,
      alertEvents: this.#alertEvents
    }
  }
}

/**
 * What may differ for a reader between a log and its twin, for reasons that decision 0033 states: incidents in which a hidden report was put together with one
 * that it may see, and alerts that rest, or rested, on what is hidden from it or on such incidents, or that a hidden one gathers.
 */
export class Entangled {
  readonly #reader: LimitedReader
  /** Reports by the incidents that ever held them. */
  readonly #reportsOf = new Map<string, Set<string>>()
  readonly #reports = new Set<string>()
  readonly #alerts = new Set<string>()
  readonly #incidents = new Set<string>()

  constructor(reader: LimitedReader, logs: readonly FoldedLog[]) {
    this.#reader = reader
    for (const { incidentEvents } of logs) for (const event of incidentEvents) this.#takeIncident(event)
    for (const { alertEvents } of logs) for (const event of alertEvents) this.#takeHidden(event)
    for (const [key, reports] of this.#reportsOf) if ([...reports].some(id => this.#reports.has(id))) this.#incidents.add(key)
    for (const { alertEvents } of logs) for (const event of alertEvents) this.#takeTouched(event)
  }

  get size(): number {
    return this.#alerts.size + this.#incidents.size
  }

  hasAlert(alertId: string): boolean {
    return this.#alerts.has(alertId)
  }

  hasIncident(incidentId: string): boolean {
    return this.#incidents.has(incidentId)
  }

  #takeIncident({ data: { incidentId, handling, reports, aliases } }: IncidentEvent): void {
    for (const key of [incidentId, ...aliases]) {
      const held = this.#reportsOf.get(key) ?? new Set()
      this.#reportsOf.set(key, held)
      for (const { reportId } of reports) held.add(reportId)
    }
    if (maySee(this.#reader.handling, handling)) return
    for (const { reportId } of reports) this.#reports.add(reportId)
  }

  #takeHidden({ type, data }: AlertEvent): void {
    if (type === 'alert.action-refused' || maySee(this.#reader.handling, data.handling)) return
    this.#alerts.add(data.alertId)
    for (const { incidentId, role } of data.evidence)
      if (role === 'trigger') for (const id of this.#reportsOf.get(incidentId) ?? []) this.#reports.add(id)
  }

  #takeTouched({ type, data }: AlertEvent): void {
    if (type === 'alert.action-refused') return
    const mine = data.evidence.filter(item => maySee(this.#reader.handling, item.handling))
    const isPartOfHidden = data.partOf !== null && this.#alerts.has(data.partOf)
    if (isPartOfHidden || mine.some(({ incidentId }) => this.#incidents.has(incidentId))) this.#alerts.add(data.alertId)
  }
}

/** The id that a record of a request has here. */
export function actionIdOf(alertId: string, n: number): string {
  return digest('twin-action', alertId, String(n))
}
