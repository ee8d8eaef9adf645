import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AttemptSlots, type Pace, type SlotAsk } from '../../src/webhook/attempt-slots.ts'

const asked = (of: Partial<SlotAsk> = {}): SlotAsk => ({
  lane: 3,
  owner: 'o',
  host: 'h',
  pace: 'proven',
  ...of
})
const limits = { attemptsMax: 128, perHostMax: 128, perHostPerSecondMax: 1_000 }

/** Attempts of known durations on a simulated clock. Gives when each begins, ms. */
function play(
  slots: AttemptSlots,
  asks: readonly (SlotAsk & { readonly atMs: number; readonly forMs: number })[],
  untilMs: number
) {
  const began = new Map<number, number>()
  const ids = new Map<number, number>()
  const ends: { readonly id: number; readonly atMs: number }[] = []
  for (let nowMs = 0; nowMs <= untilMs; nowMs += 10) {
    for (const end of ends.filter(each => each.atMs === nowMs)) slots.release(end.id)
    for (const [i, ask] of asks.entries()) if (ask.atMs === nowMs) ids.set(slots.ask(ask), i)
    for (const id of slots.grant(nowMs)) {
      const i = ids.get(id) as number
      began.set(i, nowMs)
      ends.push({ id, atMs: nowMs + (asks[i]?.forMs ?? 0) })
    }
  }
  return asks.map((_, i) => began.get(i) ?? null)
}

const hung =
  (of: Partial<SlotAsk> = {}) =>
  (_: unknown, i: number) => ({
    ...asked({ host: `hung-${i}`, owner: `owner-${i}`, pace: 'unproven', lane: 0, ...of }),
    ...{ atMs: 0, forMs: 14_000 }
  })

describe('slots for attempts', () => {
  it('are found at once by a quick endpoint beside 128 that answer after 14 s, also if nothing is known of those', () => {
    for (const pace of ['unproven', 'slow'] as const) {
      const asks = [
        ...Array.from({ length: 128 }, hung({ pace })),
        { ...asked({ host: 'healthy' }), atMs: 500, forMs: 10 },
        { ...asked({ host: 'healthy' }), atMs: 8_000, forMs: 10 }
      ]
      expect(play(new AttemptSlots(limits), asks, 10_000).slice(-2)).toEqual([500, 8_000])
    }
  })
  it('are found at once by a quick endpoint whose host others share that hang there', () => {
    const host = 'gateway.example'
    const shared = { attemptsMax: 128, perHostMax: 32, perHostPerSecondMax: 1_000 }
    for (const pace of ['unproven', 'slow'] as const) {
      const asks = [
        ...Array.from({ length: 100 }, hung({ pace, host })),
        ...[1_500, 8_000, 16_000].map(atMs => ({
          ...asked({ host, owner: 'quick' }),
          atMs,
          forMs: 10
        }))
      ]
      expect(play(new AttemptSlots(shared), asks, 20_000).slice(-3)).toEqual([1_500, 8_000, 16_000])
    }
  })
  it('are never all held by one owner where there are others, whatever was known of its endpoints', () => {
    for (const pace of ['proven', 'unproven', 'slow'] as const) {
      const asks = [
        { ...asked({ owner: 'other', host: 'other', pace }), atMs: 0, forMs: 10 },
        ...Array.from({ length: 300 }, hung({ owner: 'greedy', pace })).map(each => ({
          ...each,
          atMs: 100
        })),
        ...[500, 3_000, 9_000].map(atMs => ({
          ...asked({ owner: 'other', host: 'other', pace }),
          atMs,
          forMs: 10
        }))
      ]
      expect(play(new AttemptSlots(limits), asks, 10_000).slice(-3)).toEqual([500, 3_000, 9_000])
    }
  })
  it('go to what is urgent first, then to the owner and the host that have fewest', () => {
    const slots = new AttemptSlots({ ...limits, attemptsMax: 1 })
    const running = slots.ask(asked())
    expect(slots.grant(0)).toEqual([running])
    const [minor, urgent] = [slots.ask(asked({ lane: 3 })), slots.ask(asked({ lane: 0 }))]
    slots.release(running)
    expect(slots.grant(0)).toEqual([urgent])
    slots.release(urgent)
    expect(slots.grant(0)).toEqual([minor])
  })
  it('are limited by host, at once and per second', () => {
    const slots = new AttemptSlots({ ...limits, perHostMax: 2 })
    const ids = Array.from({ length: 3 }, () => slots.ask(asked()))
    expect(slots.grant(0)).toEqual(ids.slice(0, 2))
    expect(slots.grant(5_000)).toEqual([])
    const paced = new AttemptSlots({ ...limits, perHostPerSecondMax: 2 })
    const asks = Array.from({ length: 5 }, () => ({ ...asked(), atMs: 0, forMs: 10 }))
    expect(play(paced, asks, 3_000)).toEqual([0, 0, 500, 1_000, 1_500])
  })
  it('are never more than the limits, and nobody who could run waits (property)', () => {
    const ask = fc.record({
      lane: fc.nat({ max: 4 }),
      owner: fc.constantFrom('a', 'b', 'c'),
      host: fc.constantFrom('x', 'y', 'z'),
      pace: fc.constantFrom<Pace>('proven', 'unproven', 'slow')
    })
    const step = fc.oneof(ask, fc.nat({ max: 50 }), fc.record({ waitMs: fc.nat({ max: 2_000 }) }))
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(step, { maxLength: 80 }),
        (attemptsMax, steps) => {
          const slots = new AttemptSlots({ attemptsMax, perHostMax: 3, perHostPerSecondMax: 1_000 })
          const running: { readonly id: number; readonly host: string }[] = []
          const hosts = new Map<number, string>()
          let nowMs = 0
          for (const each of steps) {
            if (typeof each === 'number') {
              const [ended] = running.splice(each % Math.max(1, running.length), 1)
              if (ended) slots.release(ended.id)
            } else if ('waitMs' in each) nowMs += each.waitMs
            else hosts.set(slots.ask(each), each.host)
            for (const id of slots.grant(nowMs)) running.push({ id, host: hosts.get(id) as string })
            expect(slots.running).toBe(running.length)
            expect(running.length).toBeLessThanOrEqual(attemptsMax)
            for (const host of ['x', 'y', 'z'])
              expect(running.filter(at => at.host === host).length).toBeLessThanOrEqual(3)
            if (running.length === 0) expect(slots.waiting).toBe(0)
          }
        }
      )
    )
  })
})
