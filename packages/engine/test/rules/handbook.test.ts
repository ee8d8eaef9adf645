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

/** They see much of what other rules see. */
const offByDefault = ['rare-count', 'cluster']

describe('the default rules', () => {
  it('are the patterns of the catalogue but two, and those that rules lack are named', () => {
    const patterns = defaultRules.map(({ pattern }) => pattern)
    expect(patterns).toEqual(cataloguedPatterns.filter(id => !offByDefault.includes(id)))
    expect(listUnusedPatterns(defaultRules.slice(1))).toEqual([patterns[0]])
  })
})
