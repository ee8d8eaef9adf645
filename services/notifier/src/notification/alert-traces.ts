// What one subscription was notified of for each alert, folded from its deliveries. Newest-state
// order uses it to skip events, and the planner to judge the next event.

import { type Severity, severities } from '@tocsin/contracts/theatre/severity'
import type { ReadModel } from '@tocsin/read-model/read-model'
import { type Delivery, isStateEvent } from './delivery.ts'
import type { PlannedData } from './delivery-record.ts'
import type { AlertTrace } from './newest-state.ts'
import type { Notices } from './notices.ts'

interface Trace extends AlertTrace {
  readonly alertId: string
  /** When its first event was accepted. */
  readonly toldMs: number | null
}

/**
 * Alert, newest, sent, its flags, and, where anything is, since when it is unheard, what was
 * accepted last, and when something was accepted first if that was another time.
 */
export type TraceRow = readonly [
  alertId: string,
  newest: number,
  sent: number,
  flags: number,
  ...more:
    | readonly [
        unheardSinceMs: number | null,
        acceptedMs: number | null,
        severity: number,
        toldMs?: number | null
      ]
    | readonly []
]

const flagHeard = 2
const flagOwesPage = 4
const flagClosed = 8
const flagBegun = 16

type Flags = [isHeard: boolean, owesPage: boolean, isBegun: boolean]

/** Stands in for an evicted alert: no event is skipped. */
const unknownAlert: AlertTrace = {
  ...{ newest: 0, sent: 0, isHeard: true, owesPage: false, unheardSinceMs: null, accepted: null },
  isBegun: false
}

/** The statements on the table. */
export function openTraceTable(model: ReadModel) {
  const of = (what: string, rest = '') =>
    model.prepare(`select ${what} from delivery_alert where subscription = ? ${rest}`)
  const remove = 'delete from delivery_alert where subscription = ?'
  return {
    find: of('body', 'and alert_id = ?'),
    put: model.prepare('insert or replace into delivery_alert values(?, ?, ?, ?, ?)'),
    list: of('body'),
    ids: of('alert_id as alertId'),
    told: of('alert_id as alertId', 'and is_told = 1'),
    firstTold: of('alert_id as alertId, told_ms as toldMs', 'and told_ms is not null'),
    forget: model.prepare(`${remove} and alert_id = ?`),
    clear: model.prepare(remove)
  }
}

export type TraceTable = ReturnType<typeof openTraceTable>

/** Changed alerts are written together: when there are so many, and before they are listed. */
const changedMax = 1_000

export class AlertTraces {
  readonly #table: TraceTable
  readonly #n: number
  readonly #notices: Notices
  /** Not written to the table yet. */
  readonly #changed = new Map<string, Trace>()

  /** `n`: the number of the subscription. `notices`: with its reminders. */
  constructor(table: TraceTable, n: number, notices: Notices) {
    this.#table = table
    this.#n = n
    this.#notices = notices
  }

  of(alertId: string): AlertTrace {
    return this.#find(alertId) ?? unknownAlert
  }

  /** Alerts that the subscriber was notified of, but not of their end. */
  get told(): readonly string[] {
    this.write()
    return this.#table.told.all(this.#n).map(({ alertId }) => String(alertId))
  }

  isTold(alertId: string): boolean {
    return isStanding(this.#find(alertId))
  }

  get ids(): readonly string[] {
    this.write()
    return this.#table.ids.all(this.#n).map(({ alertId }) => String(alertId))
  }

  /** Alerts with an accepted event, each with the time of the first one, ms. */
  firstTold(): readonly (readonly [alertId: string, toldMs: number])[] {
    this.write()
    return this.#table.firstTold
      .all(this.#n)
      .map(({ alertId, toldMs }) => [String(alertId), Number(toldMs)])
  }

  /** Whether an event of the alert was planned for the subscriber. */
  isKnown(alertId: string): boolean {
    return this.#find(alertId) !== undefined
  }

  /** When its first event was accepted; null if none was, or none is known. */
  toldMs(alertId: string): number | null {
    return this.#find(alertId)?.toldMs ?? null
  }

  /** When the subscriber was last notified or reminded of an alert, ms, by the log; null: never. */
  lastToldMs(alertId: string): number | null {
    return this.#notices.of('alert', alertId)?.toldMs ?? this.of(alertId).accepted?.atMs ?? null
  }

  /** Whether the alert is known, and no attempt at any event was made or chosen yet. */
  isUnsent(alertId: string): boolean {
    return this.#find(alertId)?.sent === 0
  }

  planned(plan: PlannedData, { isSheltered, atMs }: { isSheltered: boolean; atMs: number }): void {
    const { alertId, sequence } = plan
    if (!isStateEvent(plan)) return
    const trace = this.#find(alertId)
    this.#put({
      alertId,
      newest: sequence,
      sent: trace?.sent ?? 0,
      isHeard: trace?.isHeard === true || !isSheltered,
      owesPage: trace?.owesPage ?? false,
      isBegun: trace?.isBegun ?? false,
      unheardSinceMs: trace?.unheardSinceMs ?? atMs,
      accepted: trace?.accepted ?? null,
      toldMs: trace?.toldMs ?? null
    })
  }

