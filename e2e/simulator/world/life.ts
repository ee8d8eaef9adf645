// The life of one simulated process: its clock, and its end. A killed process does nothing more:
// its pending promises never settle, so its objects stay as they were.

import type { Clock } from '@tocsin/domain/ports'
import type { VirtualTime } from './virtual-time.ts'

/** The wall clock of the machine, which faults move. Monotonic time is virtual time. */
export class WallClock {
  readonly #time: VirtualTime
  readonly #startMs: number
  #offsetMs = 0

  constructor(time: VirtualTime, startMs: number) {
    this.#time = time
    this.#startMs = startMs
  }

  get nowMs(): number {
    return Math.floor(this.#startMs + this.#time.nowMs + this.#offsetMs)
  }

  jump(byMs: number): void {
    this.#offsetMs += byMs
  }
}

export class Life {
  readonly name: string
  readonly clock: Clock
  readonly #endings = new Set<() => void>()
  #isOver = false
  #pause: { readonly done: Promise<void>; readonly end: () => void } | null = null

  constructor(name: string, time: VirtualTime, wall: WallClock) {
    this.name = name
    this.clock = {
      nowMs: () => wall.nowMs,
      monotonicMs: () => time.nowMs,
      sleep: (ms, signal) => this.#sleep(time, ms, signal)
    }
  }

  /**
   * The clock of a process whose work takes time: each look at it takes some ms. So theatres take
   * turns, parts end and snapshots are due by time.
   */
  workingClock(lookMs: number): Clock {
    const { clock } = this
    let workedMs = 0
    return {
      ...clock,
      monotonicMs() {
        workedMs += lookMs
        return clock.monotonicMs() + workedMs
      }
    }
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** kill -9. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    for (const ending of [...this.#endings]) ending()
    this.#endings.clear()
  }

  /**
   * SIGSTOP: nothing reaches it and it does nothing until it is resumed. Its earlier appends are in
   * flight.
   */
  pause(): void {
    if (this.#pause !== null) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#pause = { done: promise, end: resolve }
  }

  resume(): void {
    this.#pause?.end()
    this.#pause = null
  }

  get isPaused(): boolean {
    return this.#pause !== null
  }

  /** Registers a callback for the end of this process. Returns the function that removes it. */
  atEnd(ending: () => void): () => void {
    this.#endings.add(ending)
    return () => this.#endings.delete(ending)
  }

  /** The result of the promise, while the process lives. */
  async lived<T>(promise: Promise<T>): Promise<T> {
    try {
      const value = await promise
      while (this.#pause !== null) await this.#pause.done
      return this.#isOver ? await never() : value
    } catch (error) {
      while (this.#pause !== null) await this.#pause.done
      if (this.#isOver) return await never()
      throw error
    }
  }

  #sleep(time: VirtualTime, ms: number, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    return new Promise(resolve => {
      const woken = () => {
        leave()
        void this.lived(Promise.resolve()).then(resolve)
      }
      // Dead processes are not woken, and must not be retained by the signal that would wake them.
      const leave = () => {
        cancel()
        callOff()
        signal?.removeEventListener('abort', woken)
      }
      const cancel = time.after(ms, this.name, woken)
      const callOff = this.atEnd(leave)
      signal?.addEventListener('abort', woken, { once: true })
    })
  }
}

/** A separate promise each time: a shared one would retain all dead waiters in memory. */
function never(): Promise<never> {
  return new Promise(() => {})
}
