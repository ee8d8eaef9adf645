// How many died, when it is known between bounds: which number carries a limit, and how certain that is. Unknown is not zero.

import type { Fatalities } from '../../report/report.ts'

export type Bound = 'low' | 'best' | 'high'

/** A number of deaths and the bound that it is. */
export interface CarriedDeaths {
  readonly deaths: number
  readonly bound: Bound
}

/**
 * The number by which a toll is held against rising limits, of which the first is `leastLimit`: the best estimate, else the least. Only where that falls short
 * of the first limit does the most count: what rests on it is only possible, and it reaches that limit and no further one, or a better estimate would
 * take levels away. Null where nothing reaches the first limit.
 */
export function carriedDeaths({ low, best, high }: Fatalities, leastLimit: number): CarriedDeaths | null {
  const likely: CarriedDeaths =
    best !== null && best >= (low ?? 0) ? { deaths: best, bound: 'best' } : { deaths: low ?? 0, bound: 'low' }
  if (likely.deaths >= leastLimit) return likely
  return high !== null && high >= leastLimit ? { deaths: high, bound: 'high' } : null
}

/** How many of the rising limits a toll reaches. */
export function limitsReached({ deaths, bound }: CarriedDeaths, limits: readonly number[]): number {
  const reached = limits.filter(limit => limit <= deaths).length
  return bound === 'high' ? Math.min(1, reached) : reached
}

/** How certain it is that a limit was reached. Source: patterns.md#common-ground. */
export function certaintyAt({ low, best }: Fatalities, limit: number): 'observed' | 'likely' | 'possible' {
  if (low !== null && low >= limit) return 'observed'
  return best !== null && best >= limit ? 'likely' : 'possible'
}

/** `at least 31`, `about 40`, `up to 60`. */
export function deathsText({ deaths, bound }: CarriedDeaths): string {
  return `${{ low: 'at least', best: 'about', high: 'up to' }[bound]} ${deaths}`
}

/** What is known of a toll, for explanations. */
export function boundsText({ low, best, high }: Fatalities): string {
  const said = [
    ...(low === null ? [] : [`low ${low}`]),
    ...(best === null ? [] : [`best ${best}`]),
    ...(high === null ? [] : [`high ${high}`])
  ]
  return said.length === 0 ? 'unknown' : said.join(', ')
}
