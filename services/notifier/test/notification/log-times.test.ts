// What of a partition is older than a time, although some writers' clocks were wrong.

import { expect, it } from 'vitest'
import { DeliveryFold } from '../../src/notification/delivery-fold.ts'
import { LogTimes } from '../../src/notification/delivery-log.ts'

const dayMs = 24 * 3_600_000
const beganMs = Date.parse('2026-03-01T12:00:00.000Z')
const dayTime = (day: number) => new Date(beganMs + day * dayMs).toISOString()

/** One record for each day given, at positions from 0 on. */
function timesOf(days: readonly number[], { model } = new DeliveryFold()): LogTimes {
  const times = new LogTimes(model)
  for (const [i, day] of days.entries())
    times.note({ partition: 0, position: BigInt(i) }, dayTime(day))
  return times
}
const before = (times: LogTimes, day: number, nowDay: number) =>
  Number(times.before(0, beganMs + day * dayMs, beganMs + nowDay * dayMs))

it('is what comes before the first record of that hour or a later one', () => {
  const times = timesOf([0, 0, 1, 2, 3, 9])
  expect([-1, 0, 1, 2.5, 9].map(day => before(times, day, 9))).toEqual([0, 0, 2, 4, 5])
})

it('is found although one clock was years ahead', () => {
  const times = timesOf([0, 1, 3650, 1, 2, 3, 40])
  expect([1, 2.5, 10].map(day => before(times, day, 40))).toEqual([1, 5, 6])
})

it('never holds what is newer, although one clock was years behind', () => {
  const times = timesOf([0, 1, 2, -9000, 2, 3, -9000])
  expect([0.5, 2, 2.5, 10].map(day => before(times, day, 40))).toEqual([1, 2, 5, 5])
})

it('is the same after a restart', () => {
  const fold = new DeliveryFold()
  const times = timesOf([0, 1, 3650, 1, 2, 3], fold)
  const again = new LogTimes(fold.model)
  expect([1, 2.5, 10].map(day => before(again, day, 40))).toEqual(
    [1, 2.5, 10].map(day => before(times, day, 40))
  )
})