  /** The partner may have received this event. */
  sent(delivery: Delivery): void {
    const { alertId, sequence, round, pagesNow } = delivery
    const trace = this.#find(alertId)
    if (trace === undefined || !isStateEvent(delivery)) return
    const [sent, isBegun] =
      round > 0 ? [trace.sent, trace.isBegun] : [Math.max(trace.sent, sequence), true]
    this.#put({
      ...trace,
      isHeard: true,
      sent,
      isBegun,
      owesPage: trace.owesPage && !pagesNow
    })
  }

  /** Sequences begin again. What the partner knows it still knows; what waited is owed. */
  beginEpoch(waited: Iterable<Delivery>): void {
    const paging = new Set<string>()
    for (const { alertId, pagesNow } of waited) if (pagesNow) paging.add(alertId)
    for (const trace of this.#all()) {
      const owesPage = trace.owesPage || paging.has(trace.alertId)
      this.#put({ ...trace, newest: 0, sent: 0, isBegun: false, owesPage })
    }
  }

  /** It is tried no more. */
  givenUp({ alertId, sequence, round }: Delivery): void {
    const trace = this.#find(alertId)
    if (trace !== undefined && round === 0 && sequence === trace.sent)
      this.#put({ ...trace, isBegun: false })
  }

  /** The partner accepted this event. */
  accepted(delivery: Delivery, atMs: number): void {
    const { alertId, sequence, severity: own, round, closes } = delivery
    const trace = this.#find(alertId)
    if (trace === undefined || round > 0 || !isStateEvent(delivery)) return
    // Plans of earlier versions have none.
    const severity = own ?? trace.accepted?.severity ?? 'moderate'
    const isBegun = trace.isBegun && sequence < trace.sent
    const unheardSinceMs = sequence < trace.newest ? trace.unheardSinceMs : null
    const accepted = { atMs, severity, ...(closes === true ? { isOver: closes } : {}) }
    this.#put({
      ...trace,
      unheardSinceMs,
      accepted,
      isBegun,
      toldMs: trace.toldMs ?? atMs
    })
    if (closes === true) this.#notices.forget(alertId)
    else this.#notices.told(alertId, atMs)
  }

  /** The event that replaces a skipped page will page, unless a newer one was already sent. */
  skipped(delivery: Delivery): void {
    const { alertId, sequence, pagesNow, closes } = delivery
    const trace = this.#find(alertId)
    if (trace === undefined || trace.sent > sequence || !isStateEvent(delivery)) return
    // The partner is not notified of an event that is skipped without a newer one.
    const isOver = closes === true && sequence === trace.newest
    if (isOver) this.#notices.forget(alertId)
    const accepted =
      isOver && trace.accepted !== null ? { ...trace.accepted, isOver } : trace.accepted
    const unheardSinceMs = sequence < trace.newest ? trace.unheardSinceMs : null
    this.#put({
      ...trace,
      unheardSinceMs,
      accepted,
      owesPage: trace.owesPage || pagesNow
    })
  }

  /** It waited for too long. */
  lapsed(delivery: Delivery): void {
    this.skipped(delivery)
    this.givenUp(delivery)
  }

  forget(alertId: string): void {
    this.#changed.delete(alertId)
    this.#table.forget.run(this.#n, alertId)
    this.#notices.forget(alertId)
  }

  /** Writes what changed. */
  write(): void {
    for (const trace of this.#changed.values()) {
      const { alertId, toldMs } = trace
      const body = JSON.stringify(makeRow(trace))
      this.#table.put.run(this.#n, alertId, isStanding(trace) ? 1 : 0, toldMs, body)
    }
    this.#changed.clear()
  }

  clear(): void {
    this.#changed.clear()
    this.#table.clear.run(this.#n)
  }

  /** As they are now, in the order of the alerts' ids. */
  capture(): readonly TraceRow[] {
    return this.#all().map(makeRow)
  }

  restore(row: TraceRow): void {
    this.#put(readTrace(row))
  }

  #all(): Trace[] {
    this.write()
    return this.#table.list.all(this.#n).map(({ body }) => readTrace(JSON.parse(String(body))))
  }

  #find(alertId: string): Trace | undefined {
    const changed = this.#changed.get(alertId)
    if (changed !== undefined) return changed
    const row = this.#table.find.get(this.#n, alertId)
    return row === undefined ? undefined : readTrace(JSON.parse(String(row.body)))
  }

  #put(trace: Trace): void {
    this.#changed.set(trace.alertId, trace)
    if (this.#changed.size >= changedMax) this.write()
  }
}

/** An event was accepted, and no end. */
function isStanding(trace: Trace | undefined): boolean {
  return trace?.accepted != null && trace.accepted.isOver !== true
}

function readTrace([
  alertId,
  newest,
  sent,
  flags,
  unheardSinceMs = null,
  atMs = null,
  severity = 0,
  toldMs = atMs
]: TraceRow): Trace {
  const isOver = (flags & flagClosed) !== 0
  const over = isOver ? { isOver } : {}
  const accepted =
    atMs === null ? null : { atMs, severity: severities[severity] as Severity, ...over }
  const [isHeard, owesPage, isBegun] = [flagHeard, flagOwesPage, flagBegun].map(
    each => (flags & each) !== 0
  ) as Flags
  return { alertId, newest, sent, isHeard, owesPage, isBegun, unheardSinceMs, accepted, toldMs }
}

function makeRow(trace: Trace): TraceRow {
  const { alertId, newest, sent, isHeard, owesPage, isBegun, unheardSinceMs, accepted, toldMs } =
    trace
  const closed = accepted === null || isStanding(trace) ? 0 : flagClosed
  const flags =
    (isHeard ? flagHeard : 0) + (owesPage ? flagOwesPage : 0) + closed + (isBegun ? flagBegun : 0)
  if (accepted === null && unheardSinceMs === null) return [alertId, newest, sent, flags]
  const severity = severities.indexOf(accepted?.severity ?? 'minor')
  const acceptedMs = accepted?.atMs ?? null
  const row = [alertId, newest, sent, flags, unheardSinceMs, acceptedMs, severity] as const
  return toldMs === null || toldMs === acceptedMs ? row : [...row, toldMs]
}
