// How often a source usually reports of an area, and so for how long it may say nothing by chance.

import type { LookBack } from '../../detection/pattern.ts'
import type { SourceSilenceParameters } from './silence-parameters.ts'

export interface Rate {
  /** Silence that chance allows, days; infinity while too little is known. */
  readonly periodDays: number
  readonly perWeek: number
}

export const unknownRate: Rate = { periodDays: Number.POSITIVE_INFINITY, perWeek: 0 }

/** The rate of so many reports in so many days. */
export function rateOf(
  reports: number,
  days: number,
  { chance, reportsMin, silenceDaysMin }: SourceSilenceParameters
): Rate {
  if (reports < reportsMin) return unknownRate
  const perDay = reports / days
  return { periodDays: Math.max(silenceDaysMin, -Math.log(chance) / perDay), perWeek: perDay * 7 }
}

/**
 * How far back it must see: the period of the rate, and the longest silence until it escalates, at
 * the least rate.
 */
export function silenceLookBack(parameters: SourceSilenceParameters): LookBack {
  const { rateWeeks, reportsMin, knownDays, escalateFactor } = parameters
  const rateDays = rateWeeks * 7
  const { periodDays } = rateOf(Math.max(reportsMin, 1), rateDays, parameters)
  return {
    ...(knownDays > rateDays ? { knownDays } : { rateWeeks: rateDays }),
    'the longest silence': Math.ceil(periodDays * escalateFactor)
  }
}
