// Alert events as the rules would write them, for tests that need no rules.

import type {
  ActionRefused,
  AlertEvent,
  AlertEventName,
  AlertState
} from '@tocsin/contracts/alert/alert'
import { digest, hashSha256Hex } from '@tocsin/contracts/json/digest'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { EventLog, NewRecord, RecordPosition } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { EvidenceByAlert } from '@tocsin/testing/report/alert-recorder'

/** An alert as it is raised, unless said otherwise. */
export function anAlert(overrides: Partial<AlertState> = {}): AlertState {
  const alertId = overrides.alertId ?? 'a1'
  return {
    alertId,
    revision: 1,
    operatorRevision: 0,
    seq: 1,
    theatre: 'sahel',
    status: 'provisional',
    notify: 'page',
    ruleId: 'siege',
    ruleVersion: 1,
    pattern: 'siege',
    group: { settlement: 'Diosso', settlementId: 'ML-4/diosso' },
    headline: `Siege of Diosso (${alertId})`,
    explanation: 'Two of three criteria have held for a week.',
    severity: 'moderate',
    urgency: 'immediate',
    certainty: 'likely',
    levels: [{ level: 1, at: '2026-02-20T00:00:00.000Z', reason: 'partial' }],
    area: {
      country: ['ML'],
      admin1: ['ML-4'],
      circle: [13.88, -5.36, 5],
      settlement: 'ML-4/diosso'
    },
    window: { from: '2026-02-20T00:00:00.000Z', to: null },
    measure: {
      name: 'criteria held',
      value: 2,
      threshold: 2,
      baseline: null,
      falseAlarmsPerYear: null
    },
    evidence: [
      { incidentId: 'i1', revision: 1, role: 'trigger', handling: 'public' },
      { incidentId: 'i2', revision: 1, role: 'support', handling: 'restricted' }
    ],
    evidenceOmitted: 0,
    concerns: 'public',
    category: ['blockade'],
    fatalities: { low: 0, best: null, high: null },
    times: {
      occurredFrom: '2026-02-20T00:00:00.000Z',
      firstReportedAt: '2026-02-21T00:00:00.000Z',
      detectedAt: '2026-03-01T12:00:00.000Z'
    },
    handling: 'public',
    references: [],
    partOf: null,
    operator: operatorOf(null),
    drill: false,
    reason: null,
    action: null,
    ...overrides
  }
}

/** What officers did about an alert that one of them has, or none. */
export function operatorOf(acknowledgedBy: string | null): AlertState['operator'] {
  return { acknowledgedBy, acknowledgedUntil: null, assignedTo: null, disposition: null }
}

/**
 * Writes alert events with seq, revisions and the chain of hashes, as the one writer of alerts
 * does.
 */
export class AlertWriter {
  readonly #log: EventLog
  readonly #states = new Map<string, AlertState>()
  readonly #evidence = new EvidenceByAlert()
  readonly #seqs = new Map<string, number>()
  readonly #hashes = new Map<string, string>()
  #timeMs: number
  /** As versions did that recorded every event whole. */
  recordsWhole = false

  constructor(log: EventLog, start = '2026-03-01T12:00:00.000Z') {
    this.#log = log
    this.#timeMs = Date.parse(start)
  }

  state(alertId: string): AlertState {
    return this.#states.get(alertId) as AlertState
  }

  /** The next event is written a second after this time, ms. */
  moveTo(timeMs: number): void {
    this.#timeMs = timeMs
  }

  /** The next event of an alert; its first event begins it. Returns the state after it. */
  async write(
    name: Exclude<AlertEventName, 'action-refused'>,
    alertId: string,
    patch: Partial<AlertState> = {}
  ): Promise<AlertState> {
    const [record, state] = this.record(name, alertId, patch)
    await this.#append([record])
    return state
  }

  /** The record of the next event, to be appended by the test. */
  record(
    name: Exclude<AlertEventName, 'action-refused'>,
    alertId: string,
    patch: Partial<AlertState> = {}
  ): [NewRecord, AlertState] {
    const before = this.#states.get(alertId)
    const theatre = patch.theatre ?? before?.theatre ?? 'sahel'
    const seq = this.#nextSeq(theatre)
    const base =
      before === undefined
        ? anAlert({ alertId, theatre })
        : {
            ...before,
            revision: before.revision + 1,
            notify: 'update' as const,
            concerns: 'public' as const,
            action: null
          }
    const state: AlertState = { ...base, seq, ...patch }
    this.#states.set(alertId, state)
    return [this.#encode({ type: `alert.${name}`, data: state }), state]
  }

  /** A refusal, as the rules write it for the loser of a race. */
  async refuse(
    refusal: Partial<ActionRefused> & Pick<ActionRefused, 'alertId' | 'actionId'>
  ): Promise<void> {
    const theatre = refusal.theatre ?? this.#states.get(refusal.alertId)?.theatre ?? 'sahel'
    const data: ActionRefused = {
      seq: this.#nextSeq(theatre),
      theatre,
      notify: 'quiet',
      reason: 'stale-revision',
      by: 'officer-2',
      operatorRevision: 1,
      standingBy: 'officer-1',
      standingAt: new Date(this.#timeMs).toISOString(),
      handling: this.#states.get(refusal.alertId)?.handling ?? 'internal',
      ...refusal
    }
    await this.#append([this.#encode({ type: 'alert.action-refused', data })])
  }

  #nextSeq(theatre: string): number {
    const seq = (this.#seqs.get(theatre) ?? 0) + 1
    this.#seqs.set(theatre, seq)
    return seq
  }

  #encode(event: AlertEvent): NewRecord {
    const { theatre, seq } = event.data
    const id = digest('alert', theatre, String(seq))
    this.#timeMs += 1000
    const time = new Date(this.#timeMs).toISOString()
    const previoushash = this.#hashes.get(theatre) ?? ''
    const recorded = this.#evidence.record(event)
    const value = encodeRecord(
      {
        id,
        source: '/tocsin/rules',
        time,
        cause: digest('cause', theatre, String(seq)),
        theatre,
        previoushash
      },
      this.recordsWhole ? event : recorded
    )
    this.#hashes.set(theatre, hashSha256Hex(value))
    return { id, key: theatre, value }
  }

  #append(records: readonly NewRecord[]): Promise<readonly RecordPosition[]> {
    return this.#log.append(topics.alerts, records)
  }
}
