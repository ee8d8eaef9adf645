// Trying again: the one loop for work that may fail now and work later. How loops differ is said by named options. Whoever writes gives the same ids
// at each try, so that what was written after all is found as a duplicate.

import type { Clock } from '@tocsin/domain/ports'
import { EventLogError } from './errors.ts'

export interface RetryOptions {
  readonly clock: Clock
  /** Ends the trying: a wait is over at once, and no further try begins. */
  readonly signal?: AbortSignal
  /** Whether a failure may pass. Any other is the last one. Default: a retryable EventLogError. */
  readonly isPassing?: (error: unknown) => boolean
  /** How long to go on, ms from the first try; null = without end. A wait that would end later is not begun. Default: null. */
  readonly withinMs?: number | null
  /** How long to go on, as the clock's monotonic time, ms: a failure at that time or later is the last one. The last wait may end later. Default: without end. */
  readonly untilMs?: number
  /** How many tries at most without progress. Default: any number. */
  readonly triesMax?: number
  /** The wait after a failure, ms; the attempt is 0 at the first failure since the beginning or since progress. Default: `backoffMs`. */
  readonly waitMs?: (attempt: number) => number
  /** Told of each EventLogError before the wait that follows it; not of the last one. */
  readonly onRetry?: (error: EventLogError, attempt: number, waitMs: number) => void
}

/** What one try is told of those before it. */
export interface Try {
  /** Failures since the beginning, or since there was progress. */
  readonly attempt: number
  /** Something was reached that is not done again: waits begin with the shortest. */
  readonly progressed: () => void
}

const firstWaitMs = 10
const longestWaitMs = 5_000

/** Waits of a retry, ms: doubling from 10 ms, at most 5 s. Pure. */
export function backoffMs(attempt: number): number {
  return Math.min(firstWaitMs * 2 ** Math.min(attempt, 20), longestWaitMs)
}

/** What passes by itself: the log is away, busy or full. */
export function isRetryable(error: unknown): error is EventLogError {
  return error instanceof EventLogError && error.retryable
}

/**
 * Tries until it works. The first try begins before this returns, in any case. Rejects with the last failure: one that does not pass, or the one at
 * which the time, the tries or the signal were at their end.
 */
export async function retry<T>(work: (tried: Try) => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, signal, isPassing = isRetryable, withinMs = null, untilMs, triesMax, waitMs = backoffMs, onRetry } = options
  const endMs = withinMs === null ? Number.POSITIVE_INFINITY : clock.monotonicMs() + withinMs
  let attempt = 0
  const progressed = () => {
    attempt = 0
  }
  for (;;) {
    try {
      return await work({ attempt, progressed })
    } catch (error) {
      if (!isPassing(error) || signal?.aborted) throw error
      if (attempt + 1 >= (triesMax ?? Number.POSITIVE_INFINITY)) throw error
      if (untilMs !== undefined && clock.monotonicMs() >= untilMs) throw error
      const pauseMs = waitMs(attempt)
      if (clock.monotonicMs() + pauseMs > endMs) throw error
      if (error instanceof EventLogError) onRetry?.(error, attempt, pauseMs)
      attempt++
      await clock.sleep(pauseMs, signal)
      if (signal?.aborted) throw error
    }
  }
}

export interface AbortableRetryOptions extends RetryOptions {
  readonly signal: AbortSignal
  /** What a failure means that does not pass and comes when the signal has aborted. Default: `rejects`. */
  readonly failureAfterAbort?: 'rejects' | 'is-ignored'
}

/** As `retry`, for work that goes on until the signal aborts: null then, and no try is begun. */
export async function retryUntilAborted<T>(work: (tried: Try) => Promise<T>, options: AbortableRetryOptions): Promise<T | null> {
  const { signal, isPassing = isRetryable, failureAfterAbort = 'rejects' } = options
  if (signal.aborted) return null
  try {
    return await retry(work, options)
  } catch (error) {
    if (signal.aborted && (failureAfterAbort === 'is-ignored' || isPassing(error))) return null
    throw error
  }
}
