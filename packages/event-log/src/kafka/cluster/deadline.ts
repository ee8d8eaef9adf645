// Waiting no longer than so long. A process that was paused finds its timers due and its answers unread: those are read first.

import { systemClock } from '../../system-clock.ts'

/** The promise's outcome, or `late()`'s error after `ms`. The promise goes on; whoever is late ends what it stands for. */
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

/** Resolves after `ms`, or at once when the signal aborts. */
export const pause = systemClock.sleep

/** Waits of a retry, ms: doubling from 20, at most 500, with a spread so that many do not come at once. */
export function retryPauseMs(attempt: number): number {
  return Math.min(20 * 2 ** Math.min(attempt, 10), 500) * (0.75 + Math.random() / 2)
}
