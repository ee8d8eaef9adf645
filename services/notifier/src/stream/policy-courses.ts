// What policies tell of each alert, and when: a function of the alert's events as one audience gets
// them, and of silences. It is computed anew from the index whenever one of them changes; what is
// kept is only a cache. Of an alert with more events than two stretches (earlier-moments.ts) only
// these are followed event by event: the same on whichever instance, and whenever it began.

import { isEnding } from '@tocsin/domain/alert/alert-decision'
import type { FilterFacts } from '@tocsin/domain/alert/alert-filter'
import {
  AlertCourse,
  type CourseDecision,
  type CourseEvent,
  type EarlierNews,
  mayHaveTold
} from '@tocsin/domain/notification/alert-course'
import {
  type NotificationDecision,
  rankOf
} from '@tocsin/domain/notification/notification-decision'
import type { NotificationPolicy } from '@tocsin/domain/notification/notification-policy'
import type { Silence } from '@tocsin/domain/notification/silence'
import type { Severity } from '@tocsin/domain/record/severity'
import { LRUCache } from 'lru-cache'
import { type AlertEntry, type AlertMoment, decidingMoments } from '../projection/alert-entry.ts'
import type { AlertIndex } from '../projection/alert-index.ts'
import { type Audience, isForLevel, judgeMoment, type ReaderStanding } from '../reader/audience.ts'
import { firstKnownStretch, stretchOf } from '../reader/earlier-moments.ts'
import type { Numbering } from '../reader/level-story.ts'
import type { Told } from './told.ts'

export interface PolicyCoursesDeps {
  readonly alerts: Pick<AlertIndex, 'get' | 'numbering'>
  readonly silences: () => readonly Silence[]
  /** Whether a theatre runs on the wall clock. */
  readonly isOnWallClock: (theatre: string) => boolean
}

/** Who is told what: an audience with a policy. */
export interface PolicyReader {
  /** Equal for equal readers, and for no others. */
  readonly name: string
  readonly audience: Audience
  readonly policy: NotificationPolicy
}

/** What was decided of an alert, and of which of its events. */
export interface Decided {
  /** In a theatre that replays the time of the event. */
  readonly atMs: number
  readonly revision: number
  /** False: it is made at its time, if no event comes before. */
  readonly isMade: boolean
  readonly decision: NotificationDecision
}

interface Kept {
  readonly entry: AlertEntry
  /** Of the last event that was considered. */
  readonly position: bigint
  readonly silences: readonly Silence[]
  readonly course: readonly Told[]
  readonly followed: Followed
}

/** An alert as far as it was followed: a further event costs no more than itself. */
interface Followed {
  readonly course: AlertCourse
  /** The first stretch that is followed event by event. */
  readonly from: number
  readonly isWall: boolean
  standing: ReaderStanding
  /** Of the last event that the reader got. */
  stretch: number
  isOver: boolean
  /** Of the events that readers of the level got while the alert stood. */
  gravest: Severity | null
  /** What the reader may have been told before that stretch. */
  earlier: Told | null
  readonly shown: {
    readonly moment: AlertMoment
    readonly verdict: Told['verdict']
    readonly ends: boolean
  }[]
}

interface Beginning extends Pick<Followed, 'isWall' | 'from'> {
  readonly note?: (made: CourseDecision) => void
}

/** Courses kept for all readers together. */
const coursesKept = 50_000
const nothing: readonly Told[] = []

export class PolicyCourses {
  readonly #deps: PolicyCoursesDeps
  readonly #kept = new LRUCache<string, Kept>({ maxSize: coursesKept, sizeCalculation: () => 1 })

  constructor(deps: PolicyCoursesDeps) {
    this.#deps = deps
  }

  /**
   * All tellings of an alert, by its events before `before`, a position of its partition; without
   * one by all.
   */
  of(reader: PolicyReader, alertId: string, before?: bigint): readonly Told[] {
    const entry = this.#deps.alerts.get(alertId)
    if (entry === undefined) return nothing
    const moments = decidingMoments(entry)
    const count =
      before === undefined
        ? moments.length
        : moments.findLastIndex(({ position }) => position < before) + 1
    const [last, newest] = [moments[count - 1], moments.at(-1)]
    if (last === undefined || newest === undefined) return nothing
    const silences = this.#deps.silences()
    const isWall = this.#deps.isOnWallClock(entry.theatre)
    const name = `${reader.name} ${alertId}`
    const kept = this.#kept.get(name)
    const numbering = this.#deps.alerts.numbering(alertId, reader.audience.view.handling)
    const from = firstKnownStretch(numbering, newest.revision)
    const isKept =
      kept?.entry === entry &&
      kept.silences === silences &&
      kept.followed.isWall === isWall &&
      kept.followed.from === from
    if (isKept && kept.position === last.position) return kept.course
    const taken = isKept
      ? moments.findLastIndex(({ position }) => position === kept.position) + 1
      : 0
    const isNext = isKept && taken > 0 && taken <= count
    const followed = isNext ? kept.followed : this.#begun(reader, alertId, { isWall, from })
    for (const moment of moments.slice(isNext ? taken : 0, count))
      follow(followed, reader, { alertId, moment, numbering })
    const course = toldOf(alertId, followed)
    // An earlier one is asked for only by those who resume.
    if (count === moments.length)
      this.#kept.set(name, { entry, position: last.position, silences, course, followed })
    else if (isNext) this.#kept.delete(name)
    return course
  }

