// How often a source usually reports of an area, and so for how long it may say nothing by chance.

import type { SourceSilenceParameters } from './silence-parameters.ts'

export interface Rate {
  /** Silence that chance allows, days; infinity while too little is known. */
  readonly periodDays: number
  readonly perWeek: number
}

export const unknownRate: Rate = { periodDays: Number.POSITIVE_INFINITY, perWeek: 0 }

/** The rate of so many reports in so many days. */
export function rateOf(reports: number, days: number, { chance, reportsMin, silenceDaysMin }: SourceSilenceParameters): Rate {
  if (reports < reportsMin) return unknownRate
  const perDay = reports / days
  return { periodDays: Math.max(silenceDaysMin, -Math.log(chance) / perDay), perWeek: perDay * 7 }
}
