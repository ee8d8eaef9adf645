// All alerts, folded from the alerts log: the state of each for every reader level, and for each
// event its log position and what audiences need to judge it. Bodies of past events stay in the
// log. Elsewhere: reading the log (alert-journal.ts), visibility (reader-view.ts), one alert at all
// levels (indexed-alert.ts).

import { isDeepStrictEqual } from 'node:util'
import type { ActionRefused, AlertEvent, AlertState } from '@tocsin/contracts/alert/alert'
import type { FilterFacts } from '@tocsin/contracts/alert/alert-filter'
import {
  type AlertChange,
  type AlertSum,
  addAlertChange
} from '@tocsin/contracts/record/alert-event-v3'
import { restoreWhole } from '@tocsin/contracts/record/alert-recording'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import { isVersion3 } from '@tocsin/contracts/record/records'
import { type Handling, handlings, maySee, talkHandling } from '@tocsin/contracts/theatre/handling'
import { TheatreFolds } from '@tocsin/service-kit/alerts/theatre-folds'
import {
  type Captured,
  oldestFirst,
  type SnapshotPart
} from '@tocsin/service-kit/snapshot/snapshot-state'
import { LRUCache } from 'lru-cache'
import { momentOf } from '../reader/audience.ts'
import { CallTable } from '../reader/call-table.ts'
import { LevelOrder, type Place } from '../reader/level-order.ts'
import { isRefusalFor } from '../reader/officers-talk.ts'
import { findStatedParent } from '../reader/stated-parent.ts'
import { type Acceptance, AcceptedSeqs, type SeqRow } from './accepted-seqs.ts'
import type { AlertEntry, AlertMoment, AlertRecord, DecodedRecord } from './alert-entry.ts'
import type { EventOfState, HeldAlert } from './held-alert.ts'
import { IncidentViews } from './incident-views.ts'
import { IndexedAlert, type IndexedAlertRow } from './indexed-alert.ts'
import { Parents } from './parents.ts'
import type { Statements } from './statements.ts'

export interface AlertIndexLimits {
  /** Maximum events kept per alert; of a longer history the first and the newest. */
  readonly momentsPerAlertMax: number
  /**
   * Closed alerts stored per theatre and level; beyond that the one closed first is evicted. Open
   * alerts are never evicted. Counted per level, so that hidden alerts cannot evict visible ones.
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
  | {
      readonly acceptance: 'accepted' | 'gap'
      readonly event: AlertEvent
      readonly sum: AlertSum | null
      /** The levels whose stream has it. */
      readonly levels: readonly Handling[]
      /** Those of them whose readers are told of it. */
      readonly concerned: readonly Handling[]
    }
  /** `accepted`: the beginning of a fold. */
  | { readonly acceptance: Acceptance; readonly event: null }

/** Sums of evicted alerts that may be reopened; the one used longest ago goes first. */
const evictedSumsMax = 20_000

/** Rows of a snapshot, by what they hold. */
type IndexRow =
  | readonly ['alert', IndexedAlertRow]
  | readonly ['closed', key: string, alertIds: readonly string[]]
  | readonly ['outcome', actionId: string, outcome: ActionOutcome]
  | readonly ['accepted', row: SeqRow]
  | readonly ['evicted', key: string, sum: AlertSum]

/** A snapshot being written. An alert that changes before its turn is copied first. */
interface Capture {
  readonly left: Set<string>
  readonly early: Map<string, IndexedAlertRow>
}

