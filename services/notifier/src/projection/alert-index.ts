// All alerts, folded from the alerts log: the state of each for every reader level, and for each
// event its log position and what audiences need to judge it. Bodies of past events stay in the
// log. Elsewhere: reading the log (alert-journal.ts), visibility (reader-view.ts), one alert at one
// level (level-story.ts).

import { isDeepStrictEqual } from 'node:util'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import type { ActionRefused, AlertEvent, AlertState } from '@tocsin/domain/alert/alert'
import type { FilterFacts } from '@tocsin/domain/alert/alert-filter'
import { wholeOf } from '@tocsin/domain/evidence/alert-recording'
import { askerOf } from '@tocsin/domain/record/theatre-record'
import { type Handling, handlings, maySee, talkHandling } from '@tocsin/domain/report/handling'
import {
  type Captured,
  oldestFirst,
  type SnapshotPart
} from '@tocsin/service-kit/snapshot/snapshot-state'
import { LRUCache } from 'lru-cache'
import { momentOf } from '../reader/audience.ts'
import { CallTable } from '../reader/call-table.ts'
import { LevelOrder, type Place } from '../reader/level-order.ts'
import { LevelStory, type Numbering, type StoryRow, unabridged } from '../reader/level-story.ts'
import { isRefusalFor, kindOfAct, withAct } from '../reader/officers-talk.ts'
import { AcceptedSeqs, type SeqRow } from './accepted-seqs.ts'
import type { AlertEntry, AlertRecord, DecodedRecord, OutlinedRecord } from './alert-entry.ts'
import { HeldAlert, type HeldAlertRow } from './held-alert.ts'
import { IncidentViews } from './incident-views.ts'

export interface AlertIndexLimits {
  /** Maximum events kept per alert; of a longer history the first and the newest. */
  readonly momentsPerAlertMax: number
  /**
   * Closed alerts kept per theatre and handling; beyond that the one closed first is evicted. Open
   * alerts are never evicted. Counted per handling, so that hidden alerts cannot evict visible
   * ones.
   */
  readonly closedAlertsMax: number
  /** Maximum outcomes of operators' actions kept; the oldest is evicted. */
  readonly outcomesMax: number
}

const alertIndexDefaults: AlertIndexLimits = {
  momentsPerAlertMax: 1000,
  closedAlertsMax: 20_000,
  outcomesMax: 10_000
}

type EventOfState = Exclude<AlertEvent, { type: 'alert.action-refused' }>

/** Who may read of an action beside those who may read what it says. */
export interface ActionsOwner {
  readonly handling: Handling
  readonly byId: string | null
}

export type ActionOutcome =
  | {
      readonly kind: 'done'
      readonly alertId: string
      readonly at: string
      readonly of?: ActionsOwner
    }
  | {
      readonly kind: 'refused'
      readonly alertId: string
      readonly at: string
      readonly refusal: ActionRefused
    }

/** The result of folding a record: the whole of its event, if it counts. */
export type Folded =
  | { readonly acceptance: 'accepted' | 'gap'; readonly event: AlertEvent }
  | { readonly acceptance: 'repeated' | 'conflicting'; readonly event: null }

/** Evicted alerts whose numbering is kept; the oldest goes first. */
const partlyToldMax = 10_000
/** Rows of a snapshot, by what they hold. */
type IndexRow =
  | readonly ['alert', HeldAlertRow]
  | readonly ['closed', key: string, alertIds: readonly string[]]
  | readonly ['parted', alertId: string, stories: readonly StoryRow[]]
  | readonly ['outcome', actionId: string, outcome: ActionOutcome]
  | readonly ['accepted', row: SeqRow]

/** A snapshot being written. An alert that changes before its turn is copied first. */
interface Capture {
  readonly left: Set<string>
  readonly early: Map<string, HeldAlertRow>
}

