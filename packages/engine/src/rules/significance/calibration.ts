// How often chance alone gives a score in a theatre. The table has, by score and usual rate, the
// chance that a report in a world without clusters makes a notice at that score. False alarms a year are its
// sum over the reports of the theatre's last two years.

import table from './chance-table.json' with { type: 'json' }
import { baseDays, daysOfYear, epochDays, leastBaseDays } from './method.ts'

const { firstScore, step, firstBin, logChances } = table
export const binCount = logChances[0]!.length
export const scoreCount = logChances.length
const lastScore = firstScore + step * (scoreCount - 1)
/** By score, then by bin. */
export const chances = Float64Array.from(logChances.flat(), Math.exp)
/** Decay of the false alarms per unit of score beyond the table. */
const tail = 0.85
const leastRate = 1e-9

export { firstBin, firstScore, step as scoreStep, tail }

/** The column of the table for a usual rate of the widest disc. */
export function findBin(rate: number): number {
  const bin = Math.floor(Math.log2(Math.max(rate, leastRate))) - firstBin
  return Math.max(0, Math.min(binCount - 1, bin))
}

/** The logarithm of the recurrence interval in years, by score. */
export class ChanceCurve {
  readonly #logYears = new Float64Array(scoreCount)

  /**
   * `counts`: reports by bin, of as many days. Without any, it is that of one report where attacks are
   * most unusual: so many days can't show that attacks are rarer than that.
   */
  constructor(counts: Int32Array, days: number) {
    const some = counts.some(count => count > 0) ? counts : Int32Array.of(1)
    for (let i = 0; i < scoreCount; i++) {
      let sum = 0
      for (let bin = 0; bin < some.length; bin++) sum += some[bin]! * chances[i * binCount + bin]!
      this.#logYears[i] = -Math.log((sum / days) * daysOfYear)
    }
  }

  computeLogYears(score: number): number {
    if (score === Number.NEGATIVE_INFINITY) return score
    const place = (score - firstScore) / step
    if (place <= 0) return this.#logYears[0]!
    const i = Math.floor(place)
    if (i >= scoreCount - 1) return this.#logYears[scoreCount - 1]! + tail * (score - lastScore)
    const share = place - i
    return this.#logYears[i]! * (1 - share) + this.#logYears[i + 1]! * share
  }

  /** The least score of the table's range with this interval. */
  findScore(logYears: number): number {
    const after = this.#logYears.findIndex(one => one >= logYears)
    if (after === 0) return firstScore
    if (after < 0) return lastScore + (logYears - this.#logYears[scoreCount - 1]!) / tail
    const [low, high] = [this.#logYears[after - 1]!, this.#logYears[after]!]
    return firstScore + step * (after - 1 + (logYears - low) / (high - low))
  }
}

export function findEpoch(day: number): number {
  return Math.floor(day / epochDays)
}

/** Days of the past that an epoch's histogram counts. */
export function computeHistogramDays(startDay: number, firstDay: number): number {
  return Math.min(baseDays, Math.max(leastBaseDays, startDay - firstDay))
}

const recentDays = 90
const leastPastDays = 365
/** Reports added to both counts, so that few reports change little. */
const shrinkage = 20
const [leastFactor, greatestFactor] = [0.5, 2]
/** Factors are rounded to this part of a doubling. */
const factorSteps = 8

/**
 * How active a theatre is at the start of an epoch, against its two years before; 1 until a year is
 * known. `countReports`: those from a day up to another, which does not count.
 */
export function computeActivityFactor(
  countReports: (from: number, until: number) => number,
  firstDay: number,
  startDay: number
): number {
  const since = Math.max(firstDay, startDay - baseDays)
  const days = startDay - since
  if (days < leastPastDays) return 1
  const expected = (countReports(since, startDay) / days) * recentDays
  const recent = countReports(startDay - recentDays, startDay)
  const ratio = (recent + shrinkage) / (expected + shrinkage)
  const factor = Math.min(greatestFactor, Math.max(leastFactor, ratio))
  return 2 ** (Math.floor(Math.log2(factor) * factorSteps + 0.5) / factorSteps)
}
