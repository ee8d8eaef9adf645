// How many false alarms a year a theatre allows: the budgets of the rules that run in it.

import { placeRule, type RuleVersion, runsIn } from '@tocsin/contracts/theatre/theatre-record'
import { cluster, defaultBudget } from '../rules/cluster.ts'

export function hasBudget(pattern: string): boolean {
  return pattern === cluster.id
}

/** False alarms a year that a rule may raise; null: its pattern has no budget. */
export function readBudget({
  pattern,
  parameters
}: Pick<RuleVersion, 'pattern' | 'parameters'>): number | null {
  if (!hasBudget(pattern)) return null
  const { budget } = parameters
  return typeof budget === 'number' ? budget : defaultBudget
}

/** False alarms a year that a theatre allows in all; null: none of its rules has a budget. */
export function sumBudgets(rules: Iterable<RuleVersion>, theatre: string): number | null {
  const budgets = Array.from(rules)
    .filter(rule => runsIn(rule, theatre))
    .map(rule => readBudget(placeRule(rule, theatre)))
    .filter(budget => budget !== null)
  return budgets.length === 0 ? null : budgets.reduce((sum, budget) => sum + budget)
}
