// Deaths of a country by day, with lowest, best and highest figures, as an immutable value that
// windows of days add up.

import { roundMeasure } from '../../src/finding/finding.ts'
import type { Incident } from '../../src/incident/incident.ts'
import { addedDeaths } from '../../src/incident/possible-duplicates.ts'
import type { Toll } from '../../src/patterns/deaths/measured-deaths.ts'
import { wholeIncident } from '../../src/patterns/episode/day-sums.ts'
import type { Fatalities } from '../../src/report/report.ts'
import { countsSince, type DayCounts, noDayCounts, sumOver, withSpan } from './day-counts.ts'

export interface DeathCounts {
  readonly low: DayCounts
  readonly best: DayCounts
  readonly high: DayCounts
  /** The part of `low` and `best` that only reports of unknown grade state. */
  readonly ungradedLow: DayCounts
  readonly ungradedBest: DayCounts
  /**
   * Incidents whose lowest figure is known to be zero: a sum of these alone is zero, not unknown.
   */
  readonly sureOfNone: DayCounts
  /**
   * Incidents without a best estimate, or without a highest figure: a sum with them has none
   * either.
   */
  readonly withoutBest: DayCounts
  readonly withoutHigh: DayCounts
}

export const noDeathCounts: DeathCounts = {
  low: noDayCounts,
  best: noDayCounts,
  high: noDayCounts,
  ungradedLow: noDayCounts,
  ungradedBest: noDayCounts,
  sureOfNone: noDayCounts,
  withoutBest: noDayCounts,
  withoutHigh: noDayCounts
}

/** The highest known figure; zero if all are unknown. */
export function highestOf({ low, best, high }: Fatalities): number {
  return Math.max(low ?? 0, best ?? 0, high ?? 0)
}

/**
 * The counts with the deaths of one more incident, without what it shares with others. Blocks
 * wholly before `keptFromDay` are removed. Pure.
 */
export function withDeathsOf(
  counts: DeathCounts,
  incident: Incident,
  keptFromDay: number
): DeathCounts {
  const more = addedDeaths(incident)
  const low = more.low ?? 0
  const best = Math.max(low, more.best ?? 0)
  const added = (known: DayCounts, deaths: number) =>
    withSpan(known, incident, deaths * wholeIncident, keptFromDay)
  const countedIf = (counts: boolean, known: DayCounts) =>
    counts ? added(known, 1) : countsSince(known, keptFromDay)
  return {
    low: added(counts.low, low),
    best: added(counts.best, best),
    high: added(counts.high, highestOf(incident.fatalities)),
    ungradedLow: incident.gradeKnown ? counts.ungradedLow : added(counts.ungradedLow, low),
    ungradedBest: incident.gradeKnown ? counts.ungradedBest : added(counts.ungradedBest, best),
    sureOfNone: countedIf(incident.fatalities.low === 0, counts.sureOfNone),
    withoutBest: countedIf(incident.fatalities.best === null, counts.withoutBest),
    withoutHigh: countedIf(incident.fatalities.high === null, counts.withoutHigh)
  }
}

/** The counts without blocks that end before a day; the same object if there are none. Pure. */
export function deathCountsSince(counts: DeathCounts, day: number): DeathCounts {
  const names = Object.keys(counts) as (keyof DeathCounts)[]
  const since = names.map(name => [name, countsSince(counts[name], day)] as const)
  return since.every(([name, kept]) => kept === counts[name])
    ? counts
    : (Object.fromEntries(since) as unknown as DeathCounts)
}

/** Deaths in the `days` days that end with `lastDay`. */
export function deathsOn(counts: DayCounts, lastDay: number, days: number): number {
  return roundMeasure(sumOver(counts, lastDay - days + 1, lastDay) / wholeIncident)
}

export function tollOn(counts: DeathCounts, lastDay: number, days: number): Toll {
  const deaths = (of: DayCounts) => deathsOn(of, lastDay, days)
  const [least, likely] = [deaths(counts.low), deaths(counts.best)]
  return {
    low: least,
    best: likely,
    high: deaths(counts.high),
    gradedLow: roundMeasure(least - deaths(counts.ungradedLow)),
    gradedBest: roundMeasure(likely - deaths(counts.ungradedBest)),
    isLowKnown: least > 0 || deaths(counts.sureOfNone) > 0,
    isBestKnown: deaths(counts.withoutBest) === 0,
    isHighKnown: deaths(counts.withoutHigh) === 0
  }
}
