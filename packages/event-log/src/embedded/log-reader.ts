// Opens a log read-only, while a suite is running on it or after a crash: nothing in the folder is
// changed.

import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { EventLogError } from '../errors.ts'
import type { Cursor, PartitionState, ReadLimits, StoredRecord } from '../port.ts'
import { cleanupOf, type Topic } from '../topics.ts'
import { logFile } from './embedded-log.ts'
import { ChunkStore } from './store/chunk-store.ts'
import { CompactedStore } from './store/compacted-store.ts'
import { ConsumerTable } from './store/consumer-table.ts'
import { getTableName, type LogIdentity, readIdentity, slotSpan } from './store/schema.ts'
import { asEventLogError } from './store/sqlite-failure.ts'

export interface RowFigures {
  readonly bytes: number
  /**
   * Times at which the first and the last stored row were written, ms since the Unix epoch; null if
   * there is none.
   */
  readonly firstWrittenMs: number | null
  readonly lastWrittenMs: number | null
}

export class LogReader {
  readonly identity: LogIdentity
  readonly #db: DatabaseSync

  /**
   * Opens for reading. Throws `log-unavailable` if there is no log, `record-corrupt` if its file is
   * not a valid database.
   */
  constructor(dataDir: string) {
    const file = logFile(dataDir)
    if (!existsSync(file))
      throw new EventLogError('log-unavailable', `there is no log in ${dataDir}`)
    try {
      this.#db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 })
      this.identity = readIdentity(this.#db)
    } catch (error) {
      throw asEventLogError(error, `opening ${file}`)
    }
  }

  topics(): readonly Topic[] {
    return [...this.identity.partitions.keys()]
  }

  /** Positions of each partition as they are now. */
  state(topic: Topic): readonly PartitionState[] {
    const store = this.#store(topic)
    return Array.from({ length: this.#partitions(topic) }, (_, partition) => ({
      partition,
      start: BigInt(store.getStart(partition)),
      end: BigInt(store.getEnd(partition))
    }))
  }

  /** Records of a partition from a position on and before an end. Throws `record-corrupt`. */
  read(
    topic: Topic,
    partition: number,
    from: number,
    end: number,
    limits: ReadLimits
  ): StoredRecord[] {
    try {
      return this.#store(topic).read(partition, from, end, limits)
    } catch (error) {
      throw asEventLogError(error, `${topic}/${partition}/${from}`)
    }
  }

  figures(topic: Topic, partition: number): RowFigures {
    const name = getTableName(topic)
    const table =
      cleanupOf[topic] === 'compacted'
        ? `${name}_latest JOIN ${name}_bodies USING (body)`
        : `${name}_chunks`
    const base = partition * slotSpan
    const row = this.#db
      .prepare(
        `SELECT coalesce(sum(length(frames)), 0) AS bytes, min(written_ms) AS first, max(written_ms) AS last
         FROM ${table} WHERE slot >= ? AND slot < ?`
      )
      .get(base, base + slotSpan)!
    return {
      bytes: row.bytes as number,
      firstWrittenMs: row.first as number | null,
      lastWrittenMs: row.last as number | null
    }
  }

  consumers(): readonly { readonly consumer: string; readonly cursor: Cursor }[] {
    return new ConsumerTable(this.#db, this.identity.epoch).all()
  }

  /** Errors that SQLite's integrity check finds; empty if there are none. */
  findStructureFaults(): string[] {
    try {
      const rows = this.#db.prepare('PRAGMA integrity_check(20)').all()
      return rows.map(row => row.integrity_check as string).filter(text => text !== 'ok')
    } catch (error) {
      return [(error as Error).message]
    }
  }

  /**
   * Slot of the last record of a key on a compacted topic, by the index of keys; null if there is
   * no such index.
   */
  getKeySlots(topic: Topic): ((key: string) => number | undefined) | null {
    const store = this.#store(topic)
    return store instanceof CompactedStore ? key => store.findSlot(key) : null
  }

  close(): void {
    this.#db.close()
  }

  #partitions(topic: Topic): number {
    return this.identity.partitions.get(topic) ?? 0
  }

  /** A new store for each call, without caches that a running suite would invalidate. */
  #store(topic: Topic): ChunkStore | CompactedStore {
    const Store = cleanupOf[topic] === 'compacted' ? CompactedStore : ChunkStore
    return new Store(this.#db, topic, this.#partitions(topic))
  }
}
