// Appends that must happen: tried again with the same ids until the log has them or the service ends.

import type { Clock } from '@tocsin/domain/ports'
import { EventLogError } from '@tocsin/event-log/errors'
import { backoffMs } from '@tocsin/event-log/follow'
import type { EventLog, NewRecord } from '@tocsin/event-log/port'
import type { Topic } from '@tocsin/event-log/topics'

/**
 * Resolves when the records are durable, or when the signal aborts. Retryable failures wait and come again; others reject.
 * A repeat is harmless: ids are the same.
 */
export async function appendUntilDone(
  log: EventLog,
  topic: Topic,
  records: readonly NewRecord[],
  clock: Clock,
  signal: AbortSignal,
  onRetry: (error: Error) => void
): Promise<void> {
  if (records.length > 0) await writeUntilDone(() => log.append(topic, records), clock, signal, onRetry)
}

/** Does a write again until it has happened, or the signal aborts. What is written again must carry the same ids. */
export async function writeUntilDone(
  write: () => Promise<unknown>,
  clock: Clock,
  signal: AbortSignal,
  onRetry: (error: Error) => void
): Promise<void> {
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      await write()
      return
    } catch (error) {
      if (!(error instanceof EventLogError) || !error.retryable) throw error
      onRetry(error)
      await clock.sleep(backoffMs(attempt), signal)
    }
  }
}
