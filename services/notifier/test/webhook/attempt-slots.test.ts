import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { AttemptSlots } from '../../src/webhook/attempt-slots.ts'
import { ManualClock, settle } from '../support/manual-clock.ts'

let clock: ManualClock
beforeEach(() => {
  clock = new ManualClock()
})
const healthy = { lane: 1, isHealthy: true }
const other = { lane: 1, isHealthy: false }

/** Asks, and notes when it begins. */
function asking(slots: AttemptSlots) {
  const began: string[] = []
  const ends: (() => void)[] = []
  return {
    began,
    ends,
    ask: (name: string, ask: typeof healthy) =>
      void slots.acquire(ask).then(end => {
        began.push(name)
        ends.push(end)
      })
  }
}

describe('slots for attempts', () => {
  it('are found at once by a healthy endpoint, however many others hang', async () => {
    const slots = new AttemptSlots(clock, 4)
    const { ask, began } = asking(slots)
    for (let i = 0; i < 10; i++) ask('hung', other)
    ask('healthy', healthy)
    await settle()
    expect([began, slots.running, slots.waiting]).toEqual([['hung', 'hung', 'healthy'], 3, 8])
  })
  it('are given up by healthy endpoints that hang after all, while the others have room', async () => {
    const slots = new AttemptSlots(clock, 2)
    const { ask, began, ends } = asking(slots)
    for (const name of ['hangs', 'hangs', 'waits', 'waits']) ask(name, healthy)
    await clock.advance(999)
    expect(began).toEqual(['hangs', 'hangs'])
    await clock.advance(1)
    expect(began).toEqual(['hangs', 'hangs', 'waits'])
    await clock.advance(60_000)
    expect(slots.running).toBe(3)
    ends[0]?.()
    ends[0]?.()
    await settle()
    expect([began.length, slots.running]).toEqual([4, 3])
  })
  it('go to the lowest lane first, and within it to who asked first', async () => {
    const slots = new AttemptSlots(clock, 1)
    const { ask, began, ends } = asking(slots)
    const lanes = [3, 3, 0, 2, 0]
    for (const [i, lane] of lanes.entries()) ask(`${lane} ${i}`, { lane, isHealthy: true })
    await settle()
    for (let i = 0; i < lanes.length; i++) {
      ends[i]?.()
      await settle()
    }
    expect(began).toEqual(['3 0', '0 2', '0 4', '2 3', '3 1'])
  })
  it('are never more than the limits, and nobody who could run waits (property)', async () => {
    const step = fc.oneof(
      fc.record({ lane: fc.nat({ max: 4 }), isHealthy: fc.boolean() }),
      fc.nat({ max: 50 }),
      fc.record({ waitMs: fc.nat({ max: 2_000 }) })
    )
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.array(step, { maxLength: 60 }),
        async (max, steps) => {
          const slots = new AttemptSlots(clock, max)
          const { ask, ends } = asking(slots)
          for (const each of steps) {
            if (typeof each === 'number') ends.splice(each % Math.max(1, ends.length), 1)[0]?.()
            else if ('waitMs' in each) await clock.advance(each.waitMs)
            else ask('', each)
            await settle()
            expect(slots.running).toBe(ends.length)
            expect(slots.running).toBeLessThanOrEqual(max + Math.ceil(max / 2))
            if (ends.length === 0) expect(slots.waiting).toBe(0)
          }
        }
      )
    )
  })
})
