// Faults of rules against those of packages/domain.

import type { RuleVersion } from '@tocsin/domain/record/theatre-record'
import { ruleFaults } from '@tocsin/domain/rule/rule-check'
import { looseNames, newlyLooseNames } from '@tocsin/domain/rule/rule-names'
import {
  pastNeedOf,
  retentionFault,
  theatreRetentionFault
} from '@tocsin/domain/rule/rule-retention'
import { describe, expect, it } from 'vitest'
import { ruleDefinitions } from '../../src/rules/catalogue.ts'
import { findRuleFaults, type RuleDraft } from '../../src/theatre/rule-check.ts'
import { listLooseNames, listNewLooseNames } from '../../src/theatre/rule-names.ts'
import {
  computePastNeed,
  findRetentionFault,
  findTheatreRetentionFault
} from '../../src/theatre/rule-retention.ts'

const severities = Array.from({ length: 13 }, () => 'severe' as const)

const findingOfUrge = '"other:finding-urge" in tactics'

/** What is wrong with a rule, and where. */
const drafts: readonly (readonly [path: string, draft: object])[] = [
  ['id', { ruleId: 'preview' }],
  ['pattern', { pattern: 'urge' }],
  ['parameters.windowDay', { parameters: { windowDay: 7 } }],
  ['parameters.windowDays', { parameters: { windowDays: '7' } }],
  ['parameters.windowDays', { parameters: { windowDays: 91, factor: 3 } }],
  ['parameters.steps', { pattern: 'sequence', parameters: { steps: [{ absent: 'drill' }] } }],
  ['parameters.steps.0', { pattern: 'findings-sequence', parameters: { steps: [findingOfUrge] } }],
  ['where', { pattern: 'findings-count', where: 'true' }],
  ['groupBy', { pattern: 'findings-count', groupBy: ['actor'] }],
  ['where', { where: 'category == attack' }],
  ['where', { where: '1 / 0 == 2' }],
  ['where', { pattern: 'front', where: 'category ==' }],
  ['groupBy.0', { groupBy: ['adminn1'] }],
  ['groupBy.1', { groupBy: ['actor', 'actor'] }],
  ['groupBy', { groupBy: ['actor', 'country', 'admin1', 'source'] }],
  ['groupBy', { pattern: 'compound-crisis', groupBy: ['actor'] }],
  ['severities', { severities: [] }],
  ['severities', { severities }],
  ['severities.1', { severities: ['severe', 'minor', 'bad'] }],
  ['title', { title: ' ' }],
  ['title', { title: 'x'.repeat(121) }],
  ['title', { title: 'a\u202Eb' }],
  ['headline', { headline: '' }],
  ['headline', { headline: '{measure.value' }],
  ['headline', { headline: 'value} here' }],
  ['headline', { headline: '{group.admin1}: {measure}' }],
  ['headline', { headline: `{title}${'x'.repeat(300)}` }],
  ['headline', { headline: '{title}\n' }]
]

describe('faults of a rule', () => {
  it.each(drafts)('are those of today: %s of %j', (path, draft) => {
    const rule = { ruleId: 'own', pattern: 'surge', ...draft } as RuleDraft
    const faults = findRuleFaults(rule)
    expect(faults).toEqual(ruleFaults(rule))
    expect(faults.map(fault => fault.path.join('.')).join(' ')).toContain(path)
  })

  it('are none of a rule with everything', () => {
    const rule: RuleDraft = {
      ...{ ruleId: 'own', pattern: 'surge', parameters: { windowDays: 14 }, title: 'Own' },
      ...{ where: 'deaths.best > 2', groupBy: ['actor'], severities: ['minor', 'severe'] },
      headline: '{group.admin1}: {measure.value}, {title}'
    }
    expect(findRuleFaults(rule)).toEqual([])
  })
})

describe('names in a rule over findings', () => {
  const makeRule = (ruleId: string, pattern: string, more: Partial<RuleVersion> = {}) => ({
    ...{ ruleId, ruleVersion: 1, pattern, parameters: {}, ...more }
  })
  const weekly = makeRule('weekly', 'surge', { theatres: ['sahel'] })
  const crisis = makeRule('crisis', 'compound-crisis')

  it.each([
    [['weekly'], 0],
    [['surge'], 0],
    [['wekly', 'surgee', 'whatever'], 3],
    [['front'], 1],
    [['crisis', 'reads'], 2]
  ])('are loose as today: %j', (of, count) => {
    for (const theatres of [undefined, ['lake']]) {
      const reads = makeRule('reads', 'findings-count', {
        parameters: { of },
        ...(theatres === undefined ? {} : { theatres })
      })
      const loose = listLooseNames([weekly, crisis, reads])
      expect(loose).toEqual(looseNames([weekly, crisis, reads]))
      if (theatres === undefined) expect(loose).toHaveLength(count)
      const gone = listNewLooseNames([weekly, crisis, reads], [crisis, reads])
      expect(gone).toEqual(newlyLooseNames([weekly, crisis, reads], [crisis, reads]))
    }
  })
})

describe('the look-back of a rule', () => {
  const makeVersion = (pattern: string, parameters = {}): RuleVersion => ({
    ...{ ruleId: pattern, ruleVersion: 1, pattern, parameters }
  })

  it('is that of today, for each pattern', () => {
    for (const id of ruleDefinitions.keys())
      expect(computePastNeed(makeVersion(id)), id).toEqual(pastNeedOf(makeVersion(id)))
    expect(computePastNeed(makeVersion('urge'))).toBeNull()
  })

  it('is refused where a theatre retains too little, unless the same law runs there', () => {
    const theatres = ['c', 'b', 'a', 'd'].map(id => ({ id, retentionDays: 500 }))
    const rules = [
      makeVersion('sustained-threat'),
      makeVersion('surge', { baseDays: 650 }),
      makeVersion('front'),
      { ...makeVersion('sustained-threat', { baseDays: 500 }), theatres: ['b'] }
    ]
    for (const rule of rules) {
      const fault = findRetentionFault(rule, theatres)
      expect(fault).toEqual(retentionFault(rule, theatres))
      expect(fault === null).toBe(rule.pattern === 'front')
      const again = { ...rule, ruleVersion: 2, title: 'Own' }
      expect(findRetentionFault(again, theatres, rule)).toBeNull()
      const other = { ...rule, parameters: { leaveDays: 40 } }
      expect(findRetentionFault(other, theatres, rule)).toEqual(
        retentionFault(other, theatres, rule)
      )
    }
    const theatre = { id: 'b', retentionDays: 200 }
    const refusal = findTheatreRetentionFault(theatre, rules)
    expect(refusal).toContain('must be')
    expect(refusal).toBe(theatreRetentionFault(theatre, rules))
  })
})
