// Deliveries and what is known of their alerts as short rows: of the tables, and of the checkpoints
// of the log, which earlier versions wrote too.

import type { HoldReason } from '@tocsin/contracts/subscription/notification-words'
import { type Severity, severities } from '@tocsin/contracts/theatre/severity'
import { NewerRecordError } from '@tocsin/event-log/follow'
import type { AlertTrace } from './alert-trace.ts'
import type { AttemptTallyRow } from './attempt-tally.ts'
import type { Delivery, HeldFor, Tried, Wait } from './delivery.ts'
import type { EndpointHealth } from './endpoint-health.ts'
import type { Notice, ReminderHold } from './notices.ts'
import type { ChainRow } from './plan-chain.ts'

export interface EndpointRow {
  readonly health: EndpointHealth
  readonly wait: EndpointWait | null
  readonly durationMs: number | null
  /** How often its deliveries began a new course; left out by earlier versions. */
  readonly course?: number
  readonly tally?: AttemptTallyRow
  /** Of earlier versions. */
  readonly notices?: { readonly notice: EarlierNotice | null }
  readonly bulletins?: readonly EarlierNotice[]
}

export interface EndpointWait extends Wait {
  /** The attempt before it. */
  readonly attemptedMs: number
  /** By Retry-After. */
  readonly isAsked: boolean
}

/** State of a subscription's deliveries, without the deliveries themselves. */
export interface DeliveriesState {
  readonly chain: ChainRow
  readonly isEnded: boolean
  /** The oldest first. */
  readonly replays: readonly string[]
  readonly endpoint: EndpointRow
}

/** In checkpoints of earlier versions what is as in the delivery before, in the same row, is 0. */
export type DeliveryRow = readonly [
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
  ...progress: Progress | readonly []
]

/** Unknown values at the end are left out. */
type Progress = readonly [
  superseded: Delivery['superseded'],
  round: number,
  attempts: number,
  nextAt: Delivery['nextAt'],
  last: Delivery['last'],
  held?: HeldFor | null,
  because?: Delivery['because'],
  /** 0: its body does not give the reason. */
  waited?: HoldReason | null | 0,
  tried?: Tried | null
]

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

/** Per delivery: tries, what earlier versions had, its wait. */
type EarlierTry = readonly [sequence: number, tries: number, earlier: 0 | 1, wait: Wait | null]
type EarlierNotice = Readonly<Record<string, unknown>> & { readonly at: string }

/** Rows of a subscription: its state first. */
export type StateRow =
  | { readonly state: DeliveriesState }
  | { readonly alerts: readonly TraceRow[] }
  | { readonly notices: readonly Notice[] }
  | { readonly reminderHolds: readonly ReminderHold[] }
  | { readonly parkedByEnd: readonly number[] }
  | { readonly deliveries: readonly DeliveryRow[] }
  /** Of earlier versions. */
  | { readonly tries: readonly EarlierTry[] }
  | { readonly unnamed: readonly number[] }
  | { readonly reminders: readonly EarlierNotice[] }
  | { readonly bulletins: readonly EarlierNotice[] }

const rowNames: ReadonlySet<string> = new Set([
  ...['state', 'alerts', 'notices', 'reminderHolds', 'parkedByEnd', 'deliveries'],
  ...['tries', 'unnamed', 'reminders', 'bulletins']
])

/** The state in the rows of a subscription. */
export interface StoredState {
  readonly state: DeliveriesState
  readonly alerts: readonly AlertTrace[]
  readonly notices: readonly Notice[]
  readonly reminderHolds: readonly ReminderHold[]
  readonly parkedByEnd: readonly number[]
  readonly deliveries: readonly Delivery[]
}

/** In one row: some kilobytes, which is far below what a record of the log may have. */
const rowLength = 50
const rowCharsMax = 50_000

