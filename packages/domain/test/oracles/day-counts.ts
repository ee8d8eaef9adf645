// Counts by day as an immutable value, for sliding windows of days. An incident whose day is not
// known counts on each day of its interval with an equal share. Days are kept in blocks with
// totals, so that a step copies one block and a window of a year adds up a few dozen numbers.

import { dayOf, spreadDaysMax } from '../../src/patterns/episode/day-sums.ts'
import type { Span } from '../../src/space-time/event-time.ts'

/** As many as a block of day sums. */
const blockDays = 32

interface CountBlock {
  /** First day of the block, divided by `blockDays`. */
  readonly number: number
  readonly total: number
  readonly parts: readonly number[]
}

/** In order of days; empty blocks are left out. */
export type DayCounts = readonly CountBlock[]

export const noDayCounts: DayCounts = []

/**
 * The counts with an amount (in parts) spread evenly over the days of an interval. Blocks wholly
 * before `keptFromDay` are removed. Pure.
 */
export function withSpan(
  counts: DayCounts,
  { fromMs, toMs }: Span,
  amount: number,
  keptFromDay: number
): DayCounts {
  const firstDay = dayOf(fromMs)
  const days = dayOf(toMs) - firstDay + 1
  const kept = countsSince(counts, keptFromDay)
  if (days === 1) return withDay(kept, firstDay, amount)
  let all = kept
  for (let i = 0; i < Math.min(days, spreadDaysMax); i++) {
    all = withDay(
      all,
      firstDay + i,
      Math.floor((amount * (i + 1)) / days) - Math.floor((amount * i) / days)
    )
  }
  return all
}

/** The counts without blocks that end before a day; the same object if there are none. Pure. */
export function countsSince(counts: DayCounts, day: number): DayCounts {
  const first = Math.floor(day / blockDays)
  return counts.length === 0 || (counts[0] as CountBlock).number >= first
    ? counts
    : counts.filter(b => b.number >= first)
}

/** Sum of the parts from one day to another, both included. */
export function sumOver(counts: DayCounts, fromDay: number, toDay: number): number {
  let sum = 0
  for (let i = counts.length - 1; i >= 0; i--) {
    const { number, total, parts } = counts[i] as CountBlock
    const start = number * blockDays
    if (start > toDay) continue
    if (start + blockDays <= fromDay) break
    if (start >= fromDay && start + blockDays - 1 <= toDay) sum += total
    else
      for (let d = Math.max(fromDay, start); d <= Math.min(toDay, start + blockDays - 1); d++)
        sum += parts[d - start] as number
  }
  return sum
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
