// The real clock. Everything that waits or reads the time takes a Clock; a process passes this one.

import { setTimeout } from 'node:timers/promises'
import type { Clock } from '@tocsin/domain/ports'

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  // It ends early when the signal aborts, and does not reject.
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => {})
}