export function* makeStateRows(known: StoredState): Generator<StateRow> {
  const { state, alerts, notices, reminderHolds, parkedByEnd, deliveries } = known
  yield { state }
  for (const each of inGroups(alerts)) yield { alerts: each.map(makeTraceRow) }
  for (const each of inGroups(notices)) yield { notices: each }
  for (const each of inGroups(reminderHolds)) yield { reminderHolds: each }
  for (const each of inGroups(parkedByEnd)) yield { parkedByEnd: each }
  for (const each of inGroups(deliveries, ({ last }) => last?.excerpt?.length ?? 0))
    yield { deliveries: each.map(makeRow) }
}

/**
 * Reads rows of any version. Unknown rows stop the fold. If it skipped them, its next checkpoint
 * would lack them, and the log from before that checkpoint is deleted.
 */
export function readStateRows(subscriptionId: string, rows: readonly StateRow[]): StoredState {
  if (!rows.every(row => Object.keys(row).every(name => rowNames.has(name))))
    throw new NewerRecordError(
      `a checkpoint of subscription ${subscriptionId} has rows that this version does not know`
    )
  const [state] = rows.flatMap(row => ('state' in row ? [row.state] : []))
  if (state === undefined) throw new Error(`a checkpoint of ${subscriptionId} has no state`)
  const tries = new Map(
    rows.flatMap(row => ('tries' in row ? row.tries : [])).map(each => [each[0], each])
  )
  const unnamed = new Set(rows.flatMap(row => ('unnamed' in row ? row.unnamed : [])))
  const deliveries = rows.flatMap(row =>
    'deliveries' in row ? listDeliveries(subscriptionId, row.deliveries) : []
  )
  return {
    state,
    alerts: rows.flatMap(row => ('alerts' in row ? row.alerts.map(each => readTrace(each)) : [])),
    notices: rows.flatMap(listNotices),
    reminderHolds: rows.flatMap(row => ('reminderHolds' in row ? row.reminderHolds : [])),
    parkedByEnd: rows.flatMap(row => ('parkedByEnd' in row ? row.parkedByEnd : [])),
    deliveries: deliveries.map(each => ({
      ...each,
      isUnnamed: each.isUnnamed || unnamed.has(each.sequence),
      tried: each.tried ?? readTry(tries.get(each.sequence), state)
    }))
  }
}

function readTry(row: EarlierTry | undefined, { endpoint }: DeliveriesState): Tried | null {
  if (row === undefined) return null
  const [, count, , wait] = row
  return { count, course: endpoint.course ?? 0, ...(wait ?? { untilMs: 0, afterMs: 0 }) }
}

/** Notices of a row, whichever version wrote it. */
function listNotices(row: StateRow): readonly Notice[] {
  if ('notices' in row) return row.notices
  const named = (earlier: readonly EarlierNotice[], about?: (each: EarlierNotice) => object) =>
    earlier.map(
      each => ({ toldMs: Date.parse(each.at), ...each, ...about?.(each) }) as unknown as Notice
    )
  if ('bulletins' in row) return named(row.bulletins)
  if ('reminders' in row)
    return named(row.reminders, each => ({ about: 'alert', id: each.alertId }))
  if (!('state' in row)) return []
  const { notices, bulletins = [] } = row.state.endpoint
  const last = notices?.notice == null ? [] : [notices.notice]
  return [...named(last, () => ({ about: 'endpoint', id: '' })), ...named(bulletins)]
}

const states: readonly Delivery['state'][] = [
  'pending',
  'delivered',
  'parked',
  'superseded',
  'expired',
  'lapsed',
  'left-out',
  'muted'
]
const flagNames = [
  ...(['pages', 'closes', 'isSheltered', 'isChosen', 'pagesNow', 'restated'] as const),
  'isUnnamed'
] as const

export function makeRow(delivery: Delivery): DeliveryRow {
  const { sequence, eventId, previousId, alertId, eventType, verdict, partition, position } =
    delivery
  const severity = delivery.severity === undefined ? -1 : severities.indexOf(delivery.severity)
  const flags = flagNames.reduce(
    (sum, name, at) => sum + (delivery[name] === true ? 2 ** at : 0),
    0
  )
  return [
    ...([sequence, eventId, previousId, alertId, eventType, verdict === 'event' ? 0 : 1] as const),
    ...([partition, position, delivery.plannedAt, severity, flags] as const),
    states.indexOf(delivery.state),
    ...computeProgress(delivery)
  ]
}

