import fc from 'fast-check'
import { expect, it } from 'vitest'
import { RequestRate } from '../../src/webhook/request-rate.ts'

it('never lets more through in any minute than asked for, and waits no longer than needed (property)', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2_000 }),
      fc.array(fc.nat({ max: 9_000 }), { maxLength: 60 }),
      (perMinute, pauses) => {
        const rate = new RequestRate(perMinute)
        const sent: number[] = []
        let nowMs = 0
        for (const pauseMs of pauses) {
          nowMs += pauseMs
          const waitMs = rate.waitMs(nowMs)
          if (sent.length < perMinute && perMinute <= 600) expect(waitMs).toBe(0)
          nowMs += waitMs
          expect(sent.filter(each => each > nowMs - 60_000).length).toBeLessThan(perMinute)
          sent.push(nowMs)
          rate.note(nowMs)
        }
      }
    )
  )
})

it('without a rate nothing waits', () => {
  const rate = new RequestRate(null)
  for (let i = 0; i < 1_000; i++) rate.note(0)
  expect(rate.waitMs(0)).toBe(0)
})
