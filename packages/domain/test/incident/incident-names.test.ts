// Codes are for programs: each has a name for people.

import { expect, it } from 'vitest'
import { categoryName, tacticName } from '../../src/incident/incident-names.ts'
import { categories, tactics } from '../../src/report/report.ts'

it('names every category and tactic without a code', () => {
  for (const name of [...categories.map(categoryName), ...tactics.map(tacticName)]) {
    expect(name).toMatch(/^[a-z][a-z ]+$/)
  }
})

it('names a free tactic by its own words, and no inherited property', () => {
  expect(tacticName('other:homes-burnt')).toBe('homes burnt')
  expect([categoryName('constructor'), tacticName('toString')]).toEqual(['constructor', 'toString'])
})
