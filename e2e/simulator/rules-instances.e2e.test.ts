// One to four instances of the rules service with moving partitions, on many seeds: the same alerts
// as one instance. TOCSIN_SIMULATOR_SEEDS and TOCSIN_SIMULATOR_SEED as for the whole chain.

import { describe, expect, it } from 'vitest'
import { fullRun } from '../harness/test-size.ts'
import { runInstances } from './rules-instances.ts'
import { rulesPlants } from './rules-plants.ts'

const count = Number(process.env.TOCSIN_SIMULATOR_SEEDS ?? (fullRun ? 100 : 5))
const first = Number(process.env.TOCSIN_SIMULATOR_SEED ?? 1)
const chunk = 10
/** Seeds tried before a bug counts as missed. */
const seedsMax = 15

const chunks = Array.from({ length: Math.ceil(count / chunk) }, (_, i) => {
  const from = first + i * chunk
  return { from, to: Math.min(from + chunk, first + count) - 1 }
})

describe(`several instances of the rules, simulated on ${count} seeds from ${first}`, () => {
  it.each(chunks)(
    'make the alerts of one, byte for byte, on seeds $from to $to',
    async ({ from, to }) => {
      const seen = { alerts: 0, repeats: 0, takeovers: 0, snapshots: 0, pauses: 0 }
      for (let seed = from; seed <= to; seed++) {
        const result = await runInstances({ seed })
        if (result.violations.length > 0)
          expect.fail(
            `seed ${seed}: ${result.violations[0]}\n${result.trace.slice(-60).join('\n')}`
          )
        for (const name of Object.keys(seen) as (keyof typeof seen)[]) seen[name] += result[name]
      }
      console.log(`rules instances: seeds ${from} to ${to}: ${JSON.stringify(seen)}`)
      // A run without moves proves nothing.
      expect(Math.min(...Object.values(seen))).toBeGreaterThan(0)
    }
  )

  it('are deterministic for one seed', async () => {
    const [one, two] = [await runInstances({ seed: first }), await runInstances({ seed: first })]
    expect(two.traceHash).toBe(one.traceHash)
  })

  it.each(
    rulesPlants.slice(0, fullRun ? undefined : 1).map(plant => ({ name: plant.name, plant }))
  )('are detected if $name', async ({ plant }) => {
    for (let seed = first; seed < first + seedsMax; seed++) {
      const { violations } = await runInstances({ seed, log: plant.log })
      if (violations.length === 0) continue
      console.log(
        `rules instances: found on seed ${seed} that ${plant.name}: ${violations[0]?.slice(0, 160)}`
      )
      return
    }
    expect.fail(`not detected: ${plant.name}`)
  })
})
