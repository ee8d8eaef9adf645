// How a subscription and a delivery do, in one of four levels, and what may be done with them.
// Pure.

import type { Delivery, Subscription } from '../shown/answers.ts'

export type Standing = 'good' | 'warn' | 'bad' | 'unknown'

/**
 * The most important state of a subscription: its own where it sends no notifications, else that of
 * its endpoint.
 */
export function findStanding({ status, endpoint }: Pick<Subscription, 'status' | 'endpoint'>): {
  readonly level: Standing
  readonly state: string
} {
  // What its owner wants, and what it is asked, are no faults.
  if (status === 'unconfirmed' || status === 'disabled') return { level: 'warn', state: status }
  if (status !== 'active') return { level: 'bad', state: status }
  if (endpoint === 'up') return { level: 'good', state: 'active' }
  return { level: endpoint === 'failing' ? 'warn' : 'bad', state: endpoint }
}

/** Worst first, and then by address. */
export function inOrder(subscriptions: readonly Subscription[]): readonly Subscription[] {
  const order: readonly Standing[] = ['bad', 'warn', 'unknown', 'good']
  const rank = (each: Subscription) => order.indexOf(findStanding(each).level)
  return [...subscriptions].sort(
    (a, b) => rank(a) - rank(b) || (a.url < b.url ? -1 : a.url > b.url ? 1 : 0)
  )
}

/** Not accepted, and not skipped on purpose. */
export function hasFailed({ state, last }: Pick<Delivery, 'state' | 'last'>): boolean {
  return state === 'parked' || (state === 'pending' && last !== null)
}

/** Waits because its subscription's policy delays it, and was not begun before. */
export function isHeld({
  state,
  held = null,
  last
}: Pick<Delivery, 'state' | 'held' | 'last'>): boolean {
  return state === 'pending' && held !== null && last === null
}

/** `last`: the latest attempt; null: none was made. */
export function deliveryLevel({
  state,
  last
}: {
  readonly state: string
  readonly last: unknown
}): Standing {
  if (state === 'delivered') return 'good'
  if (state === 'pending') return last === null ? 'unknown' : 'warn'
  return state === 'parked' || state === 'lapsed' ? 'bad' : 'unknown'
}
