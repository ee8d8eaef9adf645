// The group of a finding: findings of one group that overlap in time are one story.

import { compareText } from '../incident/incident.ts'
import type { Finding } from './finding.ts'

/** One text for the group of a finding, regardless of the order of its names. */
export function groupKeyOf({ group }: Finding): string {
  const known = groupKeys.get(group)
  if (known !== undefined) return known
  const key = JSON.stringify(Object.entries(group).sort((a, b) => compareText(a[0], b[0])))
  groupKeys.set(group, key)
  return key
}

/** True for two findings of one group. A story keeps its own. */
export function areOfOneGroup(a: Finding, b: Finding): boolean {
  return a.group === b.group || groupKeyOf(a) === groupKeyOf(b)
}

const groupKeys = new WeakMap<Finding['group'], string>()
