// The real clock. Everything that waits or reads the time takes a Clock; a process passes this one.

import type { Clock } from '@tocsin/domain/ports'

/** Longest time of a timer, ms: a longer one would fire immediately. */
const timerMsMax = 2 ** 31 - 1

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  // It ends early when the signal aborts, and after some weeks, and does not reject.
  sleep: (ms, signal) =>
    new Promise(resolve => {
      if (signal?.aborted) return resolve()
      const end = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, Math.min(ms, timerMsMax))
      signal?.addEventListener('abort', end)
    })
}
