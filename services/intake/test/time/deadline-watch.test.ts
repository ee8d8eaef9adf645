// One timer for all pending work: each deadline is kept, each with its own error, and no timer is
// left when nothing is pending.

import { ManualClock } from '@tocsin/testing/process/manual-clock'
import { beforeEach, expect, it } from 'vitest'
import { DeadlineWatch } from '../../src/time/deadline-watch.ts'

const turns = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

/** Moves the clock to a time, and lets those run who are due. */
const to = async (ms: number) => {
  clock.advance(ms - clock.nowMs())
  await turns()
}

let clock: ManualClock
let watch: DeadlineWatch
beforeEach(() => {
  clock = new ManualClock(0)
  watch = new DeadlineWatch(clock, 100)
})
const late = () => new Error('late')
const outcomeOf = (promise: Promise<unknown>) => {
  const seen: { outcome: unknown } = { outcome: 'waits' }
  promise.then(
    value => {
      seen.outcome = value
    },
    error => {
      seen.outcome = (error as Error).message
    }
  )
  return seen
}

it('passes on results and errors in time, and leaves no timer', async () => {
  const good = outcomeOf(watch.within(Promise.resolve('good'), late))
  const bad = outcomeOf(watch.within(Promise.reject(new Error('bad')), late))
  await turns()
  expect([good.outcome, bad.outcome]).toEqual(['good', 'bad'])
  expect(clock.sleeping).toBe(0)
})

it('rejects each one at its own deadline, with one timer for all', async () => {
  const never = new Promise(() => {})
  const first = outcomeOf(watch.within(never, late))
  await to(60)
  const second = outcomeOf(watch.within(never, late))
  expect(clock.sleeping).toBe(1)
  await to(99)
  expect([first.outcome, second.outcome]).toEqual(['waits', 'waits'])
  await to(100)
  expect([first.outcome, second.outcome]).toEqual(['late', 'waits'])
  await to(160)
  expect(second.outcome).toBe('late')
  expect(clock.sleeping).toBe(0)
})

it('watches again after it had nothing to watch', async () => {
  void watch.within(Promise.resolve(), late)
  await Promise.resolve()
  const next = outcomeOf(watch.within(new Promise(() => {}), late))
  await turns()
  await to(100)
  expect(next.outcome).toBe('late')
})
