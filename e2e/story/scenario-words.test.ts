// The texts of the scenarios' alerts, at each event, are readable: no codes, correct grammar, no
// repeated names. The domain checks the examples of all patterns and of the bundled packs in the
// same way.

import { digest } from '@tocsin/contracts/json/digest'
import { defaultCompoundRules, defaultRules } from '@tocsin/domain/patterns/pattern-catalogue'
import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { TheatreFold } from '@tocsin/domain/theatre/theatre-fold'
import { sourceConfigured, theatreConfigured, ticked } from '@tocsin/testing/report/record-builder'
import { expect, it } from 'vitest'
import { expectPlainWords } from '../../packages/domain/test/plain-words.ts'
import { readScenario } from '../harness/scenario-files.ts'
import { recordsOfScenario } from '../harness/scenario-records.ts'

const beforeAll = '1970-01-01T00:00:00.000Z'

it.each(['sahel', 'diosso-appeal'])('%s has alerts in plain words', async name => {
  const scenario = await readScenario(name)
  const opening = [
    ticked(beforeAll),
    theatreConfigured({}, beforeAll),
    ...scenario.setup.sources.map(source =>
      sourceConfigured({ ...source, reliability: source.reliability as 'A' }, { time: beforeAll })
    ),
    ...[...defaultRules, ...defaultCompoundRules].map(
      rule =>
        ({
          type: 'rule.configured',
          data: rule,
          theatre: 'sahel',
          time: beforeAll,
          id: digest('rule', rule.ruleId)
        }) as const
    )
  ]
  const fold = new TheatreFold('sahel', digest)
  const told = [...opening, ...recordsOfScenario(scenario)].flatMap(
    record => fold.apply(record as TheatreRecord).alerts
  )
  expect(told.length).toBeGreaterThan(0)
  for (const { data } of told) if ('headline' in data) expectPlainWords(data)
})
