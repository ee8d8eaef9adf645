// What is left of a wait, on a wall clock that is set.

import { describe, expect, it } from 'vitest'
import { NoticeWaits } from '../../src/webhook/notice-waits.ts'
import { ManualClock } from '../support/manual-clock.ts'

const hourMs = 3_600_000
const tried = (clock: ManualClock, inMs: number, attempts = 1) => ({
  ...{ noticeId: 'n1', attempts },
  nextAt: new Date(clock.nowMs() + inMs).toISOString()
})

describe('the rest of a wait', () => {
  it.each([-400 * 24, -1, 1, 400 * 24])(
    'passes as it did on a clock that is set by %i hours',
    async hours => {
      const clock = new ManualClock()
      const waits = new NoticeWaits(clock)
      const notice = tried(clock, 10_000)
      expect(waits.leftMs(notice)).toBe(10_000)
      clock.jump(hours * hourMs)
      await clock.advance(4_000)
      expect(waits.leftMs(notice)).toBe(6_000)
      await clock.advance(6_000)
      expect(waits.leftMs(notice)).toBe(0)
    }
  )

  it('is never longer than one of that attempt may be, whatever was logged', () => {
    const clock = new ManualClock()
    expect(new NoticeWaits(clock).leftMs(tried(clock, 400 * 24 * hourMs))).toBe(1.2 * hourMs)
    expect(new NoticeWaits(clock).leftMs(tried(clock, 400 * 24 * hourMs, 6))).toBe(1.2 * 7 * hourMs)
  })

  it('is none of what is past, and of what was never tried', () => {
    const clock = new ManualClock()
    const waits = new NoticeWaits(clock)
    expect(waits.leftMs(tried(clock, -hourMs))).toBe(0)
    expect(waits.leftMs({ noticeId: 'n2', attempts: 0, nextAt: null })).toBe(0)
  })

  it('is known anew for each attempt', () => {
    const clock = new ManualClock()
    const waits = new NoticeWaits(clock)
    waits.leftMs(tried(clock, 10_000))
    expect(waits.leftMs(tried(clock, 60_000, 2))).toBe(60_000)
  })
})
