// Cooperative scheduling of scans over all alerts: work is cut into slices, and between slices the
// event loop serves other requests. What a scan looks for is up to the caller.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { FilterWork } from '@tocsin/domain/space-time/asked-area'

/**
 * Work per slice, one or two milliseconds: alternatives and positions compared, plus `alertUnits`
 * per alert.
 */
export const sliceUnitsMax = 10_000
/** Cost of fetching one alert and its reader state, in addition to its filter. */
export const alertUnits = 5

/** Who waits: those of one name together, or one slice alone. */
type Holder = string | symbol

/**
 * The slices of all scans, one in a turn of the event loop: of each holder that waits one after the
 * other.
 */
class Slices {
  /** Waited for since the start. */
  count = 0
  readonly #waiting = new Map<Holder, (() => void)[]>()
  #isRunning = false

  next(holder: Holder): Promise<void> {
    this.count++
    const { promise, resolve } = Promise.withResolvers<void>()
    const before = this.#waiting.get(holder)
    if (before === undefined) this.#waiting.set(holder, [resolve])
    else before.push(resolve)
    if (!this.#isRunning) void this.#run()
    return promise
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    while (this.#waiting.size > 0) {
      await nextTurn()
      const [first] = this.#waiting
      const [holder, waiting] = first as [Holder, (() => void)[]]
      const begin = waiting.shift()
      // To the end: all others come before its next.
      this.#waiting.delete(holder)
      if (waiting.length > 0) this.#waiting.set(holder, waiting)
      begin?.()
    }
    this.#isRunning = false
  }
}

/**
 * Serialises the slices of all scans: many scans together block the event loop no longer than one.
 */
export class ScanScheduler {
  readonly #slices: Slices
  readonly #holder: string | null

  /**
   * Without a holder each slice is of a holder of its own: these come in the order in which they
   * were asked for.
   */
  constructor(slices = new Slices(), holder: string | null = null) {
    this.#slices = slices
    this.#holder = holder
  }

  /** Slices waited for since the start. */
  get count(): number {
    return this.#slices.count
  }

  /**
   * For who may have many at a time, such as the streams of one key: together these have the turns
   * of one.
   */
  of(holder: string): ScanScheduler {
    return new ScanScheduler(this.#slices, holder)
  }

  /** Resolves when the next slice may begin. */
  next(): Promise<void> {
    return this.#slices.next(this.#holder ?? Symbol())
  }

  /** Starts a scan. */
  begin(): Scan {
    return new Scan(this)
  }
}

export class Scan implements FilterWork {
  readonly #scheduler: ScanScheduler
  /** Work done since the last yield. */
  units = 0

  constructor(scheduler: ScanScheduler) {
    this.#scheduler = scheduler
  }

  /**
   * True when the scan should yield: then await `yieldTurn`. State read before may have changed
   * after it.
   */
  get mustYield(): boolean {
    return this.units >= sliceUnitsMax
  }

  async yieldTurn(): Promise<void> {
    this.units = 0
    await this.#scheduler.next()
  }
}

/**
 * Great reports one after the other: each holds what it counts, and many together would hold it
 * many times.
 */
export class ReportQueue {
  readonly #most: { readonly inAll: number; readonly perKey: number }
  readonly #asking: string[] = []
  #last: Promise<unknown> = Promise.resolve()

  constructor(most: { readonly inAll: number; readonly perKey: number }) {
    this.#most = most
  }

  /**
   * What the work comes to, in its turn. Throws `too-many` or `overloaded` at once where too many
   * wait.
   */
  async run<T>(keyId: string, work: () => Promise<T>): Promise<T> {
    const { inAll, perKey } = this.#most
    if (this.#asking.filter(each => each === keyId).length >= perKey)
      throw new ProblemError(
        'too-many',
        `${perKey} such reports of this key are being made already.`
      )
    if (this.#asking.length >= inAll)
      throw new ProblemError('overloaded', `${inAll} other reports are waiting.`)
    this.#asking.push(keyId)
    const made = this.#last.then(work)
    this.#last = made.catch(() => null)
    try {
      return await made
    } finally {
      this.#asking.splice(this.#asking.indexOf(keyId), 1)
    }
  }
}
