// What is known of an area, and the silence that follows from it.

import type { Incident } from '../../incident/incident.ts'
import type { EndedSilence, Silence } from './silence-finding.ts'

/** Before anything was heard. */
export const neverMs = Number.MIN_SAFE_INTEGER

/** What is known of an area after a report of it. */
export interface AreaKnown {
  /** Until when it has been reported on at all. */
  readonly lastMs: number
  readonly last: Incident
  /** Silence that chance allows, days; null while too little is known of the rate. */
  readonly periodDays: number | null
  readonly perWeek: number
}

/** What has left the rows. Plain data. */
export interface SavedArea {
  readonly admin1: string
  readonly weeks: readonly (readonly [week: number, count: number])[]
  readonly known: AreaKnown
  readonly aliveMs: number
  readonly silences: readonly EndedSilence[]
}

export const nothingKnown = { lastMs: neverMs, last: null, periodDays: null, perWeek: 0 }

export function silenceOf(
  { lastMs: sinceMs, last, periodDays, perWeek }: AreaKnown,
  attestedMs: number
): Silence {
  return { sinceMs, attestedMs, periodDays: periodDays as number, perWeek, last }
}

export function isSameSilence(a: Silence, b: Silence): boolean {
  return (
    a.sinceMs === b.sinceMs &&
    a.attestedMs === b.attestedMs &&
    a.periodDays === b.periodDays &&
    a.perWeek === b.perWeek &&
    a.last === b.last
  )
}
