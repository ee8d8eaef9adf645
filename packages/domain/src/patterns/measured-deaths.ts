// Deaths in a window, held against a limit: between which bounds, how certain it is that the limit was reached, and in words.

import { certaintyAt } from './death-bounds.ts'

/** Deaths in a window, between bounds: what is not known adds nothing to the least, and the next lower bound to the others. */
export interface Toll {
  readonly low: number
  readonly best: number
  readonly high: number
  /** Of these, what reports of a known grade say: only that is more than possible. */
  readonly gradedLow: number
  readonly gradedBest: number
}

export interface Measured {
  readonly days: number
  readonly limit: number
  readonly value: number
  readonly toll: Toll
  readonly lastDay: number
}

/** A limit that is reached by reports of unknown grade alone is no more than possible. Source: patterns, common ground; design, section 3. */
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

export function deathsText(deaths: number): string {
  return Number.isInteger(deaths) ? String(deaths) : deaths.toFixed(1)
}
