// All alerts, folded from the alerts log: the state of each for every reader level, and for each event its log position and what
// audiences need to judge it. Bodies of past events stay in the log. Elsewhere: reading the log (alert-journal.ts), visibility
// (reader-view.ts), one alert at one level (level-story.ts).

import { isDeepStrictEqual } from 'node:util'
import { sha256Hex } from '@tocsin/contracts/json/digest'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import type { ActionRefused, AlertEvent, AlertState } from '@tocsin/domain/alert/alert'
import type { FilterFacts } from '@tocsin/domain/alert/alert-filter'
import { wholeOf } from '@tocsin/domain/evidence/alert-recording'
import { askerOf } from '@tocsin/domain/record/theatre-record'
import { type Handling, handlings } from '@tocsin/domain/report/handling'
import { LRUCache } from 'lru-cache'
import { momentOf } from '../reader/audience.ts'
import { type LevelStory, type Numbering, unabridged } from '../reader/level-story.ts'
import type { AlertEntry, AlertRecord, DecodedRecord, OutlinedRecord } from './alert-entry.ts'
import { HeldAlert } from './held-alert.ts'

export interface AlertIndexLimits {
  /** Maximum events kept per alert; of a longer history the first and the newest. */
  readonly momentsPerAlertMax: number
  /**
   * Closed alerts kept per theatre and handling; beyond that the one closed first is evicted. Open alerts are never evicted.
   * Counted per handling, so that hidden alerts cannot evict visible ones.
   */
  readonly closedAlertsMax: number
  /** Maximum outcomes of operators' actions kept; the oldest is evicted. */
  readonly outcomesMax: number
}

const alertIndexDefaults: AlertIndexLimits = { momentsPerAlertMax: 1000, closedAlertsMax: 20_000, outcomesMax: 10_000 }

export type ActionOutcome =
  | { readonly kind: 'done'; readonly alertId: string; readonly at: string }
  | { readonly kind: 'refused'; readonly alertId: string; readonly at: string; readonly refusal: ActionRefused }

/** Whether a record counts: the first at a seq does. After a `gap` seq numbers are missing before it. */
export type Acceptance = 'accepted' | 'repeated' | 'conflicting' | 'gap'

/** The result of folding a record: the whole of its event, if it counts. */
export type Folded =
  | { readonly acceptance: 'accepted' | 'gap'; readonly event: AlertEvent }
  | { readonly acceptance: 'repeated' | 'conflicting'; readonly event: null }

/** Position in the order of a list. */
export interface Place {
  readonly firstTime: string
  readonly alertId: string
}

/** Evicted alerts whose numbering is kept; the oldest goes first. */
const partlyToldMax = 10_000
/** Hashes kept of the newest events per theatre, to tell a repeat from a conflict at one seq. */
const hashesKept = 4096

interface TheatreTail {
  lastSeq: number
  readonly hashBySeq: LRUCache<number, string>
}

export class AlertIndex {
  readonly #limits: AlertIndexLimits
  readonly #entries = new Map<string, HeldAlert>()
  /** Per level the alerts ever shown to its readers, by (time of the first event delivered, alertId), ascending. */
  readonly #orders = new Map<Handling, Place[]>(handlings.map(level => [level, []]))
  /** Closed alerts by theatre and handling, in the order of closing. */
  readonly #closed = new Map<string, Set<string>>()
  readonly #closedUnder = new Map<string, string>()
  readonly #open = new Set<string>()
  /** Numbering of evicted alerts that some readers saw only in part: it must continue where it ended. */
  readonly #partlyTold = new LRUCache<string, readonly LevelStory[]>({ max: partlyToldMax })
  readonly #theatres = new Map<string, TheatreTail>()
  readonly #outcomes: LRUCache<string, ActionOutcome>
  readonly #onForget = new Set<(alertId: string) => void>()

