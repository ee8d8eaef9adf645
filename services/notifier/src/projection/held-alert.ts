// An alert in memory: its state, and its moments. Levels with the same events share it, until one of
// them has an event that another does not have (`copy`).

import type { AlertEvent, AlertPartnerAnswer, AlertState } from '@tocsin/contracts/alert/alert'
import type { AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import { type KnownEvidence, readKnown } from '@tocsin/contracts/record/alert-recording'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import { type Handling, talkHandling } from '@tocsin/contracts/theatre/handling'
import { type Asker, askerOf } from '@tocsin/contracts/theatre/theatre-record'
import { type AlertCalls, callsAfter, noCalls } from '../calls/alert-calls.ts'
import {
  lastAnswersAfter,
  type SubscriberAnswer,
  type SubscriberDeed,
  subscriberAnswersAfter,
  subscriberDeedsAfter
} from '../calls/subscriber-calls.ts'
import { neededMoments } from '../reader/earlier-moments.ts'
import { foldedHeadline } from '../reader/folded-headline.ts'
import {
  kindOfAct,
  lastActInView,
  lastChangeInView,
  type OfficersAct,
  withAct
} from '../reader/officers-talk.ts'
import type { AlertAtLevel, AlertMoment, EventHead } from './alert-entry.ts'
import type { FoldedFacts, Statements } from './statements.ts'

export type EventOfState = Exclude<AlertEvent, { type: 'alert.action-refused' }>

/** An alert as plain data. Positions are decimal digits. */
export interface HeldAlertRow {
  readonly firstTime: string
  readonly acts: readonly OfficersAct[]
  readonly facts: readonly AlertMoment['facts'][]
  /** With the index of their facts. */
  readonly moments: readonly (readonly [facts: number, ...MomentRow])[]
  readonly momentsOmitted: number
  readonly earlier: HeldAlertRow['moments']
  readonly check: number | null
  /** With a sum it is the facts alone: words are rendered from the sum. */
  readonly state: AlertState | FoldedFacts
  readonly sum: AlertSum | null
  readonly last: EventHead
  readonly calls: AlertCalls
  readonly answers: readonly SubscriberAnswer[]
  readonly lastAnswers: readonly AlertPartnerAnswer[]
  readonly deeds: readonly SubscriberDeed[]
}

/** Makes states of what a snapshot has of them. */
export type RestoredStates = Pick<Statements, 'restore'>

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

/** What an event is folded with. */
export interface EventSource {
  /** The check sum of its evidence, if known. */
  readonly check: number | null
  /** The sum of the alert's events, of version 3. */
  readonly sum: AlertSum | null
}

/** Of events that left the list, how many are gathered before those that decide nothing go. */
const omittedEach = 100

export class HeldAlert implements AlertAtLevel {
  readonly firstTime: string
  state: AlertState
  last: EventHead
  moments: AlertMoment[] = []
  earlier: AlertMoment[] = []
  momentsOmitted = 0
  calls: AlertCalls = noCalls
  answers: readonly SubscriberAnswer[] = []
  lastAnswers: readonly AlertPartnerAnswer[] = []
  deeds: readonly SubscriberDeed[] = []
  /** The sum of its events; null if the last one was of an earlier version. */
  sum: AlertSum | null = null
  /** Who last moved `operatorRevision`; none for the machine. */
  #acts: readonly OfficersAct[] = []
  /** The check sum of the current evidence, if known. */
  #check: number | null = null
  /** Null: not asked for yet. */
  #folded: string | null = null

  constructor(firstTime: string, state: AlertState, last: EventHead) {
    this.firstTime = firstTime
    this.state = state
    this.last = last
  }

  /** An alert by its first event. */
  static begun(event: EventOfState, envelope: Envelope, source: EventSource): HeldAlert {
    const alert = new HeldAlert(envelope.time, event.data, headOf(envelope))
    alert.take(event, envelope, source)
    return alert
  }

  static restored(row: HeldAlertRow, statements: RestoredStates | null): HeldAlert {
    const alert = new HeldAlert(row.firstTime, stateOf(row, statements), row.last)
    const { sum, calls, answers, lastAnswers, deeds, momentsOmitted } = row
    const moments = row.moments.map(each => momentOf(each, row.facts))
    const earlier = row.earlier.map(each => momentOf(each, row.facts))
    alert.#acts = row.acts
    alert.#check = row.check
    return Object.assign(alert, {
      ...{ sum, calls, answers, lastAnswers, deeds, momentsOmitted, moments, earlier }
    })
  }

  /** The same alert for levels that have another event next. */
  copy(): HeldAlert {
    const alert = new HeldAlert(this.firstTime, this.state, this.last)
    alert.#acts = this.#acts
    alert.#check = this.#check
    const { sum, calls, answers, lastAnswers, deeds, momentsOmitted } = this
    const [moments, earlier] = [[...this.moments], [...this.earlier]]
    return Object.assign(alert, {
      ...{ sum, calls, answers, lastAnswers, deeds, momentsOmitted, moments, earlier }
    })
  }

  /** A copy as plain data. */
  row(): HeldAlertRow {
    const { firstTime, sum, calls, answers, lastAnswers, deeds, momentsOmitted } = this
    const facts = [...new Set([...this.moments, ...this.earlier].map(moment => moment.facts))]
    const numberOf = new Map(facts.map((each, i) => [each, i]))
    return {
      firstTime,
      acts: this.#acts,
      facts,
      moments: this.moments.map(moment => momentRow(moment, numberOf)),
      earlier: this.earlier.map(moment => momentRow(moment, numberOf)),
      momentsOmitted,
      check: this.#check,
      state: sum === null ? this.state : factsOf(this.state),
      sum,
      last: this.last,
      calls,
      answers,
      lastAnswers,
      deeds
    }
  }

  /** Its headline as words are sought in it. */
  get foldedHeadline(): string {
    this.#folded ??= foldedHeadline(this.state.headline)
    return this.#folded
  }

  /** The evidence from which the next event may state the difference; null if unknown. */
  get known(): KnownEvidence | null {
    const known = readKnown(this.state)
    return known === null ? null : { ...known, check: this.#check }
  }

  lastOperatorAt(level: Handling): (Asker & { readonly at: string }) | null {
    return lastActInView(level, this.#acts)
  }

  closedByAt(level: Handling): (Asker & { readonly at: string }) | null {
    const { status, operator } = this.state
    // Not by its reason, which is of the last event alone: after a comment it is null.
    return status === 'resolved' && operator.disposition !== null
      ? lastChangeInView(level, this.#acts)
      : null
  }

  /** Folds the next event. */
  take(event: EventOfState, envelope: Envelope, { check, sum }: EventSource): void {
    const { type, data } = event
    this.#noteOperator(event, envelope)
    this.#folded = null
    this.state = data
    this.last = headOf(envelope)
    this.#check = check
    this.sum = sum
    const fact = { type, atMs: Date.parse(envelope.time), notify: data.notify, state: data }
    this.calls = callsAfter(this.calls, fact)
    const pagedAtMs = this.calls.calls.at(-1)?.pagedAtMs ?? Number.NEGATIVE_INFINITY
    this.answers = subscriberAnswersAfter(this.answers, fact, pagedAtMs)
    this.lastAnswers = lastAnswersAfter(this.lastAnswers, fact)
    this.deeds = subscriberDeedsAfter(this.deeds, fact)
  }

  #noteOperator({ type, data: next }: EventOfState, { time }: Envelope): void {
    const isMoved =
      this.moments.length === 0 || next.operatorRevision !== this.state.operatorRevision
    if (next.action === null) {
      if (isMoved) this.#acts = []
    } else if (type !== 'alert.answered') {
      const { handling = talkHandling } = next.action
      const act = { ...askerOf(next.action), at: time, handling, ...kindOfAct(type) }
      this.#acts = withAct(this.#acts, act)
    }
  }

  /** Adds the moment of the event that was folded last. */
  addMoment(moment: AlertMoment, momentsMax: number): void {
    this.moments.push(moment)
    if (this.moments.length <= momentsMax) return
    for (const omitted of this.moments.splice(1, 1)) {
      this.momentsOmitted++
      this.earlier.push(omitted)
      if (this.momentsOmitted % omittedEach === 0) this.earlier = neededMoments(this.earlier)
    }
  }
}

function factsOf({ area, category, concerns }: AlertState): FoldedFacts {
  return { area, category, concerns }
}

function stateOf({ state, sum }: HeldAlertRow, statements: RestoredStates | null): AlertState {
  if ('alertId' in state) return state
  if (sum === null || statements === null) throw new Error('a state without words needs its sum')
  return statements.restore(sum, state)
}

function headOf({ id, type, time, cause }: Envelope): EventHead {
  return { id, type, time, cause }
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
