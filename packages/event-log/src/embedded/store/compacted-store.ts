// Records of a compacted topic: the last of each key. The older record is removed in the
// transaction that writes the newer one. An erased key keeps its tombstone, so that every reader
// learns of the erasure. Values are stored apart from positions, in `_bodies`, whose rows are only
// ever appended. Where values are secret (data keys), the older body is overwritten with zeros in
// place, and its row stays. Deleting the row is not enough: SQLite's `secure_delete` clears the
// deleted cell, but a deletion, or an insertion in the middle, also moves neighbouring cells
// between pages and leaves copies behind, which remain when those neighbours are erased
// later. Rows that are only appended and overwritten never move, except for the first page of the
// table when it becomes its root: that copy `secure_delete` does clear.

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { NewRecord, ReadLimits, StoredRecord } from '../../port.ts'
import { type Topic, topics } from '../../topics.ts'
import { createCorruptError, type RecordStore } from './chunk-store.ts'
import { asBuffer, computeSeed, type FramePosition, FrameWriter, readFrame } from './frame.ts'
import { getTableName, slotSpan } from './schema.ts'
import { classifyFailure, describeDamage } from './sqlite-failure.ts'

/** Topics whose values must leave the disk once they are erased or replaced. */
const secretTopics: readonly Topic[] = [topics.keys]

export class CompactedStore implements RecordStore {
  readonly #db: DatabaseSync
  readonly #isSecret: boolean
  readonly #places: readonly FramePosition[]
  readonly #insert: StatementSync
  readonly #insertBody: StatementSync
  readonly #lastBody: StatementSync
  readonly #bodyOf: StatementSync
  readonly #remove: StatementSync
  readonly #removeBody: StatementSync
  readonly #slotOf: StatementSync
  readonly #putKey: StatementSync
  readonly #last: StatementSync
  readonly #from: StatementSync
  readonly #ends: (number | null)[]
  #staged: { readonly partition: number; readonly position: number; readonly record: NewRecord }[] =
    []

  constructor(db: DatabaseSync, topic: Topic, partitions: number) {
    const table = getTableName(topic)
    this.#db = db
    this.#isSecret = secretTopics.includes(topic)
    this.#places = Array.from({ length: partitions }, (_, partition) => ({
      topic,
      partition,
      seed: computeSeed(topic, partition)
    }))
    this.#insert = db.prepare(`INSERT INTO ${table}_latest VALUES (?, ?, ?)`)
    this.#insertBody = db.prepare(`INSERT INTO ${table}_bodies VALUES (?, ?)`)
    this.#lastBody = db.prepare(`SELECT coalesce(max(body), 0) AS body FROM ${table}_bodies`)
    this.#bodyOf = db.prepare(`SELECT body FROM ${table}_latest WHERE slot = ?`)
    this.#remove = db.prepare(`DELETE FROM ${table}_latest WHERE slot = ?`)
    this.#removeBody = this.#isSecret
      ? db.prepare(`UPDATE ${table}_bodies SET frames = zeroblob(length(frames)) WHERE body = ?`)
      : db.prepare(`DELETE FROM ${table}_bodies WHERE body = ?`)
    this.#slotOf = db.prepare(`SELECT slot FROM ${table}_keys WHERE key = ?`)
    this.#putKey = db.prepare(`INSERT OR REPLACE INTO ${table}_keys VALUES (?, ?)`)
    this.#last = db.prepare(
      `SELECT max(slot) AS slot FROM ${table}_latest WHERE slot >= ? AND slot < ?`
    )
    this.#from = db.prepare(
      `SELECT slot, frames FROM ${table}_latest LEFT JOIN ${table}_bodies USING (body) WHERE slot >= ? AND slot < ? ORDER BY slot`
    )
    this.#ends = new Array(partitions).fill(null)
  }

  getEnd(partition: number): number {
    const known = this.#ends[partition]
    if (known != null) return known
    const base = partition * slotSpan
    const slot = this.#last.get(base, base + slotSpan)?.slot as number | null
    const end = slot === null ? 0 : slot - base + 1
    this.#ends[partition] = end
    return end
  }

  /** Compaction leaves gaps but does not move the start: a reader may always begin at 0. */
  getStart(): number {
    return 0
  }

  /** Slot of the last record of a key; undefined if there is none. */
  findSlot(key: string): number | undefined {
    return this.#slotOf.get(key)?.slot as number | undefined
  }

  stage(partition: number, record: NewRecord): number {
    const position = this.getEnd(partition)
    this.#staged.push({ partition, position, record })
    this.#ends[partition] = position + 1
    return position
  }

  write(writtenMs: number): void {
    if (this.#staged.length === 0) return
    if (this.#isSecret) this.#db.exec('PRAGMA secure_delete = ON')
    let body = this.#lastBody.get()!.body as number
    for (const { partition, position, record } of this.#staged) {
      const writer = new FrameWriter(this.#places[partition]!.seed)
      writer.push(record, position)
      this.#insertBody.run(++body, writer.taken())
      this.#removeOlder(record.key)
      const slot = partition * slotSpan + position
      this.#insert.run(slot, writtenMs, body)
      this.#putKey.run(record.key, slot)
    }
    if (this.#isSecret) this.#db.exec('PRAGMA secure_delete = OFF')
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
        if (row.frames === null) throw createCorruptError(place, at, 'its body is missing')
        const buffer = asBuffer(row.frames as Uint8Array)
        const frame = readFrame(buffer, 0, place, at)
        if (frame.kind === 'corrupt') throw createCorruptError(place, at, frame.reason)
        if (records.length > 0 && bytes + buffer.length > limits.bytesMax) break
        bytes += buffer.length
        records.push(frame.record)
        if (records.length >= limits.recordsMax) break
      }
    } catch (error) {
      if (records.length > 0) return records
      if (classifyFailure(error) === 'corrupt')
        throw createCorruptError(place, at, describeDamage(error as Error), error)
      throw error
    }
    return records
  }

  #removeOlder(key: string): void {
    const slot = this.findSlot(key)
    if (slot === undefined) return
    this.#removeBody.run(this.#bodyOf.get(slot)!.body!)
    this.#remove.run(slot)
  }
}
