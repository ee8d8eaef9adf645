// The parameters by which one rule folds one theatre.

import type { RuleVersion } from '../record/theatre-record.ts'
import { type AnyPattern, resolveParameters } from './pattern.ts'

/** The parameters of a rule. Predicates are compiled, and their failures counted, by list: no other rule or theatre has the same lists of them. */
export function ownParameters(
  pattern: Pick<AnyPattern, 'id' | 'parameters' | 'failuresOf'>,
  { parameters }: RuleVersion
): Readonly<Record<string, unknown>> {
  const resolved = resolveParameters(pattern, parameters)
  if (pattern.failuresOf === undefined) return resolved
  const own = Object.entries(resolved).map(([name, value]) => [name, Array.isArray(value) ? [...value] : value])
  return Object.fromEntries(own)
}
