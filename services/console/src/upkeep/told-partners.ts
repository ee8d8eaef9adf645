// Who was told of an alert: its deliveries by subscription, those first that do not have what holds
// now. Pure.

import type {
  AlertDelivery,
  AlertTold,
  AlertToldList,
  Silence,
  SilenceOver
} from '../shown/answers.ts'
import type { ShownAnswer } from '../shown/shown-alert.ts'
import { deliveryLevel, type Standing, standingOf } from './subscription-standing.ts'

export interface ToldPartner {
  readonly subscriptionId: string
  readonly host: string
  readonly contact: string | null
  readonly level: Standing
  /**
   * Why nothing is sent there now, as a state of its subscription; null: nothing stands against it.
   */
  readonly heldBy: string | null
  /** Newest first. */
  readonly deliveries: readonly [AlertDelivery, ...AlertDelivery[]]
  /** Since when something of the alert waits; null: nothing does. */
  readonly waitsSince: string | null
}

const stateLevels = {
  ...{
    accepted: 'good',
    waiting: 'warn',
    held: 'unknown',
    'not-accepted': 'bad',
    'not-sent': 'unknown'
  }
} as const satisfies Readonly<Record<AlertTold['state'], Standing>>

/**
 * Of a row as officers are told. What its own policy holds is as it wants; a silence was somebody's
 * choice.
 */
export function rowLevel({ state, held = null }: Pick<AlertTold, 'state' | 'held'>): Standing {
  return state === 'held' && held?.reason === 'silenced' ? 'warn' : stateLevels[state]
}

/** Those first that do not have what holds now. */
export function toldInOrder(rows: readonly AlertTold[]): readonly AlertTold[] {
  const rank = (row: AlertTold) => order.indexOf(rowLevel(row))
  return rows.toSorted(
    (a, b) =>
      rank(a) - rank(b) || ((a.by ?? '') < (b.by ?? '') ? -1 : (a.by ?? '') > (b.by ?? '') ? 1 : 0)
  )
}

const order: readonly Standing[] = ['bad', 'warn', 'unknown', 'good']

/**
 * Who answered before those whom the alert names, oldest first: it names only those who answered
 * last.
 */
export function answeredEarlier(
  named: readonly Pick<ShownAnswer, 'subscriptionId' | 'at'>[],
  told: AlertToldList | null
): readonly ShownAnswer[] {
  const ids = new Set(named.map(({ subscriptionId }) => subscriptionId))
  const firstMs = Math.min(...named.map(({ at }) => Date.parse(at)))
  const earlier = (told?.items ?? []).flatMap(({ subscriptionId, by, answered }) => {
    if (answered == null || ids.has(subscriptionId) || Date.parse(answered.at) > firstMs) return []
    const { at, until, note, response } = answered
    return [
      {
        subscriptionId,
        by: by ?? subscriptionId,
        at,
        until,
        note,
        ...(response == null ? {} : { response })
      }
    ]
  })
  return earlier.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

/** The silences that still hold; the answer is some seconds old. */
export function silencesNow(told: AlertToldList | null, nowMs: number): readonly SilenceOver[] {
  return (told?.silences ?? []).filter(({ endsAt }) => Date.parse(endsAt) > nowMs)
}

/** The silence that holds a row, if the reader may know of it. */
export function silenceOf(
  { held = null }: AlertTold,
  told: AlertToldList | null
): SilenceOver | null {
  if (held === null || held.reason !== 'silenced') return null
  return told?.silences?.find(({ id }) => id === held.by) ?? null
}

/** Pages may overlap where deliveries came between them. */
export function toldPartners(deliveries: readonly AlertDelivery[]): readonly ToldPartner[] {
  const bySubscription = new Map<string, Map<number, AlertDelivery>>()
  for (const each of deliveries) {
    const own = bySubscription.get(each.subscriptionId) ?? new Map<number, AlertDelivery>()
    if (!own.has(each.sequence)) own.set(each.sequence, each)
    bySubscription.set(each.subscriptionId, own)
  }
  const partners = [...bySubscription.values()].map(own =>
    partnerOf(
      [...own.values()].sort((a, b) => b.sequence - a.sequence) as [
        AlertDelivery,
        ...AlertDelivery[]
      ]
    )
  )
  const rank = ({ level }: ToldPartner) => order.indexOf(level)
  return partners.sort(
    (a, b) => rank(a) - rank(b) || (a.host < b.host ? -1 : a.host > b.host ? 1 : 0)
  )
}

function partnerOf(deliveries: ToldPartner['deliveries']): ToldPartner {
  const [newest] = deliveries
  const { subscriptionId, host, contact } = newest
  const waitsSince = deliveries.findLast(({ state }) => state === 'pending')?.plannedAt ?? null
  const standing = standingOf({ status: newest.subscriptionStatus, endpoint: newest.endpoint })
  const isHeld = newest.state === 'pending' && standing.level !== 'good'
  const [level, heldBy] = isHeld ? [standing.level, standing.state] : [toldLevel(newest), null]
  return { subscriptionId, host, contact, level, heldBy, deliveries, waitsSince }
}

export function toldLevel({ state, attempts }: AlertDelivery): Standing {
  return deliveryLevel({ state, last: attempts === 0 ? null : attempts })
}

/** When it ended, or will. */
export function endOf({ endedAt, endsAt }: Pick<Silence, 'endedAt' | 'endsAt'>): string {
  return endedAt ?? endsAt
}

export interface SentSince {
  /** Who has taken something of the alert since, in order of time. */
  readonly taken: readonly AlertTold[]
  /** To whom something of it is on its way. */
  readonly waiting: readonly AlertTold[]
}

/** What became of what a silence held: what still stood at its end is sent then. */
export function sentSince(silence: Silence, told: AlertToldList | null): SentSince {
  const endMs = Date.parse(endOf(silence))
  const { isForOne, subscriptionId } = silence
  const rows = (told?.items ?? []).filter(row => !isForOne || row.subscriptionId === subscriptionId)
  const taken = rows.filter(
    ({ acceptedAt }) => acceptedAt !== null && Date.parse(acceptedAt) >= endMs
  )
  return {
    taken: taken.toSorted(
      (a, b) => Date.parse(a.acceptedAt ?? '') - Date.parse(b.acceptedAt ?? '')
    ),
    waiting: rows.filter(
      row => !taken.includes(row) && (row.state === 'waiting' || row.state === 'not-accepted')
    )
  }
}
