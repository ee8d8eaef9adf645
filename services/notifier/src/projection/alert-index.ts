// All alerts, folded from the alerts log: the state of each as every level of readers may see it, and for each of its events where it stands in the log
// and what audiences are judged by. Bodies of past events stay in the log. Not here: reading the log (alert-journal.ts), who may see what
// (reader-view.ts), what one alert is to one level (level-story.ts).

import { isDeepStrictEqual } from 'node:util'
import { sha256Hex } from '@tocsin/contracts/json/digest'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import type { ActionRefused, AlertEvent, AlertState } from '@tocsin/domain/alert/alert'
import type { FilterFacts } from '@tocsin/domain/alert/alert-filter'
import { askerOf } from '@tocsin/domain/record/theatre-record'
import { type Handling, handlings } from '@tocsin/domain/report/handling'
import { momentOf } from '../reader/audience.ts'
import { type LevelStory, type Numbering, unabridged } from '../reader/level-story.ts'
import type { AlertEntry, AlertRecord, OutlinedRecord } from './alert-entry.ts'
import { HeldAlert } from './held-alert.ts'

export interface AlertIndexLimits {
  /** Events that are remembered of one alert; of a longer story the first and the newest. */
  readonly momentsPerAlertMax: number
  /**
   * Alerts of one theatre and one handling that are remembered after they closed; beyond that the one closed first is forgotten. Open alerts are never
   * forgotten. Each handling by itself: what is hidden must not push out what is not.
   */
  readonly closedAlertsMax: number
  /** Outcomes of operators' actions; the oldest is forgotten. */
  readonly outcomesMax: number
}

export const alertIndexDefaults: AlertIndexLimits = { momentsPerAlertMax: 1000, closedAlertsMax: 20_000, outcomesMax: 10_000 }

export type ActionOutcome =
  | { readonly kind: 'done'; readonly alertId: string; readonly at: string }
  | { readonly kind: 'refused'; readonly alertId: string; readonly at: string; readonly refusal: ActionRefused }

/** What the index makes of a record. Only `accepted` counts; the first record at a seq wins. */
export type Acceptance = 'accepted' | 'repeated' | 'conflicting' | 'gap'

/** Place in the order of a list. */
export interface Place {
  readonly firstTime: string
  readonly alertId: string
}

/** Forgotten alerts whose numbers are kept; the oldest goes. */
const partlyToldMax = 10_000
/** Hashes of this many newest events of a theatre are kept, to tell a repeat from another content at one seq. */
const hashesKept = 4096

interface TheatreTail {
  lastSeq: number
  readonly hashBySeq: Map<number, string>
}

export class AlertIndex {
  readonly #limits: AlertIndexLimits
  readonly #entries = new Map<string, HeldAlert>()
  /** For each level those that its readers were ever shown, by (time of the first event that they got, alertId), ascending. */
  readonly #orders = new Map<Handling, Place[]>(handlings.map(level => [level, []]))
  /** Closed ones by theatre and handling, in the order of their closing. */
  readonly #closed = new Map<string, Set<string>>()
  readonly #closedUnder = new Map<string, string>()
  readonly #open = new Set<string>()
  /** Of alerts that were forgotten, and of which some readers were told only in part: their numbers go on where they ended. */
  readonly #partlyTold = new Map<string, readonly LevelStory[]>()
  readonly #theatres = new Map<string, TheatreTail>()
  readonly #outcomes = new Map<string, ActionOutcome>()
  readonly #onForget = new Set<(alertId: string) => void>()

  constructor(limits: AlertIndexLimits = alertIndexDefaults) {
    this.#limits = limits
  }

  get openCount(): number {
    return this.#open.size
  }

  get closedCount(): number {
    return this.#closedUnder.size
  }

  get outcomeCount(): number {
    return this.#outcomes.size
  }

  get(alertId: string): AlertEntry | undefined {
    return this.#entries.get(alertId)
  }

  /** How an alert is marked now; null for one that is not known. */
  handlingNow(alertId: string): Handling | null {
    return this.#entries.get(alertId)?.outline.handling ?? null
  }

  /** How an alert was marked before a record of its theatre: the same whenever it is asked, so that an event always has the same bytes. */
  handlingBefore(alertId: string, { position }: { readonly position: bigint }): Handling | null {
    const moments = this.#entries.get(alertId)?.moments ?? []
    return moments.findLast(moment => moment.position < position)?.facts.handling ?? null
  }

