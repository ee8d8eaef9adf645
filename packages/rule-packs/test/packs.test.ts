// The shipped packs are valid, agree with their descriptions, and all their examples pass.

import { readFileSync } from 'node:fs'
import { defaultRules } from '@tocsin/engine/rules/default-rules'
import { makeRuleSet } from '@tocsin/engine/theatre/rule-set'
import { describe, expect, it } from 'vitest'
import { renderDefaultPack } from '../src/default-pack.ts'
import type { RulePack } from '../src/pack.ts'
import { computeExampleAlerts, runExamples } from '../src/pack-examples.ts'
import { formatFault } from '../src/pack-fault.ts'
import { readPack } from '../src/pack-file.ts'
import { loadShippedPack, shippedPacks } from '../src/shipped-packs.ts'
import { expectPlainWords } from './plain-words.ts'

function packOf(name: string): RulePack {
  // The default pack as generated, which the file must equal after an update.
  const bytes =
    name === 'default'
      ? Buffer.from(renderDefaultPack())
      : readFileSync(loadShippedPack(name) as string)
  const reading = readPack(bytes)
  if (!reading.ok) throw new Error(reading.faults.map(fault => formatFault(name, fault)).join('\n'))
  return reading.pack
}

describe('default', () => {
  it('is generated from the catalogue', async () => {
    await expect(renderDefaultPack()).toMatchFileSnapshot(loadShippedPack('default') as string)
  })

  it('has the rules that a theatre starts with, with each parameter', () => {
    const on = packOf('default').rules.filter(({ enabled }) => enabled)
    expect(on.map(({ draft }) => draft.ruleId).sort()).toEqual(
      defaultRules.map(({ ruleId }) => ruleId).sort()
    )
    const { byId } = makeRuleSet(defaultRules)
    for (const { draft } of on) expect(draft.parameters).toEqual(byId.get(draft.ruleId)!.parameters)
  })
})

describe.each(shippedPacks)('%s', name => {
  it('is valid, and its examples pass', () => {
    const outcomes = [...runExamples(packOf(name))]
    expect(outcomes.filter(({ passed }) => !passed)).toEqual([])
    expect(outcomes.length).toBeGreaterThan(5)
  })

  it('gives plain texts for the outcomes of its examples', () => {
    const pack = packOf(name)
    for (const rule of pack.rules)
      for (const example of rule.examples)
        for (const alert of computeExampleAlerts(pack, rule, example)) expectPlainWords(alert)
  })
})
