// Deaths by day, with lowest, best and highest figures, as amounts that windows of days add up.

import { roundMeasure } from '../../finding/finding.ts'
import type { Incident } from '../../incident/incident.ts'
import { addedDeaths } from '../../incident/possible-duplicates.ts'
import type { Fatalities } from '../../report/report.ts'
import { type DaySums, wholeIncident } from '../episode/day-sums.ts'
import type { Toll } from './measured-deaths.ts'

/** The sums, in the order of `deathAmounts`. */
const low = 0
export const best = 1
export const high = 2
/** The part of the first two that only reports of unknown grade state. */
const ungradedLow = 3
export const ungradedBest = 4
/** Incidents whose lowest figure is known to be zero: a sum of these alone is zero, not unknown. */
const sureOfNone = 5
/**
 * Incidents without a best estimate, or without a highest figure: a sum with them has none either.
 */
const withoutBest = 6
const withoutHigh = 7
export const deathSumsCount = 8

/** The highest known figure; zero if all are unknown. */
export function highestOf(figures: Fatalities): number {
  return Math.max(figures.low ?? 0, figures.best ?? 0, figures.high ?? 0)
}

/** What an incident adds to each sum, in parts, without what it shares with others. Pure. */
export function deathAmounts(incident: Incident): readonly number[] {
  const { fatalities, gradeKnown } = incident
  const more = addedDeaths(incident)
  const least = more.low ?? 0
  const likely = Math.max(least, more.best ?? 0)
  return [
    least * wholeIncident,
    likely * wholeIncident,
    highestOf(fatalities) * wholeIncident,
    gradeKnown ? 0 : least * wholeIncident,
    gradeKnown ? 0 : likely * wholeIncident,
    fatalities.low === 0 ? wholeIncident : 0,
    fatalities.best === null ? wholeIncident : 0,
    fatalities.high === null ? wholeIncident : 0
  ]
}

/** Deaths in the `days` days that end with `lastDay`, by one of the sums. */
export function deathsOn(
  sums: readonly DaySums[],
  which: number,
  lastDay: number,
  days: number
): number {
  return roundMeasure((sums[which] as DaySums).sum(lastDay - days + 1, lastDay) / wholeIncident)
}

export function tollOn(sums: readonly DaySums[], lastDay: number, days: number): Toll {
  const deaths = (which: number) => deathsOn(sums, which, lastDay, days)
  const least = deaths(low)
  const likely = deaths(best)
  return {
    low: least,
    best: likely,
    high: deaths(high),
    gradedLow: roundMeasure(least - deaths(ungradedLow)),
    gradedBest: roundMeasure(likely - deaths(ungradedBest)),
    isLowKnown: least > 0 || deaths(sureOfNone) > 0,
    isBestKnown: deaths(withoutBest) === 0,
    isHighKnown: deaths(withoutHigh) === 0
  }
}
