// When a subscription notifies, why a notification waits, and what became of it, in words.

import type { Delivery, NotificationPolicy } from '../shown/answers.ts'
import { type TimePlace, timeAtWords } from './time-words.ts'
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
