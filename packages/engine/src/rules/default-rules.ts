// The rules that an empty theatre starts with: the patterns of the catalogue. One calibrated rule,
// `cluster`, notifies people of what is statistical; others describe its situations.
// Existing theatres keep their rules: a new pattern runs only once somebody adds a rule.

import type { RuleVersion } from '@tocsin/contracts/theatre/theatre-record'
import { cataloguedPatterns } from './catalogue.ts'
import { situationLines } from './situation-lines.ts'

/** Parameters that differ from those of the pattern. Source: patterns.md#rare-count */
const ownParameters: Readonly<Record<string, RuleVersion['parameters']>> = {
  'rare-count': { alpha: 0.0005, escalateAlpha: 0.00005, byArea: false }
}

export const defaultRules: readonly RuleVersion[] = cataloguedPatterns.map(id => ({
  ...{ ruleId: id, ruleVersion: 1, pattern: id, parameters: ownParameters[id] ?? {} },
  ...(situationLines.has(id) ? { notify: 'quiet' } : {})
}))

/** Patterns of the default rules that none of these rules uses. */
export function listUnusedPatterns(rules: Iterable<RuleVersion>): readonly string[] {
  const used = new Set(Array.from(rules, ({ pattern }) => pattern))
  return defaultRules.map(({ pattern }) => pattern).filter(pattern => !used.has(pattern))
}
