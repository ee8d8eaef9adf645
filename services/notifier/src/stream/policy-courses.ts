// What policies tell of each alert, and when: a function of the alert's events as one audience gets them, and of silences. It is
// computed anew from the index whenever one of them changes; what is kept is only a cache.

import type { FilterFacts } from '@tocsin/domain/alert/alert-filter'
import { type CourseEvent, courseOf } from '@tocsin/domain/notification/alert-course'
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
    const course = this.#made(reader, alertId, count === moments.length ? moments : moments.slice(0, count), isWall)
    // An earlier one is asked for only by those who resume.
    if (count === moments.length) this.#kept.set(name, { entry, position: last.position, silences, isWall, course })
    return course
  }

  #made({ audience, policy }: PolicyReader, alertId: string, moments: readonly AlertMoment[], isWall: boolean): readonly Told[] {
    const numbering = this.#deps.alerts.numbering(alertId, audience.view.handling)
    const shown: { readonly moment: AlertMoment; readonly verdict: Told['verdict'] }[] = []
    let standing: ReaderStanding = 'unseen'
    for (const moment of moments) {
      const judged = judgeMoment(standing, moment, audience, numbering)
      standing = judged.standing
      if (judged.verdict !== 'nothing') shown.push({ moment, verdict: judged.verdict })
    }
    const events = shown.map(({ moment, verdict }) => eventOf(moment, verdict, isWall))
    const tellings = isWall
      ? courseOf(policy, alertId, events, this.#deps.silences())
      : courseOf({ ...policy, ...withoutWaits }, alertId, events, [])
    return tellings.map(({ atMs, event, reason, held }) => {
      const { moment, verdict } = shown[event] as (typeof shown)[number]
      const { partition, position } = moment
      return { atMs, alertId, partition, position, verdict, reason, held, ends: events[event]?.ending !== null }
    })
  }
}

/** The time of a theatre that replays is not that of the clock on the wall: what it tells is told at once. */
const withoutWaits = { groupWaitSeconds: 0, updateMinutes: 0, quietHours: null } as const

function eventOf({ facts, atMs }: AlertMoment, verdict: Told['verdict'], isWall: boolean): CourseEvent {
  const ending = verdict === 'left-view' ? verdict : endingOf(facts)
  return { atMs: isWall ? atMs : 0, severity: facts.severity, ending, facts }
}

function endingOf({ status }: FilterFacts): CourseEvent['ending'] {
  return status === 'resolved' || status === 'retracted' ? status : null
}
