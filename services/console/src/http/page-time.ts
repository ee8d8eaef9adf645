// The clock of the page: that of the machine, corrected by the suite's where that differs.

import { signal } from '@preact/signals'

/** Clocks of machines that differ by less are taken for the same, ms. */
export const sameClockMs = 60_000
/** Answers give the time to the second, and some take seconds. */
const slackMs = 10_000

/**
 * By how much the suite's clock is ahead of that of this machine, ms, if that is more than people
 * take for the same; else 0.
 */
export const clockAheadMs = signal(0)

/** Now by the suite's clock, ms since 1970: what others read at another machine goes by it. */
export function pageNow(): number {
  return Date.now() + clockAheadMs.peek()
}

/** `date`: as an answer of the suite has it, to a question that was sent at `sentMs` of this machine. */
export function noteSuiteClock(date: string | null, sentMs: number): void {
  const tookMs = Date.now() - sentMs
  // A slow answer shows little about the time.
  if (date === null || tookMs < 0 || tookMs > slackMs / 2) return
  const aheadMs = Date.parse(date) - (sentMs + tookMs / 2)
  const told = Math.abs(aheadMs) < sameClockMs ? 0 : aheadMs
  if (Math.abs(told - clockAheadMs.peek()) > slackMs) clockAheadMs.value = told
}
