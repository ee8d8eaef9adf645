// Records of one compacted topic: a row per key, the older row goes in the transaction that brings the newer one. An erased key keeps its
// tombstone, so that every reader learns of it; what it held is overwritten with zeros (`secure_delete`).

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { NewRecord, ReadLimits, StoredRecord } from '../port.ts'
import type { Topic } from '../topics.ts'
import { corrupt, type RecordStore } from './chunk-store.ts'
import { asBuffer, type FramePlace, FrameWriter, frameSeed, readFrame } from './frame.ts'
import { slotSpan, tableOf } from './schema.ts'
import { sqliteFailure } from './sqlite-failure.ts'

export class CompactedStore implements RecordStore {
  readonly #db: DatabaseSync
  readonly #places: readonly FramePlace[]
  readonly #insert: StatementSync
  readonly #removeKey: StatementSync
  readonly #last: StatementSync
  readonly #from: StatementSync
  readonly #ends: (number | null)[]
  #staged: { readonly partition: number; readonly position: number; readonly record: NewRecord }[] = []

  constructor(db: DatabaseSync, topic: Topic, partitions: number) {
    const table = `${tableOf(topic)}_latest`
    this.#db = db
    this.#places = Array.from({ length: partitions }, (_, partition) => ({ topic, partition, seed: frameSeed(topic, partition) }))
    this.#insert = db.prepare(`INSERT INTO ${table} VALUES (?, ?, ?, ?)`)
    this.#removeKey = db.prepare(`DELETE FROM ${table} WHERE key = ?`)
    this.#last = db.prepare(`SELECT max(slot) AS slot FROM ${table} WHERE slot >= ? AND slot < ?`)
    this.#from = db.prepare(`SELECT slot, frames FROM ${table} WHERE slot >= ? AND slot < ? ORDER BY slot`)
    this.#ends = new Array(partitions).fill(null)
  }

  endOf(partition: number): number {
    const known = this.#ends[partition]
    if (known != null) return known
    const base = partition * slotSpan
    const slot = this.#last.get(base, base + slotSpan)?.slot as number | null
    const end = slot === null ? 0 : slot - base + 1
    this.#ends[partition] = end
    return end
  }

  /** Compaction leaves gaps and never a first position: a reader may always begin at 0. */
  startOf(): number {
    return 0
  }

  stage(partition: number, record: NewRecord): number {
    const position = this.endOf(partition)
    this.#staged.push({ partition, position, record })
    this.#ends[partition] = position + 1
    return position
  }

  write(writtenMs: number): void {
    if (this.#staged.length === 0) return
    // Deleted bytes of these topics must not stay readable in free pages: data keys are erased here.
    this.#db.exec('PRAGMA secure_delete = ON')
    for (const { partition, position, record } of this.#staged) {
      const writer = new FrameWriter(this.#places[partition]!.seed)
      writer.push(record, position)
      this.#removeKey.run(record.key)
      this.#insert.run(partition * slotSpan + position, record.key, writtenMs, writer.taken())
    }
    this.#db.exec('PRAGMA secure_delete = OFF')
    this.#staged = []
  }

  discard(): void {
    this.#staged = []
    this.invalidate()
  }

  invalidate(): void {
    this.#ends.fill(null)
  }

  read(partition: number, from: number, end: number, limits: ReadLimits): StoredRecord[] {
    const place = this.#places[partition]!
    const base = partition * slotSpan
    const records: StoredRecord[] = []
    let bytes = 0
    let at = from
    try {
      for (const row of this.#from.iterate(base + from, base + end)) {
        at = (row.slot as number) - base
        const buffer = asBuffer(row.frames as Uint8Array)
        const frame = readFrame(buffer, 0, place, at)
        if (frame.kind === 'corrupt') throw corrupt(place, at, frame.reason)
        if (records.length > 0 && bytes + buffer.length > limits.bytesMax) break
        bytes += buffer.length
        records.push(frame.record)
        if (records.length >= limits.recordsMax) break
      }
    } catch (error) {
      if (records.length > 0) return records
      if (sqliteFailure(error) === 'corrupt') throw corrupt(place, at, (error as Error).message, error)
      throw error
    }
    return records
  }
}
