// What an instance says of its age, by the progress of the rules: never younger than is proven, and
// the same whether or not records come that its readers may not see.

import type { Cursor } from '@tocsin/event-log/port'
import { createLogger } from '@tocsin/service/telemetry/logger'
import { ManualClock } from '@tocsin/testing/process/manual-clock'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Liveness } from '../../src/alerts/liveness.ts'

const stepMs = 50
const end = { epoch: 'e', positions: [0n] } as unknown as Cursor

/**
 * Records that are taken in at `atMs` and folded `lagMs` later; those after `stopMs` are not
 * folded.
 */
interface Story {
  readonly atMs: readonly number[]
  readonly lagMs: number
  readonly stopMs?: number
}

/** The age at every step of 30 s. */
async function ages({
  atMs,
  lagMs,
  stopMs = Number.POSITIVE_INFINITY
}: Story): Promise<{ ageS: number; nowMs: number }[]> {
  const clock = new ManualClock(0)
  const log = { cursorAt: async () => end, health: () => ({ ok: true }) } as never
  const view = { cursor: end, waitFor: async () => true }
  const before = (ms: number) => BigInt(atMs.filter(at => at <= ms).length)
  const now = () => clock.nowMs()
  const rules = {
    look: async () => ({ ends: [before(now())], folded: [before(Math.min(now() - lagMs, stopMs))] })
  }
  const logger = createLogger({ level: 'silent', name: 'test' })
  const liveness = new Liveness({ clock, logger, log, view, rules, staleAfterMs: 15_000 })
  const running = liveness.run()
  const seen = []
  for (let i = 0; i < 30_000 / stepMs; i++) {
    clock.advance(stepMs)
    await new Promise(resolve => setImmediate(resolve))
    seen.push({ ageS: liveness.ageSeconds, nowMs: now() })
  }
  liveness.close()
  clock.advance(10_000)
  await running
  return seen
}

const told = (seen: readonly { ageS: number }[]) => [...new Set(seen.map(({ ageS }) => ageS))]
const everyMs = (ms: number) => Array.from({ length: 30_000 / ms }, (_, i) => i * ms)

it('the age is the same while nothing comes, and while records come all the time and are folded soon', async () => {
  const idle = told(await ages({ atMs: [], lagMs: 0 }))
  expect(idle).toEqual([5])
  expect(told(await ages({ atMs: everyMs(stepMs), lagMs: 300 }))).toEqual(idle)
  expect(told(await ages({ atMs: everyMs(1000), lagMs: 1500 }))).toEqual(idle)
})

it('single records, whenever they come, do not change it', async () => {
  const stories = fc.record({
    atMs: fc.array(fc.nat(30_000), { maxLength: 20 }),
    lagMs: fc.nat(2000)
  })
  const property = fc.asyncProperty(stories, async story => {
    expect(told(await ages(story))).toEqual([5])
  })
  // A failure prints its seed.
  await fc.assert(property, { numRuns: 20 })
})

it('a lag of the rules adds to it at most the time between two looks', async () => {
  const seen = await ages({ atMs: everyMs(stepMs), lagMs: 6000 })
  expect(told(seen.slice(10_000 / stepMs))).toEqual([10])
})

it('it is never less than the time since the rules last had everything', async () => {
  const stopMs = 8000
  const seen = await ages({ atMs: everyMs(stepMs), lagMs: 300, stopMs })
  expect(seen.filter(({ ageS, nowMs }) => ageS * 1000 < nowMs - stopMs)).toEqual([])
  expect(seen.at(-1)?.ageS).toBe(25)
})
