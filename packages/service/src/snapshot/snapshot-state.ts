// What a read model does to be stored in snapshots: it gives its state as rows, and restores them.
// Several parts make one state.

import type { FirstOfEach } from '@tocsin/event-log/first-of-each'
import type { Cursor } from '@tocsin/event-log/port'
import type { LRUCache } from 'lru-cache'
import type { SnapshotBlock } from './snapshot-file.ts'

/** A state at one moment, written later while folding continues. */
export interface Captured {
  /** Plain data or bytes, read once. They contain no data that was folded after the capture. */
  readonly rows: Iterable<unknown>
  /** Called when the rows are taken, or no more are wanted. */
  end?(): void
}

export interface SnapshotPart {
  /** The state as it is now. Returns within milliseconds for any size of the state. */
  capture(): Captured
  /** Takes the next of these rows into a state that was empty before the first. */
  restore(row: unknown): void
  /** After the last row, with the position behind the state. */
  restored?(cursor: Cursor): void
}

export interface SnapshotState {
  /**
   * To be raised when the rows are made or read in another way, or the same records are folded to
   * another state.
   */
  readonly format: number
  /**
   * What else the state depends on, such as limits: plain data. A snapshot made with others is not
   * used.
   */
  readonly settings: unknown
  readonly parts: readonly SnapshotPart[]
}

/** The entries of a cache in the order in which they were set. */
export function oldestFirst<K extends {}, V extends {}>(
  cache: LRUCache<K, V>
): readonly (readonly [K, V])[] {
  // Its type allows either to be missing.
  return [...(cache.rentries() as Iterable<unknown>)] as (readonly [K, V])[]
}

/** The ids of applied records, since a log may have a record twice. */
export function idsPart(ids: FirstOfEach): SnapshotPart {
  return {
    capture: () => ({ rows: [ids.generations()] }),
    restore: row => ids.restore(row as ReturnType<FirstOfEach['generations']>)
  }
}

/** Rows of all parts as they were at this moment, each with the number of its part. */
export function captureAll(parts: readonly SnapshotPart[]): Captured {
  const captured = parts.map(part => part.capture())
  return {
    rows: numbered(captured),
    end() {
      for (const each of captured) each.end?.()
    }
  }
}

function* numbered(captured: readonly Captured[]): Generator<unknown> {
  for (const [part, { rows }] of captured.entries()) {
    for (const row of rows) {
      if (!(row instanceof Uint8Array)) yield [part, row]
      else {
        // Bytes are a separate block: the row before it names their part.
        yield [part]
        yield row
      }
    }
  }
}

/** Takes blocks of such rows back. */
export class Restoring {
  readonly #parts: readonly SnapshotPart[]
  #bytesOf: SnapshotPart | undefined

  constructor(parts: readonly SnapshotPart[]) {
    this.#parts = parts
  }

  take(block: SnapshotBlock): void {
    if (block instanceof Uint8Array) {
      this.#of(this.#bytesOf).restore(block)
      return
    }
    for (const row of block as readonly (readonly [number] | readonly [number, unknown])[]) {
      const part = this.#of(this.#parts[row[0]])
      if (row.length === 1) this.#bytesOf = part
      else part.restore(row[1])
    }
  }

  end(cursor: Cursor): void {
    for (const part of this.#parts) part.restored?.(cursor)
  }

  #of(part: SnapshotPart | undefined): SnapshotPart {
    if (part === undefined) throw new Error('a row of a snapshot belongs to no part of the state')
    return part
  }
}
