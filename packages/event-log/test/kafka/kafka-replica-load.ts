// Writers of a few keys and a tail that reads them: records acknowledged, records received, and
// faults found.

import { setTimeout as pause } from 'node:timers/promises'
import { advance } from '../../src/cursor.ts'
import { EventLogError } from '../../src/errors.ts'
import type { Cursor, EventLog, StoredRecord } from '../../src/port.ts'
import type { Topic } from '../../src/topics.ts'

export interface Acknowledged {
  readonly id: string
  readonly key: string
  readonly partition: number
  readonly position: bigint
}

/** Pause between two appends of a key, ms. */
const betweenMs = 10
const restMs = 100

export class ReplicaLoad {
  readonly acknowledged: Acknowledged[] = []
  readonly errors = new Map<string, number>()
  /** Descriptions of faults. */
  readonly wrong: string[] = []
  readonly keys: readonly string[]
  readonly #log: EventLog
  readonly #topic: Topic
  readonly #writing = new AbortController()
  readonly #reading = new AbortController()
  readonly #handedOut = new Set<string>()
  readonly #counts = new Map<string, number>()
  #loops: Promise<void>[] = []
  #cursor: Cursor | null = null

  constructor(
    log: EventLog,
    topic: Topic,
    keys = ['sahel', 'delta', 'coast', 'north', 'lakes', 'hills']
  ) {
    this.#log = log
    this.#topic = topic
    this.keys = keys
  }

  /** Writes and reads until it is stopped. */
  async start(): Promise<this> {
    this.#cursor = await this.#log.cursorAt(this.#topic, 'earliest')
    this.#loops = [...this.keys.map(key => this.#write(key)), this.#read()]
    return this
  }

  async stopWriting(): Promise<void> {
    this.#writing.abort()
    await Promise.all(this.#loops.slice(0, -1))
  }

  async stop(): Promise<void> {
    this.#reading.abort()
    await this.stopWriting()
    await Promise.all(this.#loops)
  }

  /** The cursor behind the last record that the tail returned. */
  get cursor(): Cursor {
    if (this.#cursor === null) throw new Error('the load has not started')
    return this.#cursor
  }

  /** Number of acknowledged records by key. */
  counts(): ReadonlyMap<string, number> {
    return new Map(this.#counts)
  }

  /** True if each key has `count` more acknowledged records than before. */
  eachHas(count: number, before: ReadonlyMap<string, number> = new Map()): boolean {
    return this.keys.every(key => (this.#counts.get(key) ?? 0) >= (before.get(key) ?? 0) + count)
  }

  tailHasAcknowledged(): boolean {
    return this.acknowledged.every(({ id }) => this.#handedOut.has(id))
  }

  /** Acknowledged records that are not at their acknowledged places. */
  lostFrom(stored: readonly StoredRecord[]): readonly string[] {
    const at = new Map(
      stored.map(({ partition, position, id }) => [`${partition}/${position}`, id])
    )
    return this.acknowledged
      .filter(({ id, partition, position }) => at.get(`${partition}/${position}`) !== id)
      .map(({ id }) => id)
  }

  /**
   * Places where the records of a key, the first of each id, are not in the order in which they
   * were written.
   */
  disorderIn(firsts: readonly StoredRecord[]): readonly string[] {
    return this.keys.flatMap(key => {
      const numbers = firsts
        .filter(record => record.key === key && record.id.startsWith(`${key}/`))
        .map(({ id }) => numberOf(id))
      return numbers
        .flatMap((n, i) => (n === i ? [] : [`${key}: ${n} is at index ${i}`]))
        .slice(0, 3)
    })
  }

  /**
   * One record after the other, each repeated until it is acknowledged, so that the order of its
   * key is known.
   */
  async #write(key: string): Promise<void> {
    for (let n = 0; !this.#writing.signal.aborted; n++) {
      const id = `${key}/${n}`
      const done = await this.#writeOne(id, key)
      if (done === null) return
      this.acknowledged.push(done)
      this.#counts.set(key, n + 1)
      await pause(betweenMs)
    }
  }

  async #writeOne(id: string, key: string): Promise<Acknowledged | null> {
    for (;;) {
      try {
        const [appended] = await this.#log.append(this.#topic, [
          { id, key, value: Buffer.from(`value of ${id}`) }
        ])
        return { id, key, partition: appended!.partition, position: appended!.position }
      } catch (error) {
        if (!(error instanceof EventLogError)) throw error
        this.errors.set(error.code, (this.errors.get(error.code) ?? 0) + 1)
        if (!error.retryable && error.code !== 'append-unknown')
          this.wrong.push(`append of ${id}: ${error.code} ${error.message}`)
        if (this.#writing.signal.aborted) return null
        await pause(restMs)
      }
    }
  }

  async #read(): Promise<void> {
    const { signal } = this.#reading
    while (!signal.aborted) {
      try {
        for await (const page of this.#log.tail(this.cursor, { signal })) {
          const from = this.cursor.positions[page.partition]!
          const [first] = page.records
          if (first !== undefined && first.position < from)
            this.wrong.push(`the tail went back to ${first.position} from ${from}`)
          for (const { id } of page.records) this.#handedOut.add(id)
          this.#cursor = advance(this.cursor, page.partition, page.next)
        }
      } catch (error) {
        if (!(error instanceof EventLogError)) throw error
        if (!error.retryable) {
          this.wrong.push(`tail: ${error.code} ${error.message}`)
          return
        }
        await pause(restMs)
      }
    }
  }
}

function numberOf(id: string): number {
  return Number(id.split('/')[1])
}
