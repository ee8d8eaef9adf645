// An alert for a level of readers: its state, and its moments. Levels with the same events share
// it, until one of these levels has an event that another does not have (`copy`).

import type { AlertEvent, AlertPartnerAnswer, AlertState } from '@tocsin/contracts/alert/alert'
import type { AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import { type KnownEvidence, readKnown } from '@tocsin/contracts/record/alert-recording'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import { type Handling, talkHandling } from '@tocsin/contracts/theatre/handling'
import { type Asker, readAsker } from '@tocsin/contracts/theatre/theatre-record'
import { type AlertCalls, callsAfter, noCalls } from './alert-calls.ts'
import type { AlertMoment, EventHead } from './alert-record.ts'
import {
  describeActKind,
  lastActInView,
  lastChangeInView,
  type OfficersAct,
  withAct
} from './officers-talk.ts'
import type { FoldedFacts, Statements } from './statements.ts'
import {
  lastAnswersAfter,
  type SubscriberAnswer,
  type SubscriberDeed,
  subscriberAnswersAfter,
  subscriberDeedsAfter
} from './subscriber-calls.ts'

export type EventOfState = Exclude<AlertEvent, { type: 'alert.action-refused' }>

/** An alert as it is stored. */
interface AlertRow {
  readonly firstTime: string
  readonly firstPosition: number
  readonly acts: readonly OfficersAct[]
  /** With a sum it is the facts alone: words are rendered from the sum. */
  readonly state: AlertState | FoldedFacts
  readonly sum: AlertSum | null
  readonly last: EventHead
  readonly calls: AlertCalls
  readonly answers: readonly SubscriberAnswer[]
  readonly lastAnswers: readonly AlertPartnerAnswer[]
  readonly deeds: readonly SubscriberDeed[]
}

/** Reads the moments of an alert as these levels have them. */
export type ReadMoments = (alertId: string, levels: number) => readonly AlertMoment[]

/** What an event is folded with. */
export interface EventSource {
  /** The sum of the alert's events, of version 3. */
  readonly sum: AlertSum | null
  readonly position: bigint
}

export class AlertAtLevel {
  /** Time of the first event for them; with the id, the order of lists. */
  readonly firstTime: string
  /** The position of the first event. */
  readonly firstPosition: number
  /** As its incidents were known at the last event. */
  state: AlertState
  /** The event that produced the state. */
  last: EventHead
  /** When it paged, and when that was answered. */
  calls: AlertCalls = noCalls
  /** Of each subscription the first answer to each call, oldest first. */
  answers: readonly SubscriberAnswer[] = []
  /**
   * What each subscription answered last, oldest first: the state keeps fewer. For officers, as
   * those of the state.
   */
  lastAnswers: readonly AlertPartnerAnswer[] = []
  /** What partners recorded as done, in order of record. */
  deeds: readonly SubscriberDeed[] = []
  /** The sum of all events; null if the last one was of an earlier version. */
  sum: AlertSum | null = null
  /** Its row; null: it has none yet. */
  row: number | null = null
  /** The levels that have it, as bits. */
  levels = 0
  /** It differs from its row. */
  isChanged = false
  readonly #readMoments: ReadMoments
  /** Null: not read yet. */
  #moments: AlertMoment[] | null = null
  /** Who last moved `operatorRevision`; none for the machine. */
  #acts: readonly OfficersAct[] = []

  constructor(
    first: Pick<AlertAtLevel, 'firstTime' | 'firstPosition'>,
    state: AlertState,
    last: EventHead,
    readMoments: ReadMoments
  ) {
    this.firstTime = first.firstTime
    this.firstPosition = first.firstPosition
    this.state = state
    this.last = last
    this.#readMoments = readMoments
  }

  /** An alert by its first event. */
  static begun(
    event: EventOfState,
    envelope: Envelope,
    source: EventSource,
    readMoments: ReadMoments
  ): AlertAtLevel {
    const first = { firstTime: envelope.time, firstPosition: Number(source.position) }
    const alert = new AlertAtLevel(first, event.data, makeHead(envelope), readMoments)
    alert.take(event, envelope, source)
    return alert
  }

  /** An alert from its row. */
  static restored(text: string, statements: Statements, readMoments: ReadMoments): AlertAtLevel {
    const row = JSON.parse(text) as AlertRow
    const alert = new AlertAtLevel(row, readState(row, statements), row.last, readMoments)
    const { sum, calls, answers, lastAnswers, deeds } = row
    alert.#acts = row.acts
    return Object.assign(alert, { sum, calls, answers, lastAnswers, deeds })
  }

  /** The same alert for levels that have another event next. */
  copy(): AlertAtLevel {
    const alert = new AlertAtLevel(this, this.state, this.last, this.#readMoments)
    alert.#acts = this.#acts
    const { sum, calls, answers, lastAnswers, deeds } = this
    return Object.assign(alert, { sum, calls, answers, lastAnswers, deeds })
  }

  /** As it is stored. */
  text(): string {
    const { firstTime, firstPosition, sum, last, calls, answers, lastAnswers, deeds } = this
    const row: AlertRow = {
      ...{ firstTime, firstPosition, sum, last, calls, answers, lastAnswers, deeds },
      acts: this.#acts,
      state: sum === null ? this.state : pickFacts(this.state)
    }
    return JSON.stringify(row)
  }

  /** Its events, in order. */
  get moments(): readonly AlertMoment[] {
    this.#moments ??= [...this.#readMoments(this.state.alertId, this.levels)]
    return this.#moments
  }

  /** Adds the moment of the event that was folded last, and is stored. */
  addMoment(moment: AlertMoment): void {
    this.#moments?.push(moment)
  }

  /** The evidence from which the next event may state the difference; null if unknown. */
  get known(): KnownEvidence | null {
    return readKnown(this.state)
  }

  /** Who last changed `operatorRevision`, as readers of a level may read it, and when; null for the machine. */
  lastOperatorAt(level: Handling): (Asker & { readonly at: string }) | null {
    return lastActInView(level, this.#acts)
  }

  /** Of an alert that an officer closed: who, as that level may read it, and when; null for any other. */
  closedByAt(level: Handling): (Asker & { readonly at: string }) | null {
    const { status, operator } = this.state
    // Not by its reason, which is of the last event alone: after a comment it is null.
    return status === 'resolved' && operator.disposition !== null
      ? lastChangeInView(level, this.#acts)
      : null
  }

  /** Folds the next event. */
  take(event: EventOfState, envelope: Envelope, { sum }: EventSource): void {
    const { type, data } = event
    this.#noteOperator(event, envelope)
    this.isChanged = true
    this.state = data
    this.last = makeHead(envelope)
    this.sum = sum
    const fact = { type, atMs: Date.parse(envelope.time), notify: data.notify, state: data }
    this.calls = callsAfter(this.calls, fact)
    const pagedAtMs = this.calls.calls.at(-1)?.pagedAtMs ?? Number.NEGATIVE_INFINITY
    this.answers = subscriberAnswersAfter(this.answers, fact, pagedAtMs)
    this.lastAnswers = lastAnswersAfter(this.lastAnswers, fact)
    this.deeds = subscriberDeedsAfter(this.deeds, fact)
  }

  #noteOperator({ type, data: next }: EventOfState, { time }: Envelope): void {
    const isMoved = next.operatorRevision !== this.state.operatorRevision
    if (next.action === null) {
      if (isMoved) this.#acts = []
    } else if (type !== 'alert.answered') {
      const { handling = talkHandling } = next.action
      const act = { ...readAsker(next.action), at: time, handling, ...describeActKind(type) }
      this.#acts = withAct(this.#acts, act)
    }
  }
}

function pickFacts({ area, category, concerns }: AlertState): FoldedFacts {
  return { area, category, concerns }
}

function readState({ state, sum }: AlertRow, statements: Statements): AlertState {
  return 'alertId' in state ? state : statements.restore(sum as AlertSum, state)
}

function makeHead({ id, type, time, cause }: Envelope): EventHead {
  return { id, type, time, cause }
}
