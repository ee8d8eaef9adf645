// What one subscription was notified of for each alert, folded from its deliveries. Newest-state
// order uses it to skip events, and the planner to judge the next event.

import { type Severity, severities } from '@tocsin/contracts/theatre/severity'
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

/** The part that others read. */
export type ReadTraces = Pick<
  AlertTraces,
  'of' | 'isKnown' | 'ids' | 'toldMs' | 'firstTold' | 'told' | 'lastToldMs'
>

type Flags = [isHeard: boolean, owesPage: boolean, isBegun: boolean]

/** Stands in for an evicted alert: no event is skipped. */
const unknownAlert: AlertTrace = {
  ...{ newest: 0, sent: 0, isHeard: true, owesPage: false, unheardSinceMs: null, accepted: null },
  isBegun: false
}

export class AlertTraces {
  readonly #traces = new Map<string, Trace>()
  /** Alerts with an accepted event, but without an accepted end. */
  readonly #told = new Set<string>()
  readonly #notices: Notices

  /** `notices`: with its reminders. */
  constructor(notices: Notices) {
    this.#notices = notices
  }

  of(alertId: string): AlertTrace {
    return this.#traces.get(alertId) ?? unknownAlert
  }

  /** Alerts that the subscriber was notified of, but not of their end. */
  get told(): ReadonlySet<string> {
    return this.#told
  }

  get ids(): Iterable<string> {
    return this.#traces.keys()
  }

