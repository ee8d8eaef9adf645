// Cooperative scheduling of scans over all alerts: work is cut into slices, and between slices the
// event loop serves other requests. What a scan looks for is up to the caller.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { Quota, type QuotaLimits } from '@tocsin/auth/access/quota'
import type { FilterWork } from '@tocsin/domain/space-time/asked-area'

/**
 * Work per slice, one or two milliseconds: alternatives and positions compared, plus `alertUnits`
 * per alert.
 */
export const sliceUnitsMax = 10_000
/** Cost of fetching one alert and its reader state, in addition to its filter. */
export const alertUnits = 5
/** Cost of reading, judging and encoding one record, in addition to its filter. */
export const recordUnits = 100
/** A great report takes a second or so. */
const retryAfterS = 5

/**
 * Serialises the slices of all scans, one in a turn of the event loop: many scans together block it
 * no longer than one.
 */
export class ScanScheduler {
  /** Slices waited for since the start. */
  count = 0
  #last: Promise<void> = Promise.resolve()

  /** Resolves when the next slice may begin. */
  next(): Promise<void> {
    this.count++
    this.#last = this.#last.then(() => nextTurn())
    return this.#last
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
 * Large reports one after the other: each needs memory for its counts, and many in parallel would
 * multiply it.
 */
export class ReportQueue {
  readonly #asking: Quota
  #last: Promise<unknown> = Promise.resolve()

  constructor(limits: QuotaLimits) {
    this.#asking = new Quota(limits)
  }

  /** The result of the work, in its turn. Throws `too-many` immediately if too many wait. */
  async run<T>(keyId: string, work: () => Promise<T>): Promise<T> {
    this.#asking.take(keyId, 'such reports under way', retryAfterS)
    const made = this.#last.then(work)
    this.#last = made.catch(() => null)
    try {
      return await made
    } finally {
      this.#asking.release(keyId)
    }
  }
}
