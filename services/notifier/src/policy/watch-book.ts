// Who is on watch, as the control log has it now, and whether a subscription is told by that.

import type { SubscriptionRecord, WatchRecord } from '@tocsin/contracts/record/control-record'
import type { Severity } from '@tocsin/contracts/theatre/severity'
import type { Clock } from '@tocsin/domain/ports'
import type { ControlState } from '@tocsin/service-kit/control/control-state'
import type { ControlView } from '@tocsin/service-kit/projection/control-view'
import { type Delivery, isOfState } from '../delivery/delivery.ts'
import { downAfterFailures, isOut } from '../delivery/endpoint-health.ts'
import type { SubscriptionDeliveries } from '../delivery/subscription-deliveries.ts'
import {
  type LineNews,
  type LineTelling,
  lineHiccupMs,
  linePlannedWithinMs,
  rankOf
} from '../notification/notification-decision.ts'
import { alwaysOn, type Duty, dutyOf, shiftsAt, type Watch } from '../notification/watch.ts'

export interface WatchBookDeps {
  readonly control: Pick<ControlView, 'state'>
  readonly clock: Pick<Clock, 'nowMs'>
  /** Whether a subscription wants and may have anything now. */
  readonly maySend: (subscription: SubscriptionRecord) => boolean
  /** What the log says of each, whoever sends for it. */
  readonly fold: { of(subscriptionId: string): LineDeliveries }
}

type LineDeliveries = Pick<
  SubscriptionDeliveries,
  'health' | 'alerts' | 'wait' | 'triesOf' | 'get' | 'newestFirst'
>

/** What a decision says of the lines of a watch. */
export interface LineJudge {
  readonly alertId: string
  /** Whether the alert is for a line, or the line knows of it. */
  readonly concerns: (line: SubscriptionRecord, known: KnownOfLine) => boolean
  /** Whether the alert goes past a line for now. */
  readonly isPassedOver: (line: SubscriptionRecord, known: KnownOfLine) => boolean
}

/** What the log says of a line and an alert. */
export interface KnownOfLine extends Omit<LineNews, 'severity' | 'silence'> {
  /** Something of the alert was accepted, and not its end. */
  readonly isTold: boolean
  /**
   * It was planned what who asks may be planned yet: it may have been told of the end of what still
   * waits for who asks.
   */
  readonly ahead: { readonly told: LineNews['told'] } | null
  /**
   * What the line accepted since the alert became as grave as it is for who asks, oldest first, as
   * who asks saw it then; null: that is not kept any more.
   */
  readonly tellings: () => readonly KnownTelling[] | null
}

export interface KnownTelling extends LineTelling {
  /** It was told that what who asks saw is over. */
  readonly isEnd: boolean
}

/** As decisions take it. */
export function watchOf({
  lineMinutes,
  shifts
}: Pick<WatchRecord, 'lineMinutes' | 'shifts'>): Watch {
  const read = shifts.map(({ officer, from, until, lines, note }) => ({
    ...{ officer, lines, note },
    fromMs: Date.parse(from),
    untilMs: Date.parse(until)
  }))
  return { lineMinutes, shifts: read.toSorted((a, b) => a.fromMs - b.fromMs) }
}

export class WatchBook {
  readonly #deps: WatchBookDeps
  /** By what was read: each decision asks. */
  #read: {
    readonly from: ControlState['watches']
    readonly all: ReadonlyMap<string, Watch>
  } | null = null

  constructor({ control, clock, maySend, fold }: WatchBookDeps) {
    this.#deps = { control, clock, maySend, fold }
  }

  /**
   * Whether a subscription is told of an alert by a watch. One that is not there holds nobody back,
   * and a line that would not be told of this alert is passed over.
   */
  dutyOf(
    watchId: string,
    subscriptionId: string,
    nowMs: number,
    { alertId, concerns, isPassedOver }: LineJudge
  ): Duty {
    const watch = this.#all().get(watchId)
    if (watch === undefined) return alwaysOn
    const { fold, control } = this.#deps
    const lineOf = (id: string) => control.state.subscriptions.get(id) as SubscriptionRecord
    const own = fold.of(subscriptionId)
    const waits = waitsSinceMs(own, alertId)
    const knownOfLine = (id: string) => knownOf(fold.of(id), own, alertId, { waits, nowMs })
    return dutyOf(
      ...([watch, subscriptionId, nowMs] as const),
      id => this.isServed(watchId, id) && concerns(lineOf(id), knownOfLine(id)),
      id => isPassedOver(lineOf(id), knownOfLine(id))
    )
  }

  /** Whether nobody is on whom anything can reach, though subscriptions follow the watch. */
  isUnstaffed(watchId: string): boolean {
    const { clock } = this.#deps
    const { subscriptions } = this.#deps.control.state
    const watch = this.#all().get(watchId)
    const isFollowed = [...subscriptions.values()].some(({ policy }) => policy?.watch === watchId)
    const lines =
      watch === undefined ? [] : shiftsAt(watch, clock.nowMs()).flatMap(shift => shift.lines)
    return isFollowed && !lines.some(id => this.isServed(watchId, id) && !this.#isOut(id))
  }

  /** How many watches that subscriptions follow nobody is on. */
  unstaffedCount(): number {
    return [...this.#all().keys()].filter(watchId => this.isUnstaffed(watchId)).length
  }

  /**
   * Whether a line follows the watch, and wants and may have what is sent. Its endpoint may be
   * down.
   */
  isServed(watchId: string, subscriptionId: string): boolean {
    const subscription = this.#deps.control.state.subscriptions.get(subscriptionId)
    return subscription?.policy?.watch === watchId && this.#deps.maySend(subscription)
  }

  #isOut(subscriptionId: string): boolean {
    return isOut(this.#deps.fold.of(subscriptionId).health)
  }

  #all(): ReadonlyMap<string, Watch> {
    const { watches } = this.#deps.control.state
    if (this.#read?.from !== watches)
      this.#read = {
        from: watches,
        all: new Map([...watches].map(([id, watch]) => [id, watchOf(watch)]))
      }
    return this.#read.all
  }
}

