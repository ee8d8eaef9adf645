// The detectors of the benchmark: each gives an alarm with a score wherever a report might complete a
// cluster. Which scores count is chosen afterwards, so that all have as many false alarms.

import { binomialTail } from '@tocsin/engine/rules/binomial-tail'
import { isNotice } from '@tocsin/engine/rules/significance/situations'
import { computePlaceKm, type Place, scanReports } from '../load/null-world.ts'
import type { SetReport } from './detection-sets.ts'

/** A disc, or an area. */
export interface Alarm {
  readonly day: number
  readonly point: Place | null
  readonly radiusKm: number
  readonly area: string | null
}

export interface ScoredAlarm extends Alarm {
  readonly score: number
}

export interface Detector {
  readonly name: string
  /** In order of days. */
  listAlarms(reports: readonly SetReport[]): readonly ScoredAlarm[]
}

/** The rule of Tocsin, whose threshold is its budget alone. */
export function listClusterNotices(
  reports: readonly SetReport[],
  budget: number
): readonly Alarm[] {
  return scanReports(reports, budget)
    .situations.all.flatMap(({ steps }) => steps.filter(isNotice))
    .map(({ trigger: { day, lat, lon, disc } }) => {
      return { day, point: { lat, lon }, radiusKm: disc.radiusKm, area: null }
    })
    .sort((a, b) => a.day - b.day)
}

/** An area has no week that stands out with fewer attacks. */
const leastCount = 3
const weekDays = 7

/** Attacks of an area in the weeks that end on a day, 7 days before it, and so on. */
type Weeks = (nth: number) => number

/** Scores an area on each day with a report of it. */
function makeAreaDetector(name: string, score: (weeks: Weeks) => number): Detector {
  return {
    name,
    listAlarms: reports => {
      const byArea = Map.groupBy(reports, ({ area }) => area)
      const alarms = [...byArea].flatMap(([area, own]) => {
        const sums = sumByDay(own)
        const firstDay = own[0]!.day
        const countTo = (day: number) => (day < firstDay ? 0 : sums[day - firstDay]!)
        return [...new Set(own.map(({ day }) => day))].flatMap((day): ScoredAlarm[] => {
          const weeks: Weeks = nth => {
            const end = day - nth * weekDays
            return countTo(end) - countTo(end - weekDays)
          }
          if (weeks(0) < leastCount) return []
          return [{ day, point: null, radiusKm: 0, area, score: score(weeks) }]
        })
      })
      return alarms.sort((a, b) => a.day - b.day)
    }
  }
}

/** The reports up to each day. */
function sumByDay(reports: readonly SetReport[]): readonly number[] {
  const firstDay = reports[0]!.day
  const sums = new Array<number>(reports.at(-1)!.day - firstDay + 1).fill(0)
  for (const { day } of reports) sums[day - firstDay]! += 1
  for (let i = 1; i < sums.length; i++) sums[i]! += sums[i - 1]!
  return sums
}

/** How far the newest of some weeks is above the mean of the others, in standard deviations. */
function computeExcess(value: number, past: readonly number[], leastDeviation: number): number {
  const mean = past.reduce((sum, one) => sum + one, 0) / past.length
  const squares = past.reduce((sum, one) => sum + (one - mean) ** 2, 0)
  const deviation = Math.sqrt(squares / (past.length - 1))
  return (value - mean) / Math.max(leastDeviation, deviation)
}

function listWeeks(weeks: Weeks, from: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => weeks(from + i))
}

const [earsWeeks, earsGap, earsSum, earsDeviation] = [7, 2, 3, 0.2]

function scoreC2(weeks: Weeks, nth = 0): number {
  return computeExcess(weeks(nth), listWeeks(weeks, nth + earsGap + 1, earsWeeks), earsDeviation)
}

const surgeWeeks = 52
/** Of a year with one attack. */
const surgeDeviation = Math.sqrt(1 / surgeWeeks)

