import { describe, expect, it } from 'vitest'
import { ruleDefinitions } from '../../src/rules/catalogue.ts'
import { giveShape } from '../../src/rules/one-shape.ts'
import { isClusterRule, isDayRule, resolveParameters } from '../../src/theatre/rule-set.ts'

const rules = [...ruleDefinitions.values()].flatMap(definition => {
  const required = Object.values(definition.parameters).some(one => one.default === undefined)
  const base = { id: definition.id, pattern: definition.id }
  return required ? [] : [giveShape(definition.make(resolveParameters(definition, {}), base))]
})

describe('rules of one kind', () => {
  it.each([
    ['day rules', rules.filter(isDayRule)],
    ['cluster rules', rules.filter(isClusterRule)],
    ['families', rules.filter(isDayRule).map(({ family }) => family)]
  ])('have the same members in the same order: %s', (_, objects) => {
    expect(objects.length).toBeGreaterThan(4)
    expect(new Set(objects.map(one => Object.keys(one).join(' '))).size).toBe(1)
  })
})
