// Two logs that differ only in hidden content: the second lacks some of it. Both are folded by the
// real engine.

import type { AlertEvent } from '@tocsin/contracts/alert/alert'
import type { IncidentEvent } from '@tocsin/contracts/incident/incident-event'
import { digest } from '@tocsin/contracts/json/digest'
import {
  type AlertSum,
  addAlertChange,
  parseAlertRecord
} from '@tocsin/contracts/record/alert-event-v3'
import { encodeIncidentEvent, encodeRecord } from '@tocsin/contracts/record/records'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { makeRuleSet } from '@tocsin/engine/theatre/rule-set'
import { TheatreEngine } from '@tocsin/engine/theatre/theatre-engine'
import type { NewRecord } from '@tocsin/event-log/port'
import { ReportNumbers } from '@tocsin/testing/report/report-numbers'

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

/** An engine, and what it wrote since the last record. */
interface FoldedTheatre {
  readonly engine: TheatreEngine
  readonly incidents: IncidentEvent[]
  readonly alerts: (readonly [text: string, fold: Handling])[]
}

/** Folds records of any theatres, in their order. `level`: the readers of `alertEvents`. */
export class Folding {
  readonly #level: Handling
  readonly #theatres = new Map<string, FoldedTheatre>()
  readonly #numbers = new Map<string, ReportNumbers>()
  readonly #sums = new Map<string, AlertSum>()
  readonly #said: NewRecord[] = []
  readonly #assembly: NewRecord[] = []
  readonly #alerts: NewRecord[] = []
  readonly #alertEvents: AlertEvent[] = []
  readonly #incidentEvents: IncidentEvent[] = []

  constructor(level: Handling = 'restricted') {
    this.#level = level
  }

  take(record: TheatreRecord): void {
    const { theatre, id, time } = record
    const value = encodeRecord({ id, source: '/tocsin/intake', time, cause: null, theatre }, record)
    this.#said.push({ id, key: theatre, value })
    const numbers = this.#numbers.get(theatre) ?? new ReportNumbers()
    this.#numbers.set(theatre, numbers)
    if (record.type === 'report.received')
      numbers.take(id, record.data.reportId, record.data.handling)
    const { engine, incidents, alerts } = this.#theatres.get(theatre) ?? this.#begin(theatre)
    engine.apply(record)
    for (const event of incidents.splice(0)) this.#addIncident(event, record)
    for (const [text, fold] of alerts.splice(0)) this.#addAlert(text, fold, engine)
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

  #begin(theatre: string): FoldedTheatre {
    const incidents: IncidentEvent[] = []
    const alerts: (readonly [text: string, fold: Handling])[] = []
    const engine = new TheatreEngine(makeRuleSet([]), {
      ...{ theatre, engine: '1.0.0' },
      write: (text, fold) => alerts.push([text, fold]),
      writeIncident: event => incidents.push(event)
    })
    const folded = { engine, incidents, alerts }
    this.#theatres.set(theatre, folded)
    return folded
  }

  #addIncident(event: IncidentEvent, { id: cause, theatre, time }: TheatreRecord): void {
    const id = digest('incident', theatre, String(event.data.seq))
    const value = encodeIncidentEvent({ id, source: '/tocsin/rules', time, cause, theatre }, event)
    this.#assembly.push({ id, key: theatre, value })
    this.#incidentEvents.push(event)
  }

  #addAlert(text: string, fold: Handling, engine: TheatreEngine): void {
    const { envelope, event } = parseAlertRecord(text)
    const { id, theatre } = envelope
    this.#alerts.push({ id, key: theatre, value: Buffer.from(text) })
    if (fold !== engine.getFold(this.#level).options.fold || event.type === 'alert.fold-began')
      return
    if (event.type === 'alert.action-refused') {
      this.#alertEvents.push(event)
      return
    }
    const before = this.#sums.get(event.data.alertId) ?? null
    const sum = addAlertChange(before, envelope, event.data)
    this.#sums.set(sum.alertId, sum)
    const evidence = sum.triggers.map(number => ({
      incidentId: this.#numbers.get(theatre)?.find(fold, number) ?? '',
      ...{ revision: 1, role: 'trigger', handling: 'public' }
    }))
    this.#alertEvents.push({ type: event.type, data: { ...sum, evidence, partOf: null } } as never)
  }
}

/** The id of a request's record in these tests. */
export function actionIdOf(alertId: string, n: number): string {
  return digest('twin-action', alertId, String(n))
}
