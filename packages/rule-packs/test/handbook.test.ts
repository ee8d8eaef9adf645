// RULES.md agrees with the catalogue, and its examples with what the rules do.

import { readFileSync } from 'node:fs'
import {
  blockDefinitions,
  cataloguedPatterns,
  ruleDefinitions
} from '@tocsin/engine/rules/catalogue'
import { describe, expect, it } from 'vitest'
import {
  renderBlocks,
  renderHeadlineNames,
  renderPatterns,
  renderVariables
} from '../src/handbook.ts'
import { withMadeParts } from '../src/made-sections.ts'
import { runExamples } from '../src/pack-examples.ts'
import { formatFault } from '../src/pack-fault.ts'
import { readPack } from '../src/pack-file.ts'

const file = new URL('../RULES.md', import.meta.url)
const handbook = readFileSync(file, 'utf8')

describe('the handbook of rules', () => {
  it('agrees with the catalogue', async () => {
    const parts = {
      patterns: renderPatterns(),
      blocks: renderBlocks(),
      variables: renderVariables(),
      headlines: renderHeadlineNames()
    }
    await expect(withMadeParts(handbook, parts)).toMatchFileSnapshot(file.pathname)
  })

  it('shows for each pattern one alert, and one case without an alert', () => {
    const sections = `${renderPatterns()}\n\n${renderBlocks()}`.split(/^### /m).slice(1)
    expect(sections).toHaveLength(cataloguedPatterns.length + blockDefinitions.length)
    for (const section of sections) {
      const name = section.split('\n')[0] as string
      expect(section, name).toMatch(/^> \*\*\S.*\*\* \(\w+; (?:open|ended .*); level 1: .*\)$/m)
      expect(section, name).toMatch(/^No alert on \d{4}-\d\d-\d\d/m)
    }
  })

  it.each([...ruleDefinitions.values()])(
    'names no parameter that $id has not',
    ({ handbook: { says, levels, ends, comesBack }, parameters }) => {
      const text = [says, levels, ends, comesBack].join(' ')
      const named = [...text.matchAll(/`(\w+)`/g)].map(match => match[1] as string)
      expect(named.filter(name => !Object.hasOwn(parameters, name))).toEqual([])
    }
  )

  it('has valid packs whose examples pass', () => {
    const packs = [...handbook.matchAll(/^```yaml\n(.*?)^```$/gms)].map(match => match[1] as string)
    expect(packs.length).toBeGreaterThan(1)
    for (const text of packs) {
      const reading = readPack(Buffer.from(text))
      if (!reading.ok)
        throw new Error(reading.faults.map(fault => formatFault('RULES.md', fault)).join('\n'))
      const outcomes = [...runExamples(reading.pack)]
      expect(outcomes.filter(({ passed }) => !passed)).toEqual([])
      expect(outcomes.length).toBeGreaterThan(0)
    }
  })
})
