// An alert at each level of readers. Levels with the same events share an `AlertAtLevel`, which is a
// row of the read model, until one of them has an event that another does not have.

import type { AlertEvent, AlertPartnerAnswer, AlertState } from '@tocsin/contracts/alert/alert'
import type { AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import { type Handling, handlings, maySee, talkHandling } from '@tocsin/contracts/theatre/handling'
import { readAsker } from '@tocsin/contracts/theatre/theatre-record'
import { computeMask, hasLevel } from '@tocsin/read-model/alerts/levels'
import { type AlertCalls, callsAfter, noCalls } from './alert-calls.ts'
import type { AlertMoment, EventHead } from './alert-record.ts'
import { type OfficersAct, withAct } from './officers-talk.ts'
import type { FoldedFacts, Statements } from './statements.ts'
import {
  lastAnswersAfter,
  type SubscriberAnswer,
  type SubscriberDeed,
  subscriberAnswersAfter,
  subscriberDeedsAfter
} from './subscriber-calls.ts'

export type EventOfState = Exclude<AlertEvent, { type: 'alert.action-refused' }>

type ReadMoments = (alertId: string, levels: number) => readonly AlertMoment[]

interface EventSource {
  readonly event: EventOfState
  readonly envelope: Envelope
  /** The sum of the alert's events, of version 3. */
  readonly sum: AlertSum | null
  readonly position: bigint
}

/** What is folded of an alert, and stored. */
interface Folded {
  /** Time of the first event for these levels; with the id, the order of lists. */
  readonly firstTime: string
  readonly firstPosition: number
  /** As its incidents were known at the last event. */
  readonly state: AlertState
  readonly last: EventHead
  /** The sum of all events; null if the last one was of an earlier version. */
  readonly sum: AlertSum | null
  /** When it paged, and when that was answered. */
  readonly calls: AlertCalls
  /** Of each subscription the first answer to each call, oldest first. */
  readonly answers: readonly SubscriberAnswer[]
  /**
   * What each subscription answered last, oldest first: the state keeps fewer. For officers, as
   * those of the state.
   */
  readonly lastAnswers: readonly AlertPartnerAnswer[]
  /** What partners recorded as done, in order of record. */
  readonly deeds: readonly SubscriberDeed[]
  /** Who last moved `operatorRevision`; none for the machine. */
  readonly acts: readonly OfficersAct[]
}

export interface AlertAtLevel extends Folded {
  /** Its row; null: it has none yet. */
  row: number | null
  /** The levels that have it, as bits. */
  levels: number
  isChanged: boolean
  readonly moments: readonly AlertMoment[]
  /** Adds the moment of the event that was folded last, and is stored. */
  addMoment(moment: AlertMoment): void
}

function makeAlert(folded: Folded, readMoments: ReadMoments, levels = 0): AlertAtLevel {
  let moments: AlertMoment[] | null = null
  return {
    ...folded,
    ...{ row: null, levels, isChanged: false },
    get moments() {
      moments ??= [...readMoments(this.state.alertId, this.levels)]
      return moments
    },
    addMoment(moment) {
      moments?.push(moment)
    }
  }
}

/** An alert as it is stored. With a sum its state is the facts alone: words are rendered from the sum. */
export function writeAlert(alert: AlertAtLevel): string {
  const { firstTime, firstPosition, last, sum, calls, answers, lastAnswers, deeds, acts } = alert
  const { area, category, concerns } = alert.state
  const state = sum === null ? alert.state : { area, category, concerns }
  return JSON.stringify({
    ...{ firstTime, firstPosition, state, last, sum },
    ...{ calls, answers, lastAnswers, deeds, acts }
  })
}

function readAlert(text: string, statements: Statements): Folded {
  const row = JSON.parse(text) as Folded & { readonly state: AlertState | FoldedFacts }
  const { state, sum } = row
  return 'alertId' in state ? row : { ...row, state: statements.restore(sum as AlertSum, state) }
}

const nothingFolded = { calls: noCalls, answers: [], lastAnswers: [], deeds: [], acts: [] }

/** An alert behind its next event; `before` is null for its first. */
function foldEvent(before: Folded | null, { event, envelope, sum, position }: EventSource): Folded {
  const { type, data: state } = event
  const { id, time, cause } = envelope
  const first = { firstTime: time, firstPosition: Number(position) }
  const known = before ?? { ...first, ...nothingFolded, state }
  const fact = { type, atMs: Date.parse(time), notify: state.notify, state }
  const calls = callsAfter(known.calls, fact)
  const pagedAtMs = calls.calls.at(-1)?.pagedAtMs ?? Number.NEGATIVE_INFINITY
  return {
    ...{ firstTime: known.firstTime, firstPosition: known.firstPosition, state, sum, calls },
    last: { id, type: envelope.type, time, cause },
    answers: subscriberAnswersAfter(known.answers, fact, pagedAtMs),
    lastAnswers: lastAnswersAfter(known.lastAnswers, fact),
    deeds: subscriberDeedsAfter(known.deeds, fact),
    acts: foldActs(known, event, time)
  }
}

function foldActs(
  { acts, state }: Pick<Folded, 'acts' | 'state'>,
  { type, data: { action, operatorRevision } }: EventOfState,
  at: string
): readonly OfficersAct[] {
  if (action === null) return operatorRevision === state.operatorRevision ? acts : []
  if (type === 'alert.answered') return acts
  const { handling = talkHandling } = action
  return withAct(acts, type, { ...readAsker(action), at, handling })
}

export class AlertEntry {
  readonly alertId: string
  readonly #readMoments: ReadMoments
  readonly #byLevel = new Map<Handling, AlertAtLevel>()

  constructor(alertId: string, readMoments: ReadMoments) {
    this.alertId = alertId
    this.#readMoments = readMoments
  }

  restore(
    row: { readonly n: number; readonly levels: number; readonly body: string },
    by: Statements
  ) {
    const alert = makeAlert(readAlert(row.body, by), this.#readMoments, row.levels)
    alert.row = row.n
    for (const level of handlings) if (hasLevel(row.levels, level)) this.#byLevel.set(level, alert)
  }

  get theatre(): string {
    return this.top.state.theatre
  }

  /** The alerts in memory, each once. */
  get alerts(): ReadonlySet<AlertAtLevel> {
    return new Set(this.#byLevel.values())
  }

  get top(): AlertAtLevel {
    const level = handlings.findLast(each => this.#byLevel.has(each)) as Handling
    return this.#byLevel.get(level) as AlertAtLevel
  }

  /** For readers of a level; null also if an event of an earlier version hid it from them. */
  at(level: Handling): AlertAtLevel | null {
    const alert = this.#byLevel.get(level)
    return alert === undefined || !maySee(level, alert.state.handling) ? null : alert
  }

  isFor(level: Handling): boolean {
    return this.#byLevel.has(level)
  }

  /** Folds the next event for some levels. Returns the alerts of these levels, each once. */
  take(levels: readonly Handling[], source: EventSource): readonly AlertAtLevel[] {
    const groups = Map.groupBy(levels, level => this.#byLevel.get(level))
    const taken = [...groups].map(([before, of]) => {
      const isOwn = before?.levels === computeMask(of)
      const folded = foldEvent(before ?? null, source)
      const alert =
        before !== undefined && isOwn
          ? Object.assign(before, folded)
          : makeAlert(folded, this.#readMoments)
      alert.isChanged = true
      for (const level of of) this.#byLevel.set(level, alert)
      return alert
    })
    for (const [alert, of] of Map.groupBy(this.#byLevel.keys(), level =>
      this.#byLevel.get(level)
    )) {
      const mask = computeMask(of)
      if (alert === undefined || alert.levels === mask) continue
      Object.assign(alert, { levels: mask, isChanged: true })
    }
    return taken
  }
}
