import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Deadlines } from '../../src/fold/deadlines.ts'

const names = fc.constantFrom('a', 'b', 'c', 'd')
const ms = fc.integer({ min: 0, max: 12 })

describe('deadlines', () => {
  it('know the earliest moment and what is reached, however they were set', () => {
    let reached = 0
    fc.assert(
      fc.property(
        fc.array(fc.tuple(names, fc.option(ms, { nil: null }), ms), { maxLength: 40 }),
        steps => {
          const deadlines = new Deadlines()
          const plain = new Map<string, number>()
          for (const [name, at, nowMs] of steps) {
            deadlines.set(name, at)
            if (at === null) plain.delete(name)
            else plain.set(name, at)
            const due = [...plain].filter(([, moment]) => moment <= nowMs).map(([of]) => of)
            expect(deadlines.reachedAt(nowMs)).toEqual(due)
            if (nowMs % 2 === 0)
              expect(deadlines.earliestMs()).toBe(
                plain.size === 0 ? null : Math.min(...plain.values())
              )
            expect([deadlines.size, deadlines.has(name)]).toEqual([plain.size, at !== null])
            reached += due.length
          }
        }
      )
    )
    expect(reached).toBeGreaterThan(100)
  })
})
