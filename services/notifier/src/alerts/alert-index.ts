// All alerts, folded from the alerts log: the state of each for every reader level, and for each
// event its log position and what audiences need to judge it. They are rows of the read model; those
// that were read last stay in memory. Elsewhere: reading the log (alert-journal.ts), visibility
// (reader-view.ts), one alert at all levels (alert-entry.ts).

import { mayReadTheatre } from '@tocsin/auth/access/principal'
import type { ReaderView } from '@tocsin/auth/access/reader-view'
import { type ActionRefused, type AlertState, isOpen } from '@tocsin/contracts/alert/alert'
import { type AlertFilter, matchesFilter } from '@tocsin/contracts/alert/alert-filter'
import { hashSha256Hex } from '@tocsin/contracts/json/digest'
import type { AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import { readKnown, restoreWhole } from '@tocsin/contracts/record/alert-recording'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import { isVersion3 } from '@tocsin/contracts/record/records'
import { type Handling, handlings, maySee, talkHandling } from '@tocsin/contracts/theatre/handling'
import type { Disposition } from '@tocsin/contracts/theatre/theatre-record'
import { parseTimeMs } from '@tocsin/domain/space-time/event-time'
import { type ListedAlert, listAlert, OpenAlerts } from '@tocsin/engine/render/part-of'
import type { Batch } from '@tocsin/event-log/follow'
import {
  type AlertSearch,
  AlertTable,
  type FoundAlert
} from '@tocsin/read-model/alerts/alert-table'
import { CallTable } from '@tocsin/read-model/alerts/call-table'
import { EventTable } from '@tocsin/read-model/alerts/event-table'
import type { AlertKind } from '@tocsin/read-model/alerts/kind-table'
import { computeMask, levelsIn } from '@tocsin/read-model/alerts/levels'
import { type PastAlert, PastAlerts, type PastSearch } from '@tocsin/read-model/alerts/past-alerts'
import type {
  AlertFold,
  ProcessModel,
  RecordedEvent
} from '@tocsin/read-model/process/process-model'
import { TheatreFolds } from '@tocsin/service/alerts/theatre-folds'
import { LRUCache } from 'lru-cache'
import {
  addChange,
  callsAfter,
  isUnacknowledged,
  noCalls,
  type SummedAlert
} from './alert-calls.ts'
import { type AlertAtLevel, AlertEntry, type EventOfState, writeAlert } from './alert-entry.ts'
import {
  type AlertMoment,
  type AlertRecord,
  type DecodedRecord,
  dropFold,
  type RecordedEvent as EventOfRecord,
  listFacts,
  makeMoment
} from './alert-record.ts'
import { foldHeadline } from './headline-search.ts'
import { isRefusalFor } from './officers-talk.ts'
import type { LevelAlert } from './reader-view.ts'
import {
  computeAcknowledgementSeconds,
  computeResponseSeconds,
  secondsBetween
} from './response-times.ts'
import { Statements } from './statements.ts'

/** Who may read an action, in addition to those who may read its text. */
export interface ActionsOwner {
  readonly handling: Handling
  readonly byId: string | null
}

export type ActionOutcome = { readonly alertId: string; readonly at: string } & (
  | { readonly kind: 'done'; readonly of?: ActionsOwner }
  | { readonly kind: 'refused'; readonly refusal: ActionRefused }
)

export interface Folded {
  /**
   * Whether it counts: the first record at each seq of a theatre and fold does. After a `gap` seq
   * numbers are missing before it.
   */
  readonly acceptance: 'accepted' | 'repeated' | 'conflicting' | 'gap'
  /** With its whole event; null: it does not count, or is the beginning of a fold. */
  readonly record: AlertRecord | null
}

/** What of a search differs from all alerts that a reader is shown, the newest first. */
type ReaderSearch = Partial<Omit<AlertSearch, 'level' | 'area'>> & { readonly filter?: AlertFilter }

const entriesMax = 5_000

export class AlertIndex implements AlertFold {
  /** The tables are up to date between two batches. */
  readonly table: AlertTable
  readonly events: EventTable
  readonly calls: CallTable
  readonly statements: Statements
  readonly #model: ProcessModel
  readonly #past: PastAlerts
  readonly #entries = new LRUCache<string, AlertEntry>({
    maxSize: entriesMax,
    sizeCalculation: () => 1
  })
  /** Those that differ from their rows: an alert with many events in a batch is written once. */
  readonly #changed = new Map<string, AlertEntry>()
  /** By theatre and level, the open alerts as lists show them, once somebody asked. */
  readonly #listed = new Map<string, OpenAlerts>()
  readonly #folds = new TheatreFolds()

  constructor(model: ProcessModel) {
    this.#model = model
    this.table = new AlertTable(model.file)
    this.events = new EventTable(model.file, this.table.kinds)
    this.calls = new CallTable(model.file, this.table.kinds)
    this.#past = new PastAlerts(model.file, this.table.kinds)
    this.statements = new Statements(model)
  }

  /** Call this first if the read model may contain alerts. */
  load(): void {
    this.table.kinds.load()
    this.events.load()
    for (const fold of this.events.listFolds()) this.#folds.take(...fold)
  }

  take(
    { partition, records }: Batch<RecordedEvent>,
    onFolded?: (folded: Folded, record: DecodedRecord) => void
  ): void {
    for (const { stored, decoded } of records) {
      const { envelope, record: recorded } = decoded
      const record = { partition, position: stored.position, envelope, recorded }
      const folded = this.#fold(record)
      onFolded?.(folded, record)
    }
    this.#write()
  }

  find(alertId: string, level: Handling): AlertAtLevel | null {
    return this.get(alertId)?.at(level) ?? null
  }

  get openCount(): number {
    return this.table
      .countKinds('restricted')
      .reduce((sum, [{ facts }, count]) => sum + (isOpen(facts) ? count : 0), 0)
  }

  get(alertId: string): AlertEntry | undefined {
    const known = this.#changed.get(alertId) ?? this.#entries.get(alertId)
    if (known !== undefined) return known
    const rows = this.table.read(alertId)
    if (rows.length === 0) return undefined
    const entry = new AlertEntry(alertId, this.#readMoments)
    for (const row of rows) entry.restore(row, this.statements)
    this.#entries.set(alertId, entry)
    return entry
  }

  readonly #readMoments = (alertId: string, levels: number) =>
    this.events.listMoments(alertId, levels)

  /** What the event of an alert states for a level, as its incidents are known now. */
  restate(level: Handling, state: AlertState, sum: AlertSum | null): LevelAlert {
    if (sum !== null) return this.statements.restate(sum, state)
    if (level === 'restricted') return state
    // Earlier versions have one statement for all levels.
    const evidence = state.evidence.filter(({ handling }) => maySee(level, handling))
    const isNamed = (alertId: string | null) => alertId !== null && this.find(alertId, level)
    return {
      ...state,
      partOf: isNamed(state.partOf) ? state.partOf : null,
      references: state.references.filter(isNamed),
      evidence: evidence.map(({ revision: _, ...item }) => item)
    }
  }

  /**
   * True for an event that readers of the level may not see by the handling of today: the handling
   * of a report in its evidence, or of an alert of an earlier version, was raised since. They do not
   * get its content on any transport. They learn that an alert was retracted for that.
   */
  isTakenBack(level: Handling, { event, sum }: AlertRecord): boolean {
    if (event.type === 'alert.action-refused') return false
    const { alertId, theatre, evidence, status } = event.data
    if (sum !== null) return status !== 'retracted' && this.statements.isTakenBack(level, sum)
    if (this.get(alertId)?.at(level) === null) return true
    return evidence.some(
      ({ incidentId, handling }) =>
        maySee(level, handling) && this.#model.incidents.isTakenBack(level, theatre, incidentId)
    )
  }

  /** Changes where a text made from an event may by now include more or less. */
  get takenBackCount(): number {
    return this.#model.incidents.takenBackCount
  }

  /** What a record was to readers of a level when it was folded; null if that is not known any more. */
  findMoment(level: Handling, { event, partition, position }: AlertRecord): AlertMoment | null {
    const moments = this.find(event.data.alertId, level)?.moments ?? []
    return (
      moments.findLast(each => each.position === position && each.partition === partition) ?? null
    )
  }

  /** The alerts that a reader is shown now, in chunks: see `AlertTable.search`. */
  search(view: ReaderView, search: ReaderSearch = {}): Generator<readonly FoundAlert[]> {
    return this.table.search({ words: [], ...completeSearch(view, search) })
  }

  /** The alerts that a reader is shown now, as they were: see `PastAlerts.search`. */
  searchPast(
    view: ReaderView,
    search: ReaderSearch & Pick<PastSearch, 'asOf' | 'isUnacknowledged'>
  ): Generator<readonly PastAlert[]> {
    const { asOf, isUnacknowledged } = search
    return this.#past.search({ ...completeSearch(view, search), asOf, isUnacknowledged })
  }

  /** Renders and stores some headlines that are not stored. Returns whether there were any. */
  foldHeadlines(countMax: number): boolean {
    const alerts = this.table.listWithoutHeadline(countMax)
    this.#model.file.transact(() => {
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
    const rendered = foldHeadline(this.find(alertId, level)?.state.headline ?? '')
    this.table.putHeadline(n, rendered)
    return rendered
  }

  findOutcome(actionId: string): ActionOutcome | undefined {
    return (this.events.findOutcome(actionId) as ActionOutcome | null) ?? undefined
  }

  /**
   * Folds the next record of the partition. After a `gap` the caller must report loudly that seq
   * numbers are missing. Repeats and conflicts have no effect.
   */
  #fold({ recorded, envelope, partition, position }: DecodedRecord): Folded {
    const acceptance = this.#accept(recorded, envelope)
    if (acceptance !== 'accepted' && acceptance !== 'gap') return { acceptance, record: null }
    const at = { partition, position }
    let levels: readonly Handling[] = handlings
    if (isVersion3(recorded)) {
      const { theatre } = envelope as { readonly theatre: string }
      const { fold } = recorded.data
      this.#folds.take(theatre, fold, position)
      this.events.beginFold(theatre, fold, position)
      levels = this.#folds.listLevels(theatre, fold, position)
    }
    if (recorded.type === 'alert.fold-began') return { acceptance, record: null }
    if (recorded.type === 'alert.action-refused') {
      const event = dropFold(recorded)
      const { actionId, alertId, theatre } = event.data
      const refusal = event.data
      const refused = { kind: 'refused', alertId, at: envelope.time, refusal } as const
      this.events.putOutcome(actionId, refused satisfies ActionOutcome)
      const readers = computeMask(this.#refusedTo(event.data, levels))
      this.events.insert({
        ...{ ...at, alertId, theatre, atMs: Date.parse(envelope.time), type: event.type },
        ...{ revision: 0, levels: computeMask(levels), readers },
        ...{ judged: null, isTaken: false, waiting: 0 }
      })
      return { acceptance, record: { ...at, envelope, event, sum: null, calls: null, readers } }
    }
    const { alertId } = recorded.data
    const before = this.get(alertId)
    const known = isVersion3(recorded) ? before?.at(recorded.data.fold) : before?.top
    const { event, sum, calls } = this.makeWhole(known ?? null, recorded, envelope)
    const { handling, concerns } = event.data
    // Events of earlier versions have one stream.
    if (sum === null)
      levels = handlings.filter(level => maySee(level, handling) || before?.isFor(level))
    const readers = computeMask(
      levels.filter(level => maySee(level, handling) && maySee(level, concerns))
    )
    const record = { ...at, envelope, event, sum, calls, readers }
    this.#foldEvent(record, levels, before ?? new AlertEntry(alertId, this.#readMoments))
    return { acceptance, record }
  }

  #accept(recorded: DecodedRecord['recorded'], envelope: Envelope): Folded['acceptance'] {
    const { data } = recorded
    const { seq } = data
    // Events of version 3 have a chain for each fold.
    const chain = 'fold' in data ? `${envelope.theatre}|${data.fold}` : data.theatre
    const content = JSON.stringify([envelope.type, envelope.previoushash ?? null, data])
    const hash = hashSha256Hex(content).slice(0, 16)
    const last = this.events.findLastSeq(chain)
    if (last !== null && seq <= last) {
      const winner = this.events.hashAt(chain, seq)
      return winner === null || winner === hash ? 'repeated' : 'conflicting'
    }
    this.events.accept(chain, seq, hash)
    return last === null || seq === last + 1 ? 'accepted' : 'gap'
  }

  /** The event of a record, behind the alert as it was before (null: its first). */
  makeWhole(
    before: (SummedAlert & { readonly state: AlertState }) | null,
    recorded: EventOfRecord,
    envelope: Envelope
  ) {
    if (isVersion3(recorded)) {
      const { type, data } = recorded
      const { sum, calls } = addChange(before, type, envelope, data)
      const event: EventOfState = { type, data: this.statements.fold(sum, type) }
      return { event, sum, calls }
    }
    const { event } = restoreWhole(recorded, before && readKnown(before.state))
    const { type, data: state } = event
    const fact = { type, atMs: Date.parse(envelope.time), notify: state.notify, state }
    return { event, sum: null, calls: callsAfter(before?.calls ?? noCalls, fact) }
  }

  #foldEvent(
    { envelope, sum, readers, ...at }: AlertRecord & { readonly event: EventOfState },
    levels: readonly Handling[],
    entry: AlertEntry
  ): void {
    const { event, partition, position } = at
    const { alertId, theatre, action } = event.data
    this.#changed.set(alertId, entry)
    if (action !== null) {
      const { actionId, byId = null, handling = talkHandling } = action
      const done = { kind: 'done', alertId, at: envelope.time, of: { handling, byId } } as const
      this.events.putOutcome(actionId, done satisfies ActionOutcome)
    }
    const taken = entry.take(levels, { event, envelope, sum, position })
    const atMs = Date.parse(envelope.time)
    const moment = makeMoment(event, readers) as NonNullable<ReturnType<typeof makeMoment>>
    this.events.insert({
      ...{ ...moment, judged: moment, partition, position, alertId, theatre, atMs },
      levels: computeMask(levels),
      waiting: computeMask(levels.filter(level => doesWait(entry.at(level))))
    })
    for (const alert of taken) alert.addMoment({ ...moment, partition, position, atMs })
    for (const level of levels) {
      const open = this.#listed.get(`${theatre}|${level}`)
      if (open === undefined) continue
      const shown = entry.at(level)
      const listed = shown && listOpen(shown)
      if (listed === null) open.delete(alertId)
      else open.put(listed)
    }
  }

  #write(): void {
    for (const [alertId, entry] of this.#changed) {
      for (const alert of entry.alerts) if (alert.isChanged) this.#writeAlert(entry, alert)
      this.#entries.set(alertId, entry)
    }
    this.#changed.clear()
  }

  #writeAlert({ alertId, theatre }: AlertEntry, alert: AlertAtLevel): void {
    const { state, firstTime, levels, calls } = alert
    const waits = doesWait(alert)
    const listed = listOpen(alert)
    const row = this.table.put(alert.row, {
      ...{ alertId, theatre, firstTime, levels, isUnacknowledged: waits, body: writeAlert(alert) },
      facts: listFacts(state),
      listed: listed && JSON.stringify(listed),
      disposition: state.operator.disposition as Disposition | null
    })
    Object.assign(alert, { row, isChanged: false })
    if (calls.calls.length === 0) return
    const rows = calls.calls.map((call, i) => ({
      ...{ pagedAtMs: call.pagedAtMs, severity: call.severity, drill: state.drill },
      officer: call.taken,
      acknowledgedS: computeAcknowledgementSeconds(call),
      respondedS: computeResponseSeconds(call),
      detectedS: i === 0 ? secondsBetween(parseTimeMs(state.window.from), call.pagedAtMs) : null,
      isUnacknowledged: waits && i === calls.calls.length - 1
    }))
    this.calls.put(row, rows)
  }

  /** The open alert under which an alert is listed for readers of a level. */
  findParent(level: Handling, { alertId, theatre }: Pick<AlertState, 'alertId' | 'theatre'>) {
    const alert = this.find(alertId, level)
    if (alert === null) return null
    if (alert.sum === null) return this.restate(level, alert.state, null).partOf
    const key = `${theatre}|${level}`
    let open = this.#listed.get(key)
    if (open === undefined) {
      open = new OpenAlerts()
      for (const text of this.table.listListed(theatre, level)) open.put(JSON.parse(text))
      this.#listed.set(key, open)
    }
    return open.findParent(alertId)
  }

  /** A refusal for an unknown alert is visible only to readers who see everything. */
  #refusedTo(refusal: ActionRefused, levels: readonly Handling[]): readonly Handling[] {
    const entry = this.get(refusal.alertId)
    return levels.filter(
      level => level === 'restricted' || (isRefusalFor(level, refusal) && entry?.at(level))
    )
  }
}

function completeSearch(view: ReaderView, { filter = {}, wantsKind, ...search }: ReaderSearch) {
  const { area, ofKinds } = splitArea(filter)
  return {
    ...({ direction: 'newest', after: null, from: null, to: null } as const),
    ...{ ...search, area, level: view.level },
    wantsKind: (kind: AlertKind) =>
      mayReadTheatre(view, kind.facts.theatre) &&
      matchesFilter(ofKinds, kind.facts) &&
      (wantsKind?.(kind) ?? true)
  }
}

/** The area that a filter asks for, and the rest of it, by which kinds of alerts are chosen. */
export function splitArea({ circle, polygon, ...ofKinds }: AlertFilter) {
  return { area: { ...(circle && { circle }), ...(polygon && { polygon }) }, ofKinds }
}

function doesWait(alert: AlertAtLevel | null): boolean {
  return alert !== null && isUnacknowledged(alert.calls, alert.state.operator)
}

/** By which an alert is listed under another; null if it is over, or of an earlier version. */
function listOpen({ sum, state, firstPosition }: AlertAtLevel): ListedAlert | null {
  return sum === null || !isOpen(state) ? null : listAlert(sum, state, firstPosition)
}
