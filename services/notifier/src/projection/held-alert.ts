// One alert in memory: its state, its state per reader level, and its moments.

import { isDeepStrictEqual } from 'node:util'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import type { AlertEvent, AlertPartnerAnswer, AlertState } from '@tocsin/domain/alert/alert'
import { type KnownEvidence, knownOf } from '@tocsin/domain/evidence/alert-recording'
import type { Asker } from '@tocsin/domain/record/theatre-record'
import { type Handling, handlings, maySee, talkHandling } from '@tocsin/domain/report/handling'
import {
  type AlertCalls,
  type CallFact,
  callsAfter,
  noCalls
} from '@tocsin/domain/response/alert-calls'
import {
  lastAnswersAfter,
  type SubscriberAnswer,
  type SubscriberDeed,
  subscriberAnswersAfter,
  subscriberDeedsAfter
} from '@tocsin/domain/response/subscriber-calls'
import { neededMoments } from '../reader/earlier-moments.ts'
import { type EventHead, HeldEvidence, HeldState } from '../reader/held-state.ts'
import { LevelStory, type StoryRow, unabridged } from '../reader/level-story.ts'
import {
  lastActInView,
  lastChangeInView,
  type OfficersAct,
  operatorInView
} from '../reader/officers-talk.ts'
import { type HandlingOf, namesInView } from '../reader/reader-view.ts'
import type { AlertEntry, AlertMoment, ShownAlert } from './alert-entry.ts'

type EventOfState = Exclude<AlertEvent, { type: 'alert.action-refused' }>

/** An alert as plain data. Positions are decimal digits. */
export interface HeldAlertRow {
  readonly alertId: string
  readonly theatre: string
  readonly firstTime: string
  /** In rows from before officers' names had a handling. */
  readonly lastOperator?: (Asker & { readonly at: string }) | null
  readonly acts?: readonly OfficersAct[]
  readonly facts: readonly AlertMoment['facts'][]
  /** With the index of their facts. */
  readonly moments: readonly (readonly [facts: number, ...MomentRow])[]
  readonly momentsOmitted: number
  readonly earlier: HeldAlertRow['moments']
  readonly check: number | null
  /** The current one first. */
  readonly states: readonly (readonly [AlertState, EventHead])[]
  /** With the index of the state that is shown; -1 = none. */
  readonly stories: readonly (readonly [shown: number, StoryRow])[]
  /** For readers of everything, then for each story: with the index of its calls. */
  readonly calls: { readonly all: readonly AlertCalls[]; readonly at: readonly number[] }
  readonly answers: readonly SubscriberAnswer[]
  /** Not in older rows. */
  readonly lastAnswers?: readonly AlertPartnerAnswer[]
  readonly deeds: readonly SubscriberDeed[]
}

type MomentRow = readonly [
  notify: AlertMoment['notify'],
  concerns: Handling,
  isTaken: boolean,
  type: AlertMoment['type'],
  revision: number,
  partition: number,
  position: string,
  atMs: number
]

/** Of events that left the list, how many are gathered before those that decide nothing go. */
const omittedEach = 100
/** Levels from which something may be hidden. */
const limited = handlings.filter(level => level !== 'restricted')

export class HeldAlert implements AlertEntry {
  readonly alertId: string
  readonly theatre: string
  readonly firstTime: string
  readonly moments: AlertMoment[] = []
  readonly stories: readonly LevelStory[]
  /** Who last moved `operatorRevision`; none for the machine. */
  acts: readonly OfficersAct[] = []
  answers: readonly SubscriberAnswer[] = []
  lastAnswers: readonly AlertPartnerAnswer[] = []
  deeds: readonly SubscriberDeed[] = []
  momentsOmitted = 0
  earlier: AlertMoment[] = []
  /** The check sum of the current evidence, if known. */
  #check: number | null = null
  /** By all events. */
  #calls: AlertCalls = noCalls
  #current: HeldState | null = null

