// What a statistic ("478 deaths, January to October") says was usual: a baseline of deaths for its country and span. It is told beside what single
// incidents add up to, and decides nothing.

import { roundMeasure } from '../../finding/finding.ts'
import { type Incident, placesOf } from '../../incident/incident.ts'
import { type Handling, stricter } from '../../report/handling.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { dayOf } from '../episode/day-counts.ts'
import { spanWords } from '../episode/wording.ts'

export interface DeathBaseline {
  /** In as many days as the window has, on average over the span. */
  readonly deaths: number
  readonly statistic: Incident
}

/** Statistics of one country that are remembered; the eldest goes. */
const statisticsMax = 12

/** True for a statistic that says how many died in a whole country, by the best estimate or the least. */
export function tellsUsualDeaths(incident: Incident): boolean {
  const isOfCountry = placesOf(incident).every(p => p.admin1 === null && p.settlement === null)
  return incident.category === 'statistic' && incident.passesGrade && isOfCountry && deathsOf(incident) !== null
}

export function withStatistic(known: readonly Incident[], statistic: Incident): readonly Incident[] {
  return [...known, statistic].slice(-statisticsMax)
}

/**
 * The usual of a window by the latest statistic that begins before its end; null where there is none. One that fewer people may read than the incidents
 * beside which it is told is none.
 */
export function baselineOf(
  statistics: readonly Incident[],
  { days, lastDay }: { readonly days: number; readonly lastDay: number },
  handling: Handling
): DeathBaseline | null {
  const told = statistics.filter(s => dayOf(s.fromMs) <= lastDay && stricter(handling, s.handling) === handling)
  const [first, ...others] = told
  if (first === undefined) return null
  const statistic = others.reduce((latest, s) => (s.toMs >= latest.toMs ? s : latest), first)
  return { deaths: roundMeasure(((deathsOf(statistic) as number) * days) / spanDays(statistic)), statistic }
}

/** For an explanation. */
export function baselineText({ deaths, statistic }: DeathBaseline, days: number, limit: number): string {
  const span = spanWords(statistic.fromMs, statistic.toMs)
  const above = deaths > limit ? `, more than the limit, which is fixed: what a statistic says raises and silences nothing` : ''
  return `A statistic ${span} (${deathsOf(statistic)} deaths) makes ${Math.round(deaths * 10) / 10} in ${days} days the usual${above}. `
}

function deathsOf({ fatalities: { low, best } }: Incident): number | null {
  return best ?? low
}

function spanDays({ fromMs, toMs }: Incident): number {
  return Math.max(1, Math.round((toMs - fromMs) / dayMs))
}
