// Deliveries as short rows: of a table, and of a checkpoint.

import type { HoldReason } from '@tocsin/contracts/subscription/notification-words'
import { severities } from '@tocsin/contracts/theatre/severity'
import { NewerRecordError } from '@tocsin/event-log/follow'
import type { TraceRow } from './alert-traces.ts'
import type { Delivery, HeldFor } from './delivery.ts'
import type { EarlierNotice, EndpointRow, TryRow } from './endpoint-fold.ts'
import type { Notice, NoticeRows, ReminderHold } from './notices.ts'
import type { ChainRow } from './plan-chain.ts'

/** State of a subscription's deliveries, without the deliveries themselves. */
export interface DeliveriesState {
  readonly chain: ChainRow
  readonly isEnded: boolean
  /** The greatest sequence that lapsed; 0 if none did. */
  readonly lapsedThrough: number
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

type Progress = readonly [
  superseded: Delivery['superseded'],
  round: number,
  attempts: number,
  nextAt: Delivery['nextAt'],
  last: Delivery['last'],
  /** By the policy; left out without one. */
  ...policy:
    | readonly [held: HeldFor | null, because: Delivery['because'], waited?: HoldReason | null]
    | readonly []
]

/** Rows of a subscription: its state first. */
export type StateRow =
  | { readonly state: DeliveriesState }
  | { readonly alerts: readonly TraceRow[] }
  | { readonly tries: readonly TryRow[] }
  | { readonly unnamed: readonly number[] }
  | { readonly parkedByEnd: readonly number[] }
  | { readonly notices: readonly Notice[] }
  | { readonly reminderHolds: readonly ReminderHold[] }
  /** Of earlier versions. */
  | { readonly reminders: readonly EarlierNotice[] }
  | { readonly bulletins: readonly EarlierNotice[] }
  | { readonly deliveries: readonly DeliveryRow[] }

/**
 * Unknown rows stop the fold. If it skipped them, its next checkpoint would lack them, and the log
 * from before that checkpoint is deleted.
 */
export function newerRows(subscriptionId: string): NewerRecordError {
  return new NewerRecordError(
    `a checkpoint of subscription ${subscriptionId} has rows that this version does not know`
  )
}

interface DeliveriesRows extends NoticeRows {
  readonly state: DeliveriesState
  readonly alerts: Iterable<TraceRow>
  readonly tries: readonly TryRow[]
  readonly unnamed: readonly number[]
  readonly parkedByEnd: readonly number[]
  readonly deliveries: Iterable<Delivery>
}

/** In one row: some kilobytes, which is far below what a record of the log may have. */
const rowLength = 50
const rowCharsMax = 50_000

export function* makeStateRows(known: DeliveriesRows): Generator<StateRow> {
  const { state, alerts, tries, unnamed, parkedByEnd, notices, reminderHolds, deliveries } = known
  yield { state }
  for (const each of inGroups(alerts)) yield { alerts: each }
  for (const each of inGroups(tries)) yield { tries: each }
  for (const each of inGroups(unnamed)) yield { unnamed: each }
  for (const each of inGroups(parkedByEnd)) yield { parkedByEnd: each }
  for (const each of inGroups(notices)) yield { notices: each }
  for (const each of inGroups(reminderHolds)) yield { reminderHolds: each }
  for (const each of inGroups(deliveries, ({ last }) => last?.excerpt?.length ?? 0))
    yield { deliveries: each.map(makeRow) }
}

/** Notices of a row, whichever version wrote it. */
export function noticesIn(row: StateRow): readonly Notice[] {
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
const flagNames = ['pages', 'closes', 'isSheltered', 'isChosen', 'pagesNow', 'restated'] as const

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
function computeProgress({
  superseded,
  round,
  attempts,
  nextAt,
  last,
  held,
  because,
  waited
}: Delivery): Progress | readonly [] {
  if (waited !== undefined)
    return [superseded, round, attempts, nextAt, last, held, because, waited]
  if (held !== null || because !== null)
    return [superseded, round, attempts, nextAt, last, held, because]
  if (superseded === null && round === 0 && attempts === 0 && nextAt === null && last === null)
    return []
  return [superseded, round, attempts, nextAt, last]
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
    waited
  ] = progress
  return {
    ...{ subscriptionId, sequence, eventId, alertId, eventType, partition, position },
    previousId: previous === 0 ? (before?.eventId ?? null) : previous,
    verdict: left === 0 ? 'event' : 'left-view',
    ...readUrgency(severity, flags),
    plannedAt: planned === 0 ? (before?.plannedAt ?? '') : planned,
    state: states[state] as Delivery['state'],
    ...{ round, attempts, nextAt, last },
    isSheltered: (flags & 4) !== 0,
    isChosen: (flags & 8) !== 0,
    superseded,
    pagesNow: (flags & 16) !== 0,
    ...{ held, because },
    ...(waited === undefined ? {} : { waited })
  }
}

/** The deliveries of a row of a checkpoint. */
export function listDeliveries(subscriptionId: string, rows: readonly DeliveryRow[]): Delivery[] {
  const made: Delivery[] = []
  for (const row of rows) made.push(readRow(subscriptionId, row, made.at(-1)))
  return made
}

function readUrgency(
  severity: number,
  flags: number
): Pick<Delivery, 'severity' | 'pages' | 'closes' | 'restated'> {
  const known = severities[severity]
  return {
    ...(known === undefined ? {} : { severity: known }),
    ...((flags & 1) === 0 ? {} : { pages: true as const }),
    ...((flags & 2) === 0 ? {} : { closes: true as const }),
    ...((flags & 32) === 0 ? {} : { restated: true as const })
  }
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
