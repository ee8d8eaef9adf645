// Promises with a deadline. After a pause of the process both the timer and the unread answer are
// due: the answer is read first.

import { systemClock } from '../../system-clock.ts'

/**
 * The outcome of the promise, or after `ms` the error from `late()`. The promise itself is not
 * cancelled: the caller has to end its work.
 */
export async function within<T>(promise: Promise<T>, ms: number, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const passed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => setImmediate(() => setImmediate(() => reject(late()))), ms)
  })
  try {
    return await Promise.race([promise, passed])
  } finally {
    clearTimeout(timer)
  }
}

/** Resolves after `ms`, or immediately when the signal aborts. */
export const pause = systemClock.sleep

/**
 * Delay before a retry, ms: doubling from 20, at most 500, with jitter so that many clients do not
 * retry immediately.
 */
export function computeBackoffMs(attempt: number): number {
  return Math.min(20 * 2 ** Math.min(attempt, 10), 500) * (0.75 + Math.random() / 2)
}
