// The rules that an empty suite starts with. Existing suites keep their rules: new patterns run
// only once somebody adds a rule.

import { defaultCompoundRules, defaultRules } from '../patterns/pattern-catalogue.ts'
import type { RuleVersion } from '../record/theatre-record.ts'

export const startingRules: readonly RuleVersion[] = [...defaultRules, ...defaultCompoundRules]

/** Patterns of the starting rules that none of these rules uses. Pure. */
export function unusedPatterns(rules: Iterable<Pick<RuleVersion, 'pattern'>>): readonly string[] {
  const used = new Set(Array.from(rules, ({ pattern }) => pattern))
  return startingRules.map(({ pattern }) => pattern).filter(pattern => !used.has(pattern))
}
