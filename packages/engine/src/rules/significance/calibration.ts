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
   * `counts`: reports by bin, of as many days. Without any, it is that of a report where attacks are
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

/** A quarter of a year of whole weeks, and how much of a wave of a year is left in its mean. */
const quarterDays = 91
const quarterShare = Math.sin(Math.PI / 4) / (Math.PI / 4)
/** A season counts if chance gives as strong a one in less than e^-7 of all theatres. */
const seasonEvidence = 7
/** The least activity of a season, against the mean. */
const leastSeason = 0.25
/** The recent past has as many days as usually bring so many reports, within these limits. */
const recentReports = 100
const [leastRecentDays, mostRecentDays] = [epochDays, 90]
const leastPastDays = 365
/** Reports added to both counts, so that few reports change little. */
const shrinkage = 20
const [leastFactor, greatestFactor] = [0.5, 2]
/** Factors are rounded to this part of a doubling. */
const factorSteps = 8

type CountReports = (from: number, until: number) => number

/**
 * How active a theatre is in an epoch, against its two years before; 1 until a year is known. It is
 * how active the recent past was, and the season. `countReports`: those from a day up to another,
 * which does not count.
 */
export function computeActivityFactor(
  countReports: CountReports,
  firstDay: number,
  startDay: number
): number {
  const since = Math.max(firstDay, startDay - baseDays)
  const days = startDay - since
  if (days < leastPastDays) return 1
  const wave = findSeason(countReports, firstDay, startDay)
  const aDay = countReports(since, startDay) / days
  const wanted = Math.ceil(recentReports / aDay)
  const recentDays = Math.min(mostRecentDays, Math.max(leastRecentDays, wanted))
  const expected = aDay * recentDays
  const usual = expected * computeSeason(wave, -recentDays / 2)
  const recent = countReports(startDay - recentDays, startDay)
  const level = (recent + shrinkage) / (usual + shrinkage)
  const factor =
    Math.min(greatestFactor, Math.max(leastFactor, level)) * computeSeason(wave, epochDays / 2)
  return 2 ** (Math.floor(Math.log2(factor) * factorSteps + 0.5) / factorSteps)
}

type Wave = readonly [cos: number, sin: number]

/** The wave of a year that two years have in common; none if chance may explain it. */
function findSeason(countReports: CountReports, firstDay: number, startDay: number): Wave {
  if (startDay - 8 * quarterDays < firstDay) return [0, 0]
  const counts = Array.from({ length: 8 }, (_, i) => {
    const until = startDay - i * quarterDays
    return countReports(until - quarterDays, until)
  })
  const [last, before] = [fitWave(counts.slice(0, 4)), fitWave(counts.slice(4))]
  const sum = counts.reduce((a, b) => a + b, 0)
  const wave: Wave = [(last[0] + before[0]) / 2, (last[1] + before[1]) / 2]
  const power = wave[0] ** 2 + wave[1] ** 2
  const chance = 4 / quarterShare ** 2 / sum
  if (!(power > seasonEvidence * chance)) return [0, 0]
  const apart = ((last[0] - before[0]) ** 2 + (last[1] - before[1]) ** 2) / 4
  const weight = Math.max(0, 1 - Math.max(chance, apart) / power)
  return [wave[0] * weight, wave[1] * weight]
}

/** Of the counts of the quarters of a year, the last one first. */
function fitWave(counts: readonly number[]): Wave {
  const mean = counts.reduce((a, b) => a + b, 0) / 4
  const [a, b, c, d] = counts.map(count => ((count / mean) * Math.SQRT1_2) / 2 / quarterShare)
  return [a! - b! - c! + d!, c! + d! - a! - b!]
}

/** The activity of the season against the mean, so many days after the start of an epoch. */
function computeSeason([cos, sin]: Wave, days: number): number {
  const turn = (days / (4 * quarterDays)) * 2 * Math.PI
  return Math.max(leastSeason, 1 + cos * Math.cos(turn) + sin * Math.sin(turn))
}
