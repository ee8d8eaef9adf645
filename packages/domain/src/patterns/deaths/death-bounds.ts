// Deaths with a lowest, a best and a highest figure: which of them is compared with a limit, and
// how certain the result is. Unknown is not zero.

import type { Fatalities } from '../../report/report.ts'

export type Bound = 'low' | 'best' | 'high'

/** A number of deaths, and which figure it is. */
export interface CarriedDeaths {
  readonly deaths: number
  readonly bound: Bound
}

/**
 * The figure that is compared with rising limits, of which the first is `leastLimit`: the best
 * estimate, else the lowest figure. Only if that is below the first limit is the highest used; it
 * is `possible` at most and reaches only the first limit, since a better estimate would otherwise
 * take levels away. Null if no figure reaches the first limit.
 */
export function carriedDeaths(
  { low, best, high }: Fatalities,
  leastLimit: number
): CarriedDeaths | null {
  const likely: CarriedDeaths =
    best !== null && best >= (low ?? 0)
      ? { deaths: best, bound: 'best' }
      : { deaths: low ?? 0, bound: 'low' }
  if (likely.deaths >= leastLimit) return likely
  return high !== null && high >= leastLimit ? { deaths: high, bound: 'high' } : null
}

/** The number of rising limits that a toll reaches. */
export function limitsReached({ deaths, bound }: CarriedDeaths, limits: readonly number[]): number {
  const reached = limits.filter(limit => limit <= deaths).length
  return bound === 'high' ? Math.min(1, reached) : reached
}

/** How certain it is that a limit was reached. Source: patterns.md#common-ground. */
export function certaintyAt(
  { low, best }: Fatalities,
  limit: number
): 'observed' | 'likely' | 'possible' {
  if (low !== null && low >= limit) return 'observed'
  return best !== null && best >= limit ? 'likely' : 'possible'
}

/** `at least 31`, `about 40`, `up to 60`. */
export function deathsText({ deaths, bound }: CarriedDeaths): string {
  return `${{ low: 'at least', best: 'about', high: 'up to' }[bound]} ${deaths}`
}

/** The known figures of a toll, for explanations. */
export function boundsText({ low, best, high }: Fatalities): string {
  const said = [
    ...(low === null ? [] : [`low ${low}`]),
    ...(best === null ? [] : [`best ${best}`]),
    ...(high === null ? [] : [`high ${high}`])
  ]
  return said.length === 0 ? 'unknown' : said.join(', ')
}
