// What an empty suite starts with. A suite that has rules keeps them: what later versions can look for comes when somebody applies it.

import { defaultCompoundRules } from './compound-catalogue.ts'
import { defaultRules } from './pattern-catalogue.ts'
import type { RuleVersion } from './theatre-record.ts'

export const startingRules: readonly RuleVersion[] = [...defaultRules, ...defaultCompoundRules]

/** Patterns that an empty suite would look for and none of these rules does. Pure. */
export function unusedPatterns(rules: Iterable<Pick<RuleVersion, 'pattern'>>): readonly string[] {
  const used = new Set(Array.from(rules, ({ pattern }) => pattern))
  return startingRules.map(({ pattern }) => pattern).filter(pattern => !used.has(pattern))
}