  /** Which events of an alert readers of a level get, and under which numbers. The same whenever it is asked of an event that is folded. */
  numbering(alertId: string, level: Handling): Numbering {
    if (level === 'restricted') return unabridged
    const stories = this.#entries.get(alertId)?.stories ?? this.#partlyTold.get(alertId)
    return stories?.find(story => story.level === level) ?? unabridged
  }

  /** The levels whose readers may be told of the event that was taken in last. */
  concernedBy({ type, data }: AlertEvent): readonly Handling[] {
    const entry = this.#entries.get(data.alertId)
    // A refusal for an alert that does not exist is for those alone who see all.
    if (type === 'alert.action-refused') return handlings.filter(level => level === 'restricted' || entry?.shownAt(level))
    const stories = entry?.stories ?? this.#partlyTold.get(data.alertId) ?? []
    const told = stories.filter(story => story.leftAt === data.revision || !story.isWithheld(data.revision))
    return ['restricted', ...told.map(({ level }) => level)]
  }

  outcomeOf(actionId: string): ActionOutcome | undefined {
    return this.#outcomes.get(actionId)
  }

  /**
   * Those that readers of a level were ever shown, newest first, from after the given place in their order; the whole order without one. Some may have left
   * their view.
   */
  *newestFirst(level: Handling, after: Place | null): Generator<AlertEntry> {
    for (const { entry } of this.walk(level, after)) yield entry
  }

  /** The same with the place of each, from after which another walk may go on. */
  *walk(level: Handling, after: Place | null): Generator<{ readonly place: Place; readonly entry: AlertEntry }> {
    const order = this.#orders.get(level) as Place[]
    const start = after === null ? order.length : rankOf(order, after)
    for (let i = start - 1; i >= 0; i--) {
      const place = order[i] as Place
      yield { place, entry: this.#entries.get(place.alertId) as AlertEntry }
    }
  }

  /** Calls back for each alert that is forgotten from now on. */
  onForget(listener: (alertId: string) => void): void {
    this.#onForget.add(listener)
  }

  /**
   * Takes the next record of its partition in. A `gap` is taken in as well: seq numbers are missing before it, which the caller must tell
   * loudly. Repeats and conflicts change nothing.
   */
  apply(record: AlertRecord | OutlinedRecord): Acceptance {
    const acceptance = this.#accept(record)
    if (acceptance !== 'accepted' && acceptance !== 'gap') return acceptance
    const { event, envelope } = record
    if (event.type === 'alert.action-refused') {
      this.#noteOutcome(event.data.actionId, {
        kind: 'refused',
        alertId: event.data.alertId,
        at: envelope.time,
        refusal: event.data
      })
      return acceptance
    }
    const entry = this.#entryFor(event.data, envelope)
    this.#noteOperator(entry, event.data, envelope)
    const shownTo = entry.take(event, envelope, 'dataBytes' in record ? record.dataBytes : null, id => this.handlingNow(id))
    for (const { level, firstTime } of shownTo) this.#enter(level, { firstTime, alertId: entry.alertId })
    this.#noteMoment(entry, record)
    this.#place(entry)
    return acceptance
  }

  #accept(record: AlertRecord | OutlinedRecord): Acceptance {
    const { theatre, seq } = record.event.data
    const hash = hashOf(record)
    const tail = this.#theatres.get(theatre)
    if (tail === undefined) {
      this.#theatres.set(theatre, { lastSeq: seq, hashBySeq: new Map([[seq, hash]]) })
      return 'accepted'
    }
    if (seq <= tail.lastSeq) {
      const winner = tail.hashBySeq.get(seq)
      return winner === undefined || winner === hash ? 'repeated' : 'conflicting'
    }
    const acceptance = seq === tail.lastSeq + 1 ? 'accepted' : 'gap'
    tail.lastSeq = seq
    tail.hashBySeq.set(seq, hash)
    if (tail.hashBySeq.size > hashesKept) tail.hashBySeq.delete(tail.hashBySeq.keys().next().value as number)
    return acceptance
  }

  #entryFor(state: AlertState, { time }: Envelope): HeldAlert {
    const { alertId, theatre, revision, handling } = state
    const known = this.#entries.get(alertId)
    if (known) return known
    const entry = new HeldAlert({ alertId, theatre, firstTime: time, revision, handling }, this.#partlyTold.get(alertId))
    this.#partlyTold.delete(alertId)
    this.#entries.set(alertId, entry)
    this.#enter('restricted', entry)
    return entry
  }

  #enter(level: Handling, { firstTime, alertId }: Place): void {
    const order = this.#orders.get(level) as Place[]
    order.splice(rankOf(order, { firstTime, alertId }), 0, { firstTime, alertId })
  }

  #noteOperator(entry: HeldAlert, next: AlertState, { time }: Envelope): void {
    if (entry.moments.length === 0 || next.operatorRevision !== entry.outline.operatorRevision) {
      entry.lastOperator = next.action === null ? null : { ...askerOf(next.action), at: time }
    }
    if (next.action !== null) this.#noteOutcome(next.action.actionId, { kind: 'done', alertId: next.alertId, at: time })
  }

  #noteOutcome(actionId: string, outcome: ActionOutcome): void {
    this.#outcomes.set(actionId, outcome)
    if (this.#outcomes.size > this.#limits.outcomesMax) this.#outcomes.delete(this.#outcomes.keys().next().value as string)
  }

  #noteMoment(entry: HeldAlert, { event, partition, position }: AlertRecord): void {
    const moment = momentOf(event)
    if (moment === null) return
    const before = entry.moments.at(-1)?.facts
    // Most events leave what filters read as it was: one object serves them all.
    const facts = before !== undefined && sameFacts(before, moment.facts) ? before : moment.facts
    entry.moments.push({ ...moment, facts, partition, position })
    if (entry.moments.length > this.#limits.momentsPerAlertMax) {
      entry.moments.splice(1, 1)
      entry.momentsOmitted++
    }
  }

  #place({ alertId, theatre, outline }: AlertEntry): void {
    this.#open.delete(alertId)
    this.#leaveClosed(alertId)
    if (outline.status === 'provisional' || outline.status === 'confirmed') {
      this.#open.add(alertId)
      return
    }
    const key = `${theatre}|${outline.handling}`
    const closed = this.#closed.get(key) ?? new Set()
    this.#closed.set(key, closed.add(alertId))
    this.#closedUnder.set(alertId, key)
    if (closed.size > this.#limits.closedAlertsMax) this.#forget(closed.values().next().value as string)
  }

  #leaveClosed(alertId: string): void {
    const key = this.#closedUnder.get(alertId)
    if (key === undefined) return
    this.#closedUnder.delete(alertId)
    const closed = this.#closed.get(key)
    closed?.delete(alertId)
    if (closed?.size === 0) this.#closed.delete(key)
  }

  #forget(alertId: string): void {
    const entry = this.#entries.get(alertId)
    if (entry === undefined) return
    this.#leaveClosed(alertId)
    this.#entries.delete(alertId)
    const places = [{ level: 'restricted' as const, firstTime: entry.firstTime }, ...entry.stories]
    for (const { level, firstTime } of places) {
      if (firstTime === null) continue
      const order = this.#orders.get(level) as Place[]
      order.splice(rankOf(order, { firstTime, alertId }), 1)
    }
    if (entry.stories.some(story => story.isMixed)) this.#notePartlyTold(entry)
    for (const listener of this.#onForget) listener(alertId)
  }

  #notePartlyTold(entry: HeldAlert): void {
    this.#partlyTold.set(entry.alertId, entry.parted())
    if (this.#partlyTold.size > partlyToldMax) this.#partlyTold.delete(this.#partlyTold.keys().next().value as string)
  }
}

