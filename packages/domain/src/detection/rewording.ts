// Versions of a rule that find the same, and differ in what is said of it alone: title, headline,
// severities, theatres. Such a version goes on with what the one before has folded. Of what is
// older than the retention no other version could fold it again.

import type { RuleVersion } from '../record/theatre-record.ts'
import { type AnyPattern, resolveParameters } from './pattern.ts'

/**
 * True if two versions of a rule find the same situations by the same incidents. Pure. Throws
 * RangeError for parameters that the pattern does not know.
 */
export function findTheSame(
  pattern: Pick<AnyPattern, 'id' | 'parameters'>,
  before: RuleVersion,
  now: RuleVersion
): boolean {
  const asked = (rule: RuleVersion) =>
    JSON.stringify([
      rule.pattern,
      rule.where ?? null,
      rule.groupBy ?? [],
      resolveParameters(pattern, rule.parameters)
    ])
  return asked(before) === asked(now)
}

/** True if two versions of a rule say the same of a situation, its severity left out. Pure. */
export function sayTheSame(before: RuleVersion, now: RuleVersion): boolean {
  if (before.headline !== now.headline) return false
  return now.headline === undefined || before.title === now.title
}
