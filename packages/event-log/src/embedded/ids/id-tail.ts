// Unsealed ids on disk. On an append-only topic they are in the records themselves, at no extra
// cost. On a compacted topic records are removed, so each transaction writes a row of its ids.

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ChunkStore } from '../store/chunk-store.ts'
import { asBuffer } from '../store/frame.ts'
import { slotSpan } from '../store/schema.ts'
import { entryBytes, type IdWords, readEntry, readId } from './id-entry.ts'

/** How far ids were read: a position per partition, or a count of ids. */
export type IdMark = readonly number[]

/** The mark reached, and the number of bytes read so far or to be read at a start. */
export interface TailPart {
  readonly mark: IdMark
  readonly bytes: number
}

/** The words are valid only during the call. */
export type TakeId = (id: IdWords, slot: number) => void

export interface IdTail {
  readonly origin: IdMark
  /**
   * Passes each id written at or after a mark to the callback; returns the mark behind the last.
   */
  readFrom(mark: IdMark, take: TakeId): TailPart
  /**
   * Writes the entries of one transaction, whose records have `recordBytes` bytes; returns the mark
   * behind them.
   */
  write(mark: IdMark, entries: Uint8Array, recordBytes: number): TailPart
  /** Called for a mark before which all is sealed and may be removed. */
  sealed(mark: IdMark): void
}

export class RecordIdTail implements IdTail {
  readonly origin: IdMark
  readonly #store: ChunkStore

  constructor(store: ChunkStore, partitions: number) {
    this.#store = store
    this.origin = new Array(partitions).fill(0)
  }

  readFrom(mark: IdMark, take: TakeId): TailPart {
    const words: IdWords = new Uint32Array(4)
    const scanned = mark.map((from, partition) =>
      this.#store.scanIds(partition, from, (id, position) => {
        readId(id, words)
        take(words, partition * slotSpan + position)
      })
    )
    return {
      mark: scanned.map(({ next }) => next),
      bytes: scanned.reduce((sum, { bytes }) => sum + bytes, 0)
    }
  }

  write(mark: IdMark, _: Uint8Array, recordBytes: number): TailPart {
    return { mark: mark.map((_, partition) => this.#store.endOf(partition)), bytes: recordBytes }
  }

  sealed(): void {
    // Nothing to remove: the ids are in the records.
  }
}

export class RowIdTail implements IdTail {
  readonly origin: IdMark = [0]
  readonly #insert: StatementSync
  readonly #from: StatementSync
  readonly #remove: StatementSync

  constructor(db: DatabaseSync, table: string) {
    this.#insert = db.prepare(`INSERT INTO ${table}_ids VALUES (?, ?)`)
    this.#from = db.prepare(
      `SELECT ordinal, entries FROM ${table}_ids WHERE ordinal >= ? ORDER BY ordinal`
    )
    this.#remove = db.prepare(`DELETE FROM ${table}_ids WHERE ordinal < ?`)
  }

  readFrom(mark: IdMark, take: TakeId): TailPart {
    const words: IdWords = new Uint32Array(4)
    let bytes = 0
    let next = mark[0]!
    for (const row of this.#from.iterate(next)) {
      const entries = asBuffer(row.entries as Uint8Array)
      for (let at = 0; at < entries.length; at += entryBytes)
        take(words, readEntry(entries, at, words))
      bytes += entries.length
      next = (row.ordinal as number) + entries.length / entryBytes
    }
    return { mark: [next], bytes }
  }

  write(mark: IdMark, entries: Uint8Array): TailPart {
    this.#insert.run(mark[0]!, entries)
    return { mark: [mark[0]! + entries.byteLength / entryBytes], bytes: entries.byteLength }
  }

  sealed(mark: IdMark): void {
    this.#remove.run(mark[0]!)
  }
}
