// What the picture of an alert shows, and why it was raised, in parts.

import { describe, expect, it } from 'vitest'
import { computeScale, computeSpan, makePicture, monthsIn } from '../../src/change/picture.ts'
import { explainAlert, readGauge } from '../../src/change/why.ts'
import type { ShownIncident } from '../../src/shown/shown-alert.ts'
import { anAlert } from '../support/an-alert.ts'

const day = (date: string) => Date.parse(`${date}T00:00:00.000Z`)
const nowMs = day('2026-03-01')
const incident = (id: string, from: string, to = from, withdrawn = false) =>
  ({
    incidentId: id,
    withdrawn,
    occurred: { from: `${from}T00:00:00.000Z`, to: `${to}T23:59:59.999Z` }
  }) as ShownIncident

const window = { from: '2026-02-20T00:00:00.000Z', to: null }
const alert = anAlert({ window, levels: [{ level: 1, at: window.from, reason: 'formed' }] })
const own = [incident('a', '2026-02-20'), incident('b', '2026-02-27')]

describe('the picture of an alert', () => {
  it('counts incidents by the day, those of the alert apart, and none twice', () => {
    const area = [
      incident('a', '2026-02-20'),
      incident('c', '2026-02-20'),
      incident('d', '2026-02-21', '2026-02-21', true)
    ]
    const { buckets, bucketDays, toMs } = makePicture(
      { alert, revisions: [], own, area, nowMs },
      90
    )
    expect([bucketDays, buckets.length, toMs]).toEqual([1, 90, day('2026-03-02')])
    expect(buckets.filter(each => each.own + each.other > 0)).toEqual([
      { fromMs: day('2026-02-20'), own: 1, other: 1 },
      { fromMs: day('2026-02-27'), own: 1, other: 0 }
    ])
  })

  it('draws apart what may be of several bars', () => {
    const unsure = [incident('e', '2026-02-01', '2026-02-10')]
    const drawn = makePicture({ alert, revisions: [], own: unsure, area: [], nowMs }, 90)
    expect(drawn.unsure).toMatchObject([{ fromMs: day('2026-02-01'), isOwn: true }])
    expect(drawn.buckets.every(each => each.own === 0)).toBe(true)
  })

  it('opens at the shortest span in which the situation lies, and has wider bars for longer ones', () => {
    const old = anAlert({
      window: { from: '2024-01-01T00:00:00.000Z', to: null },
      levels: alert.levels
    })
    const year = [incident('f', '2025-06-01')]
    expect([
      computeSpan({ alert, own, nowMs }),
      computeSpan({ alert, own: year, nowMs }),
      computeSpan({ alert: old, own, nowMs })
    ]).toEqual([90, 365, 0])
    const widths = ([365, 0] as const).map(
      span =>
        makePicture(
          { alert, revisions: [], own: [incident('g', '2024-01-01')], area: [], nowMs },
          span
        ).bucketDays
    )
    expect(widths).toEqual([7, 30])
  })

  it('sums what the rule counts only where that comes to its measure', () => {
    const measured = (value: number) =>
      anAlert({
        ...alert,
        measure: { ...alert.measure, name: 'attacks in 7 days', value, threshold: 2 }
      })
    const runningOf = (value: number) =>
      makePicture({ alert: measured(value), revisions: [], own, area: [], nowMs }, 90).running
    expect(runningOf(1)?.points.at(-1)).toEqual({ ms: nowMs, value: 1 })
    expect([
      runningOf(3),
      makePicture({ alert, revisions: [], own, area: [], nowMs }, 90).running
    ]).toEqual([null, null])
  })

  it('says how grave it was when, of what follows on the same as one', () => {
    const at = (
      time: string,
      severity: 'moderate' | 'severe',
      status: 'confirmed' | 'resolved' = 'confirmed'
    ) => ({
      ...{ id: time, type: 'tocsin.alert.revised.v1', time: `${time}T00:00:00.000Z` },
      data: anAlert({ severity, status })
    })
    const revisions = [
      at('2026-02-20', 'moderate'),
      at('2026-02-21', 'moderate'),
      at('2026-02-22', 'severe')
    ]
    const lanes = (...more: typeof revisions) =>
      makePicture(
        { alert, revisions: [...revisions, ...more], own, area: [], nowMs },
        90
      ).lanes.map(({ fromMs, toMs, severity }) => [(toMs - fromMs) / 86_400_000, severity])
    expect(lanes()).toEqual([
      [2, 'moderate'],
      [7, 'severe']
    ])
    expect(lanes(at('2026-02-25', 'severe', 'resolved'))).toEqual([
      [2, 'moderate'],
      [3, 'severe']
    ])
  })

  it.each([
    [0, [0, 1]],
    [3, [0, 1, 2, 3]],
    [7, [0, 2, 4, 6, 8]],
    [45, [0, 20, 40, 60]]
  ])('has a scale up to %d in few whole steps', (greatest, steps) => {
    expect(computeScale(greatest)).toEqual(steps)
  })

  it('names few of its months', () => {
    expect(monthsIn(day('2025-12-10'), nowMs, 6).map(ms => new Date(ms).getUTCMonth())).toEqual([
      0, 1
    ])
    expect(monthsIn(day('2024-01-01'), nowMs, 3).length).toBeLessThanOrEqual(3)
  })
})

describe('why an alert was raised', () => {
  it('is what was found, what ends it, and how the rule counts', () => {
    const text =
      'Hits on routes since 1 Sep 2025. Routes hit: E, N. Threshold: 2 routes, or 0.8 of it. End of the alert: 14 days without a hit; silence does not end it.'
    expect(explainAlert(text)).toEqual({
      found: 'Hits on routes since 1 Sep 2025.',
      ends: '14 days without a hit; silence does not end it.',
      rest: ['Routes hit: E, N.', 'Threshold: 2 routes, or 0.8 of it.']
    })
  })

  it('is read in French as well', () => {
    const text =
      'Touchées depuis le 1er déc. 2023 : E, N. Seuil : 2 routes. Fin de l’alerte : 14 jours sans attaque.'
    expect(explainAlert(text)).toEqual({
      found: 'Touchées depuis le 1er déc. 2023 : E, N.',
      ends: '14 jours sans attaque.',
      rest: ['Seuil : 2 routes.']
    })
  })

  it('is drawn with the threshold, what is usual, and levels that are numbers of the measure', () => {
    const levels = ['10 civilians killed', '25 civilians killed', '30 days', 'hunger'].map(
      (reason, i) => ({
        ...{ level: i + 1, at: window.from, reason }
      })
    )
    const measure = { ...alert.measure, value: 31, threshold: 25, baseline: null }
    expect(readGauge({ measure, levels })?.marks).toEqual([
      { at: 10, kind: 'level' },
      { at: 25, kind: 'threshold' }
    ])
    expect(readGauge({ measure: { ...measure, value: 2, threshold: 1 }, levels: [] })).toBeNull()
  })
})
