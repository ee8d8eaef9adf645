// The parameters of one rule in one theatre.

import type { RuleVersion } from '../record/theatre-record.ts'
import { type AnyPattern, resolveParameters } from './pattern.ts'

/**
 * The parameters of a rule. Predicates are compiled and their failures counted per list object, so
 * no other rule or theatre shares these lists.
 */
export function ownParameters(
  pattern: Pick<AnyPattern, 'id' | 'parameters' | 'failuresOf'>,
  { parameters }: RuleVersion
): Readonly<Record<string, unknown>> {
  const resolved = resolveParameters(pattern, parameters)
  if (pattern.failuresOf === undefined) return resolved
  const own = Object.entries(resolved).map(([name, value]) => [
    name,
    Array.isArray(value) ? [...value] : value
  ])
  return Object.fromEntries(own)
}
