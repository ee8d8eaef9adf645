// Labels and notices: what meets what, whatever the order in which they come.

import { dayMs } from '@tocsin/domain/space-time/event-time'
import { distanceKm } from '@tocsin/domain/space-time/geometry'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  computeWilson,
  judge,
  type Label,
  type Notice,
  type Site
} from '../../src/backtest/label-judgement.ts'

const areas = ['ML', 'ML-5', 'NE']
const drawnPoint = fc.record({
  lat: fc.double({ min: 14, max: 15, noNaN: true }),
  lon: fc.double({ min: -5, max: -4, noNaN: true })
})
const drawnSite: fc.Arbitrary<Site> = fc
  .record({
    point: fc.option(drawnPoint),
    radiusKm: fc.constantFrom(0, 10),
    areas: fc.subarray(areas),
    day: fc.nat(60),
    days: fc.nat(5)
  })
  .map(({ day, days, ...rest }) => ({
    ...rest,
    fromMs: day * dayMs,
    toMs: (day + days + 1) * dayMs - 1
  }))
const drawnNotice: fc.Arbitrary<Notice> = fc.record({
  atMs: fc.nat(70).map(day => day * dayMs),
  sites: fc.array(drawnSite, { maxLength: 3 })
})
const drawnLabel: fc.Arbitrary<Omit<Label, 'id'>> = fc
  .record({
    area: fc.option(fc.constantFrom(...areas)),
    circle: fc.option(fc.record({ center: drawnPoint, radiusKm: fc.constantFrom(5, 30) })),
    day: fc.nat(60),
    days: fc.integer({ min: 1, max: 10 })
  })
  .map(({ area, circle, day, days }) => ({
    kind: null,
    area,
    circle: circle === null ? null : { ...circle.center, radiusKm: circle.radiusKm },
    fromMs: day * dayMs,
    toMs: (day + days) * dayMs,
    byMs: null
  }))
const drawnLabels = fc
  .array(drawnLabel, { maxLength: 6 })
  .map(all => all.map((one, i): Label => ({ ...one, id: `L${i}` })))
const drawnNotices = fc.array(drawnNotice, { maxLength: 8 })

/** As the words say it, pair by pair. */
function meets({ atMs, sites }: Notice, { area, circle, fromMs, toMs }: Label): boolean {
  return sites.some(
    site =>
      atMs >= fromMs &&
      Math.max(site.fromMs, fromMs) <= Math.min(site.toMs, toMs - 1) &&
      (area === null || site.areas.includes(area)) &&
      (circle === null ||
        (site.point !== null && distanceKm(site.point, circle) <= circle.radiusKm + site.radiusKm))
  )
}

describe('a judgement', () => {
  it('names for each notice the labels that it meets, and for each label the earliest', () => {
    fc.assert(
      fc.property(drawnLabels, drawnNotices, (labels, notices) => {
        const judged = judge(labels, notices)
        for (const notice of notices)
          expect([...judged.met.get(notice)!].sort()).toEqual(
            labels.filter(label => meets(notice, label)).map(({ id }) => id)
          )
        for (const { label, first } of judged.labels) {
          const times = notices.filter(one => meets(one, label)).map(({ atMs }) => atMs)
          expect(first?.atMs).toBe(times.length === 0 ? undefined : Math.min(...times))
        }
        expect(judged.labels.map(({ label }) => label)).toEqual(labels)
      })
    )
  })

  it('does not depend on the order of notices', () => {
    fc.assert(
      fc.property(drawnLabels, drawnNotices, (labels, notices) => {
        const times = (of: readonly Notice[]) =>
          judge(labels, of).labels.map(({ first }) => first?.atMs)
        expect(times(notices.toReversed())).toEqual(times(notices))
      })
    )
  })

  it('never loses or delays a label by a further notice', () => {
    fc.assert(
      fc.property(drawnLabels, drawnNotices, drawnNotice, (labels, notices, more) => {
        const before = judge(labels, notices).labels
        const after = judge(labels, [...notices, more]).labels
        for (const [i, { first }] of before.entries())
          if (first !== null) expect(after[i]!.first!.atMs).toBeLessThanOrEqual(first.atMs)
      })
    )
  })

  it('finds no label before it begins', () => {
    const label: Label = {
      ...{ id: 'L', kind: null, area: 'ML', circle: null, byMs: null },
      ...{ fromMs: 5 * dayMs, toMs: 6 * dayMs }
    }
    const site = { point: null, radiusKm: 0, areas: ['ML'], fromMs: 0, toMs: 9 * dayMs }
    const at = (day: number) =>
      judge([label], [{ atMs: day * dayMs, sites: [site] }]).labels[0]!.first
    expect(at(4)).toBeNull()
    expect(at(5)).not.toBeNull()
  })
})

// Newcombe 1998, Statistics in Medicine 17, table I, method 3.
it.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718]
])('gives the published interval of %d in %d', (found, all, from, to) => {
  const [low, high] = computeWilson(found, all)
  expect(low).toBeCloseTo(from, 4)
  expect(high).toBeCloseTo(to, 4)
})
