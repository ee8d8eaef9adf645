// Five rules of one building block each, for bench `rules`: what stream processors can do too, so
// that they can be compared.

import type { RuleVersion } from '@tocsin/domain/record/theatre-record'

export const blockRules: readonly RuleVersion[] = [
  block('count', { groupBy: 'admin1' }),
  block('sum', { groupBy: 'admin1' }),
  block('distinct-count', { groupBy: 'country', field: 'admin1' }),
  block('sequence', {
    groupBy: 'admin1',
    steps: ['category == "attack-on-civilians"', 'category == "clash"']
  }),
  block('absence', { groupBy: 'admin1', expected: ['category == "clash"'] })
]

function block(pattern: string, parameters: RuleVersion['parameters']): RuleVersion {
  return { ruleId: pattern, ruleVersion: 1, pattern, parameters }
}
