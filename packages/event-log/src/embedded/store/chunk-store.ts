// Records of an append-only topic: frames of a transaction and partition are stored together in
// rows of up to `chunkBytes`, which costs SQLite a row per batch rather than per record. Positions
// are `slot - partition * slotSpan`, without gaps.

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { EventLogError } from '../../errors.ts'
import type { NewRecord, ReadLimits, StoredRecord } from '../../port.ts'
import type { Topic } from '../../topics.ts'
import {
  asBuffer,
  computeSeed,
  type FramePosition,
  FrameWriter,
  findBounds,
  readFrame
} from './frame.ts'
import { getTableName, slotSpan } from './schema.ts'
import { classifyFailure, describeDamage } from './sqlite-failure.ts'

/**
 * A row is closed at this size: larger rows are faster to write, smaller ones faster to start
 * reading in the middle. Measured: packages/bench/src/log-bench.ts.
 */
export const chunkBytes = 256 * 1024

/**
 * The records of a topic, compacted or not. Everything is synchronous; `stage`…`write` belong to
 * one transaction.
 */
export interface RecordStore {
  /** First position not yet written; includes staged records. */
  getEnd(partition: number): number
  getStart(partition: number): number
  /** Stages a record in the transaction, and returns its position. */
  stage(partition: number, record: NewRecord): number
  write(writtenMs: number): void
  /** Discards the staged records, after a rollback. */
  discard(): void
  /** Called after a write of another process: cached ends are invalidated. */
  invalidate(): void
  /**
   * Records from a position on and before an end, at least one if there is one. Throws
   * `record-corrupt` when the first of them is damaged.
   */
  read(partition: number, from: number, end: number, limits: ReadLimits): StoredRecord[]
}

interface Staged {
  readonly partition: number
  readonly first: number
  count: number
  readonly writer: FrameWriter
}

export class ChunkStore implements RecordStore {
  readonly #topic: Topic
  readonly #partitions: number
  readonly #places: readonly FramePosition[]
  readonly #insert: StatementSync
  readonly #last: StatementSync
  readonly #from: StatementSync
  readonly #start: StatementSync
  readonly #putStart: StatementSync
  readonly #remove: StatementSync
  readonly #writtenFrom: StatementSync
  readonly #ends: (number | null)[]
  readonly #starts: (number | null)[]
  /** The open chunk of each partition, and closed ones before it. */
  #closed: Staged[] = []
  readonly #open: (Staged | null)[]
  readonly #spareWriters: FrameWriter[][]