  /**
   * `revision` and `handling`: of the first event seen here, a later one if the alert was evicted
   * before.
   */
  constructor(
    of: {
      alertId: string
      theatre: string
      firstTime: string
      revision: number
      handling: Handling
    },
    stories?: readonly LevelStory[]
  ) {
    this.alertId = of.alertId
    this.theatre = of.theatre
    this.firstTime = of.firstTime
    const count = of.revision - 1
    this.stories =
      stories ??
      limited.map(level => new LevelStory(level, { count, isShown: maySee(level, of.handling) }))
  }

  static restored(row: HeldAlertRow): HeldAlert {
    const { alertId, theatre, firstTime } = row
    const states = row.states.map(([state, last]) => new HeldState(state, last))
    const stories = row.stories.map(([shown, story]) =>
      LevelStory.restored(story, states[shown] ?? null)
    )
    const alert = new HeldAlert(
      { alertId, theatre, firstTime, revision: 1, handling: 'public' },
      stories
    )
    alert.acts =
      row.acts ??
      (row.lastOperator ? [{ ...row.lastOperator, handling: talkHandling, isComment: false }] : [])
    alert.answers = row.answers
    alert.lastAnswers = row.lastAnswers ?? states[0]?.outline.operator.answers ?? []
    alert.deeds = row.deeds
    alert.momentsOmitted = row.momentsOmitted
    alert.#check = row.check
    alert.#current = states[0] ?? null
    const [whole, ...told] = row.calls.at.map(at => row.calls.all[at] ?? noCalls)
    alert.#calls = whole ?? noCalls
    for (const [i, story] of alert.stories.entries()) story.calls = told[i] ?? noCalls
    alert.moments.push(...row.moments.map(each => momentOf(each, row.facts)))
    alert.earlier = row.earlier.map(each => momentOf(each, row.facts))
    return alert
  }

