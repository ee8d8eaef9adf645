// What a rule may name, for a key of some theatres.

import type { Principal } from '@tocsin/auth/access/principal'
import type { ControlRecord } from '@tocsin/contracts/record/control-record'
import { AuditTrail } from '@tocsin/service/control/audit-trail'
import { applyControl, emptyControlState } from '@tocsin/service/control/control-state'
import { expect, it } from 'vitest'
import { RuleOperations } from '../src/rule/rule-operations.ts'

const ofSahel = { id: 'key-1', handling: 'restricted', theatres: ['sahel'] } as unknown as Principal
const state = {
  rules: new Map(),
  theatres: new Map([
    ['sahel', {}],
    ['lake', {}]
  ])
}
const operations = new RuleOperations({ control: { state } } as never)

it('tells the versions of a rule with their authors, as far as the key may see', () => {
  const audit = new AuditTrail()
  let folded = emptyControlState
  const declare = (ruleId: string, ruleVersion: number, theatres: readonly string[]) => {
    const rule = { ruleId, ruleVersion, pattern: 'surge', parameters: {}, theatres }
    const [id, time] = [`${ruleId}-${ruleVersion}`, `2025-06-0${ruleVersion}T00:00:00.000Z`]
    const data = { ...rule, by: { id: 'key-1', name: 'Nora' } }
    const record = { type: 'rule.declared', data, id, time } as unknown as ControlRecord
    const next = applyControl(folded, record)
    audit.take(record, folded, next)
    folded = next
  }
  declare('mine', 1, ['lake'])
  declare('mine', 2, ['sahel'])
  declare('other', 1, ['sahel'])
  declare('mine', 3, ['sahel'])
  const rules = new RuleOperations({ control: { state: folded, audit } } as never)
  const by = { id: 'key-1', name: 'Nora' }
  expect(rules.listVersions(ofSahel, 'mine')).toEqual([
    { rule: expect.objectContaining({ ruleVersion: 3 }), at: '2025-06-03T00:00:00.000Z', by }
  ])
  const ofAll = { ...ofSahel, theatres: '*' } as Principal
  expect(rules.listVersions(ofAll, 'mine').map(({ rule }) => rule.ruleVersion)).toEqual([3, 2, 1])
})

it.each(['lake', 'nowhere'])(
  'refuses a budget of a theatre in which the rule does not run, declared or not: %s',
  theatre => {
    const ask = { pattern: 'cluster', theatres: ['sahel'], budgets: { sahel: 4, [theatre]: 4 } }
    const detail = 'is of a theatre in which the rule does not run'
    const errors = [{ pointer: `/budgets/${theatre}`, detail }]
    expect(() => operations.findVersion(ofSahel, 'mine', ask, '')).toThrow(
      expect.objectContaining({ code: 'body-invalid', errors })
    )
  }
)
