// The remaining waits between attempts at notices. Measured by the monotonic clock from the first
// look on: a wall clock that is set back delays none. After a restart by the log, and never longer
// than a wait before that attempt may be.

import type { Clock } from '@tocsin/domain/ports'
import { noticeSchedule } from '../notification/outage-notice.ts'
import { retryAfterMaxMs } from '../notification/retry-policy.ts'

/** A notice, after some attempts. */
interface Tried {
  readonly noticeId: string
  readonly attempts: number
  /** No attempt before, ISO 8601; null: immediately. */
  readonly nextAt: string | null
}

/** More than the notices under way per subscription; beyond that all are looked up again. */
const knownMax = 1_000
/** Waits are lengthened at random by up to a fifth. */
const longerBy = 1.2

export class NoticeWaits {
  readonly #clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
  /** When they are over, monotonic ms, by notice and attempt. */
  readonly #over = new Map<string, number>()

  constructor(clock: Pick<Clock, 'nowMs' | 'monotonicMs'>) {
    this.#clock = clock
  }

  /** 0: it may be tried. */
  leftMs({ noticeId, attempts, nextAt }: Tried): number {
    if (nextAt === null) return 0
    const key = `${noticeId} ${attempts}`
    const monotonicMs = this.#clock.monotonicMs()
    const longestMs =
      Math.max(retryAfterMaxMs, noticeSchedule.waitsMs[attempts - 1] ?? 0) * longerBy
    const saidMs = Math.max(0, Date.parse(nextAt) - this.#clock.nowMs())
    const overMs = this.#over.get(key) ?? monotonicMs + Math.min(saidMs, longestMs)
    if (this.#over.size >= knownMax) this.#over.clear()
    this.#over.set(key, overMs)
    return Math.max(0, overMs - monotonicMs)
  }
}
