// What a rule may name, for a key of some theatres.

import type { Principal } from '@tocsin/service-kit/access/principal'
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

it.each(['lake', 'nowhere'])(
  'refuses a budget of a theatre in which the rule does not run, declared or not: %s',
  theatre => {
    const ask = { pattern: 'cluster', theatres: ['sahel'], budgets: { sahel: 4, [theatre]: 4 } }
    const detail = 'is of a theatre in which the rule does not run'
    const errors = [{ pointer: `/budgets/${theatre}`, detail }]
    expect(() => operations.versionOf(ofSahel, 'mine', ask, '')).toThrow(
      expect.objectContaining({ code: 'body-invalid', errors })
    )
  }
)
