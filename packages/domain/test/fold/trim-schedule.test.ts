import { describe, expect, it } from 'vitest'
import { trimEveryMs, trimOf, turnOf, turnOfDay, turnsBetween, turnsCount } from '../../src/fold/trim-schedule.ts'
import { dayMs } from '../../src/space-time/event-time.ts'

const at = (day: number, hours = 0) => day * dayMs + hours * 3_600_000
const all = [0, 1, 2, 3, 4, 5, 6]

describe('turns', () => {
  it('come once for each day, in any steps of time', () => {
    const steps = [at(100), at(100, 5), at(101), at(103, 2), at(103, 9), at(104), at(106, 23), at(107, 1)]
    const taken = steps.slice(1).flatMap((toMs, i) => [...turnsBetween(steps[i] as number, toMs)])
    expect(taken.toSorted()).toEqual(all)
    expect(taken).toEqual([101, 102, 103, 104, 105, 106, 107].map(turnOfDay))
  })

  it('all come when time jumps', () => {
    expect([...turnsBetween(at(100), at(4000))].toSorted()).toEqual(all)
    expect(turnsBetween(at(100, 1), at(100, 2)).size).toBe(0)
    expect(turnsBetween(Number.NEGATIVE_INFINITY, at(100)).size).toBe(1)
    expect(turnsBetween(Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY).size).toBe(0)
  })

  it('forget within four moves of the boundary, however far it moves at a time', () => {
    for (const step of [1, 2, 3, 4, 9]) {
      const last = new Map(all.map(turn => [turn, 0]))
      for (let move = 100; move < 200; move += step) {
        const { forgetting } = trimOf(new Set(all), (move - step) * trimEveryMs, move * trimEveryMs, 820 * dayMs)
        for (const turn of all) last.set(turn, forgetting.has(turn) ? 0 : (last.get(turn) as number) + step)
        expect(Math.max(...last.values())).toBeLessThan(4)
      }
    }
    expect([...trimOf(new Set(all), Number.NEGATIVE_INFINITY, 0, 0).forgetting].toSorted()).toEqual(all)
  })

  it('are spread over scopes', () => {
    const counts = new Map<number, number>()
    for (let i = 0; i < 700; i++) {
      const turn = turnOf('siege', `ML-4/place ${i}`)
      counts.set(turn, (counts.get(turn) ?? 0) + 1)
    }
    expect([...counts.keys()].toSorted()).toEqual(all)
    expect(counts.size).toBe(turnsCount)
    expect(Math.max(...counts.values())).toBeLessThan(160)
  })
})
