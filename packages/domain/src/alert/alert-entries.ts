// The alerts that a theatre keeps, and those that can change without a change of findings:
// provisional ones when the watermark moves, acknowledged ones on expiry. It also knows which alert
// is part of which. Decides nothing else.

import type { Finding } from '../finding/finding.ts'
import type { ReportChange } from '../finding/report-change.ts'
import { EndingWeeks } from '../fold/ending-weeks.ts'
import { KeyedValues } from '../fold/keyed-values.ts'
import { compareText } from '../incident/incident.ts'
import { type Handling, handlings, leastHandling, maySee, strictest } from '../report/handling.ts'
import { parseTimeMs } from '../space-time/event-time.ts'
import type { AlertEvent, AlertState } from './alert.ts'
import {
  type AlertEntry,
  completeMs,
  findingOf,
  isOpen,
  isOver,
  mayBeHeard,
  type RecordContext
} from './alert-decision.ts'
import {
  allGround,
  allParents,
  breadthOf,
  groundOf,
  type Parents,
  parentAt,
  parentsOf,
  partOf
} from './alert-grouping.ts'
import { AlertIndex } from './alert-index.ts'
import { reportSetOf } from './match-candidates.ts'
import type { WaitingSnapshot } from './waiting-alerts.ts'

/** All alerts of a theatre, as plain data. */
export interface AlertBookSnapshot {
  readonly seq: number
  readonly entries: readonly AlertEntry[]
  readonly pending: readonly (readonly [string, boolean])[]
  /**
   * Alerts whose parent may differ from the published one, with the least handling of what may have
   * changed it.
   */
  readonly moves: readonly (readonly [string, Handling])[]
  readonly waiting: WaitingSnapshot
}

/** The same as an earlier engine may have left it. */
export type RestoredAlerts = Omit<AlertBookSnapshot, 'moves' | 'waiting'> &
  Partial<AlertBookSnapshot>

export class AlertEntries {
  readonly index = new AlertIndex()
  readonly #byId = new Map<string, AlertEntry>()
  /** Ids by the end of their findings. */
  readonly #endings = new EndingWeeks<string>()
  /** The alert that holds a finding. */
  readonly #holders = new WeakMap<Finding, string>()
  /**
   * How far the watermark must come to confirm a provisional alert, event time, ms; infinity if it
   * holds no finding.
   */
  readonly #provisional = new Map<string, number>()
  /** No provisional alert is confirmed by a watermark before this. */
  #leastCompleteMs = Number.POSITIVE_INFINITY
  /** Alerts past any change except pending events: no longer matched. */
  readonly #past = new Set<string>()
  /** Open alerts by their published parents. */
  readonly #parts = new KeyedValues<string>()
  /**
   * Alerts whose parent differs from the published one from the next record on, with the least
   * handling of the causes.
   */
  #moves = new Map<string, Handling>()
  /** Those that the current record may publish. */
  #moving: ReadonlyMap<string, Handling> = new Map()
  /** When acknowledgements end, ms. */
  readonly #untilMs = new Map<string, number>()

  get size(): number {
    return this.#byId.size
  }

  get hasProvisional(): boolean {
    return this.#provisional.size > 0
  }

  get(alertId: string): AlertEntry | undefined {
    return this.#byId.get(alertId)
  }

  values(): MapIterator<AlertEntry> {
    return this.#byId.values()
  }

  /** The alert that last held a finding. */
  holderOf(finding: Finding): AlertEntry | undefined {
    const id = this.#holders.get(finding)
    return id === undefined ? undefined : this.#byId.get(id)
  }

  isHeld(finding: Finding): boolean {
    return this.holderOf(finding)?.held?.finding === finding
  }

