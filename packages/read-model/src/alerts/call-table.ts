// The calls of alerts, for reports over all of them: one row a call, as of the last event of the
// alert. A report reads them summed, from an index that has all that it asks for.

import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { Severity } from '@tocsin/contracts/theatre/severity'
import type { ReadModel } from '../read-model.ts'
import type { AlertKind, KindTable } from './kind-table.ts'
import { computeBit } from './levels.ts'

/** Who acknowledged, and who may read that name. */
export interface CallOfficer {
  readonly by: string
  readonly byId: string | null
  readonly handling: Handling
}

/** How a call was answered. */
export interface Answers {
  /** Seconds from the call to the first acknowledgement, and to its first deed; null: none. */
  readonly acknowledgedS: number | null
  readonly respondedS: number | null
  /** Seconds from the beginning of the alert's subject; null: not the alert's first call. */
  readonly detectedS: number | null
  readonly isUnacknowledged: boolean
}

export interface StoredCall extends Answers {
  readonly pagedAtMs: number
  readonly severity: Severity
  readonly drill: boolean
  /** Null exactly if the call was not acknowledged. */
  readonly officer: CallOfficer | null
}

/** Calls that a report does not tell apart: how many, and the times of those that have one. */
export interface CallSum {
  readonly drill: boolean
  readonly called: number
  /** Those that wait for an answer now. */
  readonly unanswered: number
  /** Those that met all targets. */
  readonly allInTime: number
  readonly acknowledgedS: readonly number[]
  readonly respondedS: readonly number[]
  readonly detectedS: readonly number[]
}

/** The calls of a kind of alerts with a severity. */
export interface KindCalls extends CallSum {
  readonly kind: AlertKind
  readonly severity: Severity
}

/** The calls that an officer acknowledged; null: nobody did. */
export interface OfficerCalls extends CallSum {
  readonly officer: CallOfficer | null
}

/** Longest times within the targets, in seconds. */
export interface CallTargets {
  readonly detectionS: number
  readonly acknowledgementS: number
  readonly responseS: number
}

/** Calls of alerts that a level is shown now. */
export interface AskedCalls {
  readonly level: Handling
  wantsKind(kind: AlertKind): boolean
  /** When they began, ms: from the first on, and before the second. */
  readonly fromMs: number
  readonly toMs: number
  readonly targets: CallTargets
}

const sums = `
  drill, count(*) as called, sum(unacknowledged) as unanswered,
  total(detected_s <= ? and acknowledged_s <= ? and responded_s <= ?) as allInTime,
  json_group_array(acknowledged_s) filter (where acknowledged_s is not null) as acknowledged,
  json_group_array(responded_s) filter (where responded_s is not null) as responded,
  json_group_array(detected_s) filter (where detected_s is not null) as detected`
const isAsked = `
  kind in (select value from json_each(?)) and shown & ? and paged_at >= ? and paged_at < ?`

export class CallTable {
  readonly #model: ReadModel
  readonly #kinds: KindTable

  constructor(model: ReadModel, kinds: KindTable) {
    this.#model = model
    this.#kinds = kinds
  }

  /** Replaces the calls in the row of an alert, after that row was written. */
  put(n: number, calls: readonly StoredCall[]): void {
    this.#model.run('delete from alert_call where n = ?', n)
    for (const [i, call] of calls.entries()) {
      const { pagedAtMs, severity, drill, acknowledgedS, respondedS, detectedS, officer } = call
      this.#model.run(
        `insert into alert_call
         select n, ?, kind, shown, ?, ?, ?, ?, ?, ?, ?, ? from alert where n = ?`,
        ...[i, pagedAtMs, severity, Number(drill), acknowledgedS, respondedS, detectedS],
        ...[Number(call.isUnacknowledged), officer === null ? null : formatOfficer(officer), n]
      )
    }
  }

  sumByKind(asked: AskedCalls): KindCalls[] {
    return this.#model
      .all<SumRow & { kind: number; severity: Severity }>(
        `select kind, severity, ${sums} from alert_call indexed by call_kind
         where ${isAsked} group by kind, drill, severity`,
        ...this.#makeParameters(asked)
      )
      .map(row => ({ ...makeSum(row), kind: this.#kinds.find(row.kind), severity: row.severity }))
  }

  /** An officer may have several sums. */
  sumByOfficer(asked: AskedCalls): OfficerCalls[] {
    const parameters = this.#makeParameters(asked)
    const byOfficer = this.#model.all<SumRow & { officer: string }>(
      `select officer, ${sums} from alert_call indexed by call_officer
       where officer is not null and ${isAsked} group by officer, drill`,
      ...parameters
    )
    const byNobody = this.#model.all<SumRow>(
      `select ${sums} from alert_call indexed by call_kind
       where acknowledged_s is null and ${isAsked} group by kind, drill`,
      ...parameters
    )
    return [
      ...byOfficer.map(row => ({ ...makeSum(row), officer: JSON.parse(row.officer) })),
      ...byNobody.map(row => ({ ...makeSum(row), officer: null }))
    ]
  }

  #makeParameters({ level, wantsKind, fromMs, toMs, targets }: AskedCalls) {
    const { detectionS, acknowledgementS, responseS } = targets
    const kinds = JSON.stringify(this.#kinds.list(wantsKind))
    return [
      ...[detectionS, acknowledgementS, responseS],
      ...[kinds, computeBit(level), bounded(fromMs), bounded(toMs)]
    ]
  }
}

/** The same for all calls of an officer. */
function formatOfficer({ by, byId, handling }: CallOfficer): string {
  return JSON.stringify({ by, byId, handling })
}

interface SumRow extends Pick<CallSum, 'called' | 'unanswered' | 'allInTime'> {
  readonly drill: number
  readonly acknowledged: string
  readonly responded: string
  readonly detected: string
}

function makeSum({ drill, called, unanswered, allInTime, ...times }: SumRow): CallSum {
  return {
    ...{ drill: drill === 1, called, unanswered, allInTime },
    acknowledgedS: JSON.parse(times.acknowledged),
    respondedS: JSON.parse(times.responded),
    detectedS: JSON.parse(times.detected)
  }
}

/** SQLite has no infinite integers. */
export function bounded(ms: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(Number.MIN_SAFE_INTEGER, ms))
}
