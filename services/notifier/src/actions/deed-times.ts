// When something may have been done about an alert: what officers and partners record as done.
// Pure.

/**
 * How long before the alert was raised something may have been done about it: word of the danger
 * may have come before.
 */
export const doneBeforeDaysMax = 30
const doneBeforeMsMax = doneBeforeDaysMax * 86_400_000
/**
 * How far the clock of who records it may be ahead of the suite's, ms: what was done then is
 * recorded as done now. Reports may be a day ahead (futureToleranceMs), since theirs are days of
 * the place; a response names a moment.
 */
export const aheadMsMax = 60_000

export type Untimely =
  /** It would lie in the future. */
  | { readonly kind: 'not-yet'; readonly now: string }
  /** It would lie too long before the alert's first event. */
  | { readonly kind: 'too-early'; readonly earliest: string }

/**
 * Why something cannot have been done at a time; null: it can. `firstTime`: of the alert, as shown
 * to the asker. ISO 8601.
 */
export function whyNotThen(
  at: string,
  { now, firstTime }: { readonly now: string; readonly firstTime: string }
): Untimely | null {
  if (Date.parse(at) - Date.parse(now) > aheadMsMax) return { kind: 'not-yet', now }
  const earliestMs = Date.parse(firstTime) - doneBeforeMsMax
  return Date.parse(at) < earliestMs
    ? { kind: 'too-early', earliest: new Date(earliestMs).toISOString() }
    : null
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

/** The text about a time that does not fit, for the answer to the asker. */
export function untimelyWords(untimely: Untimely): string {
  if (untimely.kind === 'not-yet')
    return `must not be later than now, which is ${untimely.now} in this theatre`
  return `must be ${untimely.earliest} or later: ${doneBeforeDaysMax} days before the alert's first event`
}
