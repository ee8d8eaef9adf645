// Positions up to which a reader may ask for the notifier's views.

import { topics } from '@tocsin/event-log/topics'
import { ReadPositions } from '@tocsin/service/projection/read-positions'
import type { RulesProgress } from '@tocsin/service/projection/rules-progress'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { Projection } from './alerts/projection.ts'

/**
 * A client that has written to the incidents log reads the results: alerts and incidents, not
 * reports.
 */
export function makeReadPositions(
  deps: ServiceDeps,
  { views }: Projection,
  progress: RulesProgress
): ReadPositions {
  const { log, clock, control, secrets } = deps
  return new ReadPositions({
    log,
    clock,
    control,
    key: secrets.derive('cursor'),
    waits: {
      [topics.alerts]: (cursor, timeoutMs) => views.alerts.waitFor(cursor, timeoutMs),
      [topics.assembly]: (cursor, timeoutMs) => views.assembly.waitFor(cursor, timeoutMs),
      [topics.incidents]: async (cursor, timeoutMs) => {
        const endMs = clock.monotonicMs() + timeoutMs
        if (!(await views.incidents.waitFor(cursor, timeoutMs))) return false
        return progress.outputIsFollowed(cursor, views, Math.max(0, endMs - clock.monotonicMs()))
      }
    }
  })
}