  constructor(limits: AlertIndexLimits = alertIndexDefaults) {
    this.#limits = limits
    this.#outcomes = new LRUCache({ max: limits.outcomesMax })
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

  /** The current handling of an alert; null if unknown. */
  handlingNow(alertId: string): Handling | null {
    return this.#entries.get(alertId)?.outline.handling ?? null
  }

  /**
   * The handling of an alert before a given record of its theatre. Deterministic, so that an event always renders to the same
   * bytes.
   */
  handlingBefore(alertId: string, { position }: { readonly position: bigint }): Handling | null {
    const moments = this.#entries.get(alertId)?.moments ?? []
    return moments.findLast(moment => moment.position < position)?.facts.handling ?? null
  }

  /** Which events of an alert readers of a level get, and under which numbers. Deterministic for folded events. */
  numbering(alertId: string, level: Handling): Numbering {
    if (level === 'restricted') return unabridged
    const stories = this.#entries.get(alertId)?.stories ?? this.#partlyTold.peek(alertId)
    return stories?.find(story => story.level === level) ?? unabridged
  }

  /** The levels whose readers may be told of the event folded last. */
  concernedBy({ type, data }: AlertEvent): readonly Handling[] {
    const entry = this.#entries.get(data.alertId)
    // A refusal for an unknown alert is visible only to readers who see everything.
    if (type === 'alert.action-refused') return handlings.filter(level => level === 'restricted' || entry?.shownAt(level))
    const stories = entry?.stories ?? this.#partlyTold.peek(data.alertId) ?? []
    const told = stories.filter(story => story.leftAt === data.revision || !story.isWithheld(data.revision))
    return ['restricted', ...told.map(({ level }) => level)]
  }

  outcomeOf(actionId: string): ActionOutcome | undefined {
    return this.#outcomes.peek(actionId)
  }

  /**
   * Alerts ever shown to readers of a level, newest first, after the given place; the whole order without one. Some may no longer
   * be visible to them.
   */
  *newestFirst(level: Handling, after: Place | null): Generator<AlertEntry> {
    for (const { entry } of this.walk(level, after)) yield entry
  }

  /** The same with each alert's place, from which another walk can continue. */
  *walk(level: Handling, after: Place | null): Generator<{ readonly place: Place; readonly entry: AlertEntry }> {
    const order = this.#orders.get(level) as Place[]
    const start = after === null ? order.length : rankOf(order, after)
    for (let i = start - 1; i >= 0; i--) {
      const place = order[i] as Place
      yield { place, entry: this.#entries.get(place.alertId) as AlertEntry }
    }
  }

  /** Registers a callback for each alert evicted from now on. */
  onForget(listener: (alertId: string) => void): void {
    this.#onForget.add(listener)
  }

  /**
   * Folds the next record of its partition. A `gap` is folded as well: seq numbers are missing before it, and the caller must
   * report that loudly. Repeats and conflicts change nothing.
   */
  apply(record: DecodedRecord | OutlinedRecord): Folded {
    const acceptance = this.#accept(record)
    if (acceptance !== 'accepted' && acceptance !== 'gap') return { acceptance, event: null }
    const { recorded, envelope } = record
    if (recorded.type === 'alert.action-refused') {
      const { data } = recorded
      this.#noteOutcome(data.actionId, { kind: 'refused', alertId: data.alertId, at: envelope.time, refusal: data })
      return { acceptance, event: recorded }
    }
    const { event, known } = wholeOf(recorded, this.#entries.get(recorded.data.alertId)?.known ?? null)
    const entry = this.#entryFor(event.data, envelope)
    this.#noteOperator(entry, event.data, envelope)
    const held = { dataBytes: 'dataBytes' in record ? record.dataBytes : null, check: known?.check ?? null }
    const shownTo = entry.take(event, envelope, held, id => this.handlingNow(id))
    for (const { level, firstTime } of shownTo) this.#enter(level, { firstTime, alertId: entry.alertId })
    this.#noteMoment(entry, { ...record, event })
    this.#place(entry)
    return { acceptance, event }
  }

  #accept(record: DecodedRecord | OutlinedRecord): Acceptance {
    const { theatre, seq } = record.recorded.data
    const hash = hashOf(record)
    const tail = this.#theatres.get(theatre)
    if (tail === undefined) {
      // One for each theatre, and most hold a few: it grows as it fills.
      const hashBySeq = new LRUCache<number, string>({ maxSize: hashesKept, sizeCalculation: () => 1 })
      this.#theatres.set(theatre, { lastSeq: seq, hashBySeq: hashBySeq.set(seq, hash) })
      return 'accepted'
    }
    if (seq <= tail.lastSeq) {
      const winner = tail.hashBySeq.peek(seq)
      return winner === undefined || winner === hash ? 'repeated' : 'conflicting'
    }
    const acceptance = seq === tail.lastSeq + 1 ? 'accepted' : 'gap'
    tail.lastSeq = seq
    tail.hashBySeq.set(seq, hash)
    return acceptance
  }

  #entryFor(state: AlertState, { time }: Envelope): HeldAlert {
    const { alertId, theatre, revision, handling } = state
    const known = this.#entries.get(alertId)
    if (known) return known
    const entry = new HeldAlert({ alertId, theatre, firstTime: time, revision, handling }, this.#partlyTold.peek(alertId))
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
  }

  #noteMoment(entry: HeldAlert, { event, partition, position }: AlertRecord): void {
    const moment = momentOf(event)
    if (moment === null) return
    const before = entry.moments.at(-1)?.facts
    // Most events leave the filtered fields unchanged: they share one object.
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
  }
}

/** Index of the first place at or after the given one. */
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

/** Distinguishes records at one seq. Log records are canonical: their bytes and their re-encoded data are the same text. */
function hashOf(record: DecodedRecord | OutlinedRecord): string {
  const { type, previoushash } = record.envelope
  const before = `[${JSON.stringify(type)},${JSON.stringify(previoushash ?? null)},`
  if (!('dataBytes' in record)) return sha256Hex(`${before}${JSON.stringify(record.recorded.data)}]`)
  return sha256Hex(Buffer.concat([Buffer.from(before), record.dataBytes, closing]))
}

function isBefore(a: Place, b: Place): boolean {
  return a.firstTime < b.firstTime || (a.firstTime === b.firstTime && a.alertId < b.alertId)
}

const plainFacts = ['severity', 'status', 'pattern', 'ruleId', 'theatre', 'certainty', 'handling', 'drill'] as const

function sameFacts(a: FilterFacts, b: FilterFacts): boolean {
  return plainFacts.every(name => a[name] === b[name]) && isDeepStrictEqual([a.category, a.area], [b.category, b.area])
}
