// A moment that list and map show instead of now.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  Arrivals,
  countsOverTime,
  idsBetween,
  isKnownBy,
  momentIn,
  placeOfRevision,
  revisionBy,
  stepFrom,
  stepSizes
} from '../../src/map/moment.ts'
import { knownFromMs, type Severity, type ShownAlert } from '../../src/shown/shown-alert.ts'
import { type AlertMembers, anAlert } from '../support/an-alert.ts'

const at = (day: string, time = '00:00:00') => Date.parse(`2026-02-${day}T${time}Z`)
function alertOf(alertId: string, day: string, more: AlertMembers = {}): ShownAlert {
  const time = new Date(at(day)).toISOString()
  const levels = [{ level: 1, at: time, reason: 'partial' }]
  const times = { occurredFrom: time, firstReportedAt: time }
  return anAlert({ alertId, times, levels, ...more })
}
const byId = (...alerts: readonly ShownAlert[]) =>
  new Map(alerts.map(alert => [alert.alertId, alert]))

it.each([
  ['until=2026-02-03T04:05:06.000Z', '2026-02-03T04:05:06.000Z'],
  ['until=2026-02-03', '2026-02-03T00:00:00.000Z'],
  ['until=soon', null],
  ['', null]
])('a moment stands in the address; what is no time is now: %s', (text, moment) => {
  expect(momentIn(new URLSearchParams(text))).toBe(moment)
})

describe('an alert', () => {
  it('is known once it was reported and its first level was reached, and always known now', () => {
    const levels = [{ level: 1, at: '2026-02-20T00:00:00.000Z', reason: 'partial' }]
    const siege = alertOf('a', '10', { levels })
    expect(knownFromMs(siege)).toBe(at('20'))
    const moments = [at('19'), at('20'), null]
    expect(moments.map(ms => isKnownBy(siege, ms))).toEqual([false, true, true])
  })

  it('is judged anew only if it lies between two moments, whichever comes first', () => {
    const all = [alertOf('one', '01'), alertOf('two', '05'), alertOf('three', '09')]
    const [early, late] = [at('05') - 1, at('09')]
    expect(idsBetween(all, early, late)).toEqual(['two', 'three'])
    expect(idsBetween(all, late, early)).toEqual(['two', 'three'])
    expect(idsBetween(all, early, null)).toEqual(['two', 'three'])
    expect(idsBetween(all, null, null)).toEqual([])
  })

  it('is shown as its last revision by then', () => {
    const revisions = ['2026-02-01T00:00:00Z', '2026-02-05T00:00:00Z'].map(time => ({ time }))
    const moments = [at('03'), at('05'), at('01') - 1, null]
    expect(moments.map(ms => revisionBy(revisions, ms))).toEqual([0, 1, -1, -1])
  })

  it('of an alert stays at its revision, whichever are loaded beside it', () => {
    const loaded = ['r1', 'r2', 'r3', 'r4'].map(id => ({ id }))
    const parts = [loaded.slice(0, 3), loaded.slice(1), loaded.slice(2)]
    expect(parts.map(each => placeOfRevision(each, 'r2'))).toEqual([1, 0, -1])
    expect(placeOfRevision(loaded, null)).toBe(-1)
  })
})

describe('a step in time', () => {
  const [first, noon, last] = [at('01'), at('03', '12:00:00'), at('09')]
  const times = [first, noon, noon, last]

  // By the clock if that is asked for, and not before the first alert.
  it.each<[number | null, Parameters<typeof stepFrom>[2], 1 | -1, number | null]>([
    [null, 'alert', -1, noon],
    [noon, 'alert', -1, first],
    [first, 'alert', -1, first],
    [noon, 'alert', 1, last],
    [last, 'alert', 1, null],
    [null, 'alert', 1, null],
    [noon, 'day', -1, at('02', '12:00:00')],
    [noon, 'week', -1, first],
    [noon, 'week', 1, null]
  ])('goes from %s by %s, %i to %s', (from, size, by, to) => {
    expect(stepFrom(times, from, size, by)).toBe(to)
    expect(stepFrom([], 5, 'day', 1)).toBe(5)
  })

  it('reaches now from anywhere, and each alert is shown on the way', () => {
    const some = fc.array(fc.integer({ min: 0, max: 9_000_000_000 }), {
      minLength: 1,
      maxLength: 20
    })
    fc.assert(
      fc.property(some, fc.constantFrom(...stepSizes), (all, size) => {
        const sorted = all.toSorted((a, b) => a - b)
        let here: number | null = sorted[0] as number
        for (let steps = 0; here !== null; steps += 1) {
          if (steps > 3_000) expect.unreachable('it does not reach now')
          const next: number | null = stepFrom(sorted, here, size, 1)
          if (next !== null && next <= here) expect.unreachable(`from ${here} to ${next}`)
          here = next
        }
      }),
      { numRuns: Number(process.env.TOCSIN_TEST_RUNS ?? 100) }
    )
  })

  it('is counted by equal parts of the time, each alert once', () => {
    expect(countsOverTime(times, 4)).toEqual([1, 2, 0, 1])
    expect(countsOverTime([5, 5], 3)).toEqual([2, 0, 0])
    expect(countsOverTime([], 2)).toEqual([0, 0])
  })
})

describe('what comes while an earlier moment is shown', () => {
  const asked = (severity: Severity) => (alert: ShownAlert) => alert.severity === severity
  const all = () => true
  const moment = at('05')
  const old = alertOf('old', '01')
  const fresh = alertOf('fresh', '20', { severity: 'severe' })

  function shownSince(): Arrivals {
    const arrivals = new Arrivals()
    arrivals.take(byId(old), ['old'], null, true)
    arrivals.take(byId(old), [], moment, true)
    return arrivals
  }

  it('waits, with its gravest; what was there before does not, whatever becomes of it', () => {
    const arrivals = shownSince()
    arrivals.take(byId(old, fresh), ['old', 'fresh'], moment, true)
    expect(arrivals.waiting(all, moment)).toEqual({ count: 1, worst: 'severe' })
    expect(arrivals.waiting(asked('extreme'), moment)).toEqual({ count: 0, worst: null })
    // By a later moment it is in the list itself.
    expect(arrivals.waiting(all, at('21')).count).toBe(0)
  })

  it('waits no longer once it is closed or gone, or now is shown', () => {
    const arrivals = shownSince()
    arrivals.take(byId(old, fresh), ['fresh'], moment, true)
    arrivals.take(byId(old, { ...fresh, status: 'resolved' }), ['fresh'], moment, true)
    expect(arrivals.waiting(all, moment).count).toBe(0)
    arrivals.take(byId(old, fresh), ['fresh'], moment, true)
    arrivals.take(byId(old, fresh), [], null, true)
    arrivals.take(byId(old, fresh), ['fresh'], moment, true)
    expect(arrivals.waiting(all, moment).count).toBe(0)
  })

  it('is not new when the page itself has just begun at that moment', () => {
    const arrivals = new Arrivals()
    arrivals.take(byId(old), ['old'], moment, false)
    arrivals.take(byId(old, fresh), ['fresh'], moment, true)
    expect(arrivals.waiting(all, moment).count).toBe(0)
    const later = alertOf('later', '21')
    arrivals.take(byId(old, fresh, later), ['later'], moment, true)
    expect(arrivals.waiting(all, moment).count).toBe(1)
  })
})
