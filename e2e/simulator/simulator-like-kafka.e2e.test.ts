// The whole chain on a log that keeps Kafka's promises: an id may be stored again, each partition
// of an append has its own fate, and one to three instances of the rules divide 1, 3 or 12
// partitions; in further runs there are several instances of every service, and each request goes
// to whichever of them. TOCSIN_SIMULATOR_SEEDS and TOCSIN_SIMULATOR_SEED as for the embedded one.

import { describe, expect, it } from 'vitest'
import { fullRun } from '../harness/test-size.ts'
import { tellFailure } from './failure-words.ts'
import { type SimulationOptions, simulate } from './simulation.ts'

const count = Number(process.env.TOCSIN_SIMULATOR_SEEDS ?? (fullRun ? 50 : 2))
const first = Number(process.env.TOCSIN_SIMULATOR_SEED ?? 1)
const chunk = 10
/** Runs that the search for a smaller failure may take. */
const shrinkRuns = 60

/** Several instances of every service: fewer seeds, since each run does more. */
const manySeeds = Math.ceil(count / 2)
const many = { intake: 2, rules: 3, notifier: 2 } as const

const chunksOf = (seeds: number) =>
  Array.from({ length: Math.ceil(seeds / chunk) }, (_, i) => {
    const from = first + i * chunk
    return { from, to: Math.min(from + chunk, first + seeds) - 1 }
  })

/** Runs the seeds in order; the first violation fails the test, with a reduced run. */
async function keep(
  { from, to }: Chunk,
  where: Pick<SimulationOptions, 'instances'>
): Promise<void> {
  const alerts: number[] = []
  for (let seed = from; seed <= to; seed++) {
    const options = { seed, like: 'kafka', ...where } as const
    const result = await simulate(options)
    if (result.violations.length > 0) expect.fail(await tellFailure(options, result, shrinkRuns))
    alerts.push(result.counts.alerts ?? 0)
  }
  console.log(
    `simulator like Kafka: seeds ${from} to ${to} kept their promises; alert events by seed: ${alerts.join(' ')}`
  )
  expect(alerts.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(to - from)
}

type Chunk = ReturnType<typeof chunksOf>[number]

describe(`the chain on a log like Kafka, simulated on ${count} seeds from ${first}`, () => {
  it.each(chunksOf(count))('keeps promises 1 to 6 on seeds $from to $to', chunk => keep(chunk, {}))
})

describe(`the same with two intakes, three rules and two notifiers, on ${manySeeds} seeds from ${first}`, () => {
  it.each(chunksOf(manySeeds))('keeps promises 1 to 6 on seeds $from to $to', chunk =>
    keep(chunk, { instances: many })
  )
})
