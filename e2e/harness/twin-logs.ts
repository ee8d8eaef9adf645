// Two logs that differ only in hidden content: the second lacks some of it. Both are folded by the
// real engine; this computes which differences in the result are permitted.

import { digest } from '@tocsin/contracts/json/digest'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { AlertEvent } from '@tocsin/domain/alert/alert'
import { parentAt } from '@tocsin/domain/alert/alert-grouping'
import type { IncidentEvent } from '@tocsin/domain/incident/incident-event'
import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { type Handling, maySee } from '@tocsin/domain/report/handling'
import type { NewRecord } from '@tocsin/event-log/port'
import { noFacts } from '@tocsin/rules/theatre/published-alerts'
import { TheatreOwner } from '@tocsin/rules/theatre/theatre-owner'

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
    const said = {
      id,
      key: theatre,
      value: encodeRecord({ id, source: '/tocsin/intake', time, cause: null, theatre }, record)
    }
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
 * Permitted differences between a log and its twin (decision 0033): incidents in which a report
 * that the twin lacks was joined with one that it has, alerts that rest or rested on such a report
 * or incident, compounds of those, and the `partOf` that readers get of them.
 */
export class Entangled {
  readonly #reader: LimitedReader
  readonly #missing: ReadonlySet<string>
  /** Reports by the incidents that ever contained them. */
  readonly #reportsOf = new Map<string, Set<string>>()
  readonly #reports = new Set<string>()
  readonly #alerts = new Set<string>()
  readonly #incidents = new Set<string>()

  /** `missing`: the reports that the twin lacks. `others`: further alerts that may differ. */
  constructor(
    reader: LimitedReader,
    missing: ReadonlySet<string>,
    logs: readonly Pick<FoldedLog, 'alertEvents' | 'incidentEvents'>[],
    others: Iterable<string> = []
  ) {
    this.#reader = reader
    this.#missing = missing
    for (const id of others) this.#alerts.add(id)
    for (const { incidentEvents } of logs)
      for (const event of incidentEvents) this.#takeIncident(event)
    for (const { alertEvents } of logs) for (const event of alertEvents) this.#takeTriggers(event)
    for (const [key, reports] of this.#reportsOf)
      if ([...reports].some(id => this.#reports.has(id))) this.#incidents.add(key)
    for (const { alertEvents } of logs) for (const event of alertEvents) this.#takeTouched(event)
  }

  /** True if the two logs may differ in no alert and no incident. */
  get isEmpty(): boolean {
    return this.#alerts.size === 0 && this.#incidents.size === 0
  }

  hasAlert(alertId: string): boolean {
    return this.#alerts.has(alertId)
  }

  hasIncident(incidentId: string): boolean {
    return this.#incidents.has(incidentId)
  }

  #takeIncident({ data: { incidentId, reports, aliases } }: IncidentEvent): void {
    for (const key of [incidentId, ...aliases]) {
      const held = this.#reportsOf.get(key) ?? new Set()
      this.#reportsOf.set(key, held)
      for (const { reportId } of reports) held.add(reportId)
    }
    if (reports.some(({ reportId }) => this.#missing.has(reportId)))
      this.#note(reports.map(({ reportId }) => reportId))
  }

  #takeTriggers({ type, data }: AlertEvent): void {
    if (type === 'alert.action-refused') return
    const triggers = data.evidence.filter(({ role }) => role === 'trigger')
    const reports = triggers.flatMap(({ incidentId }) => [
      ...(this.#reportsOf.get(incidentId) ?? [])
    ])
    if (!reports.some(id => this.#missing.has(id))) return
    this.#alerts.add(data.alertId)
    this.#note(reports)
  }

  #note(reports: readonly string[]): void {
    for (const id of reports) if (!this.#missing.has(id)) this.#reports.add(id)
  }

  #takeTouched({ type, data }: AlertEvent): void {
    if (type === 'alert.action-refused') return
    const mine = data.evidence.filter(item => maySee(this.#reader.handling, item.handling))
    const parent = parentAt(data, this.#reader.handling)
    const isGathered = parent !== null && this.#alerts.has(parent)
    if (isGathered || mine.some(({ incidentId }) => this.#incidents.has(incidentId)))
      this.#alerts.add(data.alertId)
  }
}

/** The id of a request's record in these tests. */
export function actionIdOf(alertId: string, n: number): string {
  return digest('twin-action', alertId, String(n))
}
