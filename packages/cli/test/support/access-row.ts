// What is expected of access to one route.

import type { Scope } from '@tocsin/domain/control/control-record'
import type { AccessWorld, Ask } from './access-world.ts'

/**
 * `allowed`: the route's success. `refused`: 403. `hidden`: 404 as for a missing thing. `empty`: success without what the key may
 * not see. `unfit`: 422 as for a missing thing.
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
  /** A key for the right theatre only, fully cleared; a refusal here also applies to `below`. Omitted: allowed. */
  readonly home?: Reaching
  /** Lower access for scopes that suffice for the route but not for this thing. */
  readonly scopes?: Partial<Record<Scope, Reaching>>
  /** Statuses besides 2xx that count as allowed. */
  readonly statuses?: readonly number[]
  /** Text that an allowed answer contains, and no other. */
  readonly shows?: (world: AccessWorld) => string
  readonly ask: (world: AccessWorld) => Ask | Promise<Ask>
}
