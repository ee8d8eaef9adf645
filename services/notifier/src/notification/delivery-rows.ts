// State of a subscription in rows, as checkpoints of the log have it, and its rows in those of
// earlier versions.

import type { HoldReason } from '@tocsin/contracts/subscription/notification-words'
import { type Severity, severities } from '@tocsin/contracts/theatre/severity'
import { NewerRecordError } from '@tocsin/event-log/follow'
import { type AlertTrace, unknownAlert } from './alert-trace.ts'
import { type AttemptTally, noAttempts } from './attempt-tally.ts'
import type { Delivery, Wait } from './delivery.ts'
import { type EndpointHealth, healthyEndpoint } from './endpoint-health.ts'
import type { Notice, ReminderHold } from './notices.ts'

/** The valid plans: each names the one before it. */
export interface PlanChain {
  /** Of the newest planned delivery; 0 before the first. */
  readonly lastSequence: number
  readonly lastEventId: string | null
  /** Id of the newest valid plan, which the next one must name; null before the first. */
  readonly lastPlanId: string | null
  /** By partition of the alerts log, the position after the last planned event; decimal digits. */
  readonly planned: readonly string[]
  /**
   * By the last restore of the log. Before `ends` only the newest event of an alert is planned: it
   * restates the alert. Left out before the first restore.
   */
  readonly restored?: { readonly epoch: string; readonly ends: readonly string[] }
}

export interface EndpointWait extends Wait {
  /** The attempt before it. */
  readonly attemptedMs: number
  /** By Retry-After. */
  readonly isAsked: boolean
}

/** State of a subscription's deliveries, without the deliveries themselves, alerts and notices. */
export interface DeliveriesState {
  readonly chain: PlanChain
  /** The receiver ended the subscription. */
  readonly isEnded: boolean
  /** The oldest first. */
  readonly replays: readonly string[]
  readonly endpoint: {
    readonly health: EndpointHealth
    /** How long the endpoint is left alone; null: not at all. */
    readonly wait: EndpointWait | null
    /** How long the last attempt took, ms; null before the first. */
    readonly durationMs: number | null
    /** How often its deliveries began a new course. */
    readonly course: number
    readonly tally: AttemptTally
  }
}

export const emptyState: DeliveriesState = {
  chain: { lastSequence: 0, lastEventId: null, lastPlanId: null, planned: [] },
  ...{ isEnded: false, replays: [] },
  endpoint: {
    ...{ health: healthyEndpoint, wait: null, durationMs: null, course: 0, tally: noAttempts }
  }
}

/** Rows of a subscription: its state first. */
export type StateRow =
  | { readonly state: DeliveriesState }
  | { readonly trace: AlertTrace }
  | { readonly notices: readonly Notice[] }
  | { readonly reminderHolds: readonly ReminderHold[] }
  | { readonly delivery: Delivery }

/** What earlier versions had in rows of the same or other names. */
interface EarlierRow {
  readonly state?: DeliveriesState & {
    readonly endpoint: {
      readonly notices?: { readonly notice: EarlierNotice | null }
      readonly bulletins?: readonly EarlierNotice[]
    }
  }
  readonly notices?: readonly EarlierNotice[]
  readonly bulletins?: readonly EarlierNotice[]
  readonly reminders?: readonly EarlierNotice[]
  readonly reminderHolds?: readonly ReminderHold[]
  readonly alerts?: readonly EarlierTrace[]
  readonly deliveries?: readonly EarlierDelivery[]
  readonly tries?: readonly (readonly [
    sequence: number,
    tries: number,
    earlier: 0 | 1,
    wait: Wait | null
  ])[]
  readonly unnamed?: readonly number[]
  readonly parkedByEnd?: readonly number[]
}

type EarlierNotice = Readonly<Record<string, unknown>> & { readonly at: string }

/** What is as in the delivery before, in the same row, may be 0. Unknown values are left out. */
type EarlierDelivery = readonly [
  ...planned: readonly [
    sequence: number,
    eventId: string,
    previousId: string | null | 0,
    alertId: string,
    eventType: string,
    isLeft: 0 | 1,
    partition: number,
    position: string,
    plannedAt: string | 0,
    severity: number,
    flags: number,
    state: number
  ],
  superseded?: Delivery['superseded'],
  round?: number,
  attempts?: number,
  nextAt?: Delivery['nextAt'],
  last?: Delivery['last'],
  held?: Delivery['held'],
  because?: Delivery['because'],
  waited?: HoldReason | null | 0,
  tried?: Delivery['tried']
]

type EarlierTrace = readonly [
  alertId: string,
  newest: number,
  sent: number,
  flags: number,
  unheardSinceMs?: number | null,
  acceptedMs?: number | null,
  severity?: number,
  toldMs?: number | null
]

const rowNames: ReadonlySet<string> = new Set([
  ...['state', 'trace', 'notices', 'reminderHolds', 'delivery'],
  ...['alerts', 'parkedByEnd', 'deliveries', 'tries', 'unnamed', 'reminders', 'bulletins']
])

/**
 * Rows of any version as rows of this one. Unknown rows stop the fold. If it skipped them, its next
 * checkpoint would lack them, and the log from before that checkpoint is deleted.
 */
