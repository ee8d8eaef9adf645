// The load during the faults: instances with a handle each, whose writers retry with the same ids,
// whose readers continue from their cursors, and which commit cursors and divide the partitions.
// Every answer is checked at once or kept for the judge.

import { EventLogError } from '../../../src/errors.ts'
import type {
  Cursor,
  EventLog,
  Membership,
  NewRecord,
  Page,
  StoredRecord
} from '../../../src/port.ts'
import { topics } from '../../../src/topics.ts'
import type { AppendAttempt } from './kafka-chaos-judge.ts'

const topic = topics.incidents
/** Upper limit for any call, ms: by then it must resolve or reject, whatever the network does. */
const answerMsMax = 15_000
const group = 'chaos'

export class ChaosLoad {
  readonly attempts: AppendAttempt[] = []
  readonly readers = new Map<string, StoredRecord[]>()
  /** Descriptions of what a handle did wrong. */
  readonly wrong: string[] = []
  readonly errors = new Map<string, number>()
  readonly memberships: Membership[] = []
  slowestMs = 0
  #time = 0
  #isWriting = true
  readonly #stop = new AbortController()
  readonly #writing: Promise<void>[] = []
  readonly #reading: Promise<void>[] = []
  readonly #pauseMs: number

  /** `pauseMs`: between two appends of a writer. */
  constructor({ pauseMs = 0 } = {}) {
    this.#pauseMs = pauseMs
  }

  /** Starts the work of an instance on its handle. */
  async start(name: string, log: EventLog, writers: number): Promise<void> {
    for (let i = 0; i < writers; i++) this.#writing.push(this.#write(`${name}-w${i}`, log))
    const earliest = await this.#call('cursorAt', () => log.cursorAt(topic, 'earliest'))
    if (earliest === null) throw new Error(`${name} could not start`)
    this.#reading.push(this.#read(`${name}-r`, log, earliest))
    this.memberships.push(await log.join(group, topic))
  }

  /** Number of acknowledged records so far. */
  get acked(): number {
    return this.attempts.reduce((sum, { answers }) => sum + (answers?.length ?? 0), 0)
  }

  /** Number of acknowledged records so far, by key. */
  countByKey(): Map<string, number> {
    const counts = new Map<string, number>()
    for (const { records, answers } of this.attempts)
      if (answers !== null)
        for (const { key } of records) counts.set(key, (counts.get(key) ?? 0) + 1)
    return counts
  }

  /** Resolves when the last append of each writer is acknowledged. */
  async stopWriting(): Promise<void> {
    this.#isWriting = false
    await Promise.all(this.#writing)
  }

  /**
   * Resolves when each reader has reached the cursor; those that are too late are listed in
   * `wrong`.
   */
  async stopReading(until: Cursor, waitMs: number): Promise<void> {
    const wanted = until.positions.reduce((sum, position) => sum + position, 0n)
    const endMs = performance.now() + waitMs
    const behind = () => [...this.readers].filter(([, seen]) => BigInt(seen.length) < wanted)
    while (behind().length > 0 && performance.now() < endMs)
      await new Promise(resolve => setTimeout(resolve, 20))
    for (const [name, seen] of behind())
      this.wrong.push(`${name} saw ${seen.length} of ${wanted} records`)
    this.#stop.abort()
    await Promise.all(this.#reading)
  }

  /** Ends the work, whatever is acknowledged. */
  abandon(): void {
    this.#isWriting = false
    this.#stop.abort()
  }

  async #write(writer: string, log: EventLog): Promise<void> {
    for (let n = 0; this.#isWriting; n++) {
      const records = this.#batch(writer, n)
      // Repeated with the same ids until it is acknowledged, like every writer of the suite.
      while (!(await this.#append(log, records)) && !this.#stop.signal.aborted)
        await new Promise(resolve => setTimeout(resolve, 20))
      if (this.#pauseMs > 0) await new Promise(resolve => setTimeout(resolve, this.#pauseMs))
    }
  }

  #batch(writer: string, n: number): NewRecord[] {
    const size = 1 + ((n * 7) % 20)
    return Array.from({ length: size }, (_, i) => {
      const id = `${writer}-${n}-${i}`
      return {
        id,
        key: `${writer}-k${i % 3}`,
        value: Buffer.from(id.padEnd(50 + ((n * 31 + i) % 400), '.'))
      }
    })
  }

  async #append(log: EventLog, records: readonly NewRecord[]): Promise<boolean> {
    const attempt: AppendAttempt = {
      records,
      began: this.#time++,
      ended: Number.POSITIVE_INFINITY,
      answers: null
    }
    this.attempts.push(attempt)
    const answers = await this.#call('append', () => log.append(topic, records))
    attempt.ended = this.#time++
    attempt.answers = answers
    return answers !== null
  }

  async #read(name: string, log: EventLog, from: Cursor): Promise<void> {
    const { signal } = this.#stop
    const seen: StoredRecord[] = []
    this.readers.set(name, seen)
    let positions = [...from.positions]
    for (let pages = 0; !signal.aborted; ) {
      try {
        for await (const page of log.tail({ ...from, positions }, { signal })) {
          this.#check(name, page, positions[page.partition]!)
          seen.push(...page.records)
          positions = positions.with(page.partition, page.next)
          if (++pages % 10 === 0) await this.#commit(name, log, { ...from, positions })
        }
      } catch (error) {
        this.#failed('tail', error)
      }
    }
  }

  #check(name: string, page: Page, expected: bigint): void {
    const first = page.records[0]?.position ?? expected
    if (first !== expected)
      this.wrong.push(
        `${name}: partition ${page.partition} continues at ${first} instead of ${expected}`
      )
    if (page.next < expected || page.end < page.next)
      this.wrong.push(`${name}: a page from ${expected} has next ${page.next} and end ${page.end}`)
  }

  async #commit(name: string, log: EventLog, cursor: Cursor): Promise<void> {
    await this.#call('commit', () => log.commit(name, cursor))
    const kept = await this.#call('committed', () => log.committed(name, topic))
    const isBack = kept?.positions.some((position, p) => position > cursor.positions[p]!) ?? false
    if (isBack) this.wrong.push(`${name}: the committed cursor is ahead of every commit`)
    this.#forward(name, kept)
  }

  readonly #kept = new Map<string, Cursor>()
  #forward(name: string, kept: Cursor | null): void {
    if (kept === null) return
    const before = this.#kept.get(name)
    if (before?.positions.some((position, p) => position > kept.positions[p]!))
      this.wrong.push(
        `${name}: the committed cursor went back from ${before.positions} to ${kept.positions}`
      )
    this.#kept.set(name, kept)
  }

  /** The result of the call, or null after a retryable error. */
  async #call<T>(what: string, call: () => Promise<T>): Promise<T | null> {
    const began = performance.now()
    try {
      return await call()
    } catch (error) {
      this.#failed(what, error)
      return null
    } finally {
      const tookMs = performance.now() - began
      this.slowestMs = Math.max(this.slowestMs, tookMs)
      if (tookMs > answerMsMax) this.wrong.push(`${what} took ${Math.round(tookMs)} ms`)
    }
  }

  #failed(what: string, error: unknown): void {
    const code = error instanceof EventLogError ? error.code : `${error}`
    this.errors.set(`${what} ${code}`, (this.errors.get(`${what} ${code}`) ?? 0) + 1)
    if (!(error instanceof EventLogError))
      this.wrong.push(`${what} rejected with ${(error as Error).stack}`)
    else if (!error.retryable)
      this.wrong.push(`${what} failed permanently: ${error.code}: ${error.message}`)
  }
}
