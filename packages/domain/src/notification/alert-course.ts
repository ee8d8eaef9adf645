// What a policy tells of one alert by itself, as a function of the alert's events and of silences
// alone: every telling with its time, also those yet to come if nothing else happens. So whoever
// knows the events knows what a reader was told by a time. Stories, answers and watches, which join
// alerts or change without an event, are for policy-play.ts. Pure.

import type { FilterFacts } from '../alert/alert-filter.ts'
import type { Severity } from '../record/severity.ts'
import {
  decideNotification,
  type HoldReason,
  type NotificationDecision,
  rankOf,
  type TellReason,
  toldAfter,
  type WaitingNews
} from './notification-decision.ts'
import type { NotificationPolicy } from './notification-policy.ts'
import { type Silence, silenceOver } from './silence.ts'
import { alwaysOn } from './watch.ts'

/** An event of the alert that its reader would get without a policy. */
export interface CourseEvent {
  readonly atMs: number
  readonly severity: Severity
  readonly ending: WaitingNews['ending']
  /** It came after the end. Left out: it did not. */
  readonly isAfterEnd?: boolean
  readonly facts: FilterFacts
  /**
   * It begins a stretch: all that counts of the events before it. Null: nothing does. Left out: all
   * of them count.
   */
  readonly before?: EarlierNews | null
}

/**
 * What is remembered of an alert's earlier events once there are too many to keep: no more than
 * every reader of its level knows. Whoever may have been told counts as told, long ago, so that
 * nothing is held or muted as if they had heard nothing.
 */
export interface EarlierNews {
  /** Of the events by which it stood. */
  readonly gravest: Severity
  /** The last of them ended it for the reader. */
  readonly isOver: boolean
}

export interface CourseTelling {
  readonly atMs: number
  /** Index of the event that is told: the newest at that time. */
  readonly event: number
  readonly reason: TellReason
  /** Why it waited last; null: it did not. */
  readonly held: HoldReason | null
}

/** One decision about the alert: each time that something of it changed, or a wait was over. */
export interface CourseDecision {
  readonly atMs: number
  /** Index of the event that was the newest then. */
  readonly event: number
  readonly decision: NotificationDecision
}

/**
 * Parts of a policy that one alert's course does not know, each as what is wrong with asking for
 * it; null: nothing is. Pure.
 */
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
    return {
      pointer: '/watch',
      detail: 'must be null on a stream: the lines of a watch are webhook subscriptions'
    }
  if (unansweredMinutes !== 0)
    return {
      pointer: '/unansweredMinutes',
      detail: 'must be 0 on a stream: paging on is for webhook subscriptions'
    }
  if (repeatMinutes !== 0)
    return {
      pointer: '/repeatMinutes',
      detail: 'must be 0 on a stream: what nobody answers is repeated to webhook subscriptions'
    }
  if (stories !== 'each')
    return {
      pointer: '/stories',
      detail: 'must be "each" on a stream, which tells each alert by itself'
    }
  return null
}

interface Waiting {
  readonly told: WaitingNews['told']
  /** Since when something waits, ms; null: nothing does. */
  readonly sinceMs: number | null
  /** When it is decided again; null: not before another event. */
  readonly untilMs: number | null
  readonly held: HoldReason | null
}

/**
 * Every telling, in order of time. Events in their order; one whose time is before that of the
 * event before it counts as at the same time. `silences`: those that are or were for every reader.
 * O(events × silences), and as many steps as there are waits.
 */
export function courseOf(
  policy: NotificationPolicy,
  alertId: string,
  events: readonly CourseEvent[],
  silences: readonly Silence[]
): readonly CourseTelling[] {
  const course = new AlertCourse(policy, alertId, silences)
  for (const event of events) course.take(event)
  return course.tellings()
}

/** Whether a policy may have told of an alert of which this is remembered. Pure. */
export function mayHaveTold(
  { minSeverity }: Pick<NotificationPolicy, 'minSeverity'>,
  { gravest }: EarlierNews
): boolean {
  return rankOf(gravest) >= rankOf(minSeverity)
}

