// Rumours: reports that only readers who see everything may see. A limited reader's twin of the log
// lacks them.

import type { RandomSource } from '../world/random-source.ts'
import type { Step } from './action.ts'
import { sayReport } from './report-bodies.ts'

export const rumourSource = 'rumour-9'
const rumoursMax = 6
/** First number of their steps and slots, above those of the workload. */
const numberedFrom = 100_000

/** Rumours among the steps of a workload, in order of time. */
export function withRumours(random: RandomSource, steps: readonly Step[]): Step[] {
  // Once a theatre has its first tick and some reports.
  const [firstMs, lastMs] = [
    steps[Math.floor(steps.length / 5)]?.atMs ?? 0,
    steps.at(-1)?.atMs ?? 0
  ]
  const rumours = Array.from({ length: random.integer(2, rumoursMax) }, (_, i): Step => {
    const said = sayReport(random, {
      source: rumourSource,
      externalId: `rumour-${i}`,
      theatre: 'sahel'
    })
    const { private: _private, drill: _drill, ...body } = said
    return {
      number: numberedFrom + i,
      atMs: random.integer(firstMs, lastMs),
      action: {
        kind: 'post',
        slot: numberedFrom + i,
        body: { ...body, source: { id: rumourSource }, handling: 'restricted' },
        lane: 'live',
        idempotencyKey: null
      }
    }
  })
  return [...steps, ...rumours].sort((a, b) => a.atMs - b.atMs || a.number - b.number)
}