  /**
   * Stores an alert. `reports`: how its finding's reports differ from the previous one's, if known.
   */
  keep(entry: AlertEntry, reports?: ReportChange): void {
    const { alertId } = entry.state
    const before = this.#byId.get(alertId)
    this.#byId.set(alertId, entry)
    this.#endings.file(alertId, before === undefined ? null : endOf(before), endOf(entry))
    if (!this.#past.has(alertId)) this.#file(before, entry, reports)
    this.#noteWaiting(entry)
    this.#noteUntil(before, entry)
    this.#notePart(before, entry)
  }

  forget(entry: AlertEntry): void {
    const { alertId } = entry.state
    this.letGo(entry)
    this.#past.delete(alertId)
    const before = this.#byId.get(alertId)
    this.#notePart(before, undefined)
    if (before !== undefined) this.#endings.file(alertId, endOf(before), null)
    this.#byId.delete(alertId)
    this.#provisional.delete(alertId)
    this.#untilMs.delete(alertId)
  }

  /** Keeps an alert for its pending events only: later changes of its finding do not concern it. */
  letGo(entry: AlertEntry): void {
    const { alertId } = entry.state
    if (this.#past.has(alertId)) return
    this.#past.add(alertId)
    if (entry.held) this.#holders.delete(entry.held.finding)
    this.index.file(entry.state, findingOf(entry), null)
    this.index.fileOpen(alertId, openGround(entry), undefined)
  }

  /** True for an alert that is kept for its pending events only. */
  isLetGo(alertId: string): boolean {
    return this.#past.has(alertId)
  }

  #file(
    before: AlertEntry | undefined,
    entry: AlertEntry,
    reports: ReportChange | undefined
  ): void {
    const { alertId } = entry.state
    const old = before === undefined ? null : findingOf(before)
    const now = findingOf(entry)
    if (entry.held && before?.held?.finding !== now) this.#holders.set(now, alertId)
    if (old !== now) this.index.file(entry.state, old, now, reports)
    this.index.settle(alertId, {
      isOver: isOver(entry),
      isBereft: entry.held === null && entry.state.status === 'retracted'
    })
    if (before?.state !== entry.state || old !== now)
      this.index.fileOpen(alertId, before && openGround(before), openGround(entry))
  }

  /** Whether everyone who may see an alert may also see the current record. */
  mayHear(context: RecordContext): (alertId: string) => boolean {
    return alertId => {
      const entry = this.#byId.get(alertId)
      return entry === undefined || mayBeHeard(entry, context)
    }
  }

  get hasMoves(): boolean {
    return this.#moves.size > 0
  }

  /** In order. */
  get moves(): readonly (readonly [string, Handling])[] {
    return [...this.#moves].sort((a, b) => compareText(a[0], b[0]))
  }

  restoreMoves(moves: readonly (readonly [string, Handling])[]): void {
    this.#moves = new Map(moves)
  }

  /**
   * The alerts whose parent the current record must publish; those that it may not reveal wait for
   * the next.
   */
  takeMoves(mayHear: (alertId: string) => boolean): readonly string[] {
    if (this.#moves.size === 0) {
      this.#moving = this.#moves
      return []
    }
    const all = [...this.#moves]
    this.#moving = new Map(all.filter(([id]) => mayHear(id)))
    this.#moves = new Map(all.filter(([id]) => !mayHear(id)))
    return [...this.#moving.keys()]
  }

  /**
   * Notes the alerts whose parent these events change: the next record publishes it. Gives the
   * events.
   */
  noteMoves(events: AlertEvent[]): AlertEvent[] {
    for (const { type, data } of events) {
      const entry = this.#byId.get(data.alertId)
      if (entry === undefined) continue
      const begins = type === 'alert.raised' || type === 'alert.reopened'
      const { handling } = entry.state
      for (const id of this.#misplacedBy(entry, begins))
        this.#moves.set(id, leastHandling(this.#moves.get(id) ?? null, handling) as Handling)
    }
    return events
  }

  /**
   * Of an open alert: alerts without a parent that rest on the same reports. Of an ended one: its
   * parts.
   */
  #misplacedBy(entry: AlertEntry, begins: boolean): string[] {
    const { state } = entry
    if (begins && breadthOf(state) > 0)
      return this.#misplaced(this.index.resting(reportSetOf(findingOf(entry))), state.handling)
    return isOpen(state) ? [] : this.#misplaced(this.#parts.of(state.alertId), state.handling)
  }

  #misplaced(alertIds: Iterable<string>, cause: Handling): string[] {
    return [...alertIds].filter(
      id => this.#movedFrom(this.#byId.get(id) as AlertEntry, cause) !== null
    )
  }

  /** The event by which an alert corrects missing or outdated parents; null if none is needed. */
  moveOf(entry: AlertEntry): typeof move | null {
    return this.movedFrom(entry) === null ? null : move
  }

  /**
   * The least handling whose readers are told another parent with the current record; null if none
   * are.
   */
  movedFrom(entry: AlertEntry): Handling | null {
    const cause = this.#moving.get(entry.state.alertId)
    return cause === undefined ? null : this.#movedFrom(entry, cause)
  }

  /**
   * The least handling whose readers have a missing or outdated parent of an alert, of those who
   * may see the cause. What others are told of it does not depend on what they may not see: not
   * even when they are told.
   */
  #movedFrom({ state, held, firstSeq }: AlertEntry, cause: Handling): Handling | null {
    if (held === null || !isOpen(state)) return null
    const levels = handlings.filter(level => maySee(level, cause) && maySee(level, state.handling))
    const due = levels.filter(level => !this.#isOpenAt(parentAt(state, level), level))
    if (due.length === 0) return null
    const now = this.#parentsNow(state, held.finding, firstSeq)
    return due.find(level => parentAt(now, level) !== this.#saidAt(state, level)) ?? null
  }

  /** Whether an alert is known to be open to readers of a level. */
  #isOpenAt(alertId: string | null, level: Handling): boolean {
    const state = alertId === null ? undefined : this.#byId.get(alertId)?.state
    return state !== undefined && isOpen(state) && maySee(level, state.handling)
  }

  /**
   * The parent that readers of a level were told: one that they may not see is not named to them.
   */
  #saidAt(state: AlertState, level: Handling): string | null {
    const said = parentAt(state, level)
    const parent = said === null ? undefined : this.#byId.get(said)
    return parent === undefined || maySee(level, parent.state.handling) ? said : null
  }

  /**
   * The open parents of an alert after an event, given its state and finding then. Readers whom it
   * does not concern are not told of it: theirs stay as they were before.
   */
  parents(
    state: AlertState,
    before: Parents,
    of: { readonly finding: Finding; readonly firstSeq: number }
  ): Parents {
    const { handling, concerns } = state
    const now = this.#parentsNow(state, of.finding, of.firstSeq)
    if (maySee(handling, concerns)) return now
    return parentsOf(handling, level => parentAt(maySee(level, concerns) ? now : before, level))
  }

  #parentsNow(state: AlertState, { triggers }: Finding, firstSeq: number): Parents {
    const [area, another] = state.area.admin1
    const inArea: AlertEntry[] = []
    // An alert that lies in several areas is covered by none of them.
    if (area !== undefined && another === undefined)
      for (const id of this.index.openAbout(area)) inArea.push(this.#byId.get(id) as AlertEntry)
    for (const id of this.index.openAbout(allGround)) inArea.push(this.#byId.get(id) as AlertEntry)
    const parentOf = (level: Handling) =>
      partOf({ state, firstSeq }, inArea, this.#sharing(triggers, state.handling), level)
    const whole = parentOf(strictest)
    // Most often all of its readers may see the first of all: so it is the first for each of them.
    if (this.#isOpenAt(whole, state.handling) || whole === null) return { partOf: whole }
    return parentsOf(state.handling, level =>
      this.#isOpenAt(whole, level) ? whole : parentOf(level)
    )
  }

  /**
   * Alerts that rest on the first or the last trigger; sought when they are asked for. Not of a
   * layer that is hidden from readers of the alert: it would tell them that hidden reports name the
   * same.
   */
  *#sharing(triggers: Finding['triggers'], handling: Handling): Generator<AlertEntry> {
    const first = triggers[0]?.reportIds ?? []
    const last = triggers.at(-1)?.reportIds ?? []
    for (const id of this.index.resting(first === last ? first : [...first, ...last])) {
      const entry = this.#byId.get(id) as AlertEntry
      if (maySee(handling, findingOf(entry).layer ?? 'public')) yield entry
    }
  }

  /** Alerts whose subject ended before a moment. */
  endedBefore(ms: number): AlertEntry[] {
    const ending = this.#endings.beginningBefore(ms).map(id => this.#byId.get(id) as AlertEntry)
    return ending.filter(entry => endedBefore(entry, ms))
  }

  /** Provisional alerts whose completion a watermark has passed. */
  completeAt(watermarkMs: number | null): readonly string[] {
    if (watermarkMs === null || watermarkMs < this.#leastCompleteMs) return []
    const complete: string[] = []
    this.#leastCompleteMs = Number.POSITIVE_INFINITY
    this.#provisional.forEach((ms, id) => {
      if (ms <= watermarkMs) complete.push(id)
      if (ms < this.#leastCompleteMs) this.#leastCompleteMs = ms
    })
    return complete
  }

  /** Alerts whose acknowledgement ends at or before a moment. */
  lapsedAt(ms: number): AlertEntry[] {
    const lapsed: AlertEntry[] = []
    for (const [id, untilMs] of this.#untilMs)
      if (untilMs <= ms) lapsed.push(this.#byId.get(id) as AlertEntry)
    return lapsed
  }

  /** When the first acknowledgement ends; null = none. */
  nextLapseMs(): number | null {
    let next: number | null = null
    for (const ms of this.#untilMs.values()) if (next === null || ms < next) next = ms
    return next
  }

  #noteWaiting({ state, held }: AlertEntry): void {
    if (state.status !== 'provisional') {
      this.#provisional.delete(state.alertId)
      return
    }
    const ms = held === null ? Number.POSITIVE_INFINITY : completeMs(held.finding)
    this.#provisional.set(state.alertId, ms)
    this.#leastCompleteMs = Math.min(this.#leastCompleteMs, ms)
  }

  #notePart(before: AlertEntry | undefined, now: AlertEntry | undefined): void {
    const old = openParentsOf(before)
    const fresh = openParentsOf(now)
    for (const parent of old)
      if (!fresh.includes(parent)) this.#parts.take(parent, (before as AlertEntry).state.alertId)
    for (const parent of fresh)
      if (!old.includes(parent)) this.#parts.put(parent, (now as AlertEntry).state.alertId)
  }

  #noteUntil(before: AlertEntry | undefined, { state }: AlertEntry): void {
    const { acknowledgedUntil } = state.operator
    if ((before?.state.operator.acknowledgedUntil ?? null) === acknowledgedUntil) return
    if (acknowledgedUntil === null) this.#untilMs.delete(state.alertId)
    else this.#untilMs.set(state.alertId, parseTimeMs(acknowledgedUntil))
  }
}

/** The decision if only the parent has changed. */
const move = { event: 'revised', reason: null, quiet: 'unless-live', ifMoved: true } as const

/** The published parents of an open alert. */
function openParentsOf(entry: AlertEntry | undefined): readonly string[] {
  return entry !== undefined && isOpen(entry.state) ? allParents(entry.state) : []
}

/** The ground on which an open alert may be a parent. */
function openGround(entry: AlertEntry): string | undefined {
  return isOpen(entry.state)
    ? groundOf({
        pattern: entry.state.pattern,
        area: entry.state.area,
        group: findingOf(entry).group
      })
    : undefined
}

/** No alert has ended before this; null while its finding is open. */
function endOf(entry: AlertEntry): number | null {
  const { toMs } = findingOf(entry)
  return entry.held === null ? (toMs ?? 0) : toMs
}

/** True if the alert's window, or everything that it rested on, ended before the boundary. */
function endedBefore(entry: AlertEntry, boundaryMs: number): boolean {
  const { toMs, triggers } = findingOf(entry)
  if (entry.held !== null) return toMs !== null && toMs < boundaryMs
  return (toMs ?? 0) < boundaryMs && triggers.every(incident => incident.toMs < boundaryMs)
}
