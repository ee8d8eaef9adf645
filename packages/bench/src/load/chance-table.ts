// The table of chances, counted in worlds without clusters: of the reports at each usual rate, the
// share that is told at each score.

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

/** A share of fewer reports that were told is noise. */
const leastTold = 20
/** Allows no trigger: only scores are asked for. */
const noBudget = 1e-9

interface Scored extends Place {
  readonly day: number
  readonly bin: number
  /** By window of up to 1, 2, … days. */
  readonly byWindow: readonly number[]
}

interface Told extends Place {
  lastDay: number
  toldDay: number
  last: Place
}

export class TableCounts {
  readonly #seen = new Float64Array(binCount)
  readonly #told = new Float64Array(binCount * scoreCount)

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
      for (const { day, bin } of listTold(scored, firstScore + i * scoreStep))
        if (day - reports[0]!.day >= warmingDays) this.#told[i * binCount + bin]! += 1
  }

  get size(): number {
    return this.#seen.reduce((sum, one) => sum + one, 0)
  }

  /** The table as the engine reads it; where too few were told, it falls as beyond its last score. */
  makeTable() {
    const logChances: number[][] = []
    for (let i = 0; i < scoreCount; i++)
      logChances.push(
        Array.from({ length: binCount }, (_, bin) => {
          const told = this.#told[i * binCount + bin]!
          if (told >= leastTold) return Math.log(told / this.#seen[bin]!)
          return (logChances[i - 1]?.[bin] ?? 0) - (i === 0 ? 0 : tail * scoreStep)
        })
      )
    return {
      ...{ firstScore, step: scoreStep, firstBin, reports: [...this.#seen] },
      logChances: logChances.map(row => row.map(one => Math.round(one * 1e4) / 1e4))
    }
  }

  /** The mean difference of the logarithms from those of the engine, where enough were told. */
  computeDifference(): number {
    let [sum, weights] = [0, 0]
    for (let i = 0; i < scoreCount * binCount; i++) {
      const told = this.#told[i]!
      if (told < leastTold) continue
      sum += told * Math.abs(Math.log(told / this.#seen[i % binCount]! / chances[i]!))
      weights += told
    }
    return sum / weights
  }
}

/** The reports that people are told of at a score: as `Situations`, without its surcharge. */
function listTold(reports: readonly Scored[], least: number): readonly Scored[] {
  let open: Told[] = []
  const told: Scored[] = []
  for (const report of reports) {
    const { day, lat, lon, byWindow } = report
    if (byWindow[windowDays - 1]! < least) continue
    open = open.filter(one => one.lastDay >= day - holdDays)
    const near = findNearest(open, report)
    if (near === null) {
      open.push({ lat, lon, last: report, lastDay: day, toldDay: day })
      told.push(report)
      continue
    }
    near.lastDay = day
    near.last = report
    const fresh = Math.min(day - near.toldDay, windowDays)
    if (fresh === 0 || byWindow[fresh - 1]! < least) continue
    near.toldDay = day
    told.push(report)
  }
  return told
}

function findNearest(open: readonly Told[], { lat, lon }: Place): Told | null {
  let [nearest, nearestKm]: [Told | null, number] = [null, reachKm]
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
