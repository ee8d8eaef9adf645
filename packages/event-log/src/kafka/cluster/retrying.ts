// Retries for requests that only read or are idempotent: until a deadline, refreshing the
// leaders between attempts. Always rejects with an EventLogError.

import { EventLogError } from '../../errors.ts'
import { type Attempt, retry } from '../../retry.ts'
import { systemClock } from '../../system-clock.ts'
import { KafkaDriverError } from '../driver/driver.ts'
import { computeBackoffMs } from './deadline.ts'
import { describeMissingRight, isPassing, kafkaCode } from './kafka-codes.ts'
import type { TopicRegistry } from './topic-registry.ts'

/**
 * Retries until success or until `forMs` have passed, then rejects `log-unavailable` with the last
 * reason. A permanent failure rejects immediately.
 */
export async function retryRequest<T>(
  registry: TopicRegistry,
  what: string,
  forMs: number,
  attempt: () => Promise<T>
): Promise<T> {
  const asked = async ({ attempt: failures }: Attempt) => {
    // A failure to refresh shows in the attempt as well.
    if (failures > 0) await registry.look().catch(() => {})
    return attempt()
  }
  try {
    return await retry(asked, {
      clock: systemClock,
      untilMs: systemClock.monotonicMs() + forMs,
      isTransient: error => registry.failure === null && isPassing(error),
      waitMs: computeBackoffMs
    })
  } catch (error) {
    throw registry.failure ?? asEventLogError(error, what)
  }
}

/**
 * Maps a driver error to the port's: the error that ended the log, `record-corrupt`, or
 * `log-unavailable`.
 */
export function asEventLogError(error: unknown, what: string): EventLogError {
  if (error instanceof EventLogError) return error
  const answered = error instanceof KafkaDriverError ? error.kafkaCode : kafkaCode.none
  const code = answered === kafkaCode.corruptMessage ? 'record-corrupt' : 'log-unavailable'
  const right = describeMissingRight(answered)
  return new EventLogError(
    code,
    `${what}: ${right === null ? '' : `${right} (`}${(error as Error).message}${right === null ? '' : ')'}`,
    { cause: error }
  )
}
