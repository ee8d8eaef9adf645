// The watermark, against what it means: a look at all sources at each tick.

import { undeclaredSource } from '@tocsin/contracts/theatre/theatre-record'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { convertToMs, never } from '../../src/data/time.ts'
import { Watermark } from '../../src/theatre/watermark.ts'

const day = fc.nat(40)
const source = fc.nat(2)
const times = fc.record({
  archive: fc.constantFrom(false, false, true),
  latenessDays: fc.nat(3),
  cadenceDays: fc.integer({ min: 1, max: 15 })
})
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ source, occurred: day, reported: day }) },
  { weight: 1, arbitrary: fc.record({ source, times }) },
  { weight: 3, arbitrary: fc.record({ today: day }) }
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
type Times = typeof times extends fc.Arbitrary<infer T> ? T : never

/** A theatre that keeps all that it heard. */
class NaiveTheatre {
  readonly #heard: { source: number; occurred: number; reported: number }[] = []
  readonly #times = new Map<number, Times>()
  day = 0

  apply(step: Step): void {
    if ('times' in step) this.#times.set(step.source, step.times)
    else if ('occurred' in step) this.#heard.push(step)
    else this.day = Math.max(this.day, this.findLeast(step.today) ?? 0)
  }

  /** Null if no source is live. */
  findLeast(today: number): number | null {
    const live = [...Map.groupBy(this.#heard, each => each.source)].flatMap(([source, reports]) => {
      const { archive, latenessDays, cadenceDays } = this.#times.get(source) ?? undeclaredSource
      const reported = Math.max(...reports.map(each => each.reported))
      if (archive || today - reported > cadenceDays) return []
      return Math.max(...reports.map(each => each.occurred)) - latenessDays
    })
    return live.length === 0 ? null : Math.min(...live)
  }
}

function apply(watermark: Watermark, step: Step): void {
  if ('times' in step) watermark.configure(step.source, step.times)
  else if ('occurred' in step)
    watermark.recordReport(step.source, convertToMs(step.occurred), convertToMs(step.reported))
  else watermark.advance(step.today)
}

it('is the least day of the live sources, does not go back, and stops without a live source', () => {
  const seen = { moved: 0, stalled: 0 }
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), steps => {
      const [watermark, naive] = [new Watermark(), new NaiveTheatre()]
      for (const each of steps) {
        const before = naive.day
        apply(watermark, each)
        naive.apply(each)
        expect(watermark.day).toBe(naive.day)
        if (!('today' in each)) continue
        const isStalled = naive.findLeast(each.today) === null
        seen.moved += Number(naive.day > before)
        seen.stalled += Number(isStalled)
      }
    })
  )
  expect(Math.min(seen.moved, seen.stalled)).toBeGreaterThan(10)
})

it('knows the first day on which a tick may move it to a day', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), day, day, (steps, today, target) => {
      const [watermark, naive] = [new Watermark(), new NaiveTheatre()]
      for (const each of [...steps, { today }]) {
        apply(watermark, each)
        naive.apply(each)
      }
      if (watermark.day >= target) return
      const next = watermark.findNextMove(target, today)
      for (let later = today + 1; later < Math.min(next, today + 30); later++)
        expect(naive.findLeast(later) ?? 0).toBeLessThan(target)
      if (next !== never) expect(next).toBeGreaterThan(today)
    })
  )
})

it('is restored from its state', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.array(step), (steps, further) => {
      const [watermark, restored] = [new Watermark(), new Watermark()]
      for (const each of steps) apply(watermark, each)
      restored.restore(structuredClone(watermark.exportState()))
      for (const each of further) {
        apply(watermark, each)
        apply(restored, each)
      }
      expect(restored.exportState()).toEqual(watermark.exportState())
    })
  )
})
