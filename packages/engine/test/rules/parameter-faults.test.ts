// Faults of parameters against those of packages/domain: every parameter, with values of every kind.

import { patterns as otherPatterns } from '@tocsin/domain/patterns/pattern-catalogue'
import { parameterFaults, patternOf } from '@tocsin/domain/rule/rule-check'
import { describe, expect, it } from 'vitest'
import { ruleDefinitions } from '../../src/rules/catalogue.ts'
import { findParameterFaults } from '../../src/rules/parameter-faults.ts'

const patterns = [...otherPatterns.keys()]
const values = [
  ...[-1, 0, 0.5, 1, 2, 7, 366, 1e5, 1e9, Number.NaN],
  ...['', 'attack', 'sliding', true, null, {}],
  ...[[], [1], [0.5, -3], [9, 5], ['siege'], ['sige', 'other:x', 'ied'], [{ absent: 'drill' }, 4]],
  ['drill', { absent: 'drill', days: 3 }, 'dril'],
  Array.from({ length: 51 }, (_, i) => i + 100)
]

describe.each([...ruleDefinitions.values()])('$id', definition => {
  const other = patternOf(definition.id)!

  it('has the parameters of today', () => {
    const plain = ({
      default: usual,
      unit,
      source
    }: {
      default: unknown
      unit: string
      source: string
    }) => ({
      usual,
      unit,
      source
    })
    const list = (table: object) =>
      Object.entries(table).map(([name, parameter]) => [name, plain(parameter)])
    expect(list(definition.parameters)).toEqual(list(other.parameters))
  })

  it.each(Object.keys(definition.parameters))('has the faults of today: %s', name => {
    for (const value of values) {
      const stated = { [name]: value }
      const known = parameterFaults(other, stated as never)
      const expected = known.map(({ path, detail }) => ({ path: path.slice(1), detail }))
      expect(findParameterFaults(definition, stated, patterns), JSON.stringify(value)).toEqual(
        expected
      )
    }
  })
})
