// The retry loop for operations on the log. Callers differ only by named options. A write carries
// the same ids on every attempt, so that an append that succeeded without an answer is recognised
// as a duplicate.

import type { Clock } from '@tocsin/domain/ports'
import { EventLogError } from './errors.ts'

export interface RetryOptions {
  readonly clock: Clock
  /** Stops the retries: a wait ends immediately, and no further attempt begins. */
  readonly signal?: AbortSignal
  /**
   * Whether a failure is transient. Any other ends the loop. Default: a retryable EventLogError.
   */
  readonly isTransient?: (error: unknown) => boolean
  /**
   * Time limit from the first attempt, ms; null = none. A wait that would end later is not begun.
   * Default: null.
   */
  readonly withinMs?: number | null
  /**
   * Deadline in the clock's monotonic time, ms: a failure at or after it ends the loop. The last
   * wait may end after it. Default: none.
   */
  readonly untilMs?: number
  /** Maximum number of attempts without progress. Default: no limit. */
  readonly attemptsMax?: number
  /**
   * Wait after a failure, ms. `attempt` counts from 0, and from 0 again after progress. Default:
   * `computeBackoffMs`.
   */
  readonly waitMs?: (attempt: number) => number
  /**
   * Called with each EventLogError before the wait that follows it; not for the error that ends the
   * loop.
   */
  readonly onRetry?: (error: EventLogError, attempt: number, waitMs: number) => void
}

/** What one attempt is given. */
export interface Attempt {
  /** Failures since the start, or since the last progress. */
  readonly attempt: number
  /** Reports progress that a retry does not repeat: the next wait is the shortest again. */
  readonly progressed: () => void
}

const firstWaitMs = 10
const longestWaitMs = 5_000

/** Waits of a retry, ms: doubling from 10 ms, at most 5 s. Pure. */
export function computeBackoffMs(attempt: number): number {
  return Math.min(firstWaitMs * 2 ** Math.min(attempt, 20), longestWaitMs)
}

/** A transient failure: the log is unreachable, busy or full. */
export function isRetryable(error: unknown): error is EventLogError {
  return error instanceof EventLogError && error.retryable
}

/**
 * Retries until the operation succeeds. The first attempt always begins, before this function
 * returns. Rejects with the last failure: one that is not transient, or the one after which time or
 * attempts were exhausted, or the signal had aborted. /
 */
export async function retry<T>(
  work: (attempt: Attempt) => Promise<T>,
  options: RetryOptions
): Promise<T> {
  const {
    clock,
    signal,
    isTransient = isRetryable,
    withinMs = null,
    untilMs,
    attemptsMax,
    waitMs = computeBackoffMs,
    onRetry
  } = options
  const endMs = withinMs === null ? Number.POSITIVE_INFINITY : clock.monotonicMs() + withinMs
  let attempt = 0
  const progressed = () => {
    attempt = 0
  }
  for (;;) {
    try {
      return await work({ attempt, progressed })
    } catch (error) {
      if (!isTransient(error) || signal?.aborted) throw error
      if (attempt + 1 >= (attemptsMax ?? Number.POSITIVE_INFINITY)) throw error
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
  /**
   * What happens to a failure that is not transient and comes after the abort. Default: `rejects`.
   */
  readonly failureAfterAbort?: 'rejects' | 'is-ignored'
}

/**
 * As `retry`, for operations that are retried until the signal aborts: resolves with null then.
 * After an abort no attempt begins, the first included.
 */
export async function retryUntilAborted<T>(
  work: (attempt: Attempt) => Promise<T>,
  options: AbortableRetryOptions
): Promise<T | null> {
  const { signal, isTransient = isRetryable, failureAfterAbort = 'rejects' } = options
  if (signal.aborted) return null
  try {
    return await retry(work, options)
  } catch (error) {
    if (signal.aborted && (failureAfterAbort === 'is-ignored' || isTransient(error))) return null
    throw error
  }
}
