// Rule and group of a finding as one text, in any order of the group's names. Drills are separate.

import type { Finding } from '../rules/finding.ts'

export function formatScope({
  rule,
  group,
  isDrill
}: Pick<Finding, 'rule' | 'group' | 'isDrill'>): string {
  let text = `[${JSON.stringify(rule.id)},${isDrill}`
  for (const name of Object.keys(group).sort())
    text += `,[${JSON.stringify(name)},${JSON.stringify(group[name])}]`
  return `${text}]`
}
