// When a subscription notifies, and why a notification waits, in words.

import type { Delivery, NotificationPolicy } from '../shown/answers.ts'
import { type TimePlace, timeAtWords } from './place-time.ts'
import { words } from './words.ts'

/**
 * How a policy differs from notifying of everything immediately, in one line. `findName`: the name
 * of a watch by its id.
 */
export function policyWords(
  policy: NotificationPolicy | null | undefined,
  nameOf = (watchId: string) => watchId
): string {
  const { tellings, parts } = words.policies
  if (policy === null || policy === undefined) return tellings.each
  const {
    minSeverity,
    groupWaitSeconds,
    updateMinutes,
    stories,
    endings,
    quietHours,
    unansweredMinutes,
    repeatMinutes,
    watch
  } = policy
  return [
    ...(minSeverity === 'minor' ? [] : [parts.least(words.severities[minSeverity])]),
    parts.wait(groupWaitSeconds),
    parts.update(updateMinutes),
    stories === 'one' ? parts.one : parts.each,
    ...(unansweredMinutes === 0 ? [] : [parts.unanswered(unansweredMinutes)]),
    ...(repeatMinutes === 0 ? [] : [parts.repeat(repeatMinutes)]),
    ...(watch === null ? [] : [parts.watch(nameOf(watch))]),
    ...(endings ? [] : [parts.noEndings]),
    ...(quietHours === null
      ? []
      : [parts.quiet(quietHours.from, quietHours.to, quietHours.timeZone)])
  ].join('; ')
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
