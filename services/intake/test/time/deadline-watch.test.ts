// One timer for all who wait: each is told in time, late ones by their own error, and no timer is left when nobody waits.

import type { Clock } from '@tocsin/domain/ports'
import { beforeEach, expect, it } from 'vitest'
import { DeadlineWatch } from '../../src/time/deadline-watch.ts'

class HandClock implements Clock {
  now = 0
  readonly sleepers = new Set<{ readonly dueMs: number; readonly wake: () => void }>()
  nowMs = () => this.now
  monotonicMs = () => this.now

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const sleeper = { dueMs: this.now + ms, wake: resolve }
    this.sleepers.add(sleeper)
    signal?.addEventListener('abort', () => resolve(), { once: true })
    await promise
    this.sleepers.delete(sleeper)
  }

  async to(ms: number): Promise<void> {
    this.now = ms
    for (const sleeper of this.sleepers) if (sleeper.dueMs <= ms) sleeper.wake()
    await turns()
  }
}
const turns = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

let clock: HandClock
let watch: DeadlineWatch
beforeEach(() => {
  clock = new HandClock()
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

it('gives what comes in time, good or bad, and leaves no timer', async () => {
  const good = outcomeOf(watch.within(Promise.resolve('good'), late))
  const bad = outcomeOf(watch.within(Promise.reject(new Error('bad')), late))
  await turns()
  expect([good.outcome, bad.outcome]).toEqual(['good', 'bad'])
  expect(clock.sleepers.size).toBe(0)
})

it('tells each one when its own time is over, with one timer for all', async () => {
  const never = new Promise(() => {})
  const first = outcomeOf(watch.within(never, late))
  await clock.to(60)
  const second = outcomeOf(watch.within(never, late))
  expect(clock.sleepers.size).toBe(1)
  await clock.to(99)
  expect([first.outcome, second.outcome]).toEqual(['waits', 'waits'])
  await clock.to(100)
  expect([first.outcome, second.outcome]).toEqual(['late', 'waits'])
  await clock.to(160)
  expect(second.outcome).toBe('late')
  expect(clock.sleepers.size).toBe(0)
})

it('watches again for who comes when it had nothing to watch', async () => {
  void watch.within(Promise.resolve(), late)
  await Promise.resolve()
  const next = outcomeOf(watch.within(new Promise(() => {}), late))
  await turns()
  await clock.to(100)
  expect(next.outcome).toBe('late')
})
