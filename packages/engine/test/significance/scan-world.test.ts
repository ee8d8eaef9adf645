// Scores and situations are a function of the set of reports.

import { computeRuns } from '@tocsin/testing/process/test-size'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { radiiKm } from '../../src/rules/significance/method.ts'
import type { Situation } from '../../src/rules/significance/situations.ts'
import {
  computeBaseDays,
  computeFlatKm,
  writeUsualRates
} from '../../src/rules/significance/usual-rates.ts'
import { makeRandom, pick, shuffle } from '../support/theatre-course.ts'
import { findFirstDay, makeUpLog, scanAll } from './made-up-log.ts'
import { type ScannedReport, scanNaively } from './scan-naively.ts'

const seeds = fc.integer({ min: 1, max: 1_000_000 })
const firstDay = 45_000

/** Reports of two years in a few places: across the date line, and some at two of them. */
function makeReports(seed: number, count = 150): ScannedReport[] {
  const random = makeRandom(seed)
  const makePoint = () => ({
    lat: 10 + Math.round(random() ** 3 * 9) / 10,
    lon: wrap(179.8 + Math.round(random() ** 3 * 9) / 10)
  })
  return Array.from({ length: count }, (_, row) => ({
    row,
    id: `r${seed}-${(row * 7) % count}`,
    day: firstDay + Math.floor(random() * 800),
    points: random() < 0.1 ? [makePoint(), makePoint()] : [makePoint()]
  }))
}

function wrap(lon: number): number {
  return lon > 180 ? Math.round((lon - 360) * 10) / 10 : lon
}

function describeSituations(situations: readonly Situation[]) {
  return situations.map(({ steps, members }) => [steps, [...members].sort((a, b) => a - b)])
}

describe('a scan', () => {
  it('finds what a scan of all pairs finds, in any order of arrival', () => {
    let found = 0
    const check = (seed: number) => {
      const reports = makeReports(seed)
      const naive = scanNaively(reports, firstDay, 8)
      const random = makeRandom(seed)
      for (const inOrder of [reports, shuffle(random, reports)]) {
        const { world, situations } = scanAll(inOrder, firstDay, 8)
        expect(describeSituations(situations)).toEqual(describeSituations(naive.situations))
        for (const { row } of reports) expect(world.getScore(row)).toBe(naive.scores.get(row))
      }
      found += naive.situations.length
    }
    fc.assert(fc.property(seeds, check), { numRuns: computeRuns(10, 5) })
    expect(found).toBeGreaterThan(0)
  })

  it('finds the same after reports were added and removed one by one as after a scan of the rest', () => {
    const check = (seed: number) => {
      const reports = makeReports(seed)
      const random = makeRandom(seed)
      const { world } = scanAll(reports.slice(0, 100), firstDay, 8)
      const present = new Set(reports.slice(0, 100))
      for (let i = 0; i < 40; i++) {
        const report = pick(random, reports)
        if (present.delete(report)) world.remove(report.row)
        else {
          world.add(report.row, report)
          present.add(report)
        }
        world.refresh(0)
        const { situations } = scanAll([...present], firstDay, 8)
        expect(describeSituations(world.situations.all)).toEqual(describeSituations(situations))
      }
    }
    fc.assert(fc.property(seeds, check), { numRuns: computeRuns(10, 5) })
  })

  it('finds the same once the log begins earlier', () => {
    const reports = makeReports(5)
    const { world } = scanAll(reports, firstDay, 8)
    for (const day of [firstDay - 200, firstDay + 20, firstDay - 500]) {
      world.setFirstDay(day)
      world.refresh(0)
      const { situations } = scanAll(reports, day, 8)
      expect(describeSituations(world.situations.all)).toEqual(describeSituations(situations))
    }
  })

  it('has the usual rates of a count over all pairs', () => {
    const reports = makeUpLog(7, 4, 7.5)
    const first = findFirstDay(reports)
    const { world } = scanAll(reports, first, 8)
    for (const report of reports.filter((_, i) => i % 97 === 0)) {
      const { lat, lon } = report.points[0]!
      const past = reports.filter(({ day }) => day <= report.day - 14 && day > report.day - 744)
      const apart = past.map(({ points: [one] }) => ({
        km: computeFlatKm(one!.lat, one!.lon, lat, lon),
        y: Math.abs(Math.floor(one!.lat * 2) - Math.floor(lat * 2)),
        x: Math.abs(Math.floor(one!.lon * 2) - Math.floor(lon * 2))
      }))
      const counts = radiiKm.map(radius => apart.filter(({ km }) => km <= radius).length)
      const wide = apart.filter(({ y, x }) => y <= 2 && x <= 2).length
      const wanted = new Float64Array(4)
      writeUsualRates([...counts, wide], computeBaseDays(report.day, first), lat, wanted)
      expect([...world.listRates(report.row)]).toEqual([...wanted])
    }
  })
})
