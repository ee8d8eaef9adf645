// Measures how long appends take.

import type { Clock } from '@tocsin/domain/ports'
import type { EventLog } from '@tocsin/event-log/port'

export type ObserveSeconds = (seconds: number) => void

/** Measures the appends of a log from now on. */
export function measureAppends(
  log: EventLog,
  clock: Pick<Clock, 'monotonicMs'>,
  observe: ObserveSeconds
): void {
  const append = log.append.bind(log)
  log.append = async (topic, records) => {
    const startedMs = clock.monotonicMs()
    const places = await append(topic, records)
    observe((clock.monotonicMs() - startedMs) / 1000)
    return places
  }
}
