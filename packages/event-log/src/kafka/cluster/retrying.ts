// Asking again, for requests that change nothing or may be repeated: until a deadline, looking at who leads in between. What comes out is an
// EventLogError, always.

import { EventLogError } from '../../errors.ts'
import { type Attempt, retry } from '../../retry.ts'
import { systemClock } from '../../system-clock.ts'
import { KafkaDriverError } from '../driver/driver.ts'
import { retryPauseMs } from './deadline.ts'
import { isPassing, kafkaCode } from './kafka-codes.ts'
import type { TopicRegistry } from './topic-registry.ts'

/** Tries until it works or `forMs` have passed, then rejects `log-unavailable` with the last reason. At once for what won't pass. */
export async function retrying<T>(registry: TopicRegistry, what: string, forMs: number, attempt: () => Promise<T>): Promise<T> {
  const asked = async ({ attempt: failures }: Attempt) => {
    // A failure of the look shows in the attempt as well.
    if (failures > 0) await registry.look().catch(() => {})
    return attempt()
  }
  try {
    return await retry(asked, {
      clock: systemClock,
      untilMs: systemClock.monotonicMs() + forMs,
      isTransient: error => registry.failure === null && isPassing(error),
      waitMs: retryPauseMs
    })
  } catch (error) {
    throw registry.failure ?? asEventLogError(error, what)
  }
}

/** The port's error for a driver's: what ended the log, a damaged record, or `log-unavailable`. */
export function asEventLogError(error: unknown, what: string): EventLogError {
  if (error instanceof EventLogError) return error
  const code =
    error instanceof KafkaDriverError && error.kafkaCode === kafkaCode.corruptMessage ? 'record-corrupt' : 'log-unavailable'
  return new EventLogError(code, `${what}: ${(error as Error).message}`, { cause: error })
}
