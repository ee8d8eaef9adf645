// The names of parameters for people.

import { ruleDefinitions } from '@tocsin/engine/rules/catalogue'
import { expect, it } from 'vitest'
import { findParameterRow, parameterRows, parameterWords } from '../src/rule/parameter-words.ts'

const all = [...ruleDefinitions.values()].flatMap(({ id, parameters }) =>
  Object.keys(parameters).map(name => ({ id, name, row: findParameterRow(id, name) }))
)

it('are there for every parameter, and for nothing else', () => {
  expect(all.filter(({ row }) => row === undefined)).toEqual([])
  expect(parameterRows.toSorted()).toEqual([...new Set(all.map(({ row }) => row))].toSorted())
})

it('are those of one meaning: a pattern that means something else has its own', () => {
  const meanings = Map.groupBy(all, ({ row }) => row)
  const several = [...meanings].filter(
    ([, of]) =>
      new Set(of.map(({ id, name }) => ruleDefinitions.get(id)?.parameters[name]?.meaning)).size > 1
  )
  // One window, said with more words where it has kinds.
  expect(several.map(([row]) => row)).toEqual(['windowDays'])
})

it('are in both languages', () => {
  const said = { name: 'heldDays', unit: 'days', meaning: 'how long' }
  expect(parameterWords('siege', said)).toEqual({
    title: 'Criteria held for',
    inLanguages: {
      fr: {
        title: 'Durée des critères',
        unit: 'jours',
        meaning: 'temps pendant lequel ils doivent être réunis, pour l’entrée'
      }
    }
  })
})
