// The rules that an empty theatre starts with: the patterns of the catalogue with their defaults.
// Existing theatres keep their rules: a new pattern runs only once somebody adds a rule.

import type { RuleVersion } from '@tocsin/contracts/theatre/theatre-record'
import { cataloguedPatterns } from './catalogue.ts'
import { cluster } from './cluster.ts'
import { rareCount } from './rare-count.ts'

/**
 * `rare-count` and `cluster` run only where a rule asks for them: they see much of what `surge` and
 * `front` see.
 */
export const defaultRules: readonly RuleVersion[] = cataloguedPatterns
  .filter(id => id !== rareCount.id && id !== cluster.id)
  .map(id => ({ ruleId: id, ruleVersion: 1, pattern: id, parameters: {} }))

/** Patterns of the default rules that none of these rules uses. */
export function listUnusedPatterns(
  rules: Iterable<Pick<RuleVersion, 'pattern'>>
): readonly string[] {
  const used = new Set(Array.from(rules, ({ pattern }) => pattern))
  return defaultRules.map(({ pattern }) => pattern).filter(pattern => !used.has(pattern))
}
