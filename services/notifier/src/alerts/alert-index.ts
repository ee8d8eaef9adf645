// All alerts, folded from the alerts log: the state of each for every reader level, and for each
// event its log position and what audiences need to judge it. They are rows of the read model; those
// that were read last stay in memory. Elsewhere: reading the log (alert-journal.ts), visibility
// (reader-view.ts), one alert at all levels (alert-entry.ts).

import {
  type ActionRefused,
  type AlertEvent,
  type AlertState,
  isOpen
} from '@tocsin/contracts/alert/alert'
import type { AlertChange, AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import { restoreWhole } from '@tocsin/contracts/record/alert-recording'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import { isVersion3 } from '@tocsin/contracts/record/records'
import { type Handling, handlings, maySee, talkHandling } from '@tocsin/contracts/theatre/handling'
import type { Disposition } from '@tocsin/contracts/theatre/theatre-record'
import { parseTimeMs } from '@tocsin/domain/space-time/event-time'
import type { ListedAlert } from '@tocsin/engine/render/part-of'
import {
  type AlertSearch,
  AlertTable,
  type AlertTally,
  type FoundAlert
} from '@tocsin/read-model/alerts/alert-table'
import {
  type AskedCalls,
  CallTable,
  type KindCalls,
  type OfficerCalls
} from '@tocsin/read-model/alerts/call-table'
import { EventTable } from '@tocsin/read-model/alerts/event-table'
import type { AlertKind } from '@tocsin/read-model/alerts/kind-table'
import { computeMask, levelsIn } from '@tocsin/read-model/alerts/levels'
import { type PastAlert, PastAlerts, type PastSearch } from '@tocsin/read-model/alerts/past-alerts'
import type { Place } from '@tocsin/read-model/alerts/places'
import type { IncidentTable } from '@tocsin/read-model/incidents/incident-table'
import type { ReadModel } from '@tocsin/read-model/read-model'
import type { TheatreFolds } from '@tocsin/service/alerts/theatre-folds'
import { LRUCache } from 'lru-cache'
import { type Acceptance, acceptRecord } from './accepted-seqs.ts'
import { AlertAtLevel, type EventOfState } from './alert-at-level.ts'
import { isUnacknowledged } from './alert-calls.ts'
import { AlertEntry } from './alert-entry.ts'
import type { AlertMoment, AlertRecord, DecodedRecord } from './alert-record.ts'
import { addChange } from './alert-sum.ts'
import { listFacts, makeMoment } from './audience.ts'
import { foldedHeadline } from './folded-headline.ts'
import { isRefusalFor } from './officers-talk.ts'
import { listOpen, Parents } from './parents.ts'
import type { LevelAlert } from './reader-view.ts'
import { measureAnswers, secondsBetween } from './response-times.ts'
import type { Statements } from './statements.ts'

/** Who may read an action, in addition to those who may read its text. */
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

/** The result of folding a record: the whole event, if it counts. */
export type Folded =
  | {
      readonly acceptance: 'accepted' | 'gap'
      readonly event: AlertEvent
      readonly sum: AlertSum | null
      /** As bits: the levels whose readers get it. */
      readonly readers: number
    }
  /** `accepted`: the beginning of a fold. */
  | { readonly acceptance: Acceptance; readonly event: null }

/** Alerts that stay in memory: those that were used last. */
const entriesMax = 5_000

export class AlertIndex {
  readonly events: EventTable
  readonly #model: ReadModel
  readonly #table: AlertTable
  readonly #callTable: CallTable
  readonly #past: PastAlerts
  readonly #incidents: IncidentTable
  readonly #entries = new LRUCache<string, AlertEntry>({
    maxSize: entriesMax,
    sizeCalculation: () => 1
  })
  /** Those that differ from their rows: an alert with many events in a batch is written once. */
  readonly #changed = new Map<string, AlertEntry>()
  readonly #parents = new Parents()
  readonly #folds: TheatreFolds
  readonly #statements: Statements

  /** `incidents`: by which evidence is taken back. */
  constructor(
    model: ReadModel,
    incidents: IncidentTable,
    folds: TheatreFolds,
    statements: Statements
  ) {
    this.#model = model
    this.#table = new AlertTable(model)
    this.events = new EventTable(model, this.#table.kinds)
    this.#callTable = new CallTable(model, this.#table.kinds)
    this.#past = new PastAlerts(model, this.#table.kinds)
    this.#incidents = incidents
    this.#folds = folds
    this.#statements = statements
  }

  /** Call this first if the read model may contain alerts. */
  load(): void {
    this.#table.load()
    this.events.load()
    for (const fold of this.events.listFolds()) this.#folds.take(...fold)
  }

  /** Number of alerts that are open for readers of everything. */
  get openCount(): number {
    return this.countKinds('restricted').reduce(
      (sum, [{ facts }, count]) => sum + (isOpen(facts) ? count : 0),
      0
    )
  }

  get(alertId: string): AlertEntry | undefined {
    const known = this.#changed.get(alertId) ?? this.#entries.get(alertId)
    if (known !== undefined) return known
    const rows = this.#table.read(alertId)
    if (rows.length === 0) return undefined
    const entry = this.#restore(alertId, rows)
    this.#entries.set(alertId, entry)
    return entry
  }

  #restore(alertId: string, rows: ReturnType<AlertTable['read']>): AlertEntry {
    const held = rows.map(({ n, levels, body }) => {
      const alert = AlertAtLevel.restored(body, this.#statements, this.#readMoments)
      return Object.assign(alert, { row: n, levels })
    })
    const entry = new AlertEntry(alertId, (held[0] as AlertAtLevel).state.theatre)
    for (const alert of held) entry.add(levelsIn(alert.levels), alert)
    return entry
  }

  readonly #readMoments = (alertId: string, levels: number) =>
    this.events.listMoments(alertId, levels)

  /** What the event of an alert states for a level, as its incidents are known now. */
  restate(level: Handling, state: AlertState, sum: AlertSum | null): LevelAlert {
    if (sum !== null) return this.#statements.restate(sum, state)
    if (level === 'restricted') return state
    // Earlier versions have one statement for all levels.
    const evidence = state.evidence.filter(({ handling }) => maySee(level, handling))
    const isNamed = (alertId: string | null) => alertId !== null && this.get(alertId)?.at(level)
    return {
      ...state,
      partOf: isNamed(state.partOf) ? state.partOf : null,
      references: state.references.filter(isNamed),
      evidence: evidence.map(({ revision: _, ...item }) => item)
    }
  }

  /**
   * True for an event that readers of its level may not see by the handling of today: the handling
   * of a report in its evidence, or of an alert of an earlier version, was raised since. They do not
   * get its content on any transport. They learn that an alert was retracted for that.
   */
  isTakenBack(level: Handling, { event, sum }: Pick<AlertRecord, 'event' | 'sum'>): boolean {
    if (event.type === 'alert.action-refused') return false
    const { alertId, theatre, evidence, status } = event.data
    if (sum !== null) return status !== 'retracted' && this.#statements.isTakenBack(level, sum)
    if (this.get(alertId)?.at(level) === null) return true
    return evidence.some(
      ({ incidentId, handling }) =>
        maySee(level, handling) && this.#incidents.isTakenBack(level, theatre, incidentId)
    )
  }

  /** Changes where a text made from an event may by now include more or less. */
  get takenBackCount(): number {
    return this.#incidents.takenBackCount
  }

  /** What a record was to readers of a level when it was folded; null if that is not known any more. */
  findMoment(level: Handling, { event, partition, position }: AlertRecord): AlertMoment | null {
    const moments = this.get(event.data.alertId)?.at(level)?.moments ?? []
    return (
      moments.findLast(each => each.position === position && each.partition === partition) ?? null
    )
  }

  sumCallsByKind(asked: AskedCalls): readonly KindCalls[] {
    this.write()
    return this.#callTable.sumByKind(asked)
  }

  sumCallsByOfficer(asked: AskedCalls): readonly OfficerCalls[] {
    this.write()
    return this.#callTable.sumByOfficer(asked)
  }

  /** The alerts that readers of a level are shown now, in chunks: see `AlertTable.search`. */
  search(search: AlertSearch): Generator<readonly FoundAlert[]> {
    this.write()
    return this.#table.search(search)
  }

  /** The alerts that readers of a level are shown now, as they were: see `PastAlerts.search`. */
  searchPast(search: PastSearch): Generator<readonly PastAlert[]> {
    this.write()
    return this.#past.search(search)
  }

  /** The kinds of the alerts that readers of a level are shown now, with their numbers. */
  countKinds(level: Handling): readonly (readonly [AlertKind, number])[] {
    this.write()
    return this.#table.countKinds(level)
  }

  /** The theatres that alerts are of. */
  listTheatres(): ReadonlySet<string> {
    return new Set(this.#table.kinds.listTheatres())
  }

  /** See `AlertTable.tally`. */
  tally(level: Handling, theatre: string, from: string): readonly AlertTally[] {
    this.write()
    return this.#table.tally(level, theatre, from)
  }

  /** Renders and stores some headlines that are not stored. Returns whether there were any. */
  foldHeadlines(countMax: number): boolean {
    const alerts = this.#table.listWithoutHeadline(countMax)
    this.#model.transact(() => {
      for (const { levels, ...alert } of alerts)
        this.foldHeadline({ ...alert, folded: null }, levelsIn(levels).at(-1) as Handling)
    })
    return alerts.length > 0
  }

  /** The headline of an alert, as words are sought in it. It is rendered once. */
  foldHeadline(
    { n, alertId, folded }: Pick<FoundAlert, 'n' | 'alertId' | 'folded'>,
    level: Handling
  ): string {
    if (folded !== null) return folded
    const rendered = foldedHeadline(this.get(alertId)?.at(level)?.state.headline ?? '')
    this.#table.putHeadline(n, rendered)
    return rendered
  }

  findOutcome(actionId: string): ActionOutcome | undefined {
    return (this.events.findOutcome(actionId) as ActionOutcome | null) ?? undefined
  }

  /** The alerts that readers of a level are shown, newest first, after the given place. */
  *walk(level: Handling, after: Place | null): Generator<readonly AlertEntry[]> {
    const all = { from: null, to: null, area: {}, words: [], wantsKind: () => true }
    for (const found of this.search({ ...all, level, direction: 'newest', after }))
      yield found.flatMap(({ alertId }) => this.get(alertId) ?? [])
  }

  /**
   * Folds the next record of its partition. A `gap` is folded as well: seq numbers are missing
   * before it, and the caller must report that loudly. Repeats and conflicts have no effect.
   */
  apply(record: DecodedRecord): Folded {
    const acceptance = acceptRecord(this.events, record)
    if (acceptance !== 'accepted' && acceptance !== 'gap') return { acceptance, event: null }
    const { recorded, envelope, partition, position } = record
    const atMs = Date.parse(envelope.time)
    let levels: readonly Handling[] = handlings
    if (isVersion3(recorded)) {
      const { theatre } = envelope as { readonly theatre: string }
      const { fold } = recorded.data
      this.#folds.take(theatre, fold, position)
      this.events.beginFold(theatre, fold, position)
      levels = this.#folds.listLevels(theatre, fold, position)
    }
    if (recorded.type === 'alert.fold-began') return { acceptance: 'accepted', event: null }
    if (recorded.type === 'alert.action-refused') {
      const event = dropFold(recorded)
      const { actionId, alertId, theatre } = event.data
      const [at, refusal] = [envelope.time, event.data]
      this.events.putOutcome(actionId, { kind: 'refused', alertId, at, refusal })
      const readers = computeMask(this.#refusedTo(refusal, levels))
      this.events.insert({
        ...{ partition, position, alertId, theatre, atMs, type: event.type, revision: 0 },
        ...{ levels: computeMask(levels), readers, judged: null, isTaken: false, waiting: 0 }
      })
      return { acceptance, event, sum: null, readers }
    }
    const { alertId } = recorded.data
    const before = this.get(alertId)
    const { event, sum } = isVersion3(recorded)
      ? this.#addChange(recorded, envelope)
      : { event: restoreWhole(recorded, before?.top.known ?? null).event, sum: null }
    const { theatre, handling, concerns } = event.data
    // Events of earlier versions have one stream.
    if (sum === null)
      levels = handlings.filter(level => maySee(level, handling) || before?.isFor(level))
    const readers = computeMask(
      levels.filter(level => maySee(level, handling) && maySee(level, concerns))
    )
    const entry = before ?? new AlertEntry(alertId, theatre)
    this.#changed.set(alertId, entry)
    this.#noteAction(event, envelope)
    const source = { sum, position }
    const taken = entry.take(levels, event, envelope, source, this.#readMoments)
    const moment = makeMoment(event, readers)
    if (moment !== null) {
      this.events.insert({
        ...{ ...moment, judged: moment, partition, position, alertId, theatre, atMs },
        levels: computeMask(levels),
        waiting: computeMask(levels.filter(level => doesWait(entry.at(level))))
      })
      for (const alert of taken) alert.addMoment({ ...moment, partition, position, atMs })
    }
    for (const level of levels) this.#parents.note(`${theatre}|${level}`, alertId, entry.at(level))
    return { acceptance, event, sum, readers }
  }

  /** Writes the rows of alerts that have changed. */
  write(): void {
    for (const [alertId, entry] of this.#changed) {
      for (const [alert] of entry.groups()) if (alert.isChanged) this.#writeAlert(entry, alert)
      this.#entries.set(alertId, entry)
    }
    this.#changed.clear()
  }

  #writeAlert({ alertId, theatre }: AlertEntry, alert: AlertAtLevel): void {
    const { state, firstTime, levels, calls } = alert
    const waits = doesWait(alert)
    const listed = listOpen(alert)
    const row = this.#table.put(alert.row, {
      ...{ alertId, theatre, firstTime, levels, isUnacknowledged: waits, body: alert.text() },
      facts: listFacts(state),
      listed: listed && JSON.stringify(listed),
      disposition: state.operator.disposition as Disposition | null
    })
    Object.assign(alert, { row, isChanged: false })
    if (calls.calls.length === 0) return
    const rows = calls.calls.map((call, i) => ({
      ...{ pagedAtMs: call.pagedAtMs, severity: call.severity, drill: state.drill },
      officer: call.taken,
      ...measureAnswers(call, {
        detectedS: i === 0 ? secondsBetween(parseTimeMs(state.window.from), call.pagedAtMs) : null,
        isUnacknowledged: waits && i === calls.calls.length - 1
      })
    }))
    this.#callTable.put(row, rows)
  }

  /** The alert after an event of version 3, for all readers of its fold. */
  #addChange(
    { type, data }: { readonly type: EventOfState['type']; readonly data: AlertChange },
    envelope: Envelope
  ): { readonly event: EventOfState; readonly sum: AlertSum } {
    const { alertId, fold } = data
    const { sum } = addChange(this.get(alertId)?.at(fold) ?? null, type, envelope, data)
    return { event: { type, data: this.#statements.fold(sum, type) }, sum }
  }

  /** The open alert under which an alert is listed for readers of a level. */
  findParent(level: Handling, { alertId, theatre }: Pick<AlertState, 'alertId' | 'theatre'>) {
    const alert = this.get(alertId)?.at(level) ?? null
    if (alert === null) return null
    if (alert.sum === null) return this.restate(level, alert.state, null).partOf
    return this.#parents.find(`${theatre}|${level}`, alertId, () => {
      this.write()
      return this.#table.listListed(theatre, level).map(text => JSON.parse(text) as ListedAlert)
    })
  }

  /** The open alerts of a theatre that readers of a level are shown. */
  *listOpenAt(theatre: string, level: Handling): Generator<AlertEntry> {
    const all = { level, direction: 'oldest', after: null, from: null, to: null } as const
    const wantsKind = ({ facts }: AlertKind) => facts.theatre === theatre && isOpen(facts)
    for (const found of this.search({ ...all, area: {}, words: [], wantsKind }))
      yield* found.flatMap(({ alertId }) => this.get(alertId) ?? [])
  }

  /** A refusal for an unknown alert is visible only to readers who see everything. */
  #refusedTo(refusal: ActionRefused, levels: readonly Handling[]): readonly Handling[] {
    const entry = this.get(refusal.alertId)
    return levels.filter(
      level => level === 'restricted' || (isRefusalFor(level, refusal) && entry?.at(level))
    )
  }

  #noteAction({ data: { action, alertId } }: EventOfState, { time: at }: Envelope): void {
    if (action === null) return
    const { actionId, byId, handling = talkHandling } = action
    this.events.putOutcome(actionId, {
      kind: 'done',
      alertId,
      at,
      of: { handling, byId: byId ?? null }
    })
  }
}

function doesWait(alert: AlertAtLevel | null): boolean {
  return alert !== null && isUnacknowledged(alert.calls, alert.state.operator)
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
