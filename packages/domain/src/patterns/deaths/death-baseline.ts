// The usual number of deaths according to a statistic ("478 deaths, January to October"): a
// baseline for its country and span. It is shown beside the sum of single incidents and decides
// nothing.

import { roundMeasure } from '../../finding/finding.ts'
import { type Incident, placesOf } from '../../incident/incident.ts'
import { type Handling, stricter } from '../../report/handling.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { dayOf } from '../episode/day-sums.ts'
import { countedText, spanWords } from '../episode/wording.ts'

export interface DeathBaseline {
  /** The average over the span, for as many days as the window has. */
  readonly deaths: number
  readonly statistic: Incident
}

/**
 * Of the statistics of a country the one of each handling that ends last, the later of equals: no
 * window reads another.
 */
export function latestOfEach(statistics: readonly Incident[]): readonly Incident[] {
  const latest = new Map<Handling, Incident>()
  for (const statistic of statistics) {
    const known = latest.get(statistic.handling)
    if (known === undefined || statistic.toMs >= known.toMs)
      latest.set(statistic.handling, statistic)
  }
  return statistics.filter(statistic => latest.get(statistic.handling) === statistic)
}

/**
 * True for a statistic that states the deaths in a whole country, by the best estimate or the
 * lowest figure.
 */
export function tellsUsualDeaths(incident: Incident): boolean {
  if (incident.category !== 'statistic' || !incident.passesGrade || deathsOf(incident) === null)
    return false
  return placesOf(incident).every(p => p.admin1 === null && p.settlement === null)
}

/**
 * The baseline of a window, by the latest statistic that begins before its end. Null if there is
 * none, or if its handling is stricter than that of the incidents beside it.
 */
export function baselineOf(
  statistics: readonly Incident[],
  { days, lastDay }: { readonly days: number; readonly lastDay: number },
  handling: Handling
): DeathBaseline | null {
  const told = statistics.filter(
    s => dayOf(s.fromMs) <= lastDay && stricter(handling, s.handling) === handling
  )
  const [first, ...others] = told
  if (first === undefined) return null
  const statistic = others.reduce((latest, s) => (s.toMs >= latest.toMs ? s : latest), first)
  return {
    deaths: roundMeasure(((deathsOf(statistic) as number) * days) / spanDays(statistic)),
    statistic
  }
}

/** The baseline in an explanation. */
export function baselineText(
  { deaths, statistic }: DeathBaseline,
  days: number,
  limit: number
): string {
  const span = spanWords(statistic.fromMs, statistic.toMs)
  const above =
    deaths > limit
      ? `, which is above the threshold. The threshold is fixed: statistics neither raise nor suppress alerts`
      : ''
  return `A statistic reports ${countedText(deathsOf(statistic) as number, 'death')} ${span}: on average ${Math.round(deaths * 10) / 10} in ${countedText(days, 'day')}${above}. `
}

function deathsOf({ fatalities: { low, best } }: Incident): number | null {
  return best ?? low
}

function spanDays({ fromMs, toMs }: Incident): number {
  return Math.max(1, Math.round((toMs - fromMs) / dayMs))
}
