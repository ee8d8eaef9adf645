// The whole chain on a log that keeps Kafka's promises: an id may be stored again, each partition of an append has its own fate, and one to three
// instances of the rules divide 1, 3 or 12 partitions. TOCSIN_SIMULATOR_SEEDS and TOCSIN_SIMULATOR_SEED as for the embedded one.

import { describe, expect, it } from 'vitest'
import { tellFailure } from './failure-words.ts'
import { simulate } from './simulation.ts'

const count = Number(process.env.TOCSIN_SIMULATOR_SEEDS ?? 30)
const first = Number(process.env.TOCSIN_SIMULATOR_SEED ?? 1)
const chunk = 10
/** Runs that the search for a smaller failure may take. */
const shrinkRuns = 60

const chunks = Array.from({ length: Math.ceil(count / chunk) }, (_, i) => {
  const from = first + i * chunk
  return { from, to: Math.min(from + chunk, first + count) - 1 }
})

describe(`the chain on a log like Kafka, simulated on ${count} seeds from ${first}`, () => {
  it.each(chunks)('keeps promises 1 to 6 on seeds $from to $to', async ({ from, to }) => {
    const alerts: number[] = []
    for (let seed = from; seed <= to; seed++) {
      const options = { seed, like: 'kafka' } as const
      const result = await simulate(options)
      if (result.violations.length > 0) expect.fail(await tellFailure(options, result, shrinkRuns))
      alerts.push(result.counts.alerts ?? 0)
    }
    console.log(`simulator like Kafka: seeds ${from} to ${to} kept their promises; alert events by seed: ${alerts.join(' ')}`)
    expect(alerts.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(to - from)
  })
})
