// Deaths in a window compared with a limit: their bounds, how certain it is that the limit was
// reached, and the wording.

import type { Fatalities } from '../../report/report.ts'
import { certaintyAt } from './death-bounds.ts'

/**
 * Deaths in a window. An unknown lowest figure adds nothing; an unknown best or highest figure adds
 * the next lower one.
 */
export interface Toll {
  readonly low: number
  readonly best: number
  readonly high: number
  /** The part that reports of a known grade state: only this is more than `possible`. */
  readonly gradedLow: number
  readonly gradedBest: number
  /** Whether any lowest figure is known, and whether all best and all highest ones are. */
  readonly isLowKnown: boolean
  readonly isBestKnown: boolean
  readonly isHighKnown: boolean
}

export interface Measured {
  readonly days: number
  readonly limit: number
  readonly value: number
  readonly toll: Toll
  readonly lastDay: number
}

/**
 * Certainty of the limit; `possible` if only reports of unknown grade reach it. Source:
 * patterns.md#common-ground; core-idea.md#uncertainty-is-kept.
 */
export function certaintyOf({
  toll: { gradedLow, gradedBest, high },
  limit
}: Measured): 'observed' | 'likely' | 'possible' {
  return certaintyAt({ low: gradedLow, best: gradedBest, high }, limit)
}

export function reasonOf({ limit, days }: Measured): string {
  return `${limit} deaths in ${days} days`
}

/**
 * `at least 27`, `about 27`, `up to 40`, by the figure used. Rounded to whole people, since shares
 * of intervals are fractions.
 */
export function countText({ value, toll, limit }: Measured): string {
  if (toll.best < limit) return `up to ${Math.ceil(value)}`
  return value > toll.low ? `about ${Math.round(value)}` : `at least ${Math.floor(value)}`
}

/**
 * The toll as alerts state it: whole people, and null for an estimate that is unknown. The number
 * of `countText` lies within it.
 */
export function statedDeaths({
  low,
  best,
  high,
  isLowKnown,
  isBestKnown,
  isHighKnown
}: Toll): Fatalities {
  return {
    low: isLowKnown ? Math.floor(low) : null,
    best: isBestKnown ? Math.round(best) : null,
    high: isHighKnown ? Math.ceil(high) : null
  }
}

export function deathsText(deaths: number): string {
  return Number.isInteger(deaths) ? String(deaths) : deaths.toFixed(1)
}
