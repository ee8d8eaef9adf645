// A policy played over a course of events on a clock that events move: what is sent, and when. It
// decides as deliveries do, but each endpoint accepts everything at once. Pure.

import type { FilterFacts } from '@tocsin/contracts/alert/alert-filter'
import type { NotificationPolicy } from '@tocsin/contracts/subscription/notification-policy'
import type {
  HoldReason,
  MuteReason,
  TellReason
} from '@tocsin/contracts/subscription/notification-words'
import type { Severity } from '@tocsin/contracts/theatre/severity'
import {
  computeRank,
  decideNotification,
  decideRepeat,
  type StandingNews,
  type StoryCover,
  type WaitingNews
} from '../../src/notification/notification-decision.ts'
import { covers, findLongest, type Silence } from '../../src/notification/silence.ts'
import { findCover, listNames } from '../../src/notification/story-cover.ts'
import { alwaysOn, type Duty } from '../../src/notification/watch.ts'
import { Deadlines } from '../support/deadlines.ts'

/** An event of an alert that a subscriber would get without a policy. */
export interface PlayedEvent {
  readonly atMs: number
  readonly alertId: string
  readonly severity: Severity
  readonly ending: WaitingNews['ending']
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
  readonly reason: TellReason
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
  readonly silences?: readonly Silence[]
  /** Left out: always on. It is asked when an event comes or a wait ends. */
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
  told: WaitingNews['told']
  /** When it was told last, or told again, ms. */
  toldMs: number
  reason: HoldReason | null
}

export interface Played {
  readonly told: readonly Telling[]
  readonly untold: readonly Untold[]
}

/**
 * Events in order of time. O(events × (story + silences)), besides the deadlines that are open at
 * once.
 */
export function playPolicy(
  policy: NotificationPolicy,
  events: readonly PlayedEvent[],
  options: PlayOptions
): Played {
  const play = new PolicyPlay(policy, options)
  for (const event of events) play.take(event)
  return play.end()
}

class PolicyPlay {
  readonly #policy: NotificationPolicy
  readonly #options: PlayOptions
  readonly #courses = new Map<string, Course>()
  /** Alerts that ever were of the story of an alert. */
  readonly #links = new Map<string, Set<string>>()
  readonly #deadlines = new Deadlines()
  /**
   * When alerts are told again, if nothing changes, by alert: all wait as long, so the first of
   * them is the next.
   */
  readonly #repeats = new Map<string, number>()
  readonly #told: Telling[] = []
  #count = 0
  readonly #untold: Untold[] = []

  constructor(policy: NotificationPolicy, options: PlayOptions) {
    this.#policy = policy
    this.#options = options
  }

  take(event: PlayedEvent): void {
    this.#advance(event.atMs - 1)
    this.#settle(event.atMs)
    const { alertId, atMs } = event
    for (const other of listNames(event)) {
      this.#link(alertId, other)
      this.#link(other, alertId)
    }
    const before = this.#courses.get(alertId)
    const course: Course = before ?? {
      event,
      place: 0,
      waiting: 0,
      sinceMs: atMs,
      told: null,
      toldMs: 0,
      reason: null
    }
    if (course.waiting === 0) course.sinceMs = atMs
    course.event = event
    course.place = ++this.#count
    course.waiting++
    this.#courses.set(alertId, course)
    // What it was of before may be of no story any more.
    const linked = this.#links.get(alertId) ?? []
    this.#judge([alertId, ...linked], atMs)
  }

