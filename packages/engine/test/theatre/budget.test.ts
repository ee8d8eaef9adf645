// The false alarms a year that a theatre allows.

import { describe, expect, it } from 'vitest'
import { sumBudgets } from '../../src/theatre/budget.ts'

const cluster = { ruleId: 'cluster', ruleVersion: 1, pattern: 'cluster', parameters: {} }
const siege = { ...cluster, ruleId: 'siege', pattern: 'siege' }

describe('the budget of a theatre', () => {
  it('is that of its rules with a budget, and 8 a year unless they say otherwise', () => {
    expect(sumBudgets([siege, cluster], 'sahel')).toBe(8)
    const sensitive = { ...cluster, parameters: { budget: 12 } }
    expect(sumBudgets([sensitive, { ...cluster, ruleId: 'more' }], 'sahel')).toBe(20)
  })

  it('is that of the theatre where the rule states one', () => {
    const placed = { ...cluster, parameters: { budget: 4 }, budgets: { sahel: 12 } }
    expect(sumBudgets([placed], 'sahel')).toBe(12)
    expect(sumBudgets([placed], 'coast')).toBe(4)
  })

  it('leaves out rules of other theatres; without a rule there is none', () => {
    const far = { ...cluster, parameters: { budget: 4 }, theatres: ['coast'] }
    expect(sumBudgets([siege, far], 'sahel')).toBeNull()
    expect(sumBudgets([siege, far], 'coast')).toBe(4)
  })
})
