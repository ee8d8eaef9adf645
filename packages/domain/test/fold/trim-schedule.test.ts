import { describe, expect, it } from 'vitest'
import {
  dropsIn,
  turnOf,
  turnOfDay,
  turnsBetween,
  turnsCount
} from '../../src/fold/trim-schedule.ts'
import { dayMs } from '../../src/space-time/event-time.ts'

const at = (day: number, hours = 0) => day * dayMs + hours * 3_600_000
const all = Array.from({ length: turnsCount }, (_, turn) => turn)
const byNumber = (a: number, b: number) => a - b

describe('turns', () => {
  it('come once for each day, in any steps of time', () => {
    const steps = [
      at(100),
      at(100, 5),
      at(101),
      at(103, 2),
      at(103, 9),
      at(104),
      at(106, 23),
      at(118),
      at(128, 1)
    ]
    const taken = steps.slice(1).flatMap((toMs, i) => [...turnsBetween(steps[i] as number, toMs)])
    expect(taken.toSorted(byNumber)).toEqual(all)
    expect(taken).toEqual(all.map(i => turnOfDay(101 + i)))
  })

  it('all come when time jumps', () => {
    expect([...turnsBetween(at(100), at(4000))].toSorted(byNumber)).toEqual(all)
    expect(turnsBetween(at(100, 1), at(100, 2)).size).toBe(0)
    expect(turnsBetween(Number.NEGATIVE_INFINITY, at(100)).size).toBe(1)
    expect(turnsBetween(Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY).size).toBe(0)
  })

  it('let what no scope holds be dropped once a week', () => {
    for (let day = 100; day < 200; day++) {
      const week = Array.from({ length: 7 }, (_, i) => turnsBetween(at(day + i - 1), at(day + i)))
      expect(week.filter(dropsIn)).toHaveLength(1)
    }
  })

  it('are spread over scopes', () => {
    const counts = new Map<number, number>()
    for (let i = 0; i < 2800; i++) {
      const turn = turnOf('siege', `ML-4/place ${i}`)
      counts.set(turn, (counts.get(turn) ?? 0) + 1)
    }
    expect([...counts.keys()].toSorted(byNumber)).toEqual(all)
    expect(counts.size).toBe(turnsCount)
    expect(Math.max(...counts.values())).toBeLessThan(160)
  })
})
