// The score of a report: evidence of a cluster that ends with it. It is the logarithm of a sum of
// likelihood ratios, over discs around the newest reports nearby and over windows of days.

import {
  centresMax,
  clusterRate,
  discCount,
  pairPenalty,
  placePower,
  radiiKm,
  widestKm,
  windowDays
} from './method.ts'

/** Sums are of e^(x − 20), and scores have 40 added: the constants belong to the table of chances. */
const [sumOffset, scoreOffset] = [20, 40]

/** The reports that a score may count: the scored one first, then those before it, newest first. */
export interface Surroundings {
  readonly size: number
  /** Days from a report to the scored one, below `windowDays`. */
  getAge(index: number): number
  getKm(a: number, b: number): number
  /** The usual attacks a day in a disc around a report. */
  getRate(index: number, disc: number): number
}

/** The disc and window with the greatest likelihood ratio. */
export interface ClusterDisc {
  readonly centre: number
  readonly disc: number
  readonly days: number
  readonly count: number
  /** The usual attacks a day in the disc. */
  readonly rate: number
}

export interface Score {
  /** By window of up to 1, 2, … days; −Infinity where no two reports are so near. */
  readonly byWindow: readonly number[]
  readonly best: ClusterDisc | null
}

/** Likelihood of a cluster against that of the usual, with the prior weight of the place. */
export function computeLogRatio(count: number, days: number, rate: number): number {
  const ratio = count * Math.log(1 + clusterRate / rate) - clusterRate * days
  return ratio + placePower * Math.log(rate) - (count === 2 ? pairPenalty : 0)
}

const sums = new Float64Array(windowDays)
/** By disc and age: reports in the disc. */
const ages = new Int32Array(discCount * windowDays)

/** `factor`: how active the theatre is against its past. */
export function computeScore(around: Surroundings, factor: number): Score {
  sums.fill(0)
  let best: ClusterDisc | null = null
  let bestValue = Number.NEGATIVE_INFINITY
  let tried = 0
  for (let centre = 0; centre < around.size && tried < centresMax; centre++) {
    const offset = around.getKm(centre, 0)
    if (offset > widestKm) continue
    tried += 1
    countAges(around, centre)
    for (let disc = 0; disc < discCount; disc++) {
      if (offset > radiiKm[disc]!) continue
      const rate = around.getRate(centre, disc) * factor
      let count = 0
      for (let age = 0; age < windowDays; age++) {
        const more = ages[disc * windowDays + age]!
        count += more
        if (more === 0 || count < 2) continue
        const value = computeLogRatio(count, age + 1, rate)
        sums[age]! += Math.exp(value - sumOffset)
        if (value <= bestValue) continue
        bestValue = value
        best = { centre, disc, days: age + 1, count, rate }
      }
    }
  }
  return { byWindow: addWindows(), best }
}

function countAges(around: Surroundings, centre: number): void {
  ages.fill(0)
  for (let other = 0; other < around.size; other++) {
    const km = around.getKm(centre, other)
    const age = around.getAge(other)
    for (let disc = discCount - 1; disc >= 0 && km <= radiiKm[disc]!; disc--)
      ages[disc * windowDays + age]! += 1
  }
}

function addWindows(): readonly number[] {
  let sum = 0
  return Array.from(sums, one => {
    sum += one
    return sum > 0 ? Math.log(sum) + scoreOffset : Number.NEGATIVE_INFINITY
  })
}

/** The reports in a disc and window. */
export function listInDisc(
  around: Surroundings,
  { centre, disc, days }: ClusterDisc
): readonly number[] {
  const found: number[] = []
  for (let other = 0; other < around.size; other++)
    if (around.getAge(other) < days && around.getKm(centre, other) <= radiiKm[disc]!)
      found.push(other)
  return found
}
