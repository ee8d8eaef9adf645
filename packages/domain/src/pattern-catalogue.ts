// The patterns that rules can name. To add one: a file under patterns/, and its line here.

import type { AnyPattern } from './pattern.ts'
import { front } from './patterns/front.ts'
import { siege } from './patterns/siege.ts'
import { wideningArc } from './patterns/widening-arc.ts'
import type { RuleVersion } from './theatre-record.ts'

const catalogue = [siege, wideningArc, front] as unknown as readonly AnyPattern[]

export const patterns: ReadonlyMap<string, AnyPattern> = new Map(catalogue.map(pattern => [pattern.id, pattern]))

/** The rules that a theatre starts with: every pattern with its defaults. */
export const defaultRules: readonly RuleVersion[] = catalogue.map(pattern => ({
  ruleId: pattern.id,
  ruleVersion: 1,
  pattern: pattern.id,
  parameters: {}
}))
