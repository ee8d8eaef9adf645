// Appends that must happen: retried with the same ids until the log has them or the service ends.

import type { Clock } from '@tocsin/domain/ports'
import { EventLogError } from '@tocsin/event-log/errors'
import { backoffMs } from '@tocsin/event-log/follow'
import type { Appended, EventLog, NewRecord } from '@tocsin/event-log/port'
import type { Topic } from '@tocsin/event-log/topics'

/**
 * Resolves with the records' positions once durable, or null when the signal aborts. Retryable failures are retried after a
 * pause; others reject. Repeating is harmless, since the ids stay the same.
 */
export async function appendUntilDone(
  log: EventLog,
  topic: Topic,
  records: readonly NewRecord[],
  clock: Clock,
  signal: AbortSignal,
  onRetry: (error: Error) => void
): Promise<readonly Appended[] | null> {
  return records.length === 0 ? [] : doUntilDone(() => log.append(topic, records), clock, signal, onRetry)
}

/**
 * Retries an operation on the log until it succeeds (its result) or the signal aborts (null). Repeated writes must carry the same
 * ids.
 */
export async function doUntilDone<T>(
  work: () => Promise<T>,
  clock: Clock,
  signal: AbortSignal,
  onRetry: (error: Error) => void
): Promise<T | null> {
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof EventLogError) || !error.retryable) throw error
      onRetry(error)
      await clock.sleep(backoffMs(attempt), signal)
    }
  }
  return null
}
