// Part of the bench `webhooks`: how late extreme alerts are while a flood of minor ones is under
// way to the same endpoints.

import { type Quantiles, quantilesOf } from '../measure/quantiles.ts'
import { Arrivals, monotonicMs } from './arrivals.ts'
import { until } from './latency-bench.ts'
import { withDispatcher } from './one-dispatcher.ts'

export interface FloodFigure {
  readonly minor: number
  /** Minor ones, of all endpoints, that had not arrived when the last extreme one had. */
  readonly waiting: number
  readonly extreme: Quantiles
}

/** The flood comes in bursts, as many as fit into a second of the rules. */
const burst = 500
const burstEveryMs = 250
const arrivalMaxMs = 300_000
export const floodOf = 100_000

/** One extreme alert after each burst of minor ones. */
export function measureFlood(minor: number): Promise<FloodFigure> {
  return withDispatcher({ count: 1, order: 'newest-state' }, async ({ alerts, receivers }) => {
    const arrivals = new Arrivals(receivers, 1)
    const sinceMs = new Map<string, number>()
    let raised = 0
    const startMs = performance.now()
    for (let i = 0; raised < minor; i++) {
      await until(startMs + i * burstEveryMs)
      await alerts.raise(burst, { severity: 'minor', notify: 'update' })
      raised += burst
      const [name] = await alerts.raise(1, { severity: 'extreme', notify: 'page' })
      sinceMs.set(name as string, monotonicMs())
    }
    await arrivals.all([...sinceMs.keys()], arrivalMaxMs)
    const extreme = quantilesOf(
      [...sinceMs].flatMap(([name, atMs]) => arrivals.delaysMs(name, atMs))
    )
    return { minor: raised, waiting: Math.max(0, raised + sinceMs.size - arrivals.count), extreme }
  })
}
