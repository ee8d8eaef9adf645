// Deaths in a window, held against a limit: between which bounds, how certain it is that the limit was reached, and in words.

import type { Fatalities } from '../../report/report.ts'
import { certaintyAt } from './death-bounds.ts'

/** Deaths in a window, between bounds: what is not known adds nothing to the least, and the next lower bound to the others. */
export interface Toll {
  readonly low: number
  readonly best: number
  readonly high: number
  /** Of these, what reports of a known grade say: only that is more than possible. */
  readonly gradedLow: number
  readonly gradedBest: number
  /** Whether any least is known, and whether every best and every highest is. */
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

/** A limit that is reached by reports of unknown grade alone is no more than possible. Source: patterns.md#common-ground; core-idea.md#uncertainty-is-kept. */
export function certaintyOf({ toll: { gradedLow, gradedBest, high }, limit }: Measured): 'observed' | 'likely' | 'possible' {
  return certaintyAt({ low: gradedLow, best: gradedBest, high }, limit)
}

export function reasonOf({ limit, days }: Measured): string {
  return `${limit} deaths in ${days} days`
}

/** `at least 27`, `about 27`, `up to 40`: what carries the number. Whole people, where shares of intervals are among them. */
export function countText({ value, toll, limit }: Measured): string {
  if (toll.best < limit) return `up to ${Math.ceil(value)}`
  return value > toll.low ? `about ${Math.round(value)}` : `at least ${Math.floor(value)}`
}

/** The toll as alerts state it: whole people, and nothing where an estimate is not known. What `countText` says lies between them. */
export function statedDeaths({ low, best, high, isLowKnown, isBestKnown, isHighKnown }: Toll): Fatalities {
  return {
    low: isLowKnown ? Math.floor(low) : null,
    best: isBestKnown ? Math.round(best) : null,
    high: isHighKnown ? Math.ceil(high) : null
  }
}

export function deathsText(deaths: number): string {
  return Number.isInteger(deaths) ? String(deaths) : deaths.toFixed(1)
}
