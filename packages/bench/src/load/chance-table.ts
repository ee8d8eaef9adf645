// The table of chances, counted in worlds without clusters: of the reports at each usual rate, the
// share that makes a notice at each score.

import {
  binCount,
  chances,
  findBin,
  firstBin,
  firstScore,
  scoreCount,
  scoreStep,
  tail
} from '@tocsin/engine/rules/significance/calibration'
import {
  holdDays,
  reachKm,
  warmingDays,
  windowDays
} from '@tocsin/engine/rules/significance/method'
import { computeFlatKm } from '@tocsin/engine/rules/significance/usual-rates'
import { type Place, scanReports, type WorldReport } from './null-world.ts'

/** A share of fewer notices is noise. */
const leastNotices = 20
/** Allows no trigger: only scores are asked for. */
const noBudget = 1e-9

interface Scored extends Place {
  readonly day: number
  readonly bin: number
  /** By window of up to 1, 2, … days. */
  readonly byWindow: readonly number[]
}

interface OpenSituation extends Place {
  lastDay: number
  noticeDay: number
  last: Place
}

export class TableCounts {
  readonly #seen = new Float64Array(binCount)
  readonly #notices = new Float64Array(binCount * scoreCount)

  /** Counts the reports of a world, once the log is old enough. */
  add(reports: readonly WorldReport[]): void {
    const world = scanReports(reports, noBudget)
    const scored: Scored[] = []
    for (const [row, { day, points }] of reports.entries()) {
      const bin = findBin(world.computeUsualRate(row))
      if (day - reports[0]!.day >= warmingDays) this.#seen[bin]! += 1
      if (world.getScore(row) < firstScore) continue
      scored.push({ ...points[0]!, day, bin, byWindow: world.computeScore(row).byWindow })
    }
    for (let i = 0; i < scoreCount; i++)
      for (const { day, bin } of listNotices(scored, firstScore + i * scoreStep))
        if (day - reports[0]!.day >= warmingDays) this.#notices[i * binCount + bin]! += 1
  }

  get size(): number {
    return this.#seen.reduce((sum, one) => sum + one, 0)
  }

  /** The table as the engine reads it; where notices are too few, it falls as beyond its last score. */
  makeTable() {
    const logChances: number[][] = []
    for (let i = 0; i < scoreCount; i++)
      logChances.push(
        Array.from({ length: binCount }, (_, bin) => {
          const notices = this.#notices[i * binCount + bin]!
          if (notices >= leastNotices) return Math.log(notices / this.#seen[bin]!)
          return (logChances[i - 1]?.[bin] ?? 0) - (i === 0 ? 0 : tail * scoreStep)
        })
      )
    return {
      ...{ firstScore, step: scoreStep, firstBin, reports: [...this.#seen] },
      logChances: logChances.map(row => row.map(one => Math.round(one * 1e4) / 1e4))
    }
  }

  /** The mean difference of the logarithms from those of the engine, where notices are enough. */
  computeDifference(): number {
    let [sum, weights] = [0, 0]
    for (let i = 0; i < scoreCount * binCount; i++) {
      const notices = this.#notices[i]!
      if (notices < leastNotices) continue
      sum += notices * Math.abs(Math.log(notices / this.#seen[i % binCount]! / chances[i]!))
      weights += notices
    }
    return sum / weights
  }
}

/** The reports that make a notice at a score: as `Situations`, without its surcharge. */
function listNotices(reports: readonly Scored[], least: number): readonly Scored[] {
  let open: OpenSituation[] = []
  const notices: Scored[] = []
  for (const report of reports) {
    const { day, lat, lon, byWindow } = report
    if (byWindow[windowDays - 1]! < least) continue
    open = open.filter(one => one.lastDay >= day - holdDays)
    const near = findNearest(open, report)
    if (near === null) {
      open.push({ lat, lon, last: report, lastDay: day, noticeDay: day })
      notices.push(report)
      continue
    }
    near.lastDay = day
    near.last = report
    const fresh = Math.min(day - near.noticeDay, windowDays)
    if (fresh === 0 || byWindow[fresh - 1]! < least) continue
    near.noticeDay = day
    notices.push(report)
  }
  return notices
}

function findNearest(open: readonly OpenSituation[], { lat, lon }: Place): OpenSituation | null {
  let [nearest, nearestKm]: [OpenSituation | null, number] = [null, reachKm]
  for (const one of open) {
    const km = Math.min(
      computeFlatKm(one.lat, one.lon, lat, lon),
      computeFlatKm(one.last.lat, one.last.lon, lat, lon)
    )
    if (km > nearestKm || (km === nearestKm && nearest !== null)) continue
    nearest = one
    nearestKm = km
  }
  return nearest
}