/** Index of the first place that is not before the given one. */
function rankOf(order: readonly Place[], place: Place): number {
  let [low, high] = [0, order.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBefore(order[middle] as Place, place)) low = middle + 1
    else high = middle
  }
  return low
}

const closing = Buffer.from(']')

/** What tells a record from another at its seq. What stands in the log is canonical: its bytes and its parsed data written anew are one text. */
function hashOf(record: AlertRecord | OutlinedRecord): string {
  const { type, previoushash } = record.envelope
  const before = `[${JSON.stringify(type)},${JSON.stringify(previoushash ?? null)},`
  if (!('dataBytes' in record)) return sha256Hex(`${before}${JSON.stringify(record.event.data)}]`)
  return sha256Hex(Buffer.concat([Buffer.from(before), record.dataBytes, closing]))
}

function isBefore(a: Place, b: Place): boolean {
  return a.firstTime < b.firstTime || (a.firstTime === b.firstTime && a.alertId < b.alertId)
}

const plainFacts = ['severity', 'status', 'pattern', 'ruleId', 'theatre', 'certainty', 'handling', 'drill'] as const

function sameFacts(a: FilterFacts, b: FilterFacts): boolean {
  return plainFacts.every(name => a[name] === b[name]) && isDeepStrictEqual([a.category, a.area], [b.category, b.area])
}
