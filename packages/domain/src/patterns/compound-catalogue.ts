// The level-1 patterns that rules can name. To add one: a file under patterns/, and its line here.

import type { AnyCompoundPattern } from '../detection/compound.ts'
import type { RuleVersion } from '../record/theatre-record.ts'
import { compoundCrisis } from './compound/compound-crisis.ts'
import { overFindings } from './compound/over-findings.ts'
import { reportingBlackout } from './compound/reporting-blackout.ts'
import { retaliationWatch } from './compound/retaliation-watch.ts'
import { blocks } from './pattern-catalogue.ts'

const catalogue = [reportingBlackout, compoundCrisis, retaliationWatch] as unknown as readonly AnyCompoundPattern[]

/** Building blocks over findings: of no use until a rule says what they look for. */
const blocksOfFindings = blocks.map(block => overFindings(block, isLevel1))

export const compoundPatterns: ReadonlyMap<string, AnyCompoundPattern> = new Map(
  [...catalogue, ...blocksOfFindings].map(pattern => [pattern.id, pattern])
)

function isLevel1(name: string): boolean {
  return compoundPatterns.has(name)
}

/** The level-1 rules that a theatre starts with: every pattern with its defaults. */
export const defaultCompoundRules: readonly RuleVersion[] = catalogue.map(pattern => ({
  ruleId: pattern.id,
  ruleVersion: 1,
  pattern: pattern.id,
  parameters: {}
}))