/** The same event by event: a further one costs no more than what waits. */
export class AlertCourse {
  readonly #policy: NotificationPolicy
  readonly #alertId: string
  readonly #silences: readonly Silence[]
  readonly #note: (made: CourseDecision) => void
  readonly #settled: CourseTelling[] = []
  #waiting: Waiting = { told: null, sinceMs: null, untilMs: null, held: null }
  #last: { readonly event: CourseEvent; readonly index: number; readonly atMs: number } | null =
    null

  /** `note` is told of each decision; of one yet to come whenever tellings are asked for. */
  constructor(
    policy: NotificationPolicy,
    alertId: string,
    silences: readonly Silence[],
    note: (made: CourseDecision) => void = () => {}
  ) {
    this.#policy = policy
    this.#alertId = alertId
    this.#silences = silences
    this.#note = note
  }

  take(event: CourseEvent): void {
    const atMs = Math.max(event.atMs, this.#last?.atMs ?? Number.NEGATIVE_INFINITY)
    this.#waiting = this.#waited(this.#waiting, atMs, this.#settled)
    if (event.before !== undefined) this.#waiting = this.#afresh(event, event.before)
    this.#last = { event, index: (this.#last?.index ?? -1) + 1, atMs }
    const waiting = { ...this.#waiting, sinceMs: this.#waiting.sinceMs ?? atMs }
    this.#waiting = this.#judged(waiting, atMs, this.#settled)
  }

  /** All of them, also those yet to come if no further event does. */
  tellings(): readonly CourseTelling[] {
    const all = [...this.#settled]
    this.#waited(this.#waiting, Number.POSITIVE_INFINITY, all)
    return all
  }

  #afresh({ severity, ending }: CourseEvent, before: EarlierNews | null): Waiting {
    const isTold = before !== null && mayHaveTold(this.#policy, before)
    // Its end may have waited: who is told that it stands need not know that it was over.
    const isOver = ending !== null && before?.isOver === true ? { isOver: true as const } : {}
    // As grave as it is now: it is told as an update, whose interval is over.
    const told = { atMs: Number.NEGATIVE_INFINITY, severity, ...isOver }
    return { told: isTold ? told : null, sinceMs: null, untilMs: null, held: null }
  }

  #waited(from: Waiting, toMs: number, tellings: CourseTelling[]): Waiting {
    let waiting = from
    while (waiting.untilMs !== null && waiting.untilMs <= toMs)
      waiting = this.#judged(waiting, waiting.untilMs, tellings)
    return waiting
  }

  #judged({ told, sinceMs, held }: Waiting, atMs: number, tellings: CourseTelling[]): Waiting {
    if (this.#last === null) throw new Error('nothing waits before the first event')
    const { event, index } = this.#last
    const { severity, ending, isAfterEnd = false, facts } = event
    const silence = silenceOver(
      this.#silences,
      { alertId: this.#alertId, facts },
      { subscriptionId: '', atMs }
    )
    const alone = {
      sinceMs: sinceMs ?? atMs,
      groupSinceMs: sinceMs ?? atMs,
      newestMs: atMs,
      cover: null
    }
    const news = {
      ...alone,
      severity,
      ending,
      isAfterEnd,
      told,
      silence,
      isAnswered: false,
      duty: alwaysOn
    }
    const decision = decideNotification(this.#policy, news, atMs)
    this.#note({ atMs, event: index, decision })
    if (decision.kind === 'hold')
      return { told, sinceMs, untilMs: decision.untilMs, held: decision.reason }
    if (decision.kind === 'tell')
      tellings.push({ atMs, event: index, reason: decision.reason, held })
    const isTold = decision.kind === 'tell'
    return {
      told: toldAfter(isTold ? { atMs, severity } : told, ending),
      sinceMs: null,
      untilMs: null,
      held: null
    }
  }
}
