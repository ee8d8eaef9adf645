// What policies tell of each alert, and when: a function of the alert's events as one audience gets them, and of silences. It is
// computed anew from the index whenever one of them changes; what is kept is only a cache.

import { isEnding } from '@tocsin/domain/alert/alert-decision'
import type { FilterFacts } from '@tocsin/domain/alert/alert-filter'
import { AlertCourse, type CourseEvent } from '@tocsin/domain/notification/alert-course'
import type { NotificationPolicy } from '@tocsin/domain/notification/notification-policy'
import type { Silence } from '@tocsin/domain/notification/silence'
import { LRUCache } from 'lru-cache'
import type { AlertEntry, AlertMoment } from '../projection/alert-entry.ts'
import type { AlertIndex } from '../projection/alert-index.ts'
import { type Audience, judgeMoment, type ReaderStanding } from '../reader/audience.ts'
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

interface Kept {
  readonly entry: AlertEntry
  /** Of the last event that was considered. */
  readonly position: bigint
  readonly silences: readonly Silence[]
  readonly isWall: boolean
  readonly course: readonly Told[]
  readonly followed: Followed
}

/** An alert as far as it was followed: a further event costs no more than itself. */
interface Followed {
  readonly course: AlertCourse
  standing: ReaderStanding
  readonly shown: { readonly moment: AlertMoment; readonly verdict: Told['verdict']; readonly ends: boolean }[]
}

/** Courses kept for all readers together. */
const coursesKept = 50_000
const nothing: readonly Told[] = []

export class PolicyCourses {
  readonly #deps: PolicyCoursesDeps
  readonly #kept = new LRUCache<string, Kept>({ max: coursesKept })

  constructor(deps: PolicyCoursesDeps) {
    this.#deps = deps
  }

  /** All tellings of an alert, by its events before `before`, a position of its partition; without one by all. */
  of(reader: PolicyReader, alertId: string, before?: bigint): readonly Told[] {
    const entry = this.#deps.alerts.get(alertId)
    if (entry === undefined) return nothing
    const { moments } = entry
    const count = before === undefined ? moments.length : moments.findLastIndex(({ position }) => position < before) + 1
    const last = moments[count - 1]
    if (last === undefined) return nothing
    const silences = this.#deps.silences()
    const isWall = this.#deps.isOnWallClock(entry.theatre)
    const name = `${reader.name} ${alertId}`
    const kept = this.#kept.get(name)
    const isKept = kept?.entry === entry && kept.silences === silences && kept.isWall === isWall
    if (isKept && kept.position === last.position) return kept.course
    const taken = isKept ? moments.findLastIndex(({ position }) => position === kept.position) + 1 : 0
    const isNext = isKept && taken > 0 && taken <= count
    const followed = isNext ? kept.followed : this.#begun(reader, alertId, isWall)
    for (const moment of moments.slice(isNext ? taken : 0, count)) this.#follow(followed, reader, alertId, moment, isWall)
    const course = toldOf(alertId, followed)
    // An earlier one is asked for only by those who resume.
    if (count === moments.length) this.#kept.set(name, { entry, position: last.position, silences, isWall, course, followed })
    else if (isNext) this.#kept.delete(name)
    return course
  }

  #begun({ policy }: PolicyReader, alertId: string, isWall: boolean): Followed {
    const course = isWall
      ? new AlertCourse(policy, alertId, this.#deps.silences())
      : new AlertCourse({ ...policy, ...withoutWaits }, alertId, [])
    return { course, standing: 'unseen', shown: [] }
  }

  #follow(followed: Followed, { audience }: PolicyReader, alertId: string, moment: AlertMoment, isWall: boolean): void {
    const numbering = this.#deps.alerts.numbering(alertId, audience.view.handling)
    const { standing, verdict } = judgeMoment(followed.standing, moment, audience, numbering)
    followed.standing = standing
    if (verdict === 'nothing') return
    const event = eventOf(moment, verdict, isWall)
    followed.shown.push({ moment, verdict, ends: event.ending !== null })
    followed.course.take(event)
  }
}

function toldOf(alertId: string, { course, shown }: Followed): readonly Told[] {
  return course.tellings().map(({ atMs, event, reason, held }) => {
    const { moment, verdict, ends } = shown[event] as Followed['shown'][number]
    const { partition, position } = moment
    return { atMs, alertId, partition, position, verdict, reason, held, ends }
  })
}

/** The time of a theatre that replays is not that of the clock on the wall: what it tells is told at once. */
const withoutWaits = { groupWaitSeconds: 0, updateMinutes: 0, quietHours: null } as const

function eventOf({ facts, atMs, type }: AlertMoment, verdict: Told['verdict'], isWall: boolean): CourseEvent {
  const ending = verdict === 'left-view' ? verdict : endingOf(facts)
  return { atMs: isWall ? atMs : 0, severity: facts.severity, ending, isAfterEnd: ending !== null && !isEnding(type), facts }
}

function endingOf({ status }: FilterFacts): CourseEvent['ending'] {
  return status === 'resolved' || status === 'retracted' ? status : null
}
