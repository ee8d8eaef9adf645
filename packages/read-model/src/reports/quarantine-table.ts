// The quarantine: where each record was that no version can parse, why, and how it was settled. Never
// the bytes: they stay in the log and are read on request.

import type { UndecodableReason } from '@tocsin/contracts/record/envelope'
import type { QuarantineRecord } from '@tocsin/contracts/record/quarantine-record'
import type { RecordPosition } from '@tocsin/event-log/port'
import { quarantinedBytesMax } from '@tocsin/event-log/quarantine'
import type { ReadModel } from '../read-model.ts'

export interface QuarantineEntry {
  readonly id: string
  /** The log of the unparsable bytes. */
  readonly topic: string
  readonly partition: number
  readonly position: string
  readonly reason: UndecodableReason
  /** Number of stored bytes. */
  readonly bytes: number
  /** True if there were, or may have been, more. */
  readonly truncated: boolean
  /** The version that could not parse them. */
  readonly engine: string
  /** ISO 8601. */
  readonly quarantinedAt: string
  readonly settled: Settlement | null
}

export interface Settlement {
  readonly how: 'replayed' | 'dismissed'
  readonly by: string
  /** ISO 8601. */
  readonly at: string
  /** The report that was accepted in its place. */
  readonly reportId: string | null
}

export type QuarantineState = 'open' | 'settled' | 'all'

const conditions = { open: 'settled is null', settled: 'settled is not null', all: 'true' } as const

export class QuarantineTable {
  readonly #model: ReadModel

  constructor(model: ReadModel) {
    this.#model = model
  }

  get openCount(): number {
    const open = `select count(*) as count from quarantine where ${conditions.open}`
    return Number(this.#model.get(open)?.count)
  }

  /** Applies a record. The first of an id counts, and the first that settles an entry. */
  apply(record: QuarantineRecord, { partition, position }: RecordPosition): void {
    if (record.type === 'quarantine.settled') {
      const { entry, how, by, reportId } = record.data
      const settled: Settlement = { how, by, at: record.time, reportId }
      const sql = 'update quarantine set settled = ? where id = ? and settled is null'
      this.#model.run(sql, JSON.stringify(settled), entry)
      return
    }
    const { bytes: base64, ...entry } = record.data
    const bytes = Buffer.byteLength(base64, 'base64')
    const body = { ...entry, bytes, truncated: bytes >= quarantinedBytesMax }
    this.#model.run(
      'insert or ignore into quarantine(id, partition, position, at, body) values(?, ?, ?, ?, ?)',
      ...[record.id, partition, position, Date.parse(record.time)],
      JSON.stringify({ ...body, quarantinedAt: record.time })
    )
  }

  find(
    id: string
  ): { readonly entry: QuarantineEntry; readonly place: RecordPosition } | undefined {
    const row = this.#model.get('select * from quarantine where id = ?', id)
    if (row === undefined) return undefined
    const place = { partition: Number(row.partition), position: BigInt(row.position as number) }
    return { entry: readEntry(row), place }
  }

  /** The newest entries first, after the given one; from the beginning if it is null. */
  list(state: QuarantineState, countMax: number, behind: string | null): QuarantineEntry[] {
    return this.#model
      .all(
        `select * from quarantine where ${conditions[state]}
         and n < coalesce((select n from quarantine where id = ?), 9223372036854775807)
         order by n desc limit ?`,
        ...[behind, countMax]
      )
      .map(readEntry)
  }

  /** By partition of the quarantine log: the position before which all is older than a time. */
  findExpired(beforeMs: number, ends: readonly bigint[]): readonly bigint[] {
    const sql = 'select min(position) as first from quarantine where partition = ? and at >= ?'
    return ends.map((end, partition) => {
      const first = this.#model.get(sql, partition, beforeMs)?.first ?? null
      return first === null ? end : BigInt(first as number)
    })
  }

  /** Drops entries before positions by partition, which are not in the log. Returns how many. */
  removeBefore(starts: readonly bigint[]): number {
    const sql = 'delete from quarantine where partition = ? and position < ?'
    const remove = (start: bigint, partition: number) =>
      Number(this.#model.run(sql, partition, start).changes)
    return this.#model.transact(() =>
      starts.reduce((sum, start, partition) => sum + remove(start, partition), 0)
    )
  }
}

function readEntry(row: Record<string, unknown>): QuarantineEntry {
  const body = JSON.parse(String(row.body)) as Omit<QuarantineEntry, 'id' | 'settled'>
  const settled = row.settled === null ? null : JSON.parse(String(row.settled))
  return { id: String(row.id), ...body, settled }
}
