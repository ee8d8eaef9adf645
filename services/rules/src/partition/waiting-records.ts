// Records of a partition that are read and not folded yet. They are folded in the order of the log,
// until a theatre has used up its turn: then theatres that had less come first, so that a theatre
// with many records does not delay the others. Several of a theatre are taken at a time. The order
// within a theatre never changes. Source: decision 0108.

import { unassignedTheatre } from '@tocsin/contracts/theatre/theatre-record'
import type { StoredRecord } from '@tocsin/event-log/port'

/**
 * How long a theatre folds while others wait, ms: some records, and little compared with the time
 * until a part is published.
 */
const turnMs = 25
/** At most so many records of a theatre are taken at a time. */
const togetherMax = 64
/** They are expected to take at most this long, ms: a part of a turn, which others wait for. */
const togetherMs = 10
/**
 * Maximum number of records read ahead. A theatre that is behind by more delays the others again.
 */
const recordsMax = 10_000
const bytesMax = 16 * 1024 * 1024

interface Waiting {
  readonly stored: StoredRecord
  /** When it was read, by the monotonic clock. */
  readonly readMs: number
}

export class WaitingRecords {
  /** By theatre, in the order of the log. No list is empty. */
  readonly #lists = new Map<string, Waiting[]>()
  /**
   * How long each theatre has folded beyond the one that folded least, since the queue was last
   * empty, ms.
   */
  readonly #spentMs = new Map<string, number>()
  /**
   * How long a record of each theatre took of late, ms. Of a theatre that is not known yet the
   * first is taken alone.
   */
  readonly #recordMs = new Map<string, number>()
  #readTo: bigint
  #count = 0
  #bytes = 0
  #arrived = Promise.withResolvers<void>()
  #roomMade = Promise.withResolvers<void>()

  /** `readTo`: the first position of the partition to read. */
  constructor(readTo: bigint) {
    this.#readTo = readTo
  }

  /** The first position that is not read. */
  get readTo(): bigint {
    return this.#readTo
  }

  get isFull(): boolean {
    return this.#count >= recordsMax || this.#bytes >= bytesMax
  }

  /** Everything before it was taken to be folded. */
  get position(): bigint {
    return this.#oldest()?.stored.position ?? this.#readTo
  }

  /** When the oldest record that waits was read, ms; null if none waits. */
  get sinceMs(): number | null {
    return this.#oldest()?.readMs ?? null
  }

  /** Adds what was read next. Records that no rules see are passed over. */
  add(records: readonly StoredRecord[], next: bigint, readMs: number): void {
    for (const stored of records) {
      if (
        stored.position < this.#readTo ||
        stored.value === null ||
        stored.key === unassignedTheatre
      )
        continue
      const list = this.#lists.get(stored.key)
      if (list === undefined) this.#lists.set(stored.key, [{ stored, readMs }])
      else list.push({ stored, readMs })
      this.#count += 1
      this.#bytes += stored.value.length
    }
    this.#readTo = next
    this.#arrived.resolve()
  }

  /**
   * Removes and returns the records to fold next: of a theatre, in order, at most `recordsMax`,
   * and not more than it is expected to fold in its turn. Empty if none waits.
   */
  take(recordsMax: number): readonly StoredRecord[] {
    const theatre = this.#next() ?? this.#afterAllTurns()
    const list = theatre === null ? undefined : this.#lists.get(theatre)
    if (theatre === null || list === undefined) return []
    const taken = list
      .splice(0, Math.min(recordsMax, this.#togetherMax(theatre)))
      .map(({ stored }) => stored)
    if (list.length === 0) this.#lists.delete(theatre)
    this.#count -= taken.length
    for (const { value } of taken) this.#bytes -= value?.length ?? 0
    if (!this.isFull) this.#roomMade.resolve()
    return taken
  }

  /** So many records of a theatre were folded in this time. */
  spend(theatre: string, ms: number, records: number): void {
    this.#spentMs.set(theatre, (this.#spentMs.get(theatre) ?? 0) + ms)
    this.#recordMs.set(theatre, (this.#computeRecordMs(theatre) + ms / records) / 2)
  }

  /**
   * Resolves once something was added after the last call that resolved, or when the signal aborts.
   */
  async arrival(signal: AbortSignal): Promise<void> {
    await untilEither(this.#arrived.promise, signal)
    this.#arrived = Promise.withResolvers()
  }

  /** Resolves while there is room to read on, or when the signal aborts. */
  async room(signal: AbortSignal): Promise<void> {
    if (!this.isFull) return
    this.#roomMade = Promise.withResolvers()
    await untilEither(this.#roomMade.promise, signal)
  }

  #computeRecordMs(theatre: string): number {
    return this.#recordMs.get(theatre) ?? togetherMs
  }

  /**
   * The most records of a theatre to fold in one step. While records of others wait, the rest of
   * its turn is a further limit.
   */
  #togetherMax(theatre: string): number {
    const leftMs = this.#lists.size === 1 ? togetherMs : turnMs - (this.#spentMs.get(theatre) ?? 0)
    const expected = Math.floor(Math.min(togetherMs, leftMs) / this.#computeRecordMs(theatre))
    return Math.max(1, Math.min(togetherMax, expected))
  }

  #oldest(): Waiting | null {
    let oldest: Waiting | null = null
    for (const list of this.#lists.values()) {
      const first = list[0]
      if (
        first !== undefined &&
        (oldest === null || first.stored.position < oldest.stored.position)
      )
        oldest = first
    }
    return oldest
  }

  /** The theatre with the oldest record among those with turn time left. */
  #next(): string | null {
    let next: string | null = null
    let oldest: bigint | null = null
    for (const [theatre, list] of this.#lists) {
      const first = list[0]
      if (first === undefined || (this.#spentMs.get(theatre) ?? 0) >= turnMs) continue
      if (oldest !== null && oldest <= first.stored.position) continue
      oldest = first.stored.position
      next = theatre
    }
    return next
  }

  /**
   * Every theatre has used up its turn, or the queue is empty: the common share is subtracted, and
   * the theatre that had least is next.
   */
  #afterAllTurns(): string | null {
    if (this.#lists.size === 0) {
      this.#spentMs.clear()
      return null
    }
    let least = Number.POSITIVE_INFINITY
    for (const theatre of this.#lists.keys())
      least = Math.min(least, this.#spentMs.get(theatre) ?? 0)
    for (const [theatre, ms] of this.#spentMs) {
      if (ms > least) this.#spentMs.set(theatre, ms - least)
      else this.#spentMs.delete(theatre)
    }
    return this.#next()
  }
}

async function untilEither(done: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const end = () => resolve()
  signal.addEventListener('abort', end, { once: true })
  void done.then(end)
  await promise
  signal.removeEventListener('abort', end)
}
