// The quarantine: where each record was that no version can parse, why, and how it was settled. Never
// the bytes: they stay in the log and are read on request.

import type { UndecodableReason } from '@tocsin/contracts/record/envelope'
import type { QuarantineRecord } from '@tocsin/contracts/record/quarantine-record'
import type { RecordPosition } from '@tocsin/event-log/port'
import { quarantinedBytesMax } from '@tocsin/event-log/quarantine'
import { topics } from '@tocsin/event-log/topics'
import type { ReadModel, TableGroup } from '../read-model.ts'

export const quarantineTables: TableGroup = {
  topic: topics.quarantine,
  tables: ['quarantine'],
  schema: `
create table quarantine(
  n integer primary key, id text not null unique, partition integer not null,
  position integer not null, at integer not null, body text not null, settled text
) strict;
create index quarantine_open on quarantine(n) where settled is null;`
}

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
  readonly #insert
  readonly #settle
  readonly #find
  readonly #delete

  constructor(model: ReadModel) {
    this.#model = model
    this.#insert = model.prepare(`
      insert or ignore into quarantine(id, partition, position, at, body) values(?, ?, ?, ?, ?)`)
    this.#settle = model.prepare(
      'update quarantine set settled = ? where id = ? and settled is null'
    )
    this.#find = model.prepare('select * from quarantine where id = ?')
    this.#delete = model.prepare('delete from quarantine where partition = ? and position < ?')
  }

  get openCount(): number {
    const open = `select count(*) as count from quarantine where ${conditions.open}`
    return Number(this.#model.prepare(open).get()?.count)
  }

  /** Applies a record. The first of an id counts, and the first that settles an entry. */
  apply(record: QuarantineRecord, { partition, position }: RecordPosition): void {
    if (record.type === 'quarantine.settled') {
      const { entry, how, by, reportId } = record.data
      const settled: Settlement = { how, by, at: record.time, reportId }
      this.#settle.run(JSON.stringify(settled), entry)
      return
    }
    const { bytes: base64, ...entry } = record.data
    const bytes = Buffer.byteLength(base64, 'base64')
    const body = { ...entry, bytes, truncated: bytes >= quarantinedBytesMax }
    const text = JSON.stringify({ ...body, quarantinedAt: record.time })
    this.#insert.run(record.id, partition, position, Date.parse(record.time), text)
  }

  find(
    id: string
  ): { readonly entry: QuarantineEntry; readonly place: RecordPosition } | undefined {
    const row = this.#find.get(id)
    if (row === undefined) return undefined
    const place = { partition: Number(row.partition), position: BigInt(row.position as number) }
    return { entry: readEntry(row), place }
  }

  /** The newest entries first, after the given one; from the beginning if it is null. */
  list(state: QuarantineState, countMax: number, behind: string | null): QuarantineEntry[] {
    return this.#model
      .prepare(
        `select * from quarantine where ${conditions[state]}
         and n < coalesce((select n from quarantine where id = ?), 9223372036854775807)
         order by n desc limit ?`
      )
      .all(behind, countMax)
      .map(readEntry)
  }

  /** By partition of the quarantine log: the position before which all is older than a time. */
  findExpired(beforeMs: number, ends: readonly bigint[]): readonly bigint[] {
    const read = this.#model.prepare(
      'select min(position) as first from quarantine where partition = ? and at >= ?'
    )
    return ends.map((end, partition) => {
      const first = read.get(partition, beforeMs)?.first ?? null
      return first === null ? end : BigInt(first as number)
    })
  }

  /** Drops entries before positions by partition, which are not in the log. Returns how many. */
  removeBefore(starts: readonly bigint[]): number {
    return this.#model.transact(() =>
      starts.reduce((sum, start, partition) => sum + this.#remove(partition, start), 0)
    )
  }

  #remove(partition: number, start: bigint): number {
    return Number(this.#delete.run(partition, start).changes)
  }
}

function readEntry(row: Record<string, unknown>): QuarantineEntry {
  const body = JSON.parse(String(row.body)) as Omit<QuarantineEntry, 'id' | 'settled'>
  const settled = row.settled === null ? null : JSON.parse(String(row.settled))
  return { id: String(row.id), ...body, settled }
}
