// How long to wait before the next attempt to connect. Pure.

/** First wait, ms; each further one is twice as long. */
const firstMs = 500
export const longestWaitMs = 30_000

/**
 * The wait before attempt `attempt` (from 0), ms. Half is random, so that thousands of clients of a
 * restarted server do not reconnect together. At least `leastMs`, which the server may
 * ask for, with up to a fifth more. `chance` is in [0, 1).
 */
export function waitMs(attempt: number, chance: number, leastMs = 0): number {
  const most = Math.min(longestWaitMs, firstMs * 2 ** Math.min(attempt, 16))
  return Math.max(most / 2 + (chance * most) / 2, leastMs * (1 + chance / 5))
}