  /**
   * Alerts with an accepted event, each with the time of the first one, ms. Alerts may be added and
   * removed during the iteration.
   */
  *firstTold(): Iterable<readonly [alertId: string, toldMs: number]> {
    for (const { alertId, toldMs } of this.#traces.values())
      if (toldMs !== null) yield [alertId, toldMs]
  }

  /** Whether an event of the alert was planned for the subscriber. */
  isKnown(alertId: string): boolean {
    return this.#traces.has(alertId)
  }

  /** When its first event was accepted; null if none was, or none is known. */
  toldMs(alertId: string): number | null {
    return this.#traces.get(alertId)?.toldMs ?? null
  }

  /** When the subscriber was last notified or reminded of an alert, ms, by the log; null: never. */
  lastToldMs(alertId: string): number | null {
    return this.#notices.of('alert', alertId)?.toldMs ?? this.of(alertId).accepted?.atMs ?? null
  }

  /** Whether the alert is known, and no attempt at any event was made or chosen yet. */
  isUnsent(alertId: string): boolean {
    return this.#traces.get(alertId)?.sent === 0
  }

  /** Returns the alert id: one string shared by all deliveries of the alert. */
  planned(
    plan: PlannedData,
    { isSheltered, atMs }: { isSheltered: boolean; atMs: number }
  ): string {
    const { alertId, sequence } = plan
    const trace = this.#traces.get(alertId)
    const own = trace?.alertId ?? alertId
    if (!isStateEvent(plan)) return own
    this.#traces.set(own, {
      alertId: own,
      newest: sequence,
      sent: trace?.sent ?? 0,
      isHeard: trace?.isHeard === true || !isSheltered,
      owesPage: trace?.owesPage ?? false,
      isBegun: trace?.isBegun ?? false,
      unheardSinceMs: trace?.unheardSinceMs ?? atMs,
      accepted: trace?.accepted ?? null,
      toldMs: trace?.toldMs ?? null
    })
    return own
  }

  /** The partner may have received this event. */
  sent(delivery: Delivery): void {
    const { alertId, sequence, round, pagesNow } = delivery
    const trace = this.#traces.get(alertId)
    if (trace === undefined || !isStateEvent(delivery)) return
    const [sent, isBegun] =
      round > 0 ? [trace.sent, trace.isBegun] : [Math.max(trace.sent, sequence), true]
    this.#traces.set(alertId, {
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
    for (const [alertId, trace] of this.#traces) {
      const owesPage = trace.owesPage || paging.has(alertId)
      this.#traces.set(alertId, { ...trace, newest: 0, sent: 0, isBegun: false, owesPage })
    }
  }

  /** It is tried no more. */
  givenUp({ alertId, sequence, round }: Delivery): void {
    const trace = this.#traces.get(alertId)
    if (trace !== undefined && round === 0 && sequence === trace.sent)
      this.#traces.set(alertId, { ...trace, isBegun: false })
  }

  /** The partner accepted this event. */
  accepted(delivery: Delivery, atMs: number): void {
    const { alertId, sequence, severity: own, round, closes } = delivery
    const trace = this.#traces.get(alertId)
    if (trace === undefined || round > 0 || !isStateEvent(delivery)) return
    // Plans of earlier versions have none.
    const severity = own ?? trace.accepted?.severity ?? 'moderate'
    const isBegun = trace.isBegun && sequence < trace.sent
    const unheardSinceMs = sequence < trace.newest ? trace.unheardSinceMs : null
    const accepted = { atMs, severity, ...(closes === true ? { isOver: closes } : {}) }
    this.#traces.set(alertId, {
      ...trace,
      unheardSinceMs,
      accepted,
      isBegun,
      toldMs: trace.toldMs ?? atMs
    })
    if (closes === true) {
      this.#told.delete(alertId)
      this.#notices.forget(alertId)
    } else {
      this.#told.add(trace.alertId)
      this.#notices.told(alertId, atMs)
    }
  }

  /** The event that replaces a skipped page will page, unless a newer one was already sent. */
  skipped(delivery: Delivery): void {
    const { alertId, sequence, pagesNow, closes } = delivery
    const trace = this.#traces.get(alertId)
    if (trace === undefined || trace.sent > sequence || !isStateEvent(delivery)) return
    // The partner is not notified of an event that is skipped without a newer one.
    const isOver = closes === true && sequence === trace.newest
    if (isOver) {
      this.#told.delete(alertId)
      this.#notices.forget(alertId)
    }
    const accepted =
      isOver && trace.accepted !== null ? { ...trace.accepted, isOver } : trace.accepted
    const unheardSinceMs = sequence < trace.newest ? trace.unheardSinceMs : null
    this.#traces.set(alertId, {
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
    this.#traces.delete(alertId)
    this.#told.delete(alertId)
    this.#notices.forget(alertId)
  }

  /** As they are now, one by one. */
  capture(): Iterable<TraceRow> {
    return listRows([...this.#traces.values()], new Set(this.#told))
  }

  restore([
    alertId,
    newest,
    sent,
    flags,
    unheardSinceMs = null,
    atMs = null,
    severity = 0,
    toldMs = atMs
  ]: TraceRow): void {
    const isOver = (flags & flagClosed) !== 0
    const over = isOver ? { isOver } : {}
    const accepted =
      atMs === null ? null : { atMs, severity: severities[severity] as Severity, ...over }
    if (accepted !== null && !isOver) this.#told.add(alertId)
    const [isHeard, owesPage, isBegun] = [flagHeard, flagOwesPage, flagBegun].map(
      each => (flags & each) !== 0
    ) as Flags
    const times = { unheardSinceMs, accepted, toldMs }
    this.#traces.set(alertId, { alertId, newest, sent, isHeard, owesPage, isBegun, ...times })
  }

  /** The text that other deliveries of the alert have. */
  formatText(alertId: string): string {
    return this.#traces.get(alertId)?.alertId ?? alertId
  }
}

function* listRows(traces: readonly Trace[], told: ReadonlySet<string>): Generator<TraceRow> {
  for (const trace of traces) {
    const { alertId, newest, sent, isHeard, owesPage, isBegun, unheardSinceMs, accepted, toldMs } =
      trace
    const closed = accepted === null || told.has(alertId) ? 0 : flagClosed
    const flags =
      (isHeard ? flagHeard : 0) + (owesPage ? flagOwesPage : 0) + closed + (isBegun ? flagBegun : 0)
    if (accepted === null && unheardSinceMs === null) yield [alertId, newest, sent, flags]
    else {
      const severity = severities.indexOf(accepted?.severity ?? 'minor')
      const acceptedMs = accepted?.atMs ?? null
      const row = [alertId, newest, sent, flags, unheardSinceMs, acceptedMs, severity] as const
      yield toldMs === null || toldMs === acceptedMs ? row : [...row, toldMs]
    }
  }
}