export function readStateRows(subscriptionId: string, rows: readonly object[]): StateRow[] {
  if (!rows.every(row => Object.keys(row).every(name => rowNames.has(name))))
    throw new NewerRecordError(
      `a checkpoint of subscription ${subscriptionId} has rows that this version does not know`
    )
  const all = rows as readonly EarlierRow[]
  const known = all.find(({ state }) => state !== undefined)?.state
  if (known === undefined) throw new Error(`a checkpoint of ${subscriptionId} has no state`)
  const state = { ...known, endpoint: { ...emptyState.endpoint, ...known.endpoint } }
  const tries = new Map(all.flatMap(row => row.tries ?? []).map(each => [each[0], each]))
  const unnamed = new Set(all.flatMap(row => row.unnamed ?? []))
  const parkedByEnd = new Set(all.flatMap(row => row.parkedByEnd ?? []))
  const deliveries = all.flatMap(row => readDeliveries(subscriptionId, row.deliveries ?? []))
  return [
    { state },
    ...rows.filter(row => 'trace' in row || 'delivery' in row || 'reminderHolds' in row),
    { notices: all.flatMap(listNotices) },
    ...all.flatMap(row => row.alerts ?? []).map(each => ({ trace: readTrace(each) })),
    ...deliveries.map(each => {
      const { sequence } = each
      const [, count, , wait] = tries.get(sequence) ?? []
      const { course } = state.endpoint
      const tried =
        count === undefined ? null : { count, course, ...(wait ?? { untilMs: 0, afterMs: 0 }) }
      return {
        delivery: {
          ...each,
          isUnnamed: each.isUnnamed || unnamed.has(sequence),
          isParkedByEnd: parkedByEnd.has(sequence),
          tried: each.tried ?? tried
        }
      }
    })
  ] as StateRow[]
}

/** Notices of a row, whichever version wrote it. */
function listNotices({ state, notices = [], bulletins = [], reminders = [] }: EarlierRow) {
  const last = state?.endpoint.notices?.notice ?? null
  const all = [
    ...(last === null ? [] : [{ about: 'endpoint', id: '', ...last }]),
    ...(state?.endpoint.bulletins ?? []),
    ...[...notices, ...bulletins],
    ...reminders.map(each => ({ about: 'alert', id: each.alertId, ...each }))
  ]
  return all.map(each => ({ toldMs: Date.parse(each.at), ...each })) as unknown as Notice[]
}

const states: readonly Delivery['state'][] = [
  ...(['pending', 'delivered', 'parked', 'superseded', 'expired', 'lapsed'] as const),
  ...(['left-out', 'muted'] as const)
]
const flagNames = [
  ...(['pages', 'closes', 'isSheltered', 'isChosen', 'pagesNow', 'restated', 'isUnnamed'] as const)
]

function readDeliveries(subscriptionId: string, rows: readonly EarlierDelivery[]): Delivery[] {
  const made: Delivery[] = []
  for (const [sequence, eventId, previous, alertId, eventType, left, ...more] of rows) {
    const [partition, position, planned, severity, flags, state, ...progress] = more
    const [superseded = null, round = 0, attempts = 0, nextAt = null, last = null] = progress
    const [, , , , , held = null, because = null, waited = 0, tried = null] = progress
    const before = made.at(-1)
    const known = severities[severity]
    const set = flagNames.filter((_, at) => (flags & (2 ** at)) !== 0)
    const has = (name: (typeof flagNames)[number]) => set.includes(name)
    made.push({
      ...{ subscriptionId, sequence, eventId, alertId, eventType, partition, position },
      previousId: previous === 0 ? (before?.eventId ?? null) : previous,
      verdict: left === 0 ? 'event' : 'left-view',
      ...(known === undefined ? {} : { severity: known }),
      ...(has('pages') ? { pages: true } : {}),
      ...(has('closes') ? { closes: true } : {}),
      ...(has('restated') ? { restated: true } : {}),
      plannedAt: planned === 0 ? (before?.plannedAt ?? '') : planned,
      state: states[state] as Delivery['state'],
      ...{ round, attempts, nextAt, last, superseded, held, because, tried },
      ...{ isSheltered: has('isSheltered'), isChosen: has('isChosen') },
      ...{ isUnnamed: has('isUnnamed'), pagesNow: has('pagesNow'), isParkedByEnd: false },
      ...(waited === 0 ? {} : { waited })
    })
  }
  return made
}

function readTrace([alertId, newest, sent, flags, ...more]: EarlierTrace): AlertTrace {
  const [unheardSinceMs = null, atMs = null, severity = 0, toldMs = atMs] = more
  const isOver = (flags & 8) !== 0
  const accepted = { severity: severities[severity] as Severity, ...(isOver ? { isOver } : {}) }
  return {
    ...{ ...unknownAlert, ...lookFirst, alertId, newest, sent, unheardSinceMs, toldMs },
    accepted: atMs === null ? null : { atMs, ...accepted },
    ...{ isHeard: (flags & 2) !== 0, owesPage: (flags & 4) !== 0, isBegun: (flags & 16) !== 0 }
  }
}

/** The turn of an alert is found when it is looked at. */
export const lookFirst = { lane: 0, firstWaiting: 0, lookMs: 0 } as const
