// In words: when a subscription notifies, why a notification waits, what became of it; and how often a
// rule was wrong, claiming no more than is known.

import type { Delivery, NotificationPolicy, RuleDispositions } from '../shown/answers.ts'
import { dayWords, type TimePlace, timeAtWords } from './time-words.ts'
import { words } from './words.ts'

/** How a policy differs from notifying at once of everything. `nameOf`: of a roster. */
export function policyWords(
  policy: NotificationPolicy | null | undefined,
  nameOf = (watchId: string) => watchId
): string {
  const { tellings, parts } = words.policies
  if (policy === null || policy === undefined) return tellings.each
  const { minSeverity, quietHours, unansweredMinutes, repeatMinutes, watch } = policy
  const said = [
    minSeverity === 'minor' ? '' : parts.least(words.severities[minSeverity]),
    parts.wait(policy.groupWaitSeconds),
    parts.update(policy.updateMinutes),
    policy.stories === 'one' ? parts.one : parts.each,
    unansweredMinutes === 0 ? '' : parts.unanswered(unansweredMinutes),
    repeatMinutes === 0 ? '' : parts.repeat(repeatMinutes),
    watch === null ? '' : parts.watch(nameOf(watch)),
    policy.endings ? '' : parts.noEndings,
    quietHours === null ? '' : parts.quiet(quietHours.from, quietHours.to, quietHours.timeZone)
  ]
  return said.filter(part => part !== '').join('; ')
}

/** Why it is deferred, and until when; with the time at its place. */
export function heldWords(
  { reason, until }: NonNullable<Delivery['held']>,
  place?: TimePlace
): string {
  const { told } = words
  const why = told.holds[reason] ?? reason
  return until === null ? told.heldOpen(why) : told.heldUntil(why, timeAtWords(until, place))
}

/** What became of a delivery, and why if its policy never tells it. */
export function deliveryWords({
  state,
  because = null
}: Pick<Delivery, 'state' | 'because'>): string {
  const text = words.told.deliveryStates[state] ?? state
  return state === 'muted' && because !== null
    ? `${text}: ${words.told.mutes[because] ?? because}`
    : text
}

/** `3 of 40 judged were false alarms (120 raised since 1 Mar 2025)`. Undefined: none raised. */
export function judgedWords(row: RuleDispositions | undefined): string {
  const told = words.judged
  if (row === undefined) return told.none
  const { since, raised, judged, dispositions, falseAlarmsPerYear } = row
  if (judged === 0) return told.noneJudged(raised, dayWords(since))
  const counted = told.judged(dispositions['false-alarm'], judged, raised, dayWords(since))
  if (falseAlarmsPerYear === null) return `${counted}: ${told.tooLittle}`
  // Unjudged alerts may have been false too.
  return `${counted}: ${judged < raised ? told.atLeast(falseAlarmsPerYear) : told.rate(falseAlarmsPerYear)}`
}

/** The same, followed by the expected rate. */
export function judgedAndExpectedWords(row: RuleDispositions): string {
  const said = judgedWords(row)
  return row.expectedPerYear === null
    ? said
    : `${said}; ${words.judged.expected(row.expectedPerYear)}`
}
