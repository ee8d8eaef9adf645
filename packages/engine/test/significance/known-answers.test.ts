// The statistics give the known answers of their specification, to a millionth.

import { describe, expect, it } from 'vitest'
import {
  binCount,
  ChanceCurve,
  computeActivityFactor,
  findBin
} from '../../src/rules/significance/calibration.ts'
import { computeLogRatio } from '../../src/rules/significance/score.ts'
import { computeFlatKm, writeUsualRates } from '../../src/rules/significance/usual-rates.ts'
import known from './known.json' with { type: 'json' }
import { findFirstDay, makeUpLog, scanAll } from './made-up-log.ts'

function expectNear(found: number, wanted: number): void {
  expect(Math.abs(found - wanted)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(wanted)))
}

/** Counts the reports of days of which each has so many. */
const sumDays = (countDay: (day: number) => number) => (from: number, until: number) => {
  let sum = 0
  for (let day = from; day < until; day++) sum += countDay(day)
  return sum
}

describe('known answers', () => {
  it('of distances, across the date line too', () => {
    for (const [points, km] of known.distance as [[number, number, number, number], number][])
      expectNear(computeFlatKm(...points), km)
  })

  it('of usual rates', () => {
    type Case = [[number[], number, number, number], number[]]
    for (const [[counts, wide, days, lat], rates] of known.usualRates as Case[]) {
      const found = new Float64Array(4)
      writeUsualRates([...counts, wide], days, lat, found)
      for (const [i, rate] of rates.entries()) expectNear(found[i]!, rate)
    }
  })

  it('of likelihood ratios', () => {
    for (const [[count, days, rate], ratio] of known.logRatio as [number[], number][])
      expectNear(computeLogRatio(count!, days!, rate!), ratio)
  })

  it('of activity factors; without a year it is 1', () => {
    for (const [[recent, all, days], factor] of known.activityFactor as [
      number[],
      number | null
    ][]) {
      const count = (from: number, until: number) => (until - from === 90 ? recent! : all!)
      expectNear(computeActivityFactor(count, 0, days!), factor ?? 1)
    }
  })

  it('of activity factors with a season that two years have in common', () => {
    const compute = (swing: (day: number) => number) =>
      computeActivityFactor(
        sumDays(day => 2 * swing(day)),
        0,
        1092
      )
    const angle = (day: number) => (2 * Math.PI * (day - 14)) / 364
    // At the height of a season of ± 50 %, in steps of an eighth of a doubling.
    expect(compute(day => 1 + 0.5 * Math.cos(angle(day)))).toBeCloseTo(2 ** (5 / 8))
    expect(compute(() => 1)).toBe(1)
    expect(compute(day => (day < 910 ? 1 : 1.1))).toBeLessThan(1.1)
  })

  it('of activity factors with a recent past that is short where attacks are many', () => {
    const compute = (perDay: number) =>
      computeActivityFactor(
        sumDays(day => (day < 392 ? perDay : 2 * perDay)),
        0,
        420
      )
    expect(compute(4)).toBeCloseTo(2 ** (6 / 8))
    expect(compute(1)).toBeCloseTo(2 ** (2 / 8))
  })

  it('of a curve, and back', () => {
    const { counts, days, logYears } = known.calibration
    const bins = new Int32Array(binCount)
    for (const [rate, count] of counts as [number, number][]) bins[findBin(rate)]! += count
    const curve = new ChanceCurve(bins, days)
    for (const [score, wanted] of logYears as [number, number][]) {
      const found = curve.computeLogYears(score)
      expectNear(found, wanted)
      if (score > 18) expectNear(curve.findScore(found), score)
    }
  })

  it('of a curve without reports: as of one where attacks are most unusual', () => {
    const counts = new Int32Array(binCount)
    const empty = new ChanceCurve(counts, 365)
    counts[0] = 1
    const one = new ChanceCurve(counts, 365)
    for (const score of [10, 26, 30, 45])
      expect(empty.computeLogYears(score)).toBe(one.computeLogYears(score))
  })

  it('of a log of a few reports', () => {
    const { reports, firstDay, scores, rates, best } = known.score
    const rows = (reports as [string, number, number, number][]).map(([id, day, lat, lon], row) => {
      return { row, id, day, points: [{ lat, lon }] }
    })
    const { world, situations } = scanAll(rows, firstDay, 1e9)
    for (const [i, [, wanted]] of (rates as [string, number[]][]).entries())
      for (const [disc, rate] of wanted.entries()) expectNear(world.listRates(i)[disc]!, rate)
    expectNear(world.getScore(4), scores.at(-1)!)
    const { disc, members } = situations[0]!.last.trigger
    const ids = members.map(row => rows[row]!.id).sort()
    const [, radius, days, count, usual, memberIds] = best
    expect([disc.radiusKm, disc.days, disc.count, ids]).toEqual([radius, days, count, memberIds])
    expectNear(disc.rate * disc.days, usual as number)
  })

  it('of a log of four years', () => {
    const reports = makeUpLog(7, 4, 7.5)
    const { log } = known
    expect(reports).toHaveLength(log.reports)
    const { world, situations } = scanAll(reports, findFirstDay(reports), log.budget)
    const steps = situations.flatMap(({ steps }, i) => steps.map(step => ({ i, step })))
    steps.sort((a, b) => world.index.compare(a.step.trigger.row, b.step.trigger.row))
    const found = steps.map(({ i, step: { kind, trigger } }) => [
      ...[kind, i + 1, reports[trigger.row]!.id],
      ...[trigger.disc.radiusKm, trigger.disc.days, trigger.disc.count]
    ])
    expect(found).toEqual(log.told.map(told => [...told.slice(0, 3), ...told.slice(4, 7)]))
    for (const [i, { step }] of steps.entries()) {
      const { disc, logYears } = step.trigger
      expectNear(disc.rate * disc.days, log.told[i]![7] as number)
      expectNear(Math.exp(logYears.at(-1)!), log.told[i]![8] as number)
    }
    const rows = new Map(reports.map(({ id, row }) => [id, row]))
    for (const [id, score, usual, logYears] of log.some as [string, number, number, number][]) {
      const row = rows.get(id)!
      expectNear(world.getScore(row), score)
      expectNear(world.computeUsualRate(row), usual)
      const curve = world.getCurve(reports[row]!.day)
      expectNear(curve.computeLogYears(world.getScore(row)), logYears)
    }
  })
})
