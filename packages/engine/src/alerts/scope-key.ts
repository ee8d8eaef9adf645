// Rule and group of a finding as one text, in any order of the group's names. Drills are separate.

import type { Finding } from '../rules/finding.ts'

export function formatScope({
  rule,
  group,
  isDrill
}: Pick<Finding, 'rule' | 'group' | 'isDrill'>): string {
  const names = Object.keys(group).sort()
  return JSON.stringify([rule.id, isDrill, ...names.map(name => [name, group[name]])])
}
