// The page's knowledge of closed alerts: a list of those that changed last, not all. Pure.

import { closedMax } from './picture.ts'

/**
 * `unknown`: not received yet. `failed`: not answered, so only what closed since is there. `cut`:
 * older ones are missing.
 */
export type ClosedStanding = 'unknown' | 'failed' | 'cut' | 'whole'

export interface ClosedSigns {
  readonly isTold: boolean
  readonly hasFailed: boolean
  /** Whether the suite has more than it sent. */
  readonly hasMore: boolean
  /** Number of closed alerts on this page. */
  readonly held: number
}

export function readClosedStanding({
  isTold,
  hasFailed,
  hasMore,
  held
}: ClosedSigns): ClosedStanding {
  if (!isTold) return hasFailed ? 'failed' : 'unknown'
  return hasMore || held >= closedMax ? 'cut' : 'whole'
}
