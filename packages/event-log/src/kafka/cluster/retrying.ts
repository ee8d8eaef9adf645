// Asking again, for requests that change nothing or may be repeated: until a deadline, looking at who leads in between. What comes out is an
// EventLogError, always.

import { EventLogError } from '../../errors.ts'
import { KafkaDriverError } from '../driver/driver.ts'
import { pause, retryPauseMs } from './deadline.ts'
import { isPassing, kafkaCode } from './kafka-codes.ts'
import type { TopicRegistry } from './topic-registry.ts'

/** Tries until it works or `forMs` have passed, then rejects `log-unavailable` with the last reason. At once for what won't pass. */
export async function retrying<T>(registry: TopicRegistry, what: string, forMs: number, attempt: () => Promise<T>): Promise<T> {
  const deadlineMs = performance.now() + forMs
  for (let n = 0; ; n++) {
    try {
      return await attempt()
    } catch (error) {
      if (registry.failure !== null) throw registry.failure
      if (!isPassing(error) || performance.now() >= deadlineMs) throw asEventLogError(error, what)
    }
    await pause(retryPauseMs(n))
    // Its failure is the next attempt's too.
    await registry.look().catch(() => {})
  }
}

/** The port's error for a driver's: what ended the log, a damaged record, or `log-unavailable`. */
export function asEventLogError(error: unknown, what: string): EventLogError {
  if (error instanceof EventLogError) return error
  const code =
    error instanceof KafkaDriverError && error.kafkaCode === kafkaCode.corruptMessage ? 'record-corrupt' : 'log-unavailable'
  return new EventLogError(code, `${what}: ${(error as Error).message}`, { cause: error })
}