/** The radius with which the gamma-Poisson disc found most. */
const [discKm, discDays, gapDays, pastDays] = [10, 10, 14, 730]
const scanKm = [10, 15, 20, 30]

/** The reports near one: newest first within the window, and how many before, by radius. */
interface Near {
  readonly recent: readonly SetReport[]
  readonly past: readonly number[]
  readonly days: number
}

/** Scores each report with what is near it. */
function makeDiscDetector(
  name: string,
  score: (
    report: SetReport,
    near: Near,
    nearOf: ReadonlyMap<SetReport, Near>
  ) => Omit<ScoredAlarm, 'day' | 'area'> | null
): Detector {
  return {
    name,
    listAlarms: reports => {
      const nearOf = new Map<SetReport, Near>()
      return reports.flatMap((report, at): ScoredAlarm[] => {
        const near = findNear(reports, at)
        nearOf.set(report, near)
        const scored = score(report, near, nearOf)
        return scored === null ? [] : [{ ...scored, day: report.day, area: null }]
      })
    }
  }
}

function findNear(reports: readonly SetReport[], at: number): Near {
  const { day, points } = reports[at]!
  const past = scanKm.map(() => 0)
  const recent: SetReport[] = []
  for (let i = at; i >= 0; i--) {
    const other = reports[i]!
    const age = day - other.day
    if (age >= gapDays + pastDays) break
    const km = computePlaceKm(points[0]!, other.points[0]!)
    if (age < discDays && km <= scanKm.at(-1)!) recent.push(other)
    if (age < gapDays) continue
    for (const [r, radius] of scanKm.entries()) if (km <= radius) past[r]! += 1
  }
  const days = Math.min(pastDays, Math.max(30, day - reports[0]!.day - gapDays + 1))
  return { recent, past, days }
}

export const rivals: readonly Detector[] = [
  makeAreaDetector('count in area and week', weeks => weeks(0)),
  makeAreaDetector('EARS C1', weeks =>
    computeExcess(weeks(0), listWeeks(weeks, 1, earsWeeks), earsDeviation)
  ),
  makeAreaDetector('EARS C2', weeks => scoreC2(weeks)),
  makeAreaDetector('EARS C3', weeks =>
    listWeeks(nth => Math.max(0, scoreC2(weeks, nth) - 1), 0, earsSum).reduce((a, b) => a + b)
  ),
  makeAreaDetector('surge of ACLED', weeks =>
    computeExcess(weeks(0), listWeeks(weeks, 1, surgeWeeks), surgeDeviation)
  ),
  makeDiscDetector('gamma-Poisson disc', (report, { recent, past, days }) => {
    const point = report.points[0]!
    const count = recent.filter(other => computePlaceKm(point, other.points[0]!) <= discKm).length
    if (count < 2) return null
    const before = past[scanKm.indexOf(discKm)]!
    const chance = binomialTail(before + count, discDays / (discDays + days), count)
    return { point, radiusKm: discKm, score: -Math.log(chance) }
  }),
  makeDiscDetector('plain space-time scan', (report, { recent }, nearOf) => {
    let best: ReturnType<Parameters<typeof makeDiscDetector>[1]> = null
    for (const centre of recent)
      for (const [r, radiusKm] of scanKm.entries()) {
        const point = centre.points[0]!
        if (computePlaceKm(point, report.points[0]!) > radiusKm) continue
        const { past, days } = nearOf.get(centre)!
        const ages = recent
          .filter(other => computePlaceKm(point, other.points[0]!) <= radiusKm)
          .map(({ day }) => report.day - day)
        for (const age of new Set(ages)) {
          const count = ages.filter(one => one <= age).length
          const expected = ((past[r]! + 0.5) / days) * (age + 1)
          if (count < 2 || count <= expected) continue
          const score = count * Math.log(count / expected) - (count - expected)
          if (best === null || score > best.score) best = { point, radiusKm, score }
        }
      }
    return best
  })
]