export class AlertIndex implements SnapshotPart {
  readonly #limits: AlertIndexLimits
  readonly #incidents: Pick<IncidentViews, 'isTakenBack' | 'takenBackCount'>
  readonly #entries = new Map<string, HeldAlert>()
  /**
   * Per level the alerts ever shown to its readers, by (time of the first event delivered,
   * alertId), ascending.
   */
  readonly #orders = new Map<Handling, LevelOrder<HeldAlert>>(
    handlings.map(level => [level, new LevelOrder(level)])
  )
  /** Closed alerts by theatre and handling, in the order of closing. */
  readonly #closed = new Map<string, Set<string>>()
  readonly #closedUnder = new Map<string, string>()
  readonly #open = new Set<string>()
  readonly #calls = new Map<Handling, CallTable>(
    handlings.map(level => [level, new CallTable(level)])
  )
  /**
   * Numbering of evicted alerts that some readers saw only in part: it must continue where it
   * ended.
   */
  readonly #partlyTold = new LRUCache<string, readonly LevelStory[]>({
    maxSize: partlyToldMax,
    sizeCalculation: () => 1
  })
  readonly #accepted = new AcceptedSeqs()
  readonly #outcomes: LRUCache<string, ActionOutcome>
  readonly #onForget = new Set<(alertId: string) => void>()
  #capture: Capture | null = null

  /** `incidents`: by which evidence is taken back. */
  constructor(
    limits: AlertIndexLimits = alertIndexDefaults,
    incidents: Pick<IncidentViews, 'isTakenBack' | 'takenBackCount'> = new IncidentViews()
  ) {
    this.#limits = limits
    this.#incidents = incidents
    this.#outcomes = new LRUCache({ maxSize: limits.outcomesMax, sizeCalculation: () => 1 })
  }

  get openIds(): ReadonlySet<string> {
    return this.#open
  }

  get closedCount(): number {
    return this.#closedUnder.size
  }

  get(alertId: string): AlertEntry | undefined {
    return this.#entries.get(alertId)
  }

  /**
   * True for a past statement with evidence that readers of the level may not see any more: the
   * handling of a report was raised since. They get none of it, on any transport.
   */
  isTakenBack(level: Handling, { theatre, evidence }: AlertState): boolean {
    return evidence.some(
      ({ incidentId, handling }) =>
        maySee(level, handling) && this.#incidents.isTakenBack(level, theatre, incidentId)
    )
  }

  /** Another number where a text that was made of an event may say less or more by now. */
  get takenBackCount(): number {
    return this.#incidents.takenBackCount
  }

  /** The current handling of an alert; null if unknown. */
  handlingNow(alertId: string): Handling | null {
    return this.#entries.get(alertId)?.outline.handling ?? null
  }

  /**
   * The handling of an alert before a given record of its theatre. Deterministic, so that an event
   * always renders to the same bytes.
   */
  handlingBefore(alertId: string, { position }: { readonly position: bigint }): Handling | null {
    const moments = this.#entries.get(alertId)?.moments ?? []
    return moments.findLast(moment => moment.position < position)?.facts.handling ?? null
  }

  /**
   * Which events of an alert readers of a level get, and under which numbers. Deterministic for
   * folded events.
   */
  numbering(alertId: string, level: Handling): Numbering {
    if (level === 'restricted') return unabridged
    const stories = this.#entries.get(alertId)?.stories ?? this.#partlyTold.peek(alertId)
    return stories?.find(story => story.level === level) ?? unabridged
  }

  /** The levels whose readers may be told of the event folded last. */
  concernedBy({ type, data }: AlertEvent): readonly Handling[] {
    const entry = this.#entries.get(data.alertId)
    // A refusal for an unknown alert is visible only to readers who see everything.
    if (type === 'alert.action-refused')
      return handlings.filter(
        level => level === 'restricted' || (isRefusalFor(level, data) && entry?.shownAt(level))
      )
    const stories = entry?.stories ?? this.#partlyTold.peek(data.alertId) ?? []
    const told = stories.filter(
      story => story.leftAt === data.revision || !story.isWithheld(data.revision)
    )
    return ['restricted', ...told.map(({ level }) => level)]
  }

  /** The calls of all alerts, as readers of a level were told of them. */
  callsAt(level: Handling): CallTable {
    return this.#calls.get(level) as CallTable
  }

  /**
   * The alerts ever shown to readers of a level, in the order of lists, with what they are by now.
   */
  orderAt(level: Handling): LevelOrder<HeldAlert> {
    return this.#orders.get(level) as LevelOrder<HeldAlert>
  }

  outcomeOf(actionId: string): ActionOutcome | undefined {
    return this.#outcomes.peek(actionId)
  }

  /**
   * Alerts ever shown to readers of a level, newest first, after the given place; the whole order
   * without one. Some may no longer be visible to them.
   */
  *newestFirst(level: Handling, after: Place | null): Generator<AlertEntry> {
    for (const { entry } of this.walk(level, after)) yield entry
  }

  /** The same with each alert's place, from which another walk can continue. */
  *walk(
    level: Handling,
    after: Place | null
  ): Generator<{ readonly place: Place; readonly entry: AlertEntry }> {
    for (const { firstTime, alertId, entry } of this.orderAt(level).newestFirst(after))
      yield { place: { firstTime, alertId }, entry }
  }

  capture(): Captured {
    const capture: Capture = { left: new Set(this.#entries.keys()), early: new Map() }
    this.#capture = capture
    const alertIds = [...capture.left]
    const kept: IndexRow[] = [
      ...[...this.#closed].map(([key, ids]) => ['closed', key, [...ids]] as const),
      ...oldestFirst(this.#partlyTold).map(
        ([id, stories]) => ['parted', id, stories.map(story => story.row())] as const
      ),
      ...oldestFirst(this.#outcomes).map(([id, outcome]) => ['outcome', id, outcome] as const)
    ]
    return {
      rows: this.#rowsOf(capture, alertIds, kept, this.#accepted.rows()),
      end: () => {
        if (this.#capture === capture) this.#capture = null
      }
    }
  }

  *#rowsOf(
    { left, early }: Capture,
    alertIds: readonly string[],
    kept: readonly IndexRow[],
    accepted: Iterable<SeqRow>
  ): Generator<IndexRow> {
    for (const id of alertIds) {
      left.delete(id)
      yield ['alert', early.get(id) ?? (this.#entries.get(id) as HeldAlert).row()]
      early.delete(id)
    }
    yield* kept
    for (const row of accepted) yield ['accepted', row]
  }

  restore(row: unknown): void {
    const read = row as IndexRow
    if (read[0] === 'alert') {
      const entry = HeldAlert.restored(read[1])
      this.#entries.set(entry.alertId, entry)
    } else if (read[0] === 'closed') {
      this.#closed.set(read[1], new Set(read[2]))
      for (const id of read[2]) this.#closedUnder.set(id, read[1])
    } else if (read[0] === 'parted') {
      this.#partlyTold.set(
        read[1],
        read[2].map(story => LevelStory.restored(story, null))
      )
    } else if (read[0] === 'outcome') this.#outcomes.set(read[1], read[2])
    else this.#accepted.restore(read[1])
  }

  /** Orders follow from the alerts. */
  restored(): void {
    for (const { alertId, outline } of this.#entries.values())
      if (isOpen(outline)) this.#open.add(alertId)
    for (const entry of this.#entries.values()) this.#noteCalls(entry)
    for (const [level, order] of this.#orders) order.fill(this.#placesAt(level))
  }

  *#placesAt(level: Handling): Generator<readonly [Place, HeldAlert]> {
    for (const entry of this.#entries.values()) {
      const firstTime = entry.firstTimeAt(level)
      if (firstTime !== null) yield [{ firstTime, alertId: entry.alertId }, entry]
    }
  }

  /** Called before an alert changes or goes. */
  #keep(entry: HeldAlert): void {
    if (this.#capture?.left.delete(entry.alertId))
      this.#capture.early.set(entry.alertId, entry.row())
  }

  /** Registers a callback for each alert evicted from now on. */
  onForget(listener: (alertId: string) => void): void {
    this.#onForget.add(listener)
  }

  /**
   * Folds the next record of its partition. A `gap` is folded as well: seq numbers are missing
   * before it, and the caller must report that loudly. Repeats and conflicts change nothing.
   */
  apply(record: DecodedRecord | OutlinedRecord): Folded {
    const acceptance = this.#accepted.take(record)
    if (acceptance !== 'accepted' && acceptance !== 'gap') return { acceptance, event: null }
    const { recorded, envelope } = record
    if (recorded.type === 'alert.action-refused') {
      const { data } = recorded
      this.#noteOutcome(data.actionId, {
        kind: 'refused',
        alertId: data.alertId,
        at: envelope.time,
        refusal: data
      })
      return { acceptance, event: recorded }
    }
    const { event, known } = wholeOf(
      recorded,
      this.#entries.get(recorded.data.alertId)?.known ?? null
    )
    const entry = this.#entryFor(event.data, envelope)
    this.#noteOperator(entry, event, envelope)
    const held = {
      dataBytes: 'dataBytes' in record ? record.dataBytes : null,
      check: known?.check ?? null
    }
    const shownTo = entry.take(event, envelope, held, id => this.handlingNow(id))
    for (const { level, firstTime } of shownTo)
      this.orderAt(level).enter({ firstTime, alertId: entry.alertId }, entry)
    this.#noteMoment(entry, { ...record, event })
    this.#place(entry)
    if (this.#entries.has(entry.alertId)) this.#noteCalls(entry)
    if (this.#entries.has(entry.alertId))
      for (const order of this.#orders.values()) order.note(entry)
    return { acceptance, event }
  }

  #entryFor(state: AlertState, { time }: Envelope): HeldAlert {
    const { alertId, theatre, revision, handling } = state
    const known = this.#entries.get(alertId)
    if (known) {
      this.#keep(known)
      return known
    }
    const entry = new HeldAlert(
      { alertId, theatre, firstTime: time, revision, handling },
      this.#partlyTold.peek(alertId)
    )
    this.#partlyTold.delete(alertId)
    this.#entries.set(alertId, entry)
    this.orderAt('restricted').enter(entry, entry)
    return entry
  }

  #noteOperator(entry: HeldAlert, { type, data: next }: EventOfState, { time }: Envelope): void {
    const isMoved =
      entry.moments.length === 0 || next.operatorRevision !== entry.outline.operatorRevision
    if (next.action === null && isMoved) {
      entry.acts = []
    }
    if (next.action === null) return
    const { actionId, byId, handling = talkHandling } = next.action
    const act = { ...askerOf(next.action), at: time, handling, ...kindOfAct(type) }
    if (type !== 'alert.answered') entry.acts = withAct(entry.acts, act)
    this.#noteOutcome(actionId, {
      kind: 'done',
      alertId: next.alertId,
      at: time,
      of: { handling, byId: byId ?? null }
    })
  }

  #noteOutcome(actionId: string, outcome: ActionOutcome): void {
    this.#outcomes.set(actionId, outcome)
  }

  #noteMoment(entry: HeldAlert, { event, envelope, partition, position }: AlertRecord): void {
    const moment = momentOf(event)
    if (moment === null) return
    const before = entry.moments.at(-1)?.facts
    // Most events leave the filtered fields unchanged: they share one object.
    const facts = before !== undefined && sameFacts(before, moment.facts) ? before : moment.facts
    entry.moments.push({ ...moment, facts, partition, position, atMs: Date.parse(envelope.time) })
    if (entry.moments.length > this.#limits.momentsPerAlertMax) {
      for (const omitted of entry.moments.splice(1, 1)) entry.omit(omitted)
    }
  }

  #place({ alertId, theatre, outline }: AlertEntry): void {
    this.#open.delete(alertId)
    this.#leaveClosed(alertId)
    if (isOpen(outline)) {
      this.#open.add(alertId)
      return
    }
    const key = `${theatre}|${outline.handling}`
    const closed = this.#closed.get(key) ?? new Set()
    this.#closed.set(key, closed.add(alertId))
    this.#closedUnder.set(alertId, key)
    if (closed.size > this.#limits.closedAlertsMax)
      this.#forget(closed.values().next().value as string)
  }

  #noteCalls(entry: HeldAlert): void {
    if (!entry.hasCalled) return
    for (const table of this.#calls.values()) table.set(entry)
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
    this.#keep(entry)
    this.#leaveClosed(alertId)
    this.#entries.delete(alertId)
    for (const table of this.#calls.values()) table.delete(alertId)
    const places = [{ level: 'restricted' as const, firstTime: entry.firstTime }, ...entry.stories]
    for (const { level, firstTime } of places) {
      if (firstTime === null) continue
      this.orderAt(level).leave({ firstTime, alertId })
    }
    if (entry.stories.some(story => story.isMixed)) this.#notePartlyTold(entry)
    for (const listener of this.#onForget) listener(alertId)
  }

  #notePartlyTold(entry: HeldAlert): void {
    this.#partlyTold.set(entry.alertId, entry.parted())
  }
}

function isOpen({ status }: AlertState): boolean {
  return status === 'provisional' || status === 'confirmed'
}

const plainFacts = [
  'severity',
  'status',
  'pattern',
  'ruleId',
  'theatre',
  'certainty',
  'handling',
  'drill'
] as const

function sameFacts(a: FilterFacts, b: FilterFacts): boolean {
  return (
    plainFacts.every(name => a[name] === b[name]) &&
    isDeepStrictEqual([a.category, a.area], [b.category, b.area])
  )
}
