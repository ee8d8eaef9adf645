// Deaths of a country by day, between bounds, as a value: what windows of days add up.

import type { Incident } from '../incident.ts'
import { roundMeasure } from '../pattern.ts'
import type { Fatalities } from '../report.ts'
import { addedDeaths } from '../told-twice.ts'
import { countsSince, type DayCounts, noDayCounts, sumOver, wholeIncident, withSpan } from './day-counts.ts'
import type { Toll } from './measured-deaths.ts'

export interface DeathCounts {
  readonly low: DayCounts
  readonly best: DayCounts
  readonly high: DayCounts
  /** Of `low` and `best`, what no report of a known grade says. */
  readonly ungradedLow: DayCounts
  readonly ungradedBest: DayCounts
}

export const noDeathCounts: DeathCounts = {
  low: noDayCounts,
  best: noDayCounts,
  high: noDayCounts,
  ungradedLow: noDayCounts,
  ungradedBest: noDayCounts
}

/** Unknown everywhere is none. */
export function highestOf({ low, best, high }: Fatalities): number {
  return Math.max(low ?? 0, best ?? 0, high ?? 0)
}

/** The counts with the deaths of one more incident, what it may have in common with others once. What lies wholly before `keptFromDay` goes. Pure. */
export function withDeathsOf(counts: DeathCounts, incident: Incident, keptFromDay: number): DeathCounts {
  const more = addedDeaths(incident)
  const low = more.low ?? 0
  const best = Math.max(low, more.best ?? 0)
  const added = (known: DayCounts, deaths: number) => withSpan(known, incident, deaths * wholeIncident, keptFromDay)
  return {
    low: added(counts.low, low),
    best: added(counts.best, best),
    high: added(counts.high, highestOf(incident.fatalities)),
    ungradedLow: incident.gradeKnown ? counts.ungradedLow : added(counts.ungradedLow, low),
    ungradedBest: incident.gradeKnown ? counts.ungradedBest : added(counts.ungradedBest, best)
  }
}

/** The counts without blocks that end before a day; the very same where there are none. Pure. */
export function deathCountsSince(counts: DeathCounts, day: number): DeathCounts {
  const low = countsSince(counts.low, day)
  const best = countsSince(counts.best, day)
  const high = countsSince(counts.high, day)
  const ungradedLow = countsSince(counts.ungradedLow, day)
  const ungradedBest = countsSince(counts.ungradedBest, day)
  const areGraded = low === counts.low && best === counts.best && high === counts.high
  const isSame = areGraded && ungradedLow === counts.ungradedLow && ungradedBest === counts.ungradedBest
  return isSame ? counts : { low, best, high, ungradedLow, ungradedBest }
}

/** In the days that end with one. */
export function deathsOn(counts: DayCounts, lastDay: number, days: number): number {
  return roundMeasure(sumOver(counts, lastDay - days + 1, lastDay) / wholeIncident)
}

export function tollOn({ low, best, high, ungradedLow, ungradedBest }: DeathCounts, lastDay: number, days: number): Toll {
  const deaths = (counts: DayCounts) => deathsOn(counts, lastDay, days)
  const [least, likely] = [deaths(low), deaths(best)]
  return {
    low: least,
    best: likely,
    high: deaths(high),
    gradedLow: roundMeasure(least - deaths(ungradedLow)),
    gradedBest: roundMeasure(likely - deaths(ungradedBest))
  }
}
