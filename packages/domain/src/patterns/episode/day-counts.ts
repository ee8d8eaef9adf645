// Counts by day, as a value: what a sliding window of days needs. An incident whose day is not known lies on each day of its interval with an equal share.
// Kept in blocks of days with their totals, so that a step copies one block and a window over a year adds up some dozens of numbers.

import { dayMs, type Span } from '../../space-time/event-time.ts'

/** Parts that one incident has: integers, so that the order of additions can't show, and that intervals of up to 16 days divide without a rest. */
export const wholeIncident = 720_720
/** Days of an interval on which its shares are counted; what goes on longer says nothing of when it was. */
export const spreadDaysMax = 400
const blockDays = 28

interface CountBlock {
  /** Days from `number` × `blockDays` on. */
  readonly number: number
  readonly total: number
  readonly parts: readonly number[]
}

/** In order of days; blocks without anything are left out. */
export type DayCounts = readonly CountBlock[]

export const noDayCounts: DayCounts = []

/** Number of the UTC day of a moment. */
export function dayOf(ms: number): number {
  return Math.floor(ms / dayMs)
}

/** The counts with an amount (in parts) spread evenly over the days of an interval. What lies wholly before `keptFromDay` goes. Pure. */
export function withSpan(counts: DayCounts, { fromMs, toMs }: Span, amount: number, keptFromDay: number): DayCounts {
  const firstDay = dayOf(fromMs)
  const days = dayOf(toMs) - firstDay + 1
  const kept = countsSince(counts, keptFromDay)
  if (days === 1) return withDay(kept, firstDay, amount)
  let all = kept
  for (let i = 0; i < Math.min(days, spreadDaysMax); i++) {
    all = withDay(all, firstDay + i, Math.floor((amount * (i + 1)) / days) - Math.floor((amount * i) / days))
  }
  return all
}

/** The counts without blocks that end before a day; the very same where there are none. Pure. */
export function countsSince(counts: DayCounts, day: number): DayCounts {
  const first = Math.floor(day / blockDays)
  return counts.length === 0 || (counts[0] as CountBlock).number >= first ? counts : counts.filter(b => b.number >= first)
}

/** Parts on the days from one to another, both counted in. */
export function sumOver(counts: DayCounts, fromDay: number, toDay: number): number {
  let sum = 0
  for (let i = counts.length - 1; i >= 0; i--) {
    const { number, total, parts } = counts[i] as CountBlock
    const start = number * blockDays
    if (start > toDay) continue
    if (start + blockDays <= fromDay) break
    if (start >= fromDay && start + blockDays - 1 <= toDay) sum += total
    else
      for (let d = Math.max(fromDay, start); d <= Math.min(toDay, start + blockDays - 1); d++) sum += parts[d - start] as number
  }
  return sum
}

/**
 * Last days of the windows that hold an incident and may hold more than any other, of incidents that begin no later than it: windows that end with its day,
 * with an interval, or that begin with one. In order; its own day alone where no interval goes on beyond it.
 */
export function windowEndsOf(incident: Span, known: readonly Span[], windowDays: number): readonly number[] {
  const day = dayOf(incident.fromMs)
  const reachedDay = known.reduce((last, { toMs }) => Math.max(last, dayOf(toMs)), dayOf(incident.toMs))
  if (reachedDay === day) return [day]
  const lastDay = Math.min(reachedDay, day + windowDays - 1)
  const ends = [incident, ...known].flatMap(({ fromMs, toMs }) => [dayOf(toMs), dayOf(fromMs) + windowDays - 1])
  return [...new Set([day, ...ends.filter(end => end > day && end <= lastDay)])].sort((a, b) => a - b)
}

/** The moment at which a window that ends with a day has come to hold an incident: the incident's own, or the end of a later day. */
export function reachedAtMs({ fromMs, toMs }: Span, lastDay: number): number {
  if (lastDay === dayOf(fromMs)) return fromMs
  const endMs = (lastDay + 1) * dayMs - 1
  return lastDay === dayOf(toMs) ? Math.min(toMs, endMs) : endMs
}

function withDay(counts: DayCounts, day: number, amount: number): DayCounts {
  if (amount === 0) return counts
  const number = Math.floor(day / blockDays)
  let at = counts.length
  while (at > 0 && (counts[at - 1] as CountBlock).number >= number) at -= 1
  const known = counts[at]?.number === number ? (counts[at] as CountBlock) : null
  const parts = known === null ? new Array<number>(blockDays).fill(0) : known.parts.slice()
  parts[day - number * blockDays] = (parts[day - number * blockDays] as number) + amount
  const block = { number, total: (known?.total ?? 0) + amount, parts }
  const all = counts.slice()
  if (known === null) all.splice(at, 0, block)
  else all[at] = block
  return all
}
