// Alerts with a last change within the last hours: by the time of their theatre, to the minute, so
// that a list is not judged again each second. Pure.

import type { ShownAlert } from '../shown/shown-alert.ts'

/** As in an address. */
export const withins = ['1h', '6h', '24h'] as const
export type Within = (typeof withins)[number] | ''

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** What is now in each theatre, ms; in a theatre that is not named as in the suite. */
export interface Nows {
  readonly suite: number
  readonly of: Readonly<Record<string, number>>
}

export function toTheMinute({ suite, of }: Nows): Nows {
  const floor = (ms: number) => Math.floor(ms / minuteMs) * minuteMs
  return {
    suite: floor(suite),
    of: Object.fromEntries(Object.entries(of).map(([theatre, ms]) => [theatre, floor(ms)]))
  }
}

export function isChangedWithin(
  within: Within,
  { theatre, times }: Pick<ShownAlert, 'theatre' | 'times'>,
  nows: Nows
): boolean {
  if (within === '') return true
  const now = Object.hasOwn(nows.of, theatre) ? (nows.of[theatre] as number) : nows.suite
  return now - Date.parse(times.detectedAt) <= Number.parseInt(within, 10) * hourMs
}
