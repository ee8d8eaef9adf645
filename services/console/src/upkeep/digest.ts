// The digest that is asked for: a theatre and a week. Pure.

import { computeDay, dayIn } from './response-times.ts'

export interface DigestAsk {
  readonly theatre: string
  /** A day of the week; null: the last week that ended. */
  readonly week: string | null
}

const weekMs = 7 * 86_400_000

/** As an address says it, else of the first theatre; null while none is known. */
export function digestAskIn(query: URLSearchParams, theatres: readonly string[]): DigestAsk | null {
  // `world` covers nothing once another theatre is declared.
  const first = theatres.find(id => id !== 'world') ?? theatres[0]
  const theatre = theatres.find(id => id === query.get('item')) ?? first
  return theatre === undefined ? null : { theatre, week: dayIn(query.get('week')) }
}

export function digestPath({ theatre, week }: DigestAsk): string {
  const query = new URLSearchParams({ theatre })
  if (week !== null) query.set('week', week)
  return `/v1/digest?${query}`
}

/** So many weeks after a day; null: that is in the future. */
export function weekAfter(day: string, weeks: number, nowMs: number): string | null {
  const ms = Date.parse(day) + weeks * weekMs
  return ms > nowMs ? null : computeDay(ms)
}