function knownOf(
  line: LineDeliveries,
  asker: LineDeliveries,
  alertId: string,
  { waits, nowMs }: { readonly waits: () => number; readonly nowMs: number }
): KnownOfLine {
  const { alerts, health, wait } = line
  const { newest, accepted, unheardSinceMs } = alerts.of(alertId)
  const isAhead = isPlannedBefore(
    line.get(newest),
    asker.get(asker.alerts.of(alertId).newest),
    nowMs
  )
  const isTold = alerts.told.has(alertId)
  // What was given up or has lapsed, was never planned, or is not kept any more, is not sent.
  const isPlanned = line.get(newest)?.state === 'pending'
  const tries = isPlanned ? line.triesOf(newest) : 0
  const isAway =
    tries >= downAfterFailures ||
    (wait !== null && Math.min(wait.afterMs, wait.untilMs - nowMs) > lineHiccupMs)
  const triedMs = tries > 0 ? unheardSinceMs : null
  const failingMs =
    health.sinceMs === null ? triedMs : Math.max(health.sinceMs, unheardSinceMs ?? nowMs)
  return {
    ...{ isTold, told: isTold ? accepted : null, ahead: isAhead ? { told: accepted } : null },
    tellings: () => tellingsOf(line, asker, alertId),
    isOut: isOut(health) || isAway,
    unplannedSinceMs: isPlanned ? null : waits(),
    failingSinceMs: isPlanned ? failingMs : null,
    waitingSinceMs: isPlanned && failingMs !== null ? waits() : nowMs
  }
}

/**
 * Whether a line was planned an event that who asks may be planned yet, as each instance plans for
 * its own subscriptions.
 */
function isPlannedBefore(
  line: Delivery | undefined,
  asker: Delivery | undefined,
  nowMs: number
): boolean {
  if (line === undefined || asker === undefined || BigInt(line.position) <= BigInt(asker.position))
    return false
  return Math.abs(nowMs - Date.parse(line.plannedAt)) < linePlannedWithinMs
}

/**
 * By the events that who asks was planned: of others it knows nothing. What the line accepted of a
 * newer event says as much, since it states how the alert is.
 */
function tellingsOf(
  line: LineDeliveries,
  asker: LineDeliveries,
  alertId: string
): readonly KnownTelling[] | null {
  const { seen, end } = asGraveSince(asker, alertId)
  const first = seen.at(-1)
  const accepted = line
    .newestFirst(alertId)
    .filter(each => each.state === 'delivered' && isOfState(each))
  if (first === undefined || (accepted.length === 0 && line.alerts.told.has(alertId))) return null
  const tellings = accepted.flatMap(({ position, last }) => {
    const then = seen.find(each => BigInt(each.position) <= BigInt(position))
    if (then === undefined || last === null) return []
    return [
      {
        atMs: Date.parse(last.at),
        severity: then.severity,
        isEnd: end !== null && BigInt(position) >= BigInt(end)
      }
    ]
  })
  return tellings.reverse()
}

interface Seen {
  readonly position: string
  readonly severity: Severity
}

/**
 * The events since an alert is, or was to its end, as grave as for a subscription now, newest
 * first; and where that end is.
 */
function asGraveSince(
  deliveries: LineDeliveries,
  alertId: string
): { readonly seen: readonly Seen[]; readonly end: string | null } {
  const seen: Seen[] = []
  let end: string | null = null
  for (const { severity, closes, position } of deliveries.newestFirst(alertId)) {
    if (severity === undefined) continue
    if (closes === true && seen.length === 0) end = position
    else if (closes === true || rankOf(severity) < rankOf(seen[0]?.severity ?? severity)) break
    else seen.push({ position, severity })
  }
  return { seen, end }
}

/**
 * Since when an alert waits for a subscription as grave as it is now, ms. Asked for by any number
 * of lines, looked up once.
 */
function waitsSinceMs(deliveries: LineDeliveries, alertId: string): () => number {
  let known: number | null = null
  return () => {
    known ??= firstAsGrave(deliveries, alertId)
    return known
  }
}

function firstAsGrave(deliveries: LineDeliveries, alertId: string): number {
  let [sinceMs, least] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { severity, state, closes, plannedAt } of deliveries.newestFirst(alertId)) {
    // An officer's refused action says nothing of the alert.
    if (severity === undefined) continue
    if (
      closes === true ||
      (state !== 'pending' && state !== 'superseded') ||
      rankOf(severity) < least
    )
      break
    if (least === Number.NEGATIVE_INFINITY) least = rankOf(severity)
    sinceMs = Date.parse(plannedAt)
  }
  return sinceMs
}
