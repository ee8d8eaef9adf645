// The calls of alerts, for reports over all of them: one row a call, as of the last event of the
// alert.

import type { AlertArea } from '@tocsin/contracts/alert/alert'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { Severity } from '@tocsin/contracts/theatre/severity'
import type { ReadModel } from '../read-model.ts'
import type { KindTable } from './kind-table.ts'
import { computeBit } from './levels.ts'

/** Who acknowledged, and who may read that name. */
export interface CallOfficer {
  readonly by: string
  readonly byId: string | null
  readonly handling: Handling
}

export interface StoredCall {
  readonly pagedAtMs: number
  readonly severity: Severity
  readonly drill: boolean
  /** Seconds from the call; null: not acknowledged, no deed recorded. */
  readonly acknowledgedS: number | null
  readonly respondedS: number | null
  /** Seconds from the beginning of the alert's subject; null: not the first call. */
  readonly detectedS: number | null
  readonly isUnacknowledged: boolean
  readonly officer: CallOfficer | null
}

export interface FoundCall extends StoredCall {
  readonly theatre: string
  readonly area: Pick<AlertArea, 'country' | 'admin1'>
}

/** Rows read at a time. */
const chunkRows = 1_000

export class CallTable {
  readonly #kinds: KindTable
  readonly #delete
  readonly #insert
  readonly #read

  constructor(model: ReadModel, kinds: KindTable) {
    this.#kinds = kinds
    this.#delete = model.prepare('delete from alert_call where n = ?')
    this.#insert = model.prepare('insert into alert_call values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    this.#read = model.prepare(`
      select n, i, paged_at as pagedAtMs, severity, drill, acknowledged_s as acknowledgedS,
        responded_s as respondedS, detected_s as detectedS, unacknowledged, officer, theatre, kind
      from alert_call join alert using(n)
      where (paged_at, n, i) > (?, ?, ?) and paged_at < ? and shown & ?
      order by paged_at, n, i limit ${chunkRows}`)
  }

  /** Replaces the calls in the row of an alert. */
  put(n: number, calls: readonly StoredCall[]): void {
    this.#delete.run(n)
    for (const [i, call] of calls.entries()) {
      const { pagedAtMs, severity, drill, acknowledgedS, respondedS, detectedS, officer } = call
      const by = officer === null ? null : JSON.stringify(officer)
      this.#insert.run(
        ...([n, i, pagedAtMs, severity, Number(drill), acknowledgedS, respondedS] as const),
        ...([detectedS, Number(call.isUnacknowledged), by] as const)
      )
    }
  }

  /** Those of alerts that a level is shown now that began in a span, ms, in chunks. */
  *list(level: Handling, fromMs: number, toMs: number): Generator<readonly FoundCall[]> {
    for (let last = [bounded(fromMs), -1, -1]; ; ) {
      const [at = 0, n = 0, i = 0] = last
      const rows = this.#read.all(
        at,
        n,
        i,
        bounded(toMs),
        computeBit(level)
      ) as unknown as CallRow[]
      yield rows.map(row => this.#makeCall(row))
      const end = rows.at(-1)
      if (end === undefined || rows.length < chunkRows) return
      last = [end.pagedAtMs, end.n, end.i]
    }
  }

  #makeCall({ n: _n, i: _i, kind, drill, unacknowledged, officer, ...call }: CallRow): FoundCall {
    const { country, admin1 } = this.#kinds.find(kind).facts.area
    return {
      ...call,
      drill: drill === 1,
      isUnacknowledged: unacknowledged === 1,
      officer: officer === null ? null : JSON.parse(officer),
      area: { country, admin1 }
    }
  }
}

interface CallRow extends Omit<FoundCall, 'drill' | 'isUnacknowledged' | 'officer' | 'area'> {
  readonly n: number
  readonly i: number
  readonly kind: number
  readonly drill: number
  readonly unacknowledged: number
  readonly officer: string | null
}

/** SQLite has no infinite integers. */
function bounded(ms: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(Number.MIN_SAFE_INTEGER, ms))
}