export class AlertIndex implements SnapshotPart {
  readonly #limits: AlertIndexLimits
  readonly #incidents: Pick<IncidentViews, 'isTakenBack' | 'takenBackCount'>
  readonly #entries = new Map<string, IndexedAlert>()
  /**
   * Per level the alerts ever shown to its readers, by (time of the first event delivered,
   * alertId), ascending.
   */
  readonly #orders = new Map<Handling, LevelOrder<IndexedAlert>>(
    handlings.map(level => [level, new LevelOrder(level)])
  )
  /** Closed alerts by theatre and level, in the order of closing. */
  readonly #closed = new Map<string, Set<string>>()
  /** Open alerts by theatre and level. */
  readonly #open = new Map<string, Set<string>>()
  /** By level and alert. */
  readonly #evictedSums = new LRUCache<string, AlertSum>({
    maxSize: evictedSumsMax,
    sizeCalculation: () => 1
  })
  readonly #parents = new Parents()
  readonly #folds: TheatreFolds
  readonly #statements: Pick<Statements, 'fold' | 'restate' | 'restore'> | null
  readonly #calls = new Map<Handling, CallTable>(
    handlings.map(level => [level, new CallTable(level)])
  )
  readonly #accepted = new AcceptedSeqs()
  readonly #outcomes: LRUCache<string, ActionOutcome>
  readonly #onForget = new Set<(alertId: string) => void>()
  #capture: Capture | null = null

  /** `incidents`: by which evidence is taken back. `statements`: for events of version 3. */
  constructor(
    limits: AlertIndexLimits = alertIndexDefaults,
    incidents: Pick<IncidentViews, 'isTakenBack' | 'takenBackCount'> = new IncidentViews(),
    folds = new TheatreFolds(),
    statements: Pick<Statements, 'fold' | 'restate' | 'restore'> | null = null
  ) {
    this.#limits = limits
    this.#incidents = incidents
    this.#folds = folds
    this.#statements = statements
    this.#outcomes = new LRUCache({ maxSize: limits.outcomesMax, sizeCalculation: () => 1 })
  }

  /** Number of alerts that are open for readers of everything. */
  get openCount(): number {
    let count = 0
    for (const [key, ids] of this.#open) if (key.endsWith('|restricted')) count += ids.size
    return count
  }

  get closedCount(): number {
    return new Set([...this.#closed.values()].flatMap(ids => [...ids])).size
  }

  get(alertId: string): AlertEntry | undefined {
    return this.#entries.get(alertId)
  }

  /** What the event of an alert states, as its incidents are known now. */
  restate(state: AlertState, sum: AlertSum | null): AlertState {
    return sum === null || this.#statements === null ? state : this.#statements.restate(sum, state)
  }

  /**
   * True for a statement of an earlier version with evidence that readers of the level may not see
   * any more: the handling of a report was raised since. They get none of it, on any transport.
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

  /** The current handling of an alert at a level; null if unknown. */
  handlingNow(level: Handling, alertId: string): Handling | null {
    return this.#entries.get(alertId)?.at(level)?.state.handling ?? null
  }

  /**
   * The handling of an alert at a level before a given record of its theatre. Deterministic, so
   * that an event always renders to the same bytes.
   */
  handlingBefore(
    level: Handling,
    alertId: string,
    { position }: { readonly position: bigint }
  ): Handling | null {
    const moments = this.#entries.get(alertId)?.at(level)?.moments ?? []
    return moments.findLast(moment => moment.position < position)?.facts.handling ?? null
  }

  /** What a record was to readers of a level when it was folded; null if that is not known any more. */
  findMoment(level: Handling, { event, partition, position }: AlertRecord): AlertMoment | null {
    const moments = this.#entries.get(event.data.alertId)?.at(level)?.moments ?? []
    return (
      moments.findLast(each => each.position === position && each.partition === partition) ?? null
    )
  }

  /** The calls of all alerts, as readers of a level were told of them. */
  callsAt(level: Handling): CallTable {
    return this.#calls.get(level) as CallTable
  }

  /**
   * The alerts ever shown to readers of a level, in the order of lists, with what they are by now.
   */
  orderAt(level: Handling): LevelOrder<IndexedAlert> {
    return this.#orders.get(level) as LevelOrder<IndexedAlert>
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
      ...oldestFirst(this.#outcomes).map(([id, outcome]) => ['outcome', id, outcome] as const),
      ...oldestFirst(this.#evictedSums).map(([key, sum]) => ['evicted', key, sum] as const)
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
      yield ['alert', early.get(id) ?? (this.#entries.get(id) as IndexedAlert).row()]
      early.delete(id)
    }
    yield* kept
    for (const row of accepted) yield ['accepted', row]
  }

  restore(row: unknown): void {
    const read = row as IndexRow
    if (read[0] === 'alert') {
      const entry = IndexedAlert.restored(read[1], this.#statements)
      this.#entries.set(entry.alertId, entry)
    } else if (read[0] === 'closed') this.#closed.set(read[1], new Set(read[2]))
    else if (read[0] === 'outcome') this.#outcomes.set(read[1], read[2])
    else if (read[0] === 'evicted') this.#evictedSums.set(read[1], read[2])
    else this.#accepted.restore(read[1])
  }

  /** Orders follow from the alerts. */
  restored(): void {
    for (const entry of this.#entries.values())
      for (const level of handlings) this.#noteOpen(entry, level)
    for (const entry of this.#entries.values()) this.#noteCalls(entry)
    for (const [level, order] of this.#orders) order.fill(this.#placesAt(level))
  }

  *#placesAt(level: Handling): Generator<readonly [Place, IndexedAlert]> {
    for (const entry of this.#entries.values()) {
      const firstTime = entry.firstTimeAt(level)
      if (firstTime !== null) yield [{ firstTime, alertId: entry.alertId }, entry]
    }
  }

  /** Called before an alert changes or goes. */
  #keep(entry: IndexedAlert): void {
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
  apply(record: DecodedRecord): Folded {
    const acceptance = this.#accepted.take(record)
    if (acceptance !== 'accepted' && acceptance !== 'gap') return { acceptance, event: null }
    const { recorded, envelope, position } = record
    let levels: readonly Handling[] = handlings
    if (isVersion3(recorded)) {
      const { theatre } = envelope as { readonly theatre: string }
      const { fold } = recorded.data
      this.#folds.take(theatre, fold, position)
      levels = this.#folds.listLevels(theatre, fold, position)
    }
    if (recorded.type === 'alert.fold-began') return { acceptance: 'accepted', event: null }
    if (recorded.type === 'alert.action-refused') {
      const event = dropFold(recorded)
      const { actionId, alertId } = event.data
      const [at, refusal] = [envelope.time, event.data]
      this.#outcomes.set(actionId, { kind: 'refused', alertId, at, refusal })
      const concerned = this.#refusedTo(refusal, levels)
      return { acceptance, event, sum: null, levels, concerned }
    }
    const { alertId } = recorded.data
    const before = this.#entries.get(alertId)
    if (before !== undefined) this.#keep(before)
    const { event, check, sum } = isVersion3(recorded)
      ? this.#addChange(recorded, envelope)
      : { ...readWhole(recorded, before), sum: null }
    const { theatre, handling, concerns } = event.data
    const isShown = (level: Handling) => (before?.shownAt(level) ?? null) !== null
    // Events of earlier versions have one stream.
    if (sum === null)
      levels = handlings.filter(
        level => maySee(level, handling) || (before?.at(level) ?? null) !== null
      )
    const concerned = levels.filter(level =>
      maySee(level, handling) ? maySee(level, concerns) : isShown(level)
    )
    const entry = before ?? new IndexedAlert(alertId, theatre)
    this.#entries.set(alertId, entry)
    this.#noteAction(event, envelope)
    const isNew = levels.filter(level => entry.at(level) === null)
    const taken = entry.take(levels, event, envelope, { check, sum })
    this.#addMoments(taken, event, { ...record, atMs: Date.parse(envelope.time) })
    for (const level of isNew)
      this.orderAt(level).enter({ firstTime: envelope.time, alertId }, entry)
    this.#place(entry, levels)
    if (!entry.isGone) this.#noteListed(entry)
    return { acceptance, event, sum, levels, concerned }
  }

  /** The alert after an event of version 3, as all readers of its fold have it. */
  #addChange(
    { type, data }: { readonly type: EventOfState['type']; readonly data: AlertChange },
    { theatre = '', time }: Envelope
  ): { readonly event: EventOfState; readonly check: null; readonly sum: AlertSum } {
    if (this.#statements === null) throw new Error('events of version 3 need statements')
    const { alertId, fold } = data
    const key = `${fold}|${alertId}`
    const before = this.#entries.get(alertId)?.at(fold)?.sum ?? this.#evictedSums.get(key) ?? null
    this.#evictedSums.delete(key)
    const sum = addAlertChange(before, { theatre, time }, data)
    return { event: { type, data: this.#statements.fold(sum, type) }, check: null, sum }
  }

  /** The open alert under which an alert is listed for readers of a level. */
  findParent(level: Handling, { alertId, theatre }: Pick<AlertState, 'alertId' | 'theatre'>) {
    const alert = this.#entries.get(alertId)?.at(level) ?? null
    if (alert === null) return null
    if (alert.sum === null) return findStatedParent(alert.state, level)
    const key = `${theatre}|${level}`
    return this.#parents.find(key, alertId, () => this.#listOpen(key, level))
  }

  /** The open alerts of a theatre for readers of a level. */
  *listOpenAt(theatre: string, level: Handling): Generator<AlertEntry> {
    for (const alertId of this.#open.get(`${theatre}|${level}`) ?? []) {
      const entry = this.#entries.get(alertId)
      if (entry !== undefined) yield entry
    }
  }

  *#listOpen(key: string, level: Handling): Generator<HeldAlert> {
    for (const alertId of this.#open.get(key) ?? [])
      yield this.#entries.get(alertId)?.at(level) as HeldAlert
  }

  /** A refusal for an unknown alert is visible only to readers who see everything. */
  #refusedTo(refusal: ActionRefused, levels: readonly Handling[]): readonly Handling[] {
    const entry = this.#entries.get(refusal.alertId)
    return levels.filter(
      level => level === 'restricted' || (isRefusalFor(level, refusal) && entry?.shownAt(level))
    )
  }

  #noteAction({ data: { action, alertId } }: EventOfState, { time: at }: Envelope): void {
    if (action === null) return
    const { actionId, byId, handling = talkHandling } = action
    this.#outcomes.set(actionId, {
      kind: 'done',
      alertId,
      at,
      of: { handling, byId: byId ?? null }
    })
  }

  #addMoments(
    alerts: readonly HeldAlert[],
    event: EventOfState,
    { partition, position, atMs }: Pick<AlertMoment, 'partition' | 'position' | 'atMs'>
  ): void {
    const moment = momentOf(event)
    if (moment === null) return
    for (const alert of alerts) {
      const before = alert.moments.at(-1)?.facts
      // Most events leave the filtered fields unchanged: they share one object.
      const facts = before !== undefined && sameFacts(before, moment.facts) ? before : moment.facts
      const whole = { ...moment, facts, partition, position, atMs }
      alert.addMoment(whole, this.#limits.momentsPerAlertMax)
    }
  }

  #noteListed(entry: IndexedAlert): void {
    this.#noteCalls(entry)
    for (const order of this.#orders.values()) order.note(entry)
  }

  #noteCalls(entry: IndexedAlert): void {
    for (const table of this.#calls.values()) table.set(entry)
  }

  /** Lists an alert with the open or closed ones of its levels. Evicts what was closed first. */
  #place(entry: IndexedAlert, levels: readonly Handling[]): void {
    const { alertId, theatre } = entry
    for (const level of levels) {
      this.#noteOpen(entry, level)
      const key = `${theatre}|${level}`
      this.#parents.forget(key)
      const closed = this.#closed.get(key) ?? new Set()
      closed.delete(alertId)
      if (!isOpen((entry.at(level) as HeldAlert).state)) closed.add(alertId)
      if (closed.size > 0) this.#closed.set(key, closed)
      else this.#closed.delete(key)
      if (closed.size > this.#limits.closedAlertsMax) this.#forget(level, closed)
    }
  }

  #noteOpen(entry: IndexedAlert, level: Handling): void {
    const alert = entry.at(level)
    const key = `${entry.theatre}|${level}`
    const open = this.#open.get(key) ?? new Set()
    this.#open.set(key, open)
    if (alert !== null && isOpen(alert.state)) open.add(entry.alertId)
    else open.delete(entry.alertId)
  }

  #forget(level: Handling, closed: Set<string>): void {
    const [alertId] = closed as unknown as [string]
    closed.delete(alertId)
    const entry = this.#entries.get(alertId)
    const firstTime = entry?.firstTimeAt(level) ?? null
    if (entry === undefined || firstTime === null) return
    this.#keep(entry)
    this.orderAt(level).leave({ firstTime, alertId })
    this.callsAt(level).delete(alertId)
    const sum = entry.at(level)?.sum ?? null
    if (sum !== null) this.#evictedSums.set(`${level}|${alertId}`, sum)
    entry.forget(level)
    if (!entry.isGone) return
    this.#entries.delete(alertId)
    for (const listener of this.#onForget) listener(alertId)
  }
}

/** The whole event of an earlier version, and the check sum of its evidence. */
function readWhole(
  recorded: Parameters<typeof restoreWhole>[0],
  before: IndexedAlert | undefined
): { readonly event: EventOfState; readonly check: number | null } {
  const { event, known } = restoreWhole(recorded, before?.top.known ?? null)
  return { event, check: known?.check ?? null }
}

/** A refusal as readers get it. */
export function dropFold({
  type,
  data
}: {
  readonly type: 'alert.action-refused'
  readonly data: ActionRefused & { readonly fold?: Handling }
}): Extract<AlertEvent, { readonly type: 'alert.action-refused' }> {
  const { fold: _fold, ...refusal } = data
  return { type, data: refusal }
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
