// The whole chain on many seeds. TOCSIN_SIMULATOR_SEEDS sets how many, TOCSIN_SIMULATOR_SEED the
// first one; a failing seed fails every time. And it detects planted bugs, the quick ones in every
// build and all in the long form: each is found within a few seeds, on runs that pass without it.

import { describe, expect, it } from 'vitest'
import { fullRun } from '../harness/test-size.ts'
import { tellFailure } from './failure-words.ts'
import { answersTooEarly, plants } from './plants.ts'
import { type SimulationResult, simulate } from './simulation.ts'

const count = Number(process.env.TOCSIN_SIMULATOR_SEEDS ?? (fullRun ? 300 : 6))
const first = Number(process.env.TOCSIN_SIMULATOR_SEED ?? 1)
const chunk = 10
/** Runs that the search for a smaller failure may take. */
const shrinkRuns = 60

const chunks = Array.from({ length: Math.ceil(count / chunk) }, (_, i) => {
  const from = first + i * chunk
  return { from, to: Math.min(from + chunk, first + count) - 1 }
})

/** What is compared of runs; each seed of the list has run once by then. */
type Ran = Pick<SimulationResult, 'traceHash' | 'counts' | 'violations'>
const ran = new Map<number, Ran>()
async function runOf(seed: number): Promise<Ran> {
  const { traceHash, counts, violations } = ran.get(seed) ?? (await simulate({ seed }))
  const known = { traceHash, counts, violations }
  ran.set(seed, known)
  return known
}

/** Seeds tried before a bug counts as missed, from the first one. */
const seedsMax = 25

describe(`the chain, simulated on ${count} seeds from ${first}`, () => {
  it.each(chunks)('keeps promises 1 to 6 on seeds $from to $to', async ({ from, to }) => {
    const alerts: number[] = []
    let compared = 0
    for (let seed = from; seed <= to; seed++) {
      const result = await simulate({ seed })
      const { traceHash, counts, violations } = result
      ran.set(seed, { traceHash, counts, violations })
      if (violations.length > 0) expect.fail(await tellFailure({ seed }, result, shrinkRuns))
      alerts.push(counts.alerts ?? 0)
      compared += counts.compared ?? 0
    }
    console.log(
      `simulator: seeds ${from} to ${to} kept their promises; alert events by seed: ${alerts.join(' ')}`
    )
    // A run without alerts proves little.
    expect(alerts.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(to - from)
    expect(compared).toBeGreaterThan(0)
  })

  it.each(fullRun ? [first, first + 1, first + 2] : [first])(
    'is deterministic on seed %i',
    async seed => {
      const [one, two] = [await runOf(seed), await simulate({ seed })]
      expect(two.traceHash).toBe(one.traceHash)
      expect(two.counts).toEqual(one.counts)
    }
  )

  it('gives another trace on another seed', async () => {
    const [one, two] = [await runOf(first), await runOf(first + 1)]
    expect(two.traceHash).not.toBe(one.traceHash)
  })
})

describe('planted bugs', () => {
  const tried = plants.filter(({ quick }) => fullRun || quick)
  it.each(tried.map(plant => ({ name: plant.name, plant })))(
    'finds that $name',
    async ({ plant }) => {
      for (let seed = 1; seed <= seedsMax; seed++) {
        const foundAs = plant.foundAs ?? ''
        const { violations } = await simulate({ seed, plant, endsOn: foundAs })
        const found = violations.find(each => each.startsWith(foundAs))
        if (found === undefined) continue
        console.log(`simulator: found on seed ${seed} that ${plant.name}: ${found.slice(0, 200)}`)
        expect((await runOf(seed)).violations).toEqual([])
        return
      }
      expect.fail(`not detected: ${plant.name}, on seeds 1 to ${seedsMax}`)
    }
  )

  it('describes a failure by its seed, a reduced list of steps and the end of its trace', async () => {
    const options = { seed: 1, plant: answersTooEarly, endsOn: '' }
    const failed = await simulate(options)
    const words = await tellFailure(options, failed, 6)
    expect(words).toContain(`--seed 1 --verbose`)
    expect(words).toContain('VIOLATION 1 durable')
    const [, left, of] = /runs (\d+) of (\d+) steps/.exec(words) ?? []
    expect(Number(left)).toBeLessThan(Number(of))
  })
})
