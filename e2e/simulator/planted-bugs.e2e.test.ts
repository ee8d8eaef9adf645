// The simulator detects planted bugs: each is found within a few seeds, on runs that pass without it.

import { describe, expect, it } from 'vitest'
import { fullRun } from '../harness/test-size.ts'
import { enginePlants } from './engine-plants.ts'
import { tellFailure } from './failure-words.ts'
import { answersTooEarly, plants } from './plants.ts'
import { simulate } from './simulation.ts'

/** Seeds tried before a bug counts as missed. */
const seedsMax = 25
const first = 1

const clean = new Map<number, Promise<readonly string[]>>()
/** What a seed violates without a planted bug; runs once for all bugs found on it. */
function withoutBug(seed: number): Promise<readonly string[]> {
  const known = clean.get(seed) ?? simulate({ seed }).then(({ violations }) => violations)
  clean.set(seed, known)
  return known
}

describe('planted bugs', () => {
  it.each([...plants, ...enginePlants].map(plant => ({ name: plant.name, plant })))('finds that $name', async ({ plant }) => {
    const from = fullRun ? first : (plant.metFromSeed ?? first)
    for (let seed = from; seed < from + seedsMax; seed++) {
      const foundAs = plant.foundAs ?? ''
      const { violations } = await simulate({ seed, plant, endsOn: foundAs })
      const found = violations.find(each => each.startsWith(foundAs))
      if (found === undefined) continue
      console.log(`simulator: found on seed ${seed} that ${plant.name}: ${found.slice(0, 200)}`)
      expect(await withoutBug(seed)).toEqual([])
      return
    }
    expect.fail(`not detected: ${plant.name}, on seeds ${from} to ${from + seedsMax - 1}`)
  })

  it('describes a failure by its seed, a reduced list of steps and the end of its trace', async () => {
    const options = { seed: first, plant: answersTooEarly, endsOn: '' }
    const failed = await simulate(options)
    const words = await tellFailure(options, failed, 6)
    expect(words).toContain(`--seed ${first} --verbose`)
    expect(words).toContain('VIOLATION 1 durable')
    const [, left, of] = /runs (\d+) of (\d+) steps/.exec(words) ?? []
    expect(Number(left)).toBeLessThan(Number(of))
  })
})
