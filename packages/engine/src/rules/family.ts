// A family selects incidents and groups them by key. All rules of a family share its scopes.

import type { Incidents } from '../data/incidents.ts'
import type { Group } from './finding.ts'

/** How a family groups its incidents. */
export interface Grouping {
  /**
   * Appends the keys of an incident, none if it belongs to no scope. A key is an integer below 2^52;
   * `makeKey` adds the bit that separates drills.
   */
  readonly listKeys: (incidents: Incidents, row: number, into: number[]) => void
  readonly readGroup: (incidents: Incidents, key: number) => Group
}

export interface Family extends Grouping {
  readonly id: string
  /** Masks: an incident belongs to it by a category or a tactic, if `includes` agrees. */
  readonly categories: number
  readonly tactics?: number
  readonly includes?: (incidents: Incidents, row: number) => boolean
  /** False: the incident is only supporting evidence in this scope. */
  readonly isCounted: (incidents: Incidents, row: number, key: number) => boolean
  /** Sums that its scopes store by day. */
  readonly sums: 'none' | 'count' | 'deaths'
  /** Columns whose distinct values the scopes store by day. */
  readonly distinct?: readonly ('admin1' | 'country' | 'settlement')[]
}
