// What the table of access says of one key at one route. Pure.

import type { Scope } from '@tocsin/domain/control/control-record'
import type { AccessRow, Reaching } from './access-row.ts'

/** A key of the route walk. */
export interface WalkedKey {
  readonly scope: Scope
  readonly where: 'everywhere' | 'home' | 'elsewhere'
  readonly isCleared: boolean
}

/** What the table says of a key at a route. Pure. */
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