  /** What waits is told in time, or not by the end. */
  end(): Played {
    this.#advance(this.#options.untilMs)
    for (const [alertId, { event, waiting, reason }] of this.#courses)
      if (waiting > 0 && reason !== null)
        this.#untold.push({ alertId, severity: event.severity, reason, events: waiting })
    return { told: this.#told, untold: this.#untold }
  }

  #link(alertId: string, other: string): void {
    const links = this.#links.get(alertId) ?? new Set()
    this.#links.set(alertId, links.add(other))
  }

  /** Those that name it now. */
  #namersOf(alertId: string): readonly string[] {
    const links = [...(this.#links.get(alertId) ?? [])]
    return links.filter(other => {
      const course = this.#courses.get(other)
      return course !== undefined && listNames(course.event).includes(alertId)
    })
  }

  #storyOf(event: PlayedEvent): readonly string[] {
    return [...listNames(event), ...this.#namersOf(event.alertId)]
  }

  #advance(toMs: number): void {
    for (let next = this.#nextMs; next <= toMs; next = this.#nextMs) this.#settle(next)
  }

  /** When something ends, or is told again. */
  get #nextMs(): number {
    const [repeatMs = Number.POSITIVE_INFINITY] = this.#repeats.values()
    return Math.min(this.#deadlines.earliestMs() ?? Number.POSITIVE_INFINITY, repeatMs)
  }

  #settle(atMs: number): void {
    const due = [...this.#deadlines.reachedAt(atMs)]
    for (const [alertId, repeatMs] of this.#repeats) {
      if (repeatMs > atMs) break
      due.push(alertId)
    }
    if (due.length > 0) this.#judge(due, atMs)
  }

  /**
   * The gravest first: what is told covers others of its story. Of those as grave that of the
   * earlier event.
   */
  #judge(alertIds: readonly string[], atMs: number): void {
    const open = [...new Set(alertIds)].flatMap(id => this.#courses.get(id) ?? [])
    open.sort(
      (a, b) => computeRank(b.event.severity) - computeRank(a.event.severity) || a.place - b.place
    )
    for (const { event } of open) {
      this.#judgeOne(event.alertId, atMs)
    }
  }

  #judgeOne(alertId: string, atMs: number): void {
    const course = this.#courses.get(alertId)
    if (course === undefined) return
    if (course.waiting === 0) this.#judgeRepeat(course, atMs)
    else this.#judgeNews(course, atMs)
  }

  #judgeNews(course: Course, atMs: number): void {
    const { event, told, sinceMs, waiting } = course
    const { alertId, severity, ending, isAfterEnd = false } = event
    const since = { sinceMs, groupSinceMs: this.#groupSince(course), newestMs: event.atMs }
    const news: WaitingNews = { ...this.#known(course, atMs), ...since, ending, isAfterEnd, told }
    const decision = decideNotification(this.#policy, news, atMs)
    course.reason = decision.kind === 'hold' ? decision.reason : null
    this.#repeats.delete(alertId)
    this.#deadlines.set(alertId, decision.kind === 'hold' ? decision.untilMs : null)
    if (decision.kind === 'hold') return
    course.waiting = 0
    if (decision.kind === 'mute') {
      course.told = toldAfter(course.told, ending)
      this.#untold.push({ alertId, severity, reason: decision.reason, events: waiting })
      return
    }
    course.told = toldAfter({ atMs, severity }, ending)
    course.toldMs = atMs
    this.#told.push({ atMs, alertId, severity, reason: decision.reason, events: waiting, sinceMs })
    this.#judgeRepeat(course, atMs)
  }

  /** Of what was told and stands, with nothing new. */
  #judgeRepeat(course: Course, atMs: number): void {
    const { event, told, toldMs } = course
    const { alertId, severity, ending } = event
    this.#deadlines.set(alertId, null)
    const isOver = told === null || ending !== null
    const decision = isOver
      ? null
      : decideRepeat(this.#policy, { ...this.#known(course, atMs), toldMs }, atMs)
    const repeatMs =
      decision?.kind === 'hold' && decision.reason === 'repeat-interval' ? decision.untilMs : null
    // One that waits as before keeps its place.
    if (repeatMs !== null && this.#repeats.get(alertId) === repeatMs) return
    this.#repeats.delete(alertId)
    if (repeatMs !== null) this.#repeats.set(alertId, repeatMs)
    else if (decision?.kind === 'hold') this.#deadlines.set(alertId, decision.untilMs)
    if (decision?.kind !== 'tell') return
    course.toldMs = atMs
    this.#told.push({
      atMs,
      alertId,
      severity,
      reason: decision.reason,
      events: 0,
      sinceMs: toldMs
    })
    this.#judgeRepeat(course, atMs)
  }

  /** What both decisions ask. */
  #known({ event, waiting }: Course, atMs: number): Omit<StandingNews, 'toldMs'> {
    const { alertId, severity, facts } = event
    const { subscriptionId, silences = [], dutyAt } = this.#options
    const matching = silences.filter(each => covers(each, { alertId, facts }))
    const silence = findLongest(matching, { severity: facts.severity, subscriptionId, atMs })
    const { isAnswered = false, pagesNobody = false } = event
    return {
      severity,
      silence,
      isAnswered: isAnswered || pagesNobody,
      pagesNobody,
      duty: dutyAt?.(atMs) ?? alwaysOn,
      cover: this.#coverOf(event, waiting > 0 ? event.atMs : null)
    }
  }

  /** Those of a story that wait unheard have one wait, which the first of them began. */
  #groupSince({ event, sinceMs }: Course): number {
    const others = this.#storyOf(event).map(other => this.#courses.get(other))
    const waiting = others.filter(
      other => other !== undefined && other.told === null && other.waiting > 0
    )
    return waiting.reduce((least, other) => Math.min(least, other?.sinceMs ?? least), sinceMs)
  }

  #coverOf(event: PlayedEvent, newestMs: number | null): StoryCover | null {
    return findCover({ ...event, newestMs }, this.#namersOf(event.alertId), other => {
      const known = this.#courses.get(other)
      if (known?.told == null || known.told.isOver === true) return null
      const { told, event: newest } = known
      const { partOf, severity: severityNow, ending } = newest
      return {
        toldMs: told.atMs,
        partOf,
        severity: told.severity,
        severityNow,
        stands: ending === null
      }
    })
  }
}

/**
 * The last notification of an alert after an event was sent or muted; `ending`: how the event ended
 * it.
 */
function toldAfter(told: WaitingNews['told'], ending: WaitingNews['ending']): WaitingNews['told'] {
  return told === null || ending === null ? told : { ...told, isOver: true }
}