  /** A copy as plain data. */
  row(): HeldAlertRow {
    const { alertId, theatre, firstTime, acts, answers, lastAnswers, deeds, momentsOmitted } = this
    const shown = this.stories.flatMap(story => story.shown ?? [])
    const states = [...new Set([this.#held, ...shown])]
    const facts = [...new Set([...this.moments, ...this.earlier].map(moment => moment.facts))]
    const numberOf = new Map(facts.map((each, i) => [each, i]))
    const calls = [this.#calls, ...this.stories.map(story => story.calls)]
    const all = [...new Set(calls)]
    return {
      alertId,
      theatre,
      firstTime,
      acts,
      facts,
      moments: this.moments.map(moment => momentRow(moment, numberOf)),
      earlier: this.earlier.map(moment => momentRow(moment, numberOf)),
      momentsOmitted,
      check: this.#check,
      states: states.map(state => [state.copied, state.last] as const),
      stories: this.stories.map(
        story => [story.shown === null ? -1 : states.indexOf(story.shown), story.row()] as const
      ),
      calls: { all, at: calls.map(each => all.indexOf(each)) },
      answers,
      lastAnswers,
      deeds
    }
  }

  get outline(): AlertState {
    return this.#held.outline
  }

  get state(): AlertState {
    return this.#held.state
  }

  /** The evidence from which the next event may state the difference; null if unknown. */
  get known(): KnownEvidence | null {
    const known = this.#current === null ? null : knownOf(this.#current.state)
    return known === null ? null : { ...known, check: this.#check }
  }

  get last(): EventHead {
    return this.#held.last
  }

  shownAt(level: Handling): ShownAlert | null {
    const { revision, operatorRevision } = this.outline
    if (level === 'restricted')
      return shownAlert(this.#held, this.firstTime, { revision, operatorRevision })
    const story = this.stories.find(each => each.level === level)
    if (story === undefined || story.shown === null || story.firstTime === null) return null
    return shownAlert(story.shown, story.firstTime, {
      revision: story.revision,
      operatorRevision: story.operatorNumberOf(operatorRevision)
    })
  }

  outlineAt(level: Handling): AlertState | null {
    return level === 'restricted'
      ? this.#held.outline
      : (this.#storyAt(level)?.shown?.outline ?? null)
  }

  foldedHeadlineAt(level: Handling): string {
    return (level === 'restricted' ? this.#held : this.#storyAt(level)?.shown)?.foldedHeadline ?? ''
  }

  firstTimeAt(level: Handling): string | null {
    return level === 'restricted' ? this.firstTime : (this.#storyAt(level)?.firstTime ?? null)
  }

  callsAt(level: Handling): AlertCalls {
    return level === 'restricted' ? this.#calls : (this.#storyAt(level)?.calls ?? noCalls)
  }

  /** It has paged readers of some level. */
  get hasCalled(): boolean {
    return this.#calls.calls.length > 0 || this.stories.some(({ calls }) => calls.calls.length > 0)
  }

  lastOperatorAt(level: Handling): (Asker & { readonly at: string }) | null {
    return lastActInView(level, this.acts)
  }

  closedByAt(level: Handling): (Asker & { readonly at: string }) | null {
    const { status, operator } = this.outline
    // Not by its reason, which is of the last event alone: after a comment it is null.
    return status === 'resolved' && operator.disposition !== null
      ? lastChangeInView(level, this.acts)
      : null
  }

  /**
   * Folds the next event. `dataBytes`: its complete data, if `event` lacks the evidence; `check`:
   * the check sum of its evidence, if known. Returns the stories whose readers are shown the alert
   * for the first time.
   */
  take(
    event: EventOfState,
    { id, type, time, cause }: Envelope,
    { dataBytes, check }: { readonly dataBytes: Uint8Array | null; readonly check: number | null },
    handlingOf: HandlingOf
  ): { readonly level: Handling; readonly firstTime: string }[] {
    const { data } = event
    const before = this.#current
    const evidence = new HeldEvidence(data, dataBytes)
    const told = this.stories.filter(story => isTold(story, event, evidence, handlingOf))
    const isVisible = (story: LevelStory) => maySee(story.level, data.handling)
    // What some readers continue to be shown stays unchanged.
    const isKept =
      before !== null &&
      this.stories.some(s => s.shown === before && isVisible(s) && !told.includes(s))
    const held = before === null || isKept ? new HeldState(data, { id, type, time, cause }) : before
    held.hold(data, dataBytes, { id, type, time, cause })
    this.#current = held
    this.#check = check
    const begun: { level: Handling; firstTime: string }[] = []
    const known = new Map<AlertCalls, AlertCalls>()
    const fact = { type: event.type, atMs: Date.parse(time), notify: data.notify, state: data }
    this.#calls = calledAfter(known, this.#calls, fact)
    for (const story of this.stories) {
      if (told.includes(story)) {
        story.calls = calledAfter(known, story.calls, { ...fact, notify: story.notifyOf(event) })
        if (story.firstTime === null) begun.push({ level: story.level, firstTime: time })
        story.tell(event, time)
        story.shown = held
        story.named = namesInView(story.level, data, handlingOf)
        continue
      }
      story.withhold(data.revision)
      if (event.type === 'alert.commented' && !maySee(story.level, data.concerns))
        story.withholdComment(data.operatorRevision)
      if (isVisible(story) || story.shown === null) continue
      story.shown = null
      story.leftAt = data.revision
    }
    this.answers = subscriberAnswersAfter(this.answers, fact, this.#pagedAtMs)
    this.lastAnswers = lastAnswersAfter(this.lastAnswers, fact)
    this.deeds = subscriberDeedsAfter(this.deeds, fact)
    return begun
  }

  /** Notes an event that leaves the list of newest ones. */
  omit(moment: AlertMoment): void {
    this.momentsOmitted++
    this.earlier.push(moment)
    if (this.momentsOmitted % omittedEach > 0) return
    this.earlier = neededMoments(this.earlier, [...this.stories, unabridged])
  }

  /** Only the stories, for eviction. */
  parted(): readonly LevelStory[] {
    for (const story of this.stories) {
      story.shown = null
      story.firstTime = null
      story.calls = noCalls
    }
    return this.stories
  }

  /** When it last paged readers of any level, ms. */
  get #pagedAtMs(): number {
    const calls = [this.#calls, ...this.stories.map(story => story.calls)]
    return Math.max(...calls.map(each => each.calls.at(-1)?.pagedAtMs ?? Number.NEGATIVE_INFINITY))
  }

  #storyAt(level: Handling): LevelStory | undefined {
    for (const story of this.stories) if (story.level === level) return story
    return undefined
  }

  get #held(): HeldState {
    if (this.#current === null) throw new Error('no event of this alert was taken')
    return this.#current
  }
}

function momentRow(
  { facts, ...moment }: AlertMoment,
  numberOf: ReadonlyMap<AlertMoment['facts'], number>
) {
  const { notify, concerns, isTaken, type, revision, partition, position, atMs } = moment
  const number = numberOf.get(facts) as number
  return [
    number,
    notify,
    concerns,
    isTaken,
    type,
    revision,
    partition,
    String(position),
    atMs
  ] as const
}

function momentOf(row: HeldAlertRow['moments'][number], all: HeldAlertRow['facts']): AlertMoment {
  const [number, notify, concerns, isTaken, type, revision, partition, position, atMs] = row
  const facts = all[number] as AlertMoment['facts']
  return {
    facts,
    notify,
    concerns,
    isTaken,
    type,
    revision,
    partition,
    position: BigInt(position),
    atMs
  }
}

/** The calls after an event. Levels that were told the same share one object. */
function calledAfter(
  known: Map<AlertCalls, AlertCalls>,
  before: AlertCalls,
  fact: CallFact
): AlertCalls {
  const after = callsAfter(before, fact)
  if (after === before) return before
  const same = known.get(before)
  if (same !== undefined && isDeepStrictEqual(same, after)) return same
  known.set(before, after)
  return after
}

function shownAlert(
  held: HeldState,
  firstTime: string,
  revisions: Pick<ShownAlert, 'revision' | 'operatorRevision'>
): ShownAlert {
  return {
    get state() {
      return held.state
    },
    outline: held.outline,
    last: held.last,
    firstTime,
    ...revisions
  }
}

/**
 * Whether readers of a level are told of an event: it is visible to them, concerns them, and says
 * something new.
 */
function isTold(
  story: LevelStory,
  { type, data }: EventOfState,
  evidence: HeldEvidence,
  handlingOf: HandlingOf
): boolean {
  if (!maySee(story.level, data.handling) || !maySee(story.level, data.concerns)) return false
  if (type !== 'alert.revised' || story.shown === null) return true
  // Names as they were visible then: the visibility of named alerts may have changed since.
  const before = { ...saidAt(story, story.shown.outline), ...story.named }
  const now = { ...saidAt(story, data), ...namesInView(story.level, data, handlingOf) }
  return !isDeepStrictEqual(before, now) || !story.shown.evidence.looksLike(evidence, story.level)
}

/**
 * What a state says at a level, except its evidence, the alerts it names, and fields that change
 * with every event.
 */
function saidAt(story: LevelStory, state: AlertState) {
  const {
    revision: _r,
    seq: _s,
    notify: _n,
    concerns: _c,
    reason: _w,
    action: _a,
    evidence: _e,
    ...said
  } = state
  const {
    evidenceOmitted: _o,
    evidenceLost: _l,
    references: _f,
    partOf: _p,
    partOfFor: _q,
    times,
    ...rest
  } = said
  const { detectedAt: _d, ...since } = times
  const operatorRevision = story.operatorNumberOf(state.operatorRevision)
  return {
    ...rest,
    operatorRevision,
    operator: operatorInView(story.level, state.operator),
    times: since
  }
}
