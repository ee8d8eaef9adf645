// Where the ids that are not sealed yet lie on disk. On an append-only topic they are in the records themselves: nothing more is written.
// On a compacted one records go, so each transaction leaves a row of its ids.

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ChunkStore } from './chunk-store.ts'
import { asBuffer } from './frame.ts'
import { entryBytes, slotAt } from './id-entry.ts'
import { slotSpan } from './schema.ts'

/** How far ids were taken: a position per partition, or a single count of ids. */
export type IdMark = readonly number[]

export interface IdTail {
  readonly origin: IdMark
  /** Hands out each id written at or after a mark, and returns the mark behind the last. */
  readFrom(mark: IdMark, take: (id: string, slot: number) => void): IdMark
  /** Writes the entries of one transaction; returns the mark behind them. */
  write(mark: IdMark, entries: () => Uint8Array): IdMark
  /** What lies before the mark is sealed and may go. */
  sealed(mark: IdMark): void
}

export class RecordIdTail implements IdTail {
  readonly origin: IdMark
  readonly #store: ChunkStore

  constructor(store: ChunkStore, partitions: number) {
    this.#store = store
    this.origin = new Array(partitions).fill(0)
  }

  readFrom(mark: IdMark, take: (id: string, slot: number) => void): IdMark {
    return mark.map((from, partition) =>
      this.#store.scanIds(partition, from, (id, position) => take(id, partition * slotSpan + position))
    )
  }

  write(mark: IdMark): IdMark {
    return mark.map((_, partition) => this.#store.endOf(partition))
  }

  sealed(): void {
    // The records keep their ids.
  }
}

export class RowIdTail implements IdTail {
  readonly origin: IdMark = [0]
  readonly #insert: StatementSync
  readonly #from: StatementSync
  readonly #remove: StatementSync

  constructor(db: DatabaseSync, table: string) {
    this.#insert = db.prepare(`INSERT INTO ${table}_ids VALUES (?, ?)`)
    this.#from = db.prepare(`SELECT ordinal, entries FROM ${table}_ids WHERE ordinal >= ? ORDER BY ordinal`)
    this.#remove = db.prepare(`DELETE FROM ${table}_ids WHERE ordinal < ?`)
  }

  readFrom(mark: IdMark, take: (id: string, slot: number) => void): IdMark {
    let next = mark[0]!
    for (const row of this.#from.iterate(next)) {
      const entries = asBuffer(row.entries as Uint8Array)
      for (let at = 0; at < entries.length; at += entryBytes) take(entries.toString('hex', at, at + 16), slotAt(entries, at))
      next = (row.ordinal as number) + entries.length / entryBytes
    }
    return [next]
  }

  write(mark: IdMark, entries: () => Uint8Array): IdMark {
    const written = entries()
    this.#insert.run(mark[0]!, written)
    return [mark[0]! + written.byteLength / entryBytes]
  }

  sealed(mark: IdMark): void {
    this.#remove.run(mark[0]!)
  }
}
