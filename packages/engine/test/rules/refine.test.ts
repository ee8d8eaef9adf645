// A rule version selects incidents by `where` and divides groups by `groupBy`.

import type { RuleVersion } from '@tocsin/contracts/theatre/theatre-record'
import { expect, it } from 'vitest'
import type { ExampleIncident } from '../../src/rules/definition.ts'
import { Engine } from '../../src/theatre/engine.ts'
import { makeRuleSet } from '../../src/theatre/rule-set.ts'
import { makeSilentPublisher } from '../support/silent-publisher.ts'
import { makeExampleRecords } from './example-records.ts'

const blockade: ExampleIncident = {
  at: '2025-01-01',
  to: '2025-01-12',
  category: 'blockade',
  settlement: 'Diosso',
  actor: 'JNIM'
}
const siege = [blockade, { ...blockade, category: 'aid-denied' as const, source: 'b' }]
const attack: ExampleIncident = { at: '2025-01-03', category: 'attack', actor: 'JNIM' }
const villages = [
  { lat: 14, lon: -5 },
  { lat: 14.05, lon: -5 },
  { lat: 14.1, lon: -5 }
]

function apply(version: Partial<RuleVersion>, given: readonly ExampleIncident[]) {
  const rule = { ruleId: 'mine', ruleVersion: 1, pattern: 'siege', parameters: {}, ...version }
  const rules = makeRuleSet([rule])
  const engine = new Engine(rules, makeSilentPublisher)
  const example = { name: '', given, horizon: '2025-01-20', expect: [] }
  for (const record of makeExampleRecords(example, 0)) engine.apply(record)
  const groups = [...engine.listFindings()].map(({ group }) => group)
  return { groups, failures: rules.byId.get('mine')!.rule.failures }
}

it('divides the groups of a day rule by the values of an incident', () => {
  const { groups } = apply({ groupBy: ['actor', 'country'] }, siege)
  expect(groups).toEqual([
    { settlement: 'Diosso', settlementId: 'ML-4/diosso', actor: 'jnim', country: 'ML' }
  ])
})

it('leaves out an incident without a value for a key', () => {
  const { actor: _, ...unknown } = siege[1]!
  expect(apply({ groupBy: ['actor'] }, [siege[0]!, unknown]).groups).toEqual([])
})

it('divides clusters by the values that their members share', () => {
  const attacks = villages.flatMap(place => [
    { ...attack, ...place },
    { ...attack, ...place, at: '2025-01-05', actor: 'ISSP' }
  ])
  const version: Partial<RuleVersion> = { pattern: 'front', groupBy: ['actor'] }
  const actors = apply(version, attacks).groups.map(({ actor }) => actor)
  expect(actors.sort()).toEqual(['issp', 'jnim'])
  expect(apply({ pattern: 'front' }, attacks).groups).toHaveLength(1)
})

it('selects incidents by a predicate', () => {
  const where = '"jnim" in perpetrators && category != "aid-denied"'
  expect(apply({ where: '"jnim" in perpetrators' }, siege).groups).toHaveLength(1)
  expect(apply({ where }, siege).groups).toEqual([])
})

it('leaves out and counts an incident for which the predicate fails', () => {
  const { groups, failures } = apply({ where: 'deaths.best > 3' }, siege)
  expect(groups).toEqual([])
  expect(failures).toMatchObject({
    count: 2,
    lastMessage: "a value that is not known can't be used with >"
  })
})
