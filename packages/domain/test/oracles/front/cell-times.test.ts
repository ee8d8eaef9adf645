// Times by cell against a plain map, in any order; every earlier value stays unchanged.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CellTimes, countIn, noCellTimes, withTime } from './cell-times.ts'

const yearMs = 100

describe('times by cell', () => {
  it('equal a plain map, and do not change earlier states', () => {
    const steps = fc.array(
      fc.record({ cell: fc.nat(80).map(n => `${n % 9}:${-n}`), passes: fc.nat(20) }),
      { maxLength: 200 }
    )
    fc.assert(
      fc.property(steps, all => {
        let [nowMs, times] = [0, noCellTimes]
        const plain = new Map<string, number[]>()
        const before: { times: CellTimes; text: string }[] = []
        for (const { cell, passes } of all) {
          nowMs += passes
          before.push({ times, text: JSON.stringify(times) })
          times = withTime(times, cell, nowMs, nowMs - yearMs)
          plain.set(cell, [...(plain.get(cell) ?? []), nowMs])
          for (const [name, expected] of plain) {
            for (const [afterMs, untilMs] of [
              [nowMs - yearMs, nowMs],
              [nowMs - yearMs / 2, nowMs - 5]
            ] as const) {
              const within = expected.filter(ms => ms > afterMs && ms <= untilMs)
              expect(countIn(times, name, afterMs, untilMs)).toBe(within.length)
            }
          }
        }
        for (const { times: old, text } of before) expect(JSON.stringify(old)).toBe(text)
      })
    )
  })

  it('drop cells without recent times', () => {
    let times = noCellTimes
    for (let i = 0; i < 20_000; i++) times = withTime(times, `${i}:0`, i, i - yearMs)
    const held = times.flat(2).length
    expect(countIn(times, '19999:0', 0, 20_000)).toBe(1)
    expect(held).toBeLessThan(4_000)
  })

  it('store a moment once, however often it occurs', () => {
    let times = noCellTimes
    for (let i = 0; i < 2_000; i++) times = withTime(times, 'village', 7, 7 - yearMs)
    expect(countIn(times, 'village', 6, 7)).toBe(2_000)
    expect(JSON.stringify(times).length).toBeLessThan(1_000)
  })
})
