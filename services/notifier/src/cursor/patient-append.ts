// Appends that are tried again: a retry carries the same ids, so what was written after all is found as a duplicate.

import type { Clock } from '@tocsin/domain/ports'
import { EventLogError } from '@tocsin/event-log/errors'
import { backoffMs } from '@tocsin/event-log/follow'
import type { Appended, EventLog, NewRecord } from '@tocsin/event-log/port'
import type { Topic } from '@tocsin/event-log/topics'

export interface Patience {
  readonly clock: Clock
  /** How long to go on, ms; null = until the signal aborts. */
  readonly withinMs: number | null
  readonly signal?: AbortSignal
  readonly onRetry?: (error: EventLogError) => void
}

/** Resolves once the records are durable. Rejects with the last error when it is not retryable, or the patience is at its end. */
export async function appendPatiently(
  log: EventLog,
  topic: Topic,
  records: readonly NewRecord[],
  { clock, withinMs, signal, onRetry }: Patience
): Promise<readonly Appended[]> {
  const startMs = clock.monotonicMs()
  for (let attempt = 0; ; attempt++) {
    try {
      return await log.append(topic, records)
    } catch (error) {
      if (!(error instanceof EventLogError && error.retryable) || signal?.aborted) throw error
      const waitMs = backoffMs(attempt)
      if (withinMs !== null && clock.monotonicMs() - startMs + waitMs > withinMs) throw error
      onRetry?.(error)
      await clock.sleep(waitMs, signal)
      if (signal?.aborted) throw error
    }
  }
}
