// The benchmark of detectors: what is hidden, what counts as found, and how thresholds are picked.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Areas } from '@tocsin/bench/detection/areas'
import { type DetectionSet, drawSet } from '@tocsin/bench/detection/detection-sets'
import { type Alarm, listClusterNotices, rivals } from '@tocsin/bench/detection/detectors'
import {
  computePoissonInterval,
  judgeSets,
  pickThreshold,
  selectAlarms
} from '@tocsin/bench/detection/judged-alarms'
import { readAlarms, writeSets } from '@tocsin/bench/detection/set-files'
import { makeUpPlaces } from '@tocsin/bench/load/null-world'
import { readLabels } from '@tocsin/cli/backtest/label-file'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import { distanceKm } from '@tocsin/domain/space-time/geometry'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { describe, expect, it } from 'vitest'

const places = makeUpPlaces()
const areas = new Areas(places)
const hidden = drawSet(places, areas, 1, true)
const empty = drawSet(places, areas, 1001, false)

/** An alarm for each label: on a day counted from its last one, and so far from its centre. */
const alarmAll = ({ labels }: DetectionSet, lateDays: number, radiusKm: number, degrees: number) =>
  labels.map(({ circle, byMs }) => ({
    day: byMs! / dayMs - 1 + lateDays,
    point: { lat: circle!.lat + degrees, lon: circle!.lon },
    ...{ radiusKm, area: null }
  }))

describe('a set', () => {
  it('has clusters of three to eight attacks in ten days at each label, and many others', () => {
    expect(hidden.labels.length).toBeGreaterThan(80)
    for (const { circle, fromMs, toMs, byMs } of hidden.labels) {
      const inside = hidden.reports.filter(
        ({ day, points }) =>
          day * dayMs >= fromMs && day * dayMs < toMs && distanceKm(points[0]!, circle!) <= 5.1
      )
      expect(inside.length).toBeGreaterThanOrEqual(3)
      expect((toMs - fromMs) / dayMs).toBeLessThanOrEqual(10)
      const third = inside.map(({ day }) => day).sort((a, b) => a - b)[2]!
      expect(third).toBeLessThanOrEqual(byMs! / dayMs - 2)
    }
    expect(hidden.reports.length).toBeGreaterThan(9 * hidden.labels.length)
    expect(empty.labels).toEqual([])
    expect(new Set(hidden.reports.map(({ area }) => area)).size).toBe(20)
  })
})

describe('a judgement of alarms', () => {
  const shareOf = (alarms: readonly Alarm[]) => judgeSets([{ set: hidden, alarms }]).share

  it('counts a cluster as found by an alarm that reaches it, up to a day after its third report', () => {
    expect(shareOf(alarmAll(hidden, 0, 0, 0))).toBe(1)
    expect(shareOf(alarmAll(hidden, 1, 0, 0))).toBe(0)
    expect(shareOf(alarmAll(hidden, 0, 15, 0.16))).toBe(1)
    expect(shareOf(alarmAll(hidden, 0, 5, 0.16))).toBe(0)
  })

  it('counts an alarm of its area too', () => {
    const byArea = hidden.labels.map(({ area, byMs }) => {
      return { day: byMs! / dayMs - 1, point: null, radiusKm: 0, area }
    })
    expect(shareOf(byArea)).toBe(1)
  })

  it('counts false alarms a year in the world without clusters, after the year of learning', () => {
    const firstDay = empty.reports[0]!.day
    const on = (day: number) => ({ day, point: null, radiusKm: 0, area: 'A1' })
    const alarms = [on(firstDay + 100), on(firstDay + 400), on(firstDay + 500)]
    const { falseAlarms, falseAlarmsAYear } = judgeSets([{ set: empty, alarms }])
    expect(falseAlarms).toBe(2)
    expect(falseAlarmsAYear).toBeCloseTo(2 / 11)
  })
})

it('gives a count the interval of a Poisson count, of none too', () => {
  // Exact: 0 to 3.69, 4.80 to 18.39.
  const read = (count: number) => computePoissonInterval(count, 1).map(one => one.toFixed(1))
  expect(read(0)).toEqual(['0.0', '3.7'])
  expect(read(10)).toEqual(['4.8', '18.4'])
})

