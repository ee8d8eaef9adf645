// A window moved forward equals a new one of the same members, also after a step back to earlier
// members.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { incidentFrom } from '../patterns/pattern-fold.ts'
import { runsOf, shareOf } from '../test-size.ts'
import { LiveWindow, liveWindow, type Member, totalOf } from './live-window.ts'

const incident = incidentFrom({ id: 'any', at: '2025-01-01' })
const most = 5

const amountArb = fc.oneof(
  fc.constant(null),
  fc.integer({ min: 1, max: 9 }),
  fc
    .array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 3 })
    .map(texts => [...new Set(texts)])
)
const stepArb = fc.record({
  passes: fc.integer({ min: 0, max: 3 }),
  lasts: fc.integer({ min: 1, max: 20 }),
  amount: amountArb
})

/** When the remaining measure is below `least`, by trying every moment. */
function plainlyBelow(members: readonly Member[], least: number): number | null {
  const moments = members.flatMap(m => (m.amount === null ? [] : [m.untilMs])).sort((a, b) => a - b)
  return moments.find(ms => totalOf(members.filter(m => m.untilMs > ms)) < least) ?? null
}

describe('a live window', () => {
  it('depends on its members only, however it reached them', () => {
    let stepsBack = 0
    let beyond = 0
    fc.assert(
      fc.property(
        fc.array(stepArb, { minLength: 5, maxLength: 40, size: 'max' }),
        fc.array(fc.integer({ min: 0, max: 39 }), { maxLength: 10 }),
        (steps, back) => {
          let nowMs = 0
          let members: readonly Member[] = []
          const states = [{ nowMs, members }]
          for (const [i, { passes, lasts, amount }] of steps.entries()) {
            const from = back.includes(i) ? states[i >> 1] : { nowMs, members }
            if (back.includes(i)) stepsBack += 1
            const window = liveWindow(from?.members ?? [])
            nowMs = (from?.nowMs ?? 0) + passes
            window.moveTo(nowMs)
            const left = (from?.members ?? []).filter(m => m.untilMs > nowMs)
            expect(window.members).toEqual(left)
            const member: Member = { incident, untilMs: nowMs + lasts, amount }
            window.add(member, most)
            if (left.length === most) beyond += 1
            members = window.members
            expect(members).toEqual([...left, member].slice(-most))
            const anew = new LiveWindow([...members])
            expect([window.total, window.lastMs]).toEqual([totalOf(members), anew.lastMs])
            for (const least of [1, 3, window.total])
              if (least >= 1 && least <= window.total)
                expect(window.belowMs(least)).toBe(plainlyBelow(members, least))
            states.push({ nowMs, members })
          }
        }
      ),
      { numRuns: runsOf(300, 10) }
    )
    expect(stepsBack).toBeGreaterThan(shareOf(100, 300, 10))
    expect(beyond).toBeGreaterThan(shareOf(20, 300, 10))
  })

  it('does not change the members of a state', () => {
    const first: Member = { incident, untilMs: 5, amount: 1 }
    const window = liveWindow([first])
    const before = window.members
    window.add({ incident, untilMs: 9, amount: 1 }, most)
    window.moveTo(5)
    expect(before).toEqual([first])
    expect(window.total).toBe(1)
    window.clear()
    expect([window.members, window.total, window.belowMs(1)]).toEqual([[], 0, null])
  })
})
