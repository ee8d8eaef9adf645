// What a policy tells of one alert by itself, as a function of the alert's events and of silences alone: every telling with its
// time, also those yet to come if nothing else happens. So whoever knows the events knows what a reader was told by a time.
// Stories, answers and watches, which join alerts or change without an event, are for policy-play.ts. Pure.

import type { FilterFacts } from '../alert/alert-filter.ts'
import type { Severity } from '../record/severity.ts'
import { decideNotification, type HoldReason, type TellReason, type WaitingNews } from './notification-decision.ts'
import type { NotificationPolicy } from './notification-policy.ts'
import { type Silence, silenceOver } from './silence.ts'
import { alwaysOn } from './watch.ts'

/** An event of the alert that its reader would get without a policy. */
export interface CourseEvent {
  readonly atMs: number
  readonly severity: Severity
  readonly ending: WaitingNews['ending']
  readonly facts: FilterFacts
}

export interface CourseTelling {
  readonly atMs: number
  /** Index of the event that is told: the newest at that time. */
  readonly event: number
  readonly reason: TellReason
  /** Why it waited last; null: it did not. */
  readonly held: HoldReason | null
}

/** Parts of a policy that one alert's course does not know, each as what is wrong with asking for it; null: nothing is. Pure. */
export function faultOfCoursePolicy({
  stories,
  unansweredMinutes,
  repeatMinutes,
  watch
}: Pick<NotificationPolicy, 'stories' | 'unansweredMinutes' | 'repeatMinutes' | 'watch'>): {
  readonly pointer: string
  readonly detail: string
} | null {
  if (watch !== null)
    return { pointer: '/watch', detail: 'must be null on a stream: the lines of a watch are webhook subscriptions' }
  if (unansweredMinutes !== 0)
    return { pointer: '/unansweredMinutes', detail: 'must be 0 on a stream: paging on is for webhook subscriptions' }
  if (repeatMinutes !== 0)
    return {
      pointer: '/repeatMinutes',
      detail: 'must be 0 on a stream: what nobody answers is repeated to webhook subscriptions'
    }
  if (stories !== 'each') return { pointer: '/stories', detail: 'must be "each" on a stream, which tells each alert by itself' }
  return null
}

/**
 * Every telling, in order of time. Events in their order; one whose time is before that of the event before it counts as at the
 * same time. `silences`: those that are or were for every reader. O(events × silences), and as many steps as there are waits.
 */
export function courseOf(
  policy: NotificationPolicy,
  alertId: string,
  events: readonly CourseEvent[],
  silences: readonly Silence[]
): readonly CourseTelling[] {
  const tellings: CourseTelling[] = []
  let told: WaitingNews['told'] = null
  let sinceMs: number | null = null
  let untilMs: number | null = null
  let held: HoldReason | null = null
  const judge = (index: number, { severity, ending, facts }: CourseEvent, atMs: number) => {
    const over = silenceOver(silences, { alertId, facts }, { subscriptionId: '', atMs })
    const silence = over === null ? null : { id: over.silenceId, endsMs: over.endsMs, includesExtreme: over.includesExtreme }
    const news = { severity, ending, told, silence, sinceMs: sinceMs ?? atMs, isAnswered: false, duty: alwaysOn, coveredBy: null }
    const decision = decideNotification(policy, news, atMs)
    untilMs = decision.kind === 'hold' ? decision.untilMs : null
    if (decision.kind === 'tell') {
      told = { atMs, severity }
      tellings.push({ atMs, event: index, reason: decision.reason, held })
    }
    held = decision.kind === 'hold' ? decision.reason : null
    if (decision.kind !== 'hold') sinceMs = null
  }
  const wait = (index: number, toMs: number) => {
    const event = events[index]
    while (event !== undefined && untilMs !== null && untilMs <= toMs) judge(index, event, untilMs)
  }
  let atMs = Number.NEGATIVE_INFINITY
  for (const [index, event] of events.entries()) {
    atMs = Math.max(atMs, event.atMs)
    wait(index - 1, atMs)
    sinceMs ??= atMs
    judge(index, event, atMs)
  }
  wait(events.length - 1, Number.POSITIVE_INFINITY)
  return tellings
}
