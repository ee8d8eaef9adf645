// Codes are for programs: each has a name for people, in each language.

import { expect, it } from 'vitest'
import { reasonNames } from '../../src/alert/alert-words.ts'
import { categoryName, categoryNames, tacticNames } from '../../src/incident/incident-names.ts'
import { tactics } from '../../src/theatre/report.ts'

it('names every category, tactic and reason in both languages', () => {
  expect(tactics.filter(tactic => !Object.hasOwn(tacticNames, tactic))).toEqual([])
  for (const { en, fr } of [categoryNames, tacticNames, reasonNames].flatMap(names =>
    Object.values(names)
  ))
    for (const name of [en, fr]) expect(name).toMatch(/^\p{Ll}[\p{Ll} ’-]+$/u)
})

it('does not take a name for what is no code', () => {
  expect(categoryName('constructor')).toBe('constructor')
})
