// Virtual time and the total order of events in a simulated run. An event is a time and a callback;
// the seed orders equal times. Between two events all promises are drained, so that the machine's
// timing has no effect.

import { createHash } from 'node:crypto'
import type { RandomSource } from './random-source.ts'

interface Event {
  readonly atMs: number
  /** Decides between equal moments. */
  readonly tie: number
  readonly label: string
  readonly run: () => void
  cancelled: boolean
}

/** Lines that are kept for the trace of a failing run. */
const linesMax = 20_000

export class VirtualTime {
  readonly #random: RandomSource
  readonly #heap: Event[] = []
  readonly #hash = createHash('sha256')
  readonly #onLine: ((line: string) => void) | undefined
  readonly lines: string[] = []
  #nowMs = 0
  #count = 0

  constructor(random: RandomSource, onLine?: (line: string) => void) {
    this.#random = random
    this.#onLine = onLine
  }

  /** Milliseconds since the run began; never goes back. */
  get nowMs(): number {
    return this.#nowMs
  }

  /** Events so far. */
  get count(): number {
    return this.#count
  }

  /** Runs something after a while. Returns how to call it off. */
  after(delayMs: number, label: string, run: () => void): () => void {
    const event: Event = {
      atMs: this.#nowMs + Math.max(0, delayMs),
      tie: this.#random.next(),
      label,
      run,
      cancelled: false
    }
    push(this.#heap, event)
    return () => {
      event.cancelled = true
    }
  }

  /** Resolves after a while. */
  pause(delayMs: number, label: string): Promise<void> {
    return new Promise(resolve => this.after(delayMs, label, resolve))
  }

  /**
   * Goes on until the condition holds or the moment is reached. True when the condition holds.
   * Looked at after every event.
   */
  async runUntil(condition: () => boolean, untilMs: number): Promise<boolean> {
    await drain()
    while (!condition()) {
      const event = this.#heap[0]
      if (event === undefined || event.atMs > untilMs) {
        this.#nowMs = Math.max(this.#nowMs, untilMs)
        return false
      }
      pop(this.#heap)
      if (event.cancelled) continue
      this.#nowMs = event.atMs
      this.#count++
      this.#hash.update(`${event.atMs} ${event.label}\n`)
      event.run()
      await drain()
    }
    return true
  }

  /** Notes what happened, for the hash and for people. */
  note(line: string): void {
    this.#hash.update(`${this.#nowMs} ${line}\n`)
    const told = `${(this.#nowMs / 1000).toFixed(3).padStart(10)} ${line}`
    this.lines.push(told)
    if (this.lines.length > linesMax) this.lines.shift()
    this.#onLine?.(told)
  }

  /** One text for all that has happened so far: equal runs have equal hashes. */
  traceHash(): string {
    return this.#hash.copy().digest('hex')
  }
}

/**
 * Resolves when no promise can make progress by itself. The promise queue is drained before an
 * immediate runs, and a simulated run waits for no file, socket, thread or timer, so one turn
 * suffices.
 */
function drain(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.tie < b.tie)
}

function push(heap: Event[], event: Event): void {
  let at = heap.push(event) - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (!isBefore(event, heap[parent] as Event)) break
    heap[at] = heap[parent] as Event
    at = parent
  }
  heap[at] = event
}

function pop(heap: Event[]): void {
  const last = heap.pop() as Event
  if (heap.length === 0) return
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && isBefore(heap[child + 1] as Event, heap[child] as Event)) child++
    if (!isBefore(heap[child] as Event, last)) break
    heap[at] = heap[child] as Event
    at = child
  }
  heap[at] = last
}
