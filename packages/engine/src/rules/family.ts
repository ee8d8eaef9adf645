// A family selects incidents and groups them by key. All rules of a family share its scopes.

import type { Incidents } from '../data/incidents.ts'
import type { Group } from './finding.ts'

/** Lists values of an incident, as whole numbers. The list may be used again for the next one. */
export type ListValues = (incidents: Incidents, row: number) => readonly number[]

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
  /**
   * A number of the rule's own about an incident; 0: it does not belong to the family. With it the
   * executor stores the keys of the incident too: needed where either is read from reports or can
   * change, as fields of a report may be others by the time its incident is removed.
   */
  readonly getMark?: (incidents: Incidents, row: number) => number
  /** The key that a rule's own groups divide. Left out: the key itself. */
  readonly readBaseKey?: (incidents: Incidents, key: number) => number
  /** The area of a scope, for rules that read the episodes of an area. */
  readonly getArea?: (value: number) => number
  /**
   * Its scopes read those of another family, which has no rules: the key there of one of its keys.
   * Left out: they read their own incidents only.
   */
  readonly parent?: { readonly family: Family; readonly getKey: (key: number) => number }
  /** False for an incident that does not count in this scope. */
  readonly isCounted: (incidents: Incidents, row: number, key: number) => boolean
  /** Sums that its scopes store by day. */
  readonly sums: 'none' | 'count' | 'deaths'
  /** Lists values, of which the scopes store the distinct ones by day. */
  readonly distinct?: ListValues
}
