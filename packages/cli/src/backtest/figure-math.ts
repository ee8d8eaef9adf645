// Weeks, quantiles and rounding of the figures of a backtest. Pure.

import { dayMs } from '@tocsin/domain/space-time/event-time'

/** Quantiles of a duration in days. */
export interface DayQuantiles {
  readonly median: number
  readonly p90: number
  readonly max: number
}

/** Nearest rank; rounded to hundredths of a day; null for an empty list. */
export function computeQuantiles(days: readonly number[]): DayQuantiles | null {
  if (days.length === 0) return null
  const sorted = days.toSorted((a, b) => a - b)
  const at = (share: number) => roundHundredths(sorted[Math.ceil(share * sorted.length) - 1]!)
  return { median: at(0.5), p90: at(0.9), max: at(1) }
}

export function roundHundredths(value: number): number {
  return Math.round(value * 100) / 100
}

/** Weeks begin on Monday, UTC; day 0 of the epoch was a Thursday. */
export function computeWeekNumber(ms: number): number {
  return Math.floor((ms / dayMs + 3) / 7)
}
