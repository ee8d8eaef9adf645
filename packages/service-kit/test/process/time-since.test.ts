// How long ago something was that a record says, on a wall clock that is set.

import { expect, it } from 'vitest'
import { TimeSince } from '../../src/process/time-since.ts'

const hourMs = 3_600_000

function world(startMs = 0) {
  let [wallMs, steadyMs] = [startMs, 5_000]
  return {
    clock: { nowMs: () => wallMs, monotonicMs: () => steadyMs },
    jump(ms: number) {
      wallMs += ms
    },
    pass(ms: number) {
      wallMs += ms
      steadyMs += ms
    }
  }
}

it.each([-400 * 24, -24, 1, 400 * 24])(
  'counts what passes, whatever the wall clock is set by: %i hours',
  hours => {
    const { clock, jump, pass } = world(1_000)
    const since = new TimeSince(clock, 0, 60_000)
    jump(hours * hourMs)
    pass(500)
    expect(since.ms()).toBe(1_500)
  }
)

it('begins anew where the record lies in the future, but for as much as it may', () => {
  const { clock } = world(1_000)
  expect(new TimeSince(clock, 400 * 24 * hourMs, 60_000).ms()).toBe(0)
  expect(new TimeSince(clock, 61_000, 60_000).ms()).toBe(-60_000)
})

it('believes a clock that was ahead at the first look once it is mended', () => {
  const { clock, jump, pass } = world(400 * 24 * hourMs)
  const since = new TimeSince(clock, 0, 60_000)
  pass(2_000)
  jump(-400 * 24 * hourMs)
  expect(since.ms()).toBe(2_000)
})
