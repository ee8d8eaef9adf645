// Codes are for programs: each has a name for people.

import { categories, tactics } from '@tocsin/contracts/theatre/report'
import { expect, it } from 'vitest'
import { categoryName, tacticNames, wordsOfCode } from '../../src/incident/incident-names.ts'

const findTacticName = (id: string) => tacticNames[id] ?? wordsOfCode(id)

it('names every category and tactic without a code', () => {
  for (const name of [...categories.map(categoryName), ...tactics.map(findTacticName)])
    expect(name).toMatch(/^[a-z][a-z ]+$/)
})

it('names no inherited property', () => {
  expect(categoryName('constructor')).toBe('constructor')
})