  constructor(db: DatabaseSync, topic: Topic, partitions: number) {
    const table = `${getTableName(topic)}_chunks`
    this.#topic = topic
    this.#partitions = partitions
    this.#places = Array.from({ length: partitions }, (_, partition) => ({
      topic,
      partition,
      seed: computeSeed(topic, partition)
    }))
    this.#insert = db.prepare(`INSERT INTO ${table} VALUES (?, ?, ?, ?, ?)`)
    this.#last = db.prepare(
      `SELECT slot, count, written_ms, head, length(frames) AS bytes FROM ${table} WHERE slot >= ? AND slot < ? ORDER BY slot DESC LIMIT 1`
    )
    // The chunk with a position is the last one that begins at or before it.
    this.#from = db.prepare(
      `SELECT slot, count, written_ms, head, frames FROM ${table}
       WHERE slot >= coalesce((SELECT max(slot) FROM ${table} WHERE slot >= ?1 AND slot <= ?2), ?2) AND slot < ?3 ORDER BY slot`
    )
    this.#start = db.prepare('SELECT position FROM starts WHERE topic = ? AND partition = ?')
    this.#putStart = db.prepare('INSERT OR REPLACE INTO starts VALUES (?, ?, ?)')
    this.#remove = db.prepare(
      `DELETE FROM ${table} WHERE slot >= ?1 AND slot < ?2 AND slot + count <= ?2`
    )
    this.#writtenFrom = db.prepare(
      `SELECT slot FROM ${table} WHERE slot >= ? AND slot < ? AND written_ms >= ? ORDER BY slot LIMIT 1`
    )
    this.#ends = new Array(partitions).fill(null)
    this.#starts = new Array(partitions).fill(null)
    this.#open = new Array(partitions).fill(null)
    this.#spareWriters = Array.from({ length: partitions }, () => [])
  }

  getEnd(partition: number): number {
    const known = this.#ends[partition]
    if (known != null) return known
    const base = partition * slotSpan
    const row = this.#last.get(base, base + slotSpan)
    const end = row === undefined ? 0 : readHead(row, this.#places[partition]!).next
    this.#ends[partition] = Math.max(end, this.getStart(partition))
    return this.#ends[partition]!
  }

  getStart(partition: number): number {
    const known = this.#starts[partition]
    if (known != null) return known
    const start = (this.#start.get(this.#topic, partition)?.position as number | undefined) ?? 0
    this.#starts[partition] = start
    return start
  }

  stage(partition: number, record: NewRecord): number {
    const position = this.getEnd(partition)
    const chunk = this.#openChunk(partition, position)
    chunk.writer.push(record, position)
    chunk.count++
    this.#ends[partition] = position + 1
    if (chunk.writer.bytes >= chunkBytes) this.#closeChunk(partition)
    return position
  }

  write(writtenMs: number): void {
    for (let p = 0; p < this.#partitions; p++) this.#closeChunk(p)
    for (const { partition, first, count, writer } of this.#closed) {
      const slot = partition * slotSpan + first
      this.#insert.run(
        slot,
        count,
        writtenMs,
        computeHeadCheck(slot, count, writtenMs, writer.bytes),
        writer.taken()
      )
    }
    this.#recycle()
  }

  discard(): void {
    for (let p = 0; p < this.#partitions; p++) this.#closeChunk(p)
    this.#recycle()
    this.invalidate()
  }

  invalidate(): void {
    this.#ends.fill(null)
    this.#starts.fill(null)
  }

  read(partition: number, from: number, end: number, limits: ReadLimits): StoredRecord[] {
    const place = this.#places[partition]!
    const page: PageInMaking = { records: [], bytes: 0, next: from }
    try {
      const base = partition * slotSpan
      for (const row of this.#from.iterate(base, base + from, base + end)) {
        const head = readHead(row, place)
        if (head.first > page.next)
          throw createCorruptError(place, page.next, 'the record is missing')
        if (!takeChunk(asBuffer(row.frames as Uint8Array), head, place, limits, page)) break
      }
    } catch (error) {
      // Intact records before the damage are returned first: the next read begins at the damage and
      // fails with its position.
      if (page.records.length > 0) return page.records
      if (classifyFailure(error) === 'corrupt')
        throw createCorruptError(place, page.next, describeDamage(error as Error), error)
      throw error
    }
    return page.records
  }

  /**
   * Removes the records below a position. Must be in a transaction; throws `offset-ahead` beyond
   * the end.
   */
  trim(partition: number, before: number): void {
    const end = this.getEnd(partition)
    if (before > end)
      throw new EventLogError(
        'offset-ahead',
        `${this.#topic}/${partition}: cannot trim to ${before}, the end is ${end}`
      )
    if (before <= this.getStart(partition)) return
    const base = partition * slotSpan
    this.#putStart.run(this.#topic, partition, before)
    this.#remove.run(base, base + before)
    this.#starts[partition] = before
  }

  /** First position of a row written at or after a time; the end if there is none. */
  findFirstWritten(partition: number, sinceMs: number): number {
    const base = partition * slotSpan
    const row = this.#writtenFrom.get(base, base + slotSpan, sinceMs)
    return row === undefined ? this.getEnd(partition) : (row.slot as number) - base
  }

  #openChunk(partition: number, position: number): Staged {
    const open = this.#open[partition]
    if (open != null) return open
    const writer =
      this.#spareWriters[partition]!.pop() ?? new FrameWriter(this.#places[partition]!.seed)
    const made = { partition, first: position, count: 0, writer }
    this.#open[partition] = made
    return made
  }

  #closeChunk(partition: number): void {
    const open = this.#open[partition]
    if (open == null) return
    this.#closed.push(open)
    this.#open[partition] = null
  }

  #recycle(): void {
    for (const { partition, writer } of this.#closed) {
      writer.clear()
      if (this.#spareWriters[partition]!.length < 4) this.#spareWriters[partition]!.push(writer)
    }
    this.#closed = []
  }
}

interface PageInMaking {
  readonly records: StoredRecord[]
  bytes: number
  next: number
}

interface ChunkHead {
  readonly first: number
  /** Position behind the chunk. */
  readonly next: number
}

/** Checksum of a row's header: a flipped count would hide records, or invent some. */
function computeHeadCheck(slot: number, count: number, writtenMs: number, bytes: number): number {
  return crc32(`${slot}:${count}:${writtenMs}:${bytes}`)
}

function readHead(row: Record<string, unknown>, place: FramePosition): ChunkHead {
  const slot = row.slot as number
  const count = row.count as number
  const first = slot - place.partition * slotSpan
  const bytes = (row.bytes as number | undefined) ?? (row.frames as Uint8Array).byteLength
  if (computeHeadCheck(slot, count, row.written_ms as number, bytes) !== row.head)
    throw createCorruptError(place, first, 'the header of its row is damaged')
  return { first, next: first + count }
}

/** Adds those records of a row that fit into the page. False when the page is full. */
function takeChunk(
  buffer: Buffer,
  head: ChunkHead,
  place: FramePosition,
  limits: ReadLimits,
  page: PageInMaking
): boolean {
  let offset = 0
  for (let position = head.first; position < head.next; position++) {
    if (position < page.next) {
      const bounds = findBounds(buffer, offset)
      if (bounds === null) throw createCorruptError(place, page.next, 'its row is damaged')
      offset = bounds.next
      continue
    }
    const frame = readFrame(buffer, offset, place, position)
    if (frame.kind === 'corrupt') throw createCorruptError(place, position, frame.reason)
    const size = frame.next - offset
    if (
      page.records.length > 0 &&
      (page.records.length >= limits.recordsMax || page.bytes + size > limits.bytesMax)
    )
      return false
    page.records.push(frame.record)
    page.bytes += size
    page.next = position + 1
    offset = frame.next
  }
  return page.records.length < limits.recordsMax && page.bytes < limits.bytesMax
}

/** The error for a damaged record, which stops its reader: a damaged record is never skipped. */
export function createCorruptError(
  place: FramePosition,
  position: number,
  reason: string,
  cause?: unknown
): EventLogError {
  return new EventLogError(
    'record-corrupt',
    `${place.topic}/${place.partition}/${position}: ${reason}`,
    { cause }
  )
}
