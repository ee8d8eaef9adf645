// What is recorded as done about an alert, by officers and partners: its body, when it may have been
// done, and until when somebody may have the alert. Pure.

import { optional, orNull, text, words } from '@tocsin/contracts/format/format'
import { saidTextPattern } from '@tocsin/contracts/report/posted-text'
import { responseKinds } from '@tocsin/contracts/theatre/theatre-record'
import { type Refused, unfit } from './asked.ts'

/** What people write who act: 4,000 characters are two pages. */
export const written = { maxLength: 4000, pattern: saidTextPattern } as const

export const deedMembers = {
  kind: words(responseKinds),
  at: optional(orNull(text({ maxLength: 40 }))),
  text: optional(orNull(text(written)))
}

/** A record that no one acted needs the reason. */
export function lacksReason({
  kind,
  text: said
}: {
  readonly kind?: string | undefined
  readonly text?: string | null | undefined
}) {
  return kind === 'none' && !said?.trim()
}

export const reasonWords = 'is required where the response is `none`: say why nothing is done'

/**
 * How long before the alert was raised something may have been done about it: word of the danger
 * may have come before.
 */
const doneBeforeDaysMax = 30
const doneBeforeMsMax = doneBeforeDaysMax * 86_400_000
/**
 * How far the clock of who records it may be ahead of the suite's, ms: what was done then is
 * recorded as done now. Reports may be a day ahead (futureToleranceMs), since theirs are days of
 * the place; a response names a moment.
 */
const aheadMsMax = 60_000
/**
 * How far ahead an acknowledgement may lapse. One without `until` is visibly valid until the alert
 * escalates; one for years looks like a term that somebody has weighed.
 */
const untilDaysMax = 30
const untilMsMax = untilDaysMax * 86_400_000

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
    return unfit(pointer, `must not be later than now, which is ${now} in this theatre`)
  const earliestMs = Date.parse(firstTime) - doneBeforeMsMax
  if (Date.parse(at) >= earliestMs) return null
  const earliest = `${new Date(earliestMs).toISOString()} or later`
  return unfit(
    pointer,
    `must be ${earliest}: ${doneBeforeDaysMax} days before the alert's first event`
  )
}

/** Why nobody can have an alert until then, by the time of its theatre; null: they can. */
export function whyNotUntil(until: string | undefined, now: string): Refused | null {
  if (until === undefined) return null
  const aheadMs = Date.parse(until) - Date.parse(now)
  if (aheadMs > 0 && aheadMs <= untilMsMax) return null
  const bound = aheadMs <= 0 ? 'later than now' : `at most ${untilDaysMax} days after now`
  return unfit('/until', `must be ${bound}, which is ${now} in this theatre`)
}

/** The time that is recorded: what was done by a clock that is a little ahead was done now. */
export function doneBy(now: string, at: string): string {
  return Date.parse(at) > Date.parse(now) ? now : at
}

/**
 * Whether a time that is asked again is the recorded one: it was recorded as done when it was
 * asked.
 */
export function isRecordedAs(recorded: unknown, asked: unknown): boolean {
  if (typeof recorded !== 'string' || typeof asked !== 'string') return false
  const aheadMs = Date.parse(asked) - Date.parse(recorded)
  return aheadMs >= 0 && aheadMs <= aheadMsMax
}
