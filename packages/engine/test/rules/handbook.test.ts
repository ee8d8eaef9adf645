// The handbook's sections, and the rules of a new theatre.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { cataloguedPatterns, ruleDefinitions } from '../../src/rules/catalogue.ts'
import { defaultRules, listUnusedPatterns } from '../../src/rules/default-rules.ts'
import { renderHandbookSection } from '../../src/rules/handbook-section.ts'

const handbook = readFileSync(new URL('../../../rule-packs/RULES.md', import.meta.url), 'utf8')

describe('the handbook', () => {
  // The words of other rules have changed with their law.
  it.each(['surge', 'rare-count', 'siege', 'compound-crisis'])('has the section of %s', id => {
    const section = renderHandbookSection(ruleDefinitions.get(id)!)
    const start = handbook.indexOf(`### ${id}\n`)
    expect(handbook.slice(start, start + section.length)).toBe(section)
  })

  it('has a row for each parameter of each rule', () => {
    for (const definition of ruleDefinitions.values())
      expect(renderHandbookSection(definition).match(/^\| `/gm)).toHaveLength(
        Object.keys(definition.parameters).length
      )
  })
})

describe('the default rules', () => {
  it('are the patterns of the catalogue, and those that rules lack are named', () => {
    const patterns = defaultRules.map(({ pattern }) => pattern)
    expect(patterns).toEqual(cataloguedPatterns)
    expect(listUnusedPatterns(defaultRules.slice(1))).toEqual([patterns[0]])
  })

  it('notify people of one statistical rule by area and place, and of the theatre as a whole', () => {
    const quiet = defaultRules.filter(({ notify }) => notify === 'quiet')
    expect(quiet.map(({ pattern }) => pattern)).toEqual([
      ...['surge', 'sustained-threat', 'front', 'near-repeat']
    ])
    const whole = defaultRules.find(({ pattern }) => pattern === 'rare-count')
    expect(whole?.parameters).toMatchObject({ byArea: false })
  })
})
