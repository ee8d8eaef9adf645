// Cooperative scheduling of scans over all alerts: work is cut into slices, and between slices the
// event loop serves other requests. What a scan looks for is up to the caller.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { Quota, type QuotaLimits } from '@tocsin/auth/access/quota'

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