/** Empty for deliveries that were never tried. */
function computeProgress(delivery: Delivery): Progress | readonly [] {
  const { superseded, round, attempts, nextAt, last, held, because, waited = 0, tried } = delivery
  const tries = [superseded, round, attempts, nextAt, last] as const
  if (tried !== null) return [...tries, held, because, waited, tried]
  if (held !== null || because !== null || waited !== 0) return [...tries, held, because, waited]
  return superseded === null && round === 0 && attempts === 0 && nextAt === null && last === null
    ? []
    : tries
}

/** `before`: the delivery before it in the same row of a checkpoint. */
export function readRow(subscriptionId: string, row: DeliveryRow, before?: Delivery): Delivery {
  const [sequence, eventId, previous, alertId, eventType, left, partition, position, ...more] = row
  const [planned, severity, flags, state, ...progress] = more
  const [
    superseded = null,
    round = 0,
    attempts = 0,
    nextAt = null,
    last = null,
    held = null,
    because = null,
    waited = 0,
    tried = null
  ] = progress
  const known = severities[severity]
  const has = (name: (typeof flagNames)[number]) => (flags & (2 ** flagNames.indexOf(name))) !== 0
  return {
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
    isSheltered: has('isSheltered'),
    isChosen: has('isChosen'),
    isUnnamed: has('isUnnamed'),
    pagesNow: has('pagesNow'),
    ...(waited === 0 ? {} : { waited })
  }
}

function listDeliveries(subscriptionId: string, rows: readonly DeliveryRow[]): Delivery[] {
  const made: Delivery[] = []
  for (const row of rows) made.push(readRow(subscriptionId, row, made.at(-1)))
  return made
}

/** Its turn is found when it is looked at. */
const lookFirst = { lane: 0, firstWaiting: 0, lookMs: 0 } as const
const traceFlags = { isHeard: 2, owesPage: 4, isOver: 8, isBegun: 16 } as const

export function readTrace(
  [alertId, newest, sent, flags, ...more]: TraceRow,
  place: Pick<AlertTrace, 'lane' | 'firstWaiting' | 'lookMs'> = lookFirst
): AlertTrace {
  const [unheardSinceMs = null, atMs = null, severity = 0, toldMs = atMs] = more
  const has = (name: keyof typeof traceFlags) => (flags & traceFlags[name]) !== 0
  const isOver = has('isOver')
  const accepted =
    atMs === null
      ? null
      : { atMs, severity: severities[severity] as Severity, ...(isOver ? { isOver } : {}) }
  return {
    ...{ alertId, newest, sent, unheardSinceMs, accepted, toldMs, ...place },
    isHeard: has('isHeard'),
    owesPage: has('owesPage'),
    isBegun: has('isBegun')
  }
}

export function makeTraceRow(trace: AlertTrace): TraceRow {
  const { alertId, newest, sent, isHeard, owesPage, isBegun, accepted, toldMs } = trace
  const { unheardSinceMs } = trace
  const set = { isHeard, owesPage, isBegun, isOver: accepted?.isOver === true }
  const flags = Object.entries(set).reduce(
    (sum, [name, isSet]) => sum + (isSet ? traceFlags[name as keyof typeof traceFlags] : 0),
    0
  )
  if (accepted === null && unheardSinceMs === null) return [alertId, newest, sent, flags]
  const severity = severities.indexOf(accepted?.severity ?? 'minor')
  const acceptedMs = accepted?.atMs ?? null
  return [alertId, newest, sent, flags, unheardSinceMs, acceptedMs, severity, toldMs]
}

function* inGroups<T>(all: Iterable<T>, charsOf: (each: T) => number = () => 0): Generator<T[]> {
  let group: T[] = []
  let chars = 0
  for (const each of all) {
    group.push(each)
    chars += charsOf(each)
    if (group.length < rowLength && chars < rowCharsMax) continue
    yield group
    group = []
    chars = 0
  }
  if (group.length > 0) yield group
}
