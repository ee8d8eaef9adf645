// What is expected of access to one route.

import type { Scope } from '@tocsin/contracts/record/control-record'
import type { AccessWorld, Ask } from './access-world.ts'

/**
 * `allowed`: the route's success. `refused`: 403. `hidden`: 404 as for a missing thing. `empty`:
 * success without what the key may not see. `unfit`: 422 as for a missing thing.
 */
export type Reaching = 'allowed' | 'refused' | 'hidden' | 'empty' | 'unfit'

export interface AccessRow {
  readonly access: 'open' | readonly Scope[]
  /** A key for another theatre, fully cleared. */
  readonly elsewhere: Reaching
  /** A key for all theatres, or for the right one, with less clearance. */
  readonly below: Reaching
  /** A key for another theatre with less clearance. Omitted: as `elsewhere`. */
  readonly both?: Reaching
  /**
   * A key for the right theatre only, fully cleared; a refusal here also applies to `below`.
   * Omitted: allowed.
   */
  readonly home?: Reaching
  /** Lower access for scopes that suffice for the route but not for this thing. */
  readonly scopes?: Partial<Record<Scope, Reaching>>
  /** Statuses besides 2xx that count as allowed. */
  readonly statuses?: readonly number[]
  /** Text that an allowed answer contains, and no other. */
  readonly shows?: (world: AccessWorld) => string
  readonly ask: (world: AccessWorld) => Ask | Promise<Ask>
}

/** A key of the route walk. */
export interface WalkedKey {
  readonly scope: Scope
  readonly where: 'everywhere' | 'home' | 'elsewhere'
  readonly isCleared: boolean
}

/** What the row says of a key. Pure. */
export function reachingOf(row: AccessRow, { scope, where, isCleared }: WalkedKey): Reaching {
  if (row.access === 'open') return 'allowed'
  if (scope !== 'admin' && !row.access.includes(scope)) return 'refused'
  const reach = reachOf(row, where, isCleared)
  return reach === 'allowed' ? (row.scopes?.[scope] ?? 'allowed') : reach
}

function reachOf(row: AccessRow, where: WalkedKey['where'], isCleared: boolean): Reaching {
  if (where === 'elsewhere') return isCleared ? row.elsewhere : (row.both ?? row.elsewhere)
  const { home: atHome = 'allowed' } = row
  if (where === 'home' && atHome !== 'allowed') return atHome
  return isCleared ? 'allowed' : row.below
}

/** An id outside the path, and from whom the thing is hidden. */
export interface NamedId {
  readonly known: (world: AccessWorld) => string
  readonly hiddenFrom: 'elsewhere' | 'below' | 'both'
  readonly ask: (id: string, world: AccessWorld) => Ask
}

export const open = {
  access: 'open',
  elsewhere: 'allowed',
  below: 'allowed',
  ask: () => ({ method: 'GET', url: '/livez' })
} as const
export const get = (url: (world: AccessWorld) => string) => (world: AccessWorld) => ({
  method: 'GET',
  url: url(world)
})
export const lists = (url: string) => () => ({ method: 'GET', url })
export const stale = { 'if-match': '999' }

/** For one thing with a theatre and a handling. */
export const hiddenBeyond = { elsewhere: 'hidden', below: 'hidden' } as const
export const allowedBeyond = { elsewhere: 'allowed', below: 'allowed' } as const
export const emptyBeyond = { elsewhere: 'empty', below: 'empty' } as const
export const readsAlerts = { access: ['alerts:read'] } as const
export const operates = { access: ['alerts:operate'] } as const
export const writesReports = { access: ['reports:write'] } as const
export const readsReports = { access: ['reports:read'] } as const
export const readsOwnReports = { access: ['reports:read', 'reports:write'] } as const
export const admin = { access: ['admin'] } as const
export const subscribes = { access: ['subscriptions:manage'] } as const
export const silences = { access: ['subscriptions:manage', 'alerts:operate'] } as const
export const managesRules = { access: ['rules:manage'] } as const
export const readsRules = { access: ['alerts:read', 'rules:manage'] } as const
export const readsSettings = { access: ['alerts:read', 'reports:read', 'reports:write'] } as const

export const readsAlert = (rest: string) => get(({ ids }) => `/v1/alerts/${ids.alert}${rest}`)
export const onAlert = (path: string, body: object): AccessRow => ({
  ...operates,
  ...hiddenBeyond,
  statuses: [409],
  ask: ({ ids }) => ({
    method: 'POST',
    url: `/v1/alerts/${ids.alert}/${path}`,
    body,
    headers: stale
  })
})

/**
 * A subscription is visible to its creator and to administrators with its theatres and handling;
 * not to other keys with the scope.
 */
export const readsSubscription = (rest: string) =>
  get(({ ids }) => `/v1/subscriptions/${ids.subscription}${rest}`)
export const asksSubscription =
  (rest: string, body?: object, method = 'POST'): AccessRow['ask'] =>
  ({ ids }) => ({
    method,
    url: `/v1/subscriptions/${ids.subscription}${rest}`,
    ...(body === undefined ? {} : { body })
  })
export const onSubscription = {
  ...subscribes,
  ...hiddenBeyond,
  scopes: { 'subscriptions:manage': 'hidden' }
} as const

/** Who saved it, and administrators, change it. */
export const onView = {
  ...operates,
  ...hiddenBeyond,
  scopes: { 'alerts:operate': 'refused' }
} as const

/** Officers may hand a watch over; who declared it, and administrators, change it. */
export const onWatch = {
  ...silences,
  ...hiddenBeyond,
  statuses: [409],
  scopes: { 'subscriptions:manage': 'refused', 'alerts:operate': 'refused' }
} as const
