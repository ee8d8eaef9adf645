// The words of every rule, rendered from the alerts of its own examples: nothing stays unfilled, and
// the statements fit the published schema.

import { alertFormat } from '@tocsin/contracts/alert/alert'
import {
  type AlertSum,
  addAlertChange,
  changesAlert,
  parseAlertRecord
} from '@tocsin/contracts/record/alert-event-v3'
import { definitions } from '@tocsin/contracts/schema/definitions'
import { buildSchema } from '@tocsin/contracts/schema/published-schema'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { FoldLookup } from '../../src/render/incident-facts.ts'
import { headlineMax, renderStatement } from '../../src/render/statement.ts'
import { ruleDefinitions } from '../../src/rules/catalogue.ts'
import { languages, type RuleExample, readTexts } from '../../src/rules/definition.ts'
import type { RuleBase } from '../../src/rules/rule-base.ts'
import { LevelFold } from '../../src/theatre/level-fold.ts'
import { makeRuleSet } from '../../src/theatre/rule-set.ts'
import { makeExampleRecords } from '../rules/example-records.ts'

const ajv = new Ajv2020({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  validateFormats: false
})
ajv.addSchema(definitions)
const fitsSchema = ajv.compile(buildSchema(alertFormat))
const rules = makeRuleSet(
  [...ruleDefinitions.keys()].map(id => ({
    ruleId: id,
    ruleVersion: 1,
    pattern: id,
    parameters: {}
  }))
)

function findRule(ruleId: string) {
  const { definition, parameters } = rules.byId.get(ruleId)!
  return { texts: readTexts(definition, parameters), parameters }
}

/** The statements of all events of an example: in each language alone, then in English with the others. */
function renderExample(example: RuleExample, warmUpDays: number) {
  const sums = new Map<string, AlertSum>()
  const rendered: ReturnType<typeof renderStatement>[] = []
  const fold = new LevelFold(rules, {
    ...{ theatre: 'sahel', fold: 'public', engine: '1.0.0', growthDays: 1 },
    write: record => {
      const { envelope, event } = parseAlertRecord(record)
      if (!changesAlert(event)) return
      const { alertId } = event.data
      const sum = addAlertChange(sums.get(alertId) ?? null, envelope, event.data)
      sums.set(alertId, sum)
      const lookup = new FoldLookup(fold.engine.incidents, findRule)
      for (const language of languages) rendered.push(renderStatement(sum, { lookup, language }))
      rendered.push(renderStatement(sum, { lookup, language: 'en', inAllLanguages: true }))
    }
  })
  for (const record of makeExampleRecords(example, warmUpDays)) fold.apply(record)
  return rendered
}

function pickTexts({ headline, explanation, measure, levels }: ReturnType<typeof renderStatement>) {
  return {
    ...{ headline, explanation, measure: measure.name },
    levels: levels.map(({ reason }) => reason)
  }
}

/** The words of a block over findings are those of the block: over-findings.test.ts. */
const withExamples = [...ruleDefinitions.values()].filter(({ id }) => !id.startsWith('findings-'))

describe.each(withExamples)('the statements of $id', definition => {
  it('are filled in every language', () => {
    const { warmUpDays = 0 }: RuleBase = rules.byId.get(definition.id)!.rule
    const own = definition.examples
      .flatMap(example => renderExample(example, warmUpDays))
      .filter(({ ruleId }) => ruleId === definition.id)
    expect(own.length).toBeGreaterThan(0)
    for (const [i, whole] of own.entries()) {
      if (whole.inLanguages === undefined) continue
      const { inLanguages, ...english } = whole
      expect(english).toEqual(own[i - 2])
      expect(inLanguages.fr).toEqual(pickTexts(own[i - 1]!))
    }
    for (const statement of own) {
      const { headline, explanation, measure } = statement
      expect(`${headline} ${explanation} ${measure.name}`).not.toMatch(/[{}]|undefined|NaN|1900/)
      expect(headline.length, headline).toBeLessThanOrEqual(headlineMax)
      expect(fitsSchema(statement), JSON.stringify(fitsSchema.errors)).toBe(true)
    }
  })
})

it('counts settlements in an alert of one perpetrator', () => {
  const { examples } = ruleDefinitions.get('repeat-victimisation')!
  const example = examples.find(({ name }) => name.startsWith('two settlements of one area'))!
  const [statement] = renderExample(example, 0).filter(
    ({ ruleId }) => ruleId === 'repeat-victimisation'
  )
  expect(statement).toMatchObject({
    headline: 'Civilians attacked repeatedly in Ségou (Mali): 2 settlements',
    measure: { name: 'settlements attacked', value: 2, threshold: 2 },
    group: { admin1: 'ML-4', perpetrator: 'Dozo militia' }
  })
})
