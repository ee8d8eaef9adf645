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
  total(detected_s <= ?1 and acknowledged_s <= ?2 and responded_s <= ?3) as allInTime,
  json_group_array(acknowledged_s) filter (where acknowledged_s is not null) as acknowledgedS,
  json_group_array(responded_s) filter (where responded_s is not null) as respondedS,
  json_group_array(detected_s) filter (where detected_s is not null) as detectedS`
const isAsked = `
  kind in (select value from json_each(?4)) and shown & ?5 and paged_at >= ?6 and paged_at < ?7`

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

  /** Of each kind of alerts with a severity. */
  sumByKind(asked: AskedCalls) {
    return this.#sum<{ kind: number; severity: Severity }>(
      `select kind, severity, ${sums} from alert_call indexed by call_kind
       where ${isAsked} group by kind, drill, severity`,
      asked
    ).map(row => ({ ...row, kind: this.#kinds.find(row.kind) }))
  }

  /** Of each officer who acknowledged; null: nobody did. Some have several sums. */
  sumByOfficer(asked: AskedCalls) {
    return this.#sum<{ officer: string | null }>(
      `select officer, ${sums} from alert_call indexed by call_officer
       where officer is not null and ${isAsked} group by officer, drill
       union all
       select null, ${sums} from alert_call indexed by call_kind
       where acknowledged_s is null and ${isAsked} group by kind, drill`,
      asked
    ).map(row => ({
      ...row,
      officer: row.officer === null ? null : (JSON.parse(row.officer) as CallOfficer)
    }))
  }

  #sum<Group>(sql: string, { level, wantsKind, fromMs, toMs, targets }: AskedCalls) {
    const { detectionS, acknowledgementS, responseS } = targets
    const kinds = JSON.stringify(this.#kinds.list(wantsKind))
    return this.#model
      .all<Group & SumRow>(
        sql,
        ...[detectionS, acknowledgementS, responseS],
        ...[kinds, computeBit(level), bounded(fromMs), bounded(toMs)]
      )
      .map(row => ({
        ...{ ...row, drill: row.drill === 1 },
        acknowledgedS: JSON.parse(row.acknowledgedS) as readonly number[],
        respondedS: JSON.parse(row.respondedS) as readonly number[],
        detectedS: JSON.parse(row.detectedS) as readonly number[]
      }))
  }
}

/** The same for all calls of an officer. */
function formatOfficer({ by, byId, handling }: CallOfficer): string {
  return JSON.stringify({ by, byId, handling })
}

interface SumRow extends Pick<CallSum, 'called' | 'unanswered' | 'allInTime'> {
  readonly drill: number
  readonly acknowledgedS: string
  readonly respondedS: string
  readonly detectedS: string
}

/** SQLite has no infinite integers. */
export function bounded(ms: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(Number.MIN_SAFE_INTEGER, ms))
}
