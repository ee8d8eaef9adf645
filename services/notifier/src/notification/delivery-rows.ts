// State of a subscription in rows, as checkpoints of the log have it, and its rows in those of
// earlier versions.

import { severities } from '@tocsin/contracts/theatre/severity'
import { NewerRecordError } from '@tocsin/event-log/follow'
import { type AlertTrace, type Delivery, unknownAlert, type Wait } from './delivery.ts'
import {
  type AttemptTally,
  type EndpointHealth,
  healthyEndpoint,
  noAttempts
} from './endpoint-health.ts'
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

type Values = readonly unknown[]

type EarlierNotice = Readonly<Record<string, unknown>> & { readonly at: string }
interface EarlierState extends DeliveriesState {
  readonly endpoint: DeliveriesState['endpoint'] & {
    readonly notices?: { readonly notice: EarlierNotice | null }
    readonly bulletins?: readonly EarlierNotice[]
  }
}
type EarlierTries = readonly [sequence: number, count: number, earlier: 0 | 1, wait: Wait | null]

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
  const listAll = <T>(name: string): T[] =>
    rows.flatMap(row => (row as Readonly<Record<string, T | readonly T[]>>)[name] ?? [])
  const [known] = listAll<EarlierState>('state')
  if (known === undefined) throw new Error(`a checkpoint of ${subscriptionId} has no state`)
  const state = { ...known, endpoint: { ...emptyState.endpoint, ...known.endpoint } }
  const { course, notices, bulletins = [] } = state.endpoint
  const tries = new Map(
    listAll<EarlierTries>('tries').map(([sequence, count, , wait]) => [
      sequence,
      { count, course, ...(wait ?? { untilMs: 0, afterMs: 0 }) }
    ])
  )
  const unnamed = new Set(listAll<number>('unnamed'))
  const parkedByEnd = new Set(listAll<number>('parkedByEnd'))
  const told = [
    ...(notices?.notice == null ? [] : [{ about: 'endpoint', id: '', ...notices.notice }]),
    ...[...bulletins, ...listAll<EarlierNotice>('notices'), ...listAll<EarlierNotice>('bulletins')],
    ...listAll<EarlierNotice>('reminders').map(each => ({
      ...{ about: 'alert', id: each.alertId, ...each }
    }))
  ]
  return [
    { state },
    ...rows.filter(row => 'trace' in row || 'delivery' in row || 'reminderHolds' in row),
    { notices: told.map(each => ({ toldMs: Date.parse(each.at), ...each })) },
    ...listAll<Values>('alerts').map(each => ({ trace: readTrace(each) })),
    ...readDeliveries(subscriptionId, listAll('deliveries')).map(each => {
      const { sequence } = each
      const isParkedByEnd = parkedByEnd.has(sequence)
      const isUnnamed = each.isUnnamed || unnamed.has(sequence)
      const tried = each.tried ?? tries.get(sequence) ?? null
      return { delivery: { ...each, isParkedByEnd, isUnnamed, tried } }
    })
  ] as StateRow[]
}

const states: readonly Delivery['state'][] = [
  ...(['pending', 'delivered', 'parked', 'superseded', 'expired', 'lapsed'] as const),
  ...(['left-out', 'muted'] as const)
]
const flagNames = [
  ...['pages', 'closes', 'isSheltered', 'isChosen', 'pagesNow', 'restated', 'isUnnamed']
]
/** What is as in the delivery before, in the same row, may be 0. */
const deliveryNames = [
  ...['sequence', 'eventId', 'previousId', 'alertId', 'eventType', 'isLeft', 'partition'],
  ...['position', 'plannedAt', 'severity', 'flags', 'state', 'superseded', 'round', 'attempts'],
  ...['nextAt', 'last', 'held', 'because', 'waited', 'tried']
]
const traceNames = [
  ...['alertId', 'newest', 'sent', 'flags', 'unheardSinceMs', 'acceptedMs', 'severity', 'toldMs']
]

/** The last may be left out. */
function nameValues(names: readonly string[], values: Values): Readonly<Record<string, unknown>> {
  return Object.fromEntries(values.map((value, i) => [names[i], value]))
}

function readDeliveries(subscriptionId: string, rows: readonly Values[]): Delivery[] {
  const made: Delivery[] = []
  for (const row of rows) {
    const { isLeft, severity, flags, waited, ...own } = nameValues(deliveryNames, row)
    const before = made.at(-1)
    const known = severities[Number(severity)]
    const set = flagNames.filter((_, at) => (Number(flags) & (2 ** at)) !== 0)
    made.push({
      ...{ subscriptionId, superseded: null, round: 0, attempts: 0, nextAt: null, last: null },
      ...{ held: null, because: null, tried: null, isSheltered: false, isChosen: false },
      ...{ isUnnamed: false, pagesNow: false, isParkedByEnd: false, ...own },
      ...Object.fromEntries(set.map(name => [name, true])),
      previousId: own.previousId === 0 ? (before?.eventId ?? null) : own.previousId,
      plannedAt: own.plannedAt === 0 ? (before?.plannedAt ?? '') : own.plannedAt,
      verdict: isLeft === 0 ? 'event' : 'left-view',
      state: states[Number(own.state)],
      ...(known === undefined ? {} : { severity: known }),
      ...(waited === 0 || waited === undefined ? {} : { waited })
    } as unknown as Delivery)
  }
  return made
}

function readTrace(row: Values): AlertTrace {
  const { flags: bits, acceptedMs: atMs = null, severity, ...own } = nameValues(traceNames, row)
  const flags = Number(bits)
  const isOver = (flags & 8) !== 0
  const accepted = { atMs, severity: severities[Number(severity)], ...(isOver ? { isOver } : {}) }
  return {
    ...{ ...unknownAlert, ...lookFirst, toldMs: atMs, ...own },
    accepted: atMs === null ? null : accepted,
    ...{ isHeard: (flags & 2) !== 0, owesPage: (flags & 4) !== 0, isBegun: (flags & 16) !== 0 }
  } as AlertTrace
}

/** The turn of an alert is found when it is looked at. */
export const lookFirst = { lane: 0, firstWaiting: 0, lookMs: 0 } as const
