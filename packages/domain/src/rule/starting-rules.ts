// What an empty suite starts with. A suite that has rules keeps them: what later versions can look for comes when somebody applies it.

import { defaultCompoundRules } from '../patterns/compound-catalogue.ts'
import { defaultRules } from '../patterns/pattern-catalogue.ts'
import type { RuleVersion } from '../record/theatre-record.ts'

export const startingRules: readonly RuleVersion[] = [...defaultRules, ...defaultCompoundRules]

/** Patterns that an empty suite would look for and none of these rules does. Pure. */
export function unusedPatterns(rules: Iterable<Pick<RuleVersion, 'pattern'>>): readonly string[] {
  const used = new Set(Array.from(rules, ({ pattern }) => pattern))
  return startingRules.map(({ pattern }) => pattern).filter(pattern => !used.has(pattern))
}
