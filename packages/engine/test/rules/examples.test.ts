// Every rule's own examples, applied as records of a theatre.

import { describe, expect, it } from 'vitest'
import { never } from '../../src/data/time.ts'
import { ruleDefinitions } from '../../src/rules/catalogue.ts'
import { languages, type RuleExample, readTexts } from '../../src/rules/definition.ts'
import type { Finding } from '../../src/rules/finding.ts'
import type { RuleBase } from '../../src/rules/rule-base.ts'
import { Engine } from '../../src/theatre/engine.ts'
import { makeRuleSet, resolveParameters } from '../../src/theatre/rule-set.ts'
import { makeSilentPublisher } from '../support/silent-publisher.ts'
import { makeExampleRecords } from './example-records.ts'

/** The rules that an overlap rule or a level 1 rule reads, and the rule itself. */
function makeRules(pattern: string) {
  const version = (id: string) => ({ ruleId: id, ruleVersion: 1, pattern: id, parameters: {} })
  const alone = makeRuleSet([version(pattern)])
  const readsFindings =
    alone.overlapRules.length > 0 || alone.dayRules.some(rule => rule.inputPatterns !== undefined)
  return readsFindings ? makeRuleSet([...ruleDefinitions.keys()].map(version)) : alone
}

/** A block over findings has none: over-findings.test.ts is about them. */
const withExamples = [...ruleDefinitions.values()].filter(({ id }) => !id.startsWith('findings-'))

describe.each(withExamples)('$id', definition => {
  it('has an example that fires and one that does not', () => {
    expect(definition.examples.some(({ expect }) => expect.length > 0)).toBe(true)
    expect(definition.examples.some(({ expect }) => expect.length === 0)).toBe(true)
  })

  it.each(definition.examples)('$name', example => {
    const found = findInExample(definition.id, example).map(({ group, level, endDay }) => ({
      group,
      level,
      open: endDay === never
    }))
    expect(found).toHaveLength(example.expect.length)
    for (const expected of example.expect)
      expect(found).toContainEqual({ ...expected, group: expect.objectContaining(expected.group) })
  })

  it('documents every parameter', () => {
    for (const { unit, meaning, source } of Object.values(definition.parameters))
      expect([unit, meaning, source]).not.toContain('')
  })

  it.each(languages)('has words in %s, whose placeholders it fills', language => {
    const found = definition.examples.flatMap(example => findInExample(definition.id, example))
    const filled = found.map(finding => ({
      ...finding.listFacts(),
      ...finding.group,
      ...definition.parameters
    }))
    const texts = Object.values(
      readTexts(definition, resolveParameters(definition, {}))[language]
    ).flat()
    expect(texts).not.toContain('')
    const named = texts.flatMap(text => [...text.matchAll(/\{(\w+)/g)].map(([, name]) => name!))
    for (const names of filled)
      expect(named.filter(name => !placeholders.has(name) && !(name in names))).toEqual([])
  })
})

function findInExample(id: string, example: RuleExample): Finding[] {
  const rules = makeRules(id)
  const engine = new Engine(rules, makeSilentPublisher)
  const { warmUpDays }: RuleBase = rules.byId.get(id)!.rule
  for (const record of makeExampleRecords(example, warmUpDays ?? 0)) engine.apply(record)
  return [...engine.listFindings()].filter(({ rule }) => rule.id === id)
}

/** What every text may name. */
const placeholders: ReadonlySet<string> = new Set([
  ...['area', 'value', 'threshold', 'baseline', 'from', 'to', 'count', 'deaths', 'place', 'when']
])
