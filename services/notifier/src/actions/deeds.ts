// What is recorded as done about an alert, by officers and partners: its body, when it may have been
// done, and until when somebody may have the alert. Pure.

import { optional, orNull, text, words } from '@tocsin/contracts/format/format'
import { saidTextPattern } from '@tocsin/contracts/report/posted-text'
import { responseKinds } from '@tocsin/contracts/theatre/theatre-record'
import { type Refused, refuseMember } from './asked.ts'

/** What people write who act: 4,000 characters are two pages. */
export const written = { maxLength: 4000, pattern: saidTextPattern } as const

export const deedMembers = {
  kind: words(responseKinds),
  at: optional(orNull(text({ maxLength: 40 }))),
  text: optional(orNull(text(written)))
}

/** A record that no one acted needs the reason. */
export function lacksReason(
  kind: string | null | undefined,
  said: string | null | undefined
): boolean {
  return kind === 'none' && !said?.trim()
}

export const reasonWords = 'is required where the response is `none`: say why nothing is done'

/** Word of the danger may have come before the alert: something may have been done so long before. */
const doneBeforeDaysMax = 30
/** How far the clock of who records it may be ahead of the suite's, ms: it was done now. */
const aheadMsMax = 60_000
/**
 * How far ahead an acknowledgement may lapse. One without `until` is visibly valid until the alert
 * escalates; one for years looks like a term that somebody has weighed.
 */
const untilDaysMax = 30
const dayMs = 86_400_000

/**
 * Why something cannot have been done at a time; null: it can. `firstTime`: of the alert, as shown
 * to the asker. ISO 8601.
 */
export function whyNotThen(
  pointer: string,
  at: string | null | undefined,
  { now, firstTime }: { readonly now: string; readonly firstTime: string }
): Refused | null {
  if (at === null || at === undefined) return null
  if (Date.parse(at) - Date.parse(now) > aheadMsMax)
    return refuseMember(pointer, `must not be later than now, which is ${now} in this theatre`)
  const earliestMs = Date.parse(firstTime) - doneBeforeDaysMax * dayMs
  if (Date.parse(at) >= earliestMs) return null
  const earliest = new Date(earliestMs).toISOString()
  return refuseMember(
    pointer,
    `must be ${earliest} or later: ${doneBeforeDaysMax} days before the alert's first event`
  )
}

/** Why nobody can have an alert until then, by the time of its theatre; null: they can. */
export function whyNotUntil(until: string | null | undefined, now: string): Refused | null {
  if (until === null || until === undefined) return null
  const aheadMs = Date.parse(until) - Date.parse(now)
  if (aheadMs > 0 && aheadMs <= untilDaysMax * dayMs) return null
  const bound = aheadMs <= 0 ? 'later than now' : `at most ${untilDaysMax} days after now`
  return refuseMember('/until', `must be ${bound}, which is ${now} in this theatre`)
}

/** The time that is recorded: what was done by a clock that is a little ahead was done now. */
export function doneBy<At extends string | null>(now: string, at: At): At | string {
  return at !== null && Date.parse(at) > Date.parse(now) ? now : at
}