  /**
   * Every decision about an alert, as far as it is followed event by event, in the order of their
   * times; also those yet to come if nothing else happens. They are made anew from the log: the
   * same on whichever instance.
   */
  decisions(reader: PolicyReader, alertId: string): readonly Decided[] {
    const entry = this.#deps.alerts.get(alertId)
    const newest = entry?.moments.at(-1)
    if (entry === undefined || newest === undefined) return []
    const isWall = this.#deps.isOnWallClock(entry.theatre)
    const numbering = this.#deps.alerts.numbering(alertId, reader.audience.view.handling)
    const made: CourseDecision[] = []
    const from = firstKnownStretch(numbering, newest.revision)
    const followed = this.#begun(reader, alertId, { isWall, from, note: each => made.push(each) })
    for (const moment of decidingMoments(entry))
      follow(followed, reader, { alertId, moment, numbering })
    const madeCount = made.length
    // Those that follow from the time alone are made as tellings are asked for.
    followed.course.tellings()
    return made.map(({ atMs, event, decision }, i) => {
      const { moment } = followed.shown[event] as Followed['shown'][number]
      const revision = numbering.numberOf(moment.revision)
      return { atMs: isWall ? atMs : moment.atMs, revision, isMade: i < madeCount, decision }
    })
  }

  #begun({ policy }: PolicyReader, alertId: string, { isWall, from, note }: Beginning): Followed {
    const course = isWall
      ? new AlertCourse(policy, alertId, this.#deps.silences(), note)
      : new AlertCourse({ ...policy, ...withoutWaits }, alertId, [], note)
    const known = { stretch: 0, isOver: false, gravest: null, earlier: null } as const
    return { course, from, isWall, standing: 'unseen', ...known, shown: [] }
  }
}

interface Following {
  readonly alertId: string
  readonly moment: AlertMoment
  readonly numbering: Numbering
}

function follow(
  followed: Followed,
  { audience, policy }: PolicyReader,
  { alertId, moment, numbering }: Following
): void {
  const { from, isWall } = followed
  const stretch = stretchOf(numbering, moment.revision)
  const before = earlierOf(followed)
  const { standing, verdict } = judgeMoment(followed.standing, moment, audience, numbering)
  followed.standing = standing
  if (verdict !== 'nothing') {
    const event = eventOf(moment, verdict, isWall)
    if (stretch >= from) {
      followed.shown.push({ moment, verdict, ends: event.ending !== null })
      followed.course.take(stretch > followed.stretch ? { ...event, before } : event)
    }
    followed.stretch = stretch
    followed.isOver = event.ending !== null
  }
  const { facts } = moment
  const isGraver = followed.gravest === null || rankOf(facts.severity) > rankOf(followed.gravest)
  if (isGraver && endingOf(facts) === null && isForLevel(audience.view.handling, moment, numbering))
    followed.gravest = facts.severity
  if (stretch < from) followed.earlier = earlierTelling(followed, policy, alertId, moment)
}

/** Null: the reader got nothing of the alert as yet. */
function earlierOf({ standing, gravest, isOver }: Followed): EarlierNews | null {
  return standing === 'unseen' || gravest === null ? null : { gravest, isOver }
}

/**
 * In place of all that was told before the stretches that are followed: it was told long ago, and
 * is told to nobody again.
 */
function earlierTelling(
  followed: Followed,
  policy: NotificationPolicy,
  alertId: string,
  moment: AlertMoment
): Told | null {
  const before = earlierOf(followed)
  if (before === null || !mayHaveTold(policy, before)) return null
  const { partition, position } = moment
  const place = { atMs: Number.NEGATIVE_INFINITY, alertId, partition, position }
  return { ...place, verdict: 'event', reason: 'update', held: null, ends: before.isOver }
}

function toldOf(alertId: string, { course, shown, earlier }: Followed): readonly Told[] {
  const tellings = course.tellings().map(({ atMs, event, reason, held }) => {
    const { moment, verdict, ends } = shown[event] as Followed['shown'][number]
    const { partition, position } = moment
    return { atMs, alertId, partition, position, verdict, reason, held, ends }
  })
  return earlier === null ? tellings : [earlier, ...tellings]
}

/**
 * The time of a theatre that replays is not that of the clock on the wall: what it tells is told at
 * once.
 */
const withoutWaits = { groupWaitSeconds: 0, updateMinutes: 0, quietHours: null } as const

function eventOf(
  { facts, atMs, type }: AlertMoment,
  verdict: Told['verdict'],
  isWall: boolean
): CourseEvent {
  const ending = verdict === 'left-view' ? verdict : endingOf(facts)
  return {
    atMs: isWall ? atMs : 0,
    severity: facts.severity,
    ending,
    isAfterEnd: ending !== null && !isEnding(type),
    facts
  }
}

function endingOf({ status }: FilterFacts): CourseEvent['ending'] {
  return status === 'resolved' || status === 'retracted' ? status : null
}