describe('a detector', () => {
  it.each(rivals.map(one => [one.name, one] as const))(
    '%s has the false alarms that are asked for',
    (_, { listAlarms }) => {
      const scored = listAlarms(empty.reports)
      const threshold = pickThreshold([{ set: empty, scored }], 4)
      const count = (least: number) =>
        judgeSets([{ set: empty, alarms: selectAlarms(scored, least) }]).falseAlarmsAYear
      expect(count(threshold)).toBeLessThanOrEqual(4)
      const lower = Math.max(...scored.map(({ score }) => score).filter(one => one < threshold))
      expect(count(lower)).toBeGreaterThan(4)
    }
  )

  it('by counts, means and discs gives the scores computed by hand', () => {
    // Two attacks a week for a year, and three in the last one; the others are far away.
    const at = (day: number, lat: number) => ({ day, points: [{ lat, lon: 0 }], area: 'A1' })
    const usual = Array.from({ length: 60 }, (_, week) => [at(7 * week, 10), at(7 * week + 1, 12)])
    const reports = [...usual.flat(), at(420, 10), at(421, 10), at(422, 10)]
    const last = (name: string) =>
      rivals
        .find(one => one.name === name)!
        .listAlarms(reports)
        .at(-1)!
    expect(last('count in area and week')).toMatchObject({ day: 422, area: 'A1', score: 3 })
    // Days 416 to 422; the weeks before it have two attacks each, so that the least deviation counts.
    expect(last('EARS C1').score).toBeCloseTo((3 - 2) / 0.2)
    expect(last('surge of ACLED').score).toBeCloseTo((3 - 2) / Math.sqrt(1 / 52))
    // 59 attacks within 10 km in the 409 days that end two weeks before, and four in the last ten.
    expect(last('gamma-Poisson disc').score).toBeCloseTo(-Math.log(computeTail(59, 409, 4)), 6)
  })
})

/** P(N ≥ least) of a gamma-Poisson count in 10 days after so many in some days. */
function computeTail(past: number, days: number, least: number): number {
  const stays = days / (days + 10)
  let [term, below] = [stays ** (past + 1), 0]
  for (let k = 0; k < least; k++) {
    below += term
    term *= ((past + 1 + k) / (k + 1)) * (1 - stays)
  }
  return 1 - below
}

it('rule cluster finds most of them by its budget alone', () => {
  const sets = [hidden, empty].map(set => {
    return { set, alarms: listClusterNotices(set.reports, 4) }
  })
  const { share, falseAlarmsAYear } = judgeSets(sets)
  expect(share).toBeGreaterThan(0.86)
  expect(falseAlarmsAYear).toBeLessThan(8)
})

it('writes sets and reads alarms as CSV', async () => {
  const dir = await makeTempDir()
  try {
    writeSets(dir, [hidden, empty])
    const labels = readLabels(join(dir, 'labels.csv'))
    expect(labels.map(({ id, byMs }) => [id, byMs])).toEqual(
      hidden.labels.map(({ id, byMs }) => [id, byMs])
    )
    const [head, ...reports] = readFileSync(join(dir, 'reports.csv'), 'utf8').trim().split('\n')
    expect(head).toBe('set,id,day,lat,lon,area')
    expect(reports).toHaveLength(hidden.reports.length + empty.reports.length)
    const lines = alarmAll(hidden, 0, 5, 0).map(({ day, point, radiusKm }) =>
      [
        hidden.name,
        new Date(day * dayMs).toISOString().slice(0, 10),
        point.lat,
        point.lon,
        radiusKm
      ].join()
    )
    writeFileSync(join(dir, 'alarms.csv'), ['set,day,lat,lon,radius km', ...lines].join('\n'))
    const alarms = readAlarms(join(dir, 'alarms.csv')).get(hidden.name)!
    expect(judgeSets([{ set: hidden, alarms }]).share).toBe(1)
  } finally {
    await removeDir(dir)
  }
})
