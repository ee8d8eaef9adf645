// A policy played over a course of events on a clock that events move: what is sent, and when. It
// decides as deliveries do, but each endpoint accepts everything at once. Pure.

import type { FilterFacts } from '@tocsin/contracts/alert/alert-filter'
import type { NotificationPolicy } from '@tocsin/contracts/subscription/notification-policy'
import type {
  HoldReason,
  MuteReason,
  SendReason
} from '@tocsin/contracts/subscription/notification-words'
import type { Severity } from '@tocsin/contracts/theatre/severity'
import type { SilenceState } from '@tocsin/service/control/silence-state'
import {
  type AlertNews,
  computeRank,
  computeRepeatWait,
  decideNotification,
  findCover,
  listNames
} from '../../src/notification/notification-decision.ts'
import { alwaysOn, type Duty } from '../../src/notification/rosters.ts'
import { covers, findLongest } from '../../src/notification/silences.ts'

/** An event of an alert that a subscriber would get without a policy. */
export interface PlayedEvent {
  readonly atMs: number
  readonly alertId: string
  readonly severity: Severity
  readonly ending: 'resolved' | 'retracted' | null
  /** It came after the end: a comment, a response. Left out: it did not. */
  readonly isAfterEnd?: boolean
  readonly partOf: string | null
  readonly references: readonly string[]
  readonly facts: FilterFacts
  /** Somebody has answered the alert by then. Left out: nobody has. */
  readonly isAnswered?: boolean
  /** It paged nobody by then. Left out: it did. */
  readonly pagesNobody?: boolean
}

export interface Telling {
  readonly atMs: number
  readonly alertId: string
  readonly severity: Severity
  readonly reason: SendReason
  /** Events that it tells of: its own and those that it replaces; none of a repeat. */
  readonly events: number
  /** Since when the oldest of them waited, ms. */
  readonly sinceMs: number
}

/** What was not told. */
export interface Untold {
  readonly alertId: string
  readonly severity: Severity
  /** Muted, or still held at the end. */
  readonly reason: MuteReason | HoldReason
  readonly events: number
}

export interface PlayOptions {
  readonly subscriptionId: string
  readonly silences?: readonly SilenceState[]
  /** Left out: always on. */
  readonly dutyAt?: (atMs: number) => Duty
  /** The end: what is held then is not told. */
  readonly untilMs: number
}

interface Course {
  /** The newest event. */
  event: PlayedEvent
  /** Of that event, among all. */
  place: number
  waiting: number
  sinceMs: number
  told: AlertNews['told']
  /** When it was told last, or told again, ms. */
  toldMs: number
  reason: HoldReason | null
}

export interface Played {
  readonly told: readonly Telling[]
  readonly untold: readonly Untold[]
}

const never = Number.POSITIVE_INFINITY

/** Events in order of time. All alerts are judged at each event, and when a wait ends. */
export function playPolicy(
  policy: NotificationPolicy,
  events: readonly PlayedEvent[],
  { subscriptionId, silences = [], dutyAt, untilMs }: PlayOptions
): Played {
  const courses = new Map<string, Course>()
  const told: Telling[] = []
  const untold: Untold[] = []
  const listNamers = (alertId: string) =>
    [...courses.keys()].filter(id =>
      listNames(courses.get(id)?.event as PlayedEvent).includes(alertId)
    )
  const findSent = (alertId: string) => {
    const known = courses.get(alertId)
    if (known?.told == null || known.told.isOver === true) return null
    const { partOf, severity: severityNow, ending } = known.event
    const { atMs: toldMs, severity } = known.told
    return { toldMs, partOf, severity, severityNow, stands: ending === null }
  }
  /** Those of a story that wait unheard have one wait, which the first of them began. */
  const findGroupSince = ({ event, sinceMs }: Course) => {
    const others = [...listNames(event), ...listNamers(event.alertId)].flatMap(
      id => courses.get(id) ?? []
    )
    const waiting = others.filter(other => other.told === null && other.waiting > 0)
    return Math.min(sinceMs, ...waiting.map(other => other.sinceMs))
  }
  const makeNews = (course: Course, atMs: number): AlertNews => {
    const { event, waiting, sinceMs, toldMs } = course
    const { alertId, severity, facts, ending, isAnswered = false, pagesNobody = false } = event
    const isNew = waiting > 0
    const over = silences.filter(each => covers(each, { alertId, facts }))
    const since = { sinceMs, groupSinceMs: findGroupSince(course), newestMs: event.atMs }
    return {
      ...{ severity, pagesNobody, isAnswered: isAnswered || pagesNobody },
      waiting: isNew ? { ...since, ending, isAfterEnd: event.isAfterEnd === true } : null,
      told: isNew ? course.told : { severity, atMs: toldMs },
      duty: dutyAt?.(atMs) ?? alwaysOn,
      silence: findLongest(over, { severity, subscriptionId, atMs }),
      cover: findCover(
        { ...event, newestMs: isNew ? event.atMs : null },
        listNamers(alertId),
        findSent
      )
    }
  }
  /** Tells of an alert what is due; when it is judged again. */
  const judge = (course: Course, atMs: number): number => {
    const { event, waiting: count, sinceMs, toldMs } = course
    const { alertId, severity, ending } = event
    if (count === 0) {
      if (policy.repeatMinutes === 0 || course.told === null || ending !== null) return never
      const waitMs = computeRepeatWait(policy, toldMs, atMs)
      if (waitMs > 0) return atMs + waitMs
    }
    const decision = decideNotification(policy, makeNews(course, atMs), atMs)
    course.reason = decision.kind === 'hold' ? decision.reason : null
    if (decision.kind === 'hold') return decision.untilMs ?? never
    if (decision.kind === 'mute')
      untold.push({ alertId, severity, reason: decision.reason, events: count })
    else {
      told.push({
        ...{ atMs, alertId, severity, reason: decision.reason, events: count },
        sinceMs: count === 0 ? toldMs : sinceMs
      })
      course.toldMs = atMs
      if (count > 0) course.told = { atMs, severity }
    }
    if (course.told !== null && ending !== null) course.told = { ...course.told, isOver: true }
    course.waiting = 0
    return judge(course, atMs)
  }
  /**
   * The gravest first: what is told covers others of its story. Of those as grave that of the
   * earlier event.
   */
  const settle = (atMs: number): number => {
    const open = [...courses.values()].sort(
      (a, b) => computeRank(b.event.severity) - computeRank(a.event.severity) || a.place - b.place
    )
    return Math.min(...open.map(course => judge(course, atMs)))
  }
  let nextMs = never
  const advance = (toMs: number) => {
    while (nextMs <= toMs) nextMs = settle(nextMs)
  }
  for (const [place, event] of events.entries()) {
    advance(event.atMs)
    const course = courses.get(event.alertId) ?? { waiting: 0, told: null, toldMs: 0, sinceMs: 0 }
    const { waiting } = course
    const sinceMs = waiting === 0 ? event.atMs : course.sinceMs
    courses.set(event.alertId, {
      ...course,
      event,
      place,
      sinceMs,
      waiting: waiting + 1,
      reason: null
    })
    nextMs = settle(event.atMs)
  }
  advance(untilMs)
  for (const [alertId, { event, waiting, reason }] of courses)
    if (waiting > 0 && reason !== null)
      untold.push({ alertId, severity: event.severity, reason, events: waiting })
  return { told, untold }
}
