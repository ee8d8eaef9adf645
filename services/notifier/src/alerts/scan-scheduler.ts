// Cooperative scheduling of scans over all alerts: work is cut into slices, and between slices the
// event loop serves other requests. What a scan looks for is up to the caller.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { Quota, type QuotaLimits } from '@tocsin/auth/access/quota'
import type { Clock } from '@tocsin/domain/ports'

/** A great report takes a second or so. */
const retryAfterS = 5

/** Serialises the slices of all scans, one in a turn of the event loop: many scans together block it no longer than one. */
export class ScanScheduler {
  #last: Promise<void> = Promise.resolve()

  /** Resolves when the next slice may begin. State read before may have changed. */
  next(): Promise<void> {
    this.#last = this.#last.then(() => nextTurn())
    return this.#last
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

/** Records after which a page with something on it ends; the next request continues. */
export const scannedMax = 5_000
/** How long an empty page is searched on, other requests served meanwhile, ms. */
export const emptySearchMs = 2_000

/**
 * How far one request looks for rows of a page in a log. A page that is empty although more follows
 * reveals to its reader how much is hidden, and wastes a request: the search continues until it finds
 * a row or its time is over.
 */
export class PageSearch {
  readonly #clock: Pick<Clock, 'monotonicMs'>
  readonly #startedMs: number
  looked = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#startedMs = clock.monotonicMs()
  }

  /** Whether to look at further records, with this many rows found. */
  goesOn(found: number): boolean {
    if (this.looked < scannedMax) return true
    return found === 0 && this.#clock.monotonicMs() - this.#startedMs < emptySearchMs
  }
}
