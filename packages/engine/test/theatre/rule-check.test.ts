// Faults of rules.

import type { RuleVersion } from '@tocsin/contracts/theatre/theatre-record'
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
const drafts: readonly (readonly [path: string, draft: object, detail: string])[] = [
  ['id', { ruleId: 'preview' }, 'can not be preview: a route has that name'],
  ['pattern', { pattern: 'urge' }, 'is not a pattern: urge; is surge meant?'],
  [
    'parameters.windowDay',
    { parameters: { windowDay: 7 } },
    'is not a parameter of surge; is windowDays meant?'
  ],
  ['parameters.windowDays', { parameters: { windowDays: '7' } }, 'must be a number, such as 7'],
  [
    'parameters.windowDays',
    { parameters: { windowDays: 91, factor: 3 } },
    'must be 90 days or less, not 91'
  ],
  [
    'parameters.steps',
    { pattern: 'sequence', parameters: { steps: [{ absent: 'drill' }] } },
    'are one step only: a rule of one step is a count'
  ],
  [
    'parameters.steps.0',
    { pattern: 'findings-sequence', parameters: { steps: [findingOfUrge] } },
    'names findings of what is not a pattern over incidents: urge; is surge meant?'
  ],
  ['budgets.sahel', { budgets: { sahel: 8 } }, 'has no use: surge has no budget'],
  [
    'budgets.sahel',
    { pattern: 'cluster', budgets: { sahel: 60 } },
    'must be 52 alerts a year or less, not 60'
  ],
  [
    'budgets.lake',
    { pattern: 'cluster', theatres: ['sahel'], budgets: { sahel: 12, lake: 4 } },
    'is of a theatre in which the rule does not run'
  ],
  [
    'where',
    { pattern: 'findings-count', where: 'true' },
    'is of incidents; findings-count reads what other rules find'
  ],
  [
    'groupBy',
    { pattern: 'findings-count', groupBy: ['actor'] },
    'is of incidents; findings-count reads what other rules find'
  ],
  [
    'where',
    { where: 'category == attack' },
    'can not be used, at character 13: Unknown variable: attack'
  ],
  [
    'where',
    { pattern: 'front', where: 'category ==' },
    'can not be used, at character 12: Unexpected token: EOF'
  ],
  ['groupBy.0', { groupBy: ['adminn1'] }, 'is not a key: adminn1; is admin1 meant?'],
  ['groupBy.1', { groupBy: ['actor', 'actor'] }, 'is listed twice: actor'],
  ['groupBy', { groupBy: ['actor', 'country', 'admin1', 'source'] }, 'has more than 3 keys'],
  [
    'groupBy',
    { pattern: 'compound-crisis', groupBy: ['actor'] },
    'is of incidents; compound-crisis reads what other rules find'
  ],
  ['severities', { severities: [] }, 'must name at least the severity of level 1'],
  ['severities', { severities }, 'names more than 12 levels'],
  [
    'severities.1',
    { severities: ['severe', 'minor', 'bad'] },
    'is less than that of level 1: a level lifts an alert'
  ],
  ['title', { title: ' ' }, 'must have 1 to 120 characters'],
  ['title', { title: 'x'.repeat(121) }, 'must have 1 to 120 characters'],
  [
    'title',
    { title: 'a\u202Eb' },
    'must be one line without control characters, and none that turn it around: U+202E at character 2'
  ],
  ['headline', { headline: '' }, 'must not be empty (at character 1)'],
  ['headline', { headline: '{measure.value' }, 'has a { without its } (at character 1)'],
  ['headline', { headline: 'value} here' }, 'has a } without its { (at character 6)'],
  [
    'headline',
    { headline: '{group.admin1}: {measure}' },
    'names {measure}, which is not known; there are group.<name>, title, headline, le'
  ],
  [
    'headline',
    { headline: `{title}${'x'.repeat(300)}` },
    'is 307 characters long; 300 are the most (at character 301)'
  ],
  [
    'headline',
    { headline: '{title}\n' },
    'must be one line without control characters, and none that turn it around: U+000A at character 8'
  ]
]

describe('faults of a rule', () => {
  it.each(drafts)('%s of %j', (path, draft, detail) => {
    const rule = { ruleId: 'own', pattern: 'surge', ...draft } as RuleDraft
    const faults = findRuleFaults(rule)
    const found = faults.map(fault => `${fault.path.join('.')} ${fault.detail}`)
    expect(found).toContainEqual(expect.stringContaining(`${path} ${detail}`))
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

  const listFor = (names: readonly string[], more: Partial<RuleVersion> = {}) => {
    const reads = makeRule('reads', 'findings-count', { parameters: { of: names }, ...more })
    const all = [weekly, crisis, reads]
    const gone = listNewLooseNames(all, [crisis, reads])
    return [listLooseNames(all), gone].map(names => names.map(({ detail }) => detail))
  }

  it.each([
    ['weekly', null],
    ['surge', null],
    ['wekly', 'is neither a rule over incidents nor a pattern: wekly; is weekly meant?'],
    ['front', 'is a pattern that no other rule uses: front; declare a rule of it first'],
    ['crisis', 'is a rule over findings: crisis; such rules read rules over incidents alone'],
    ['reads', 'is neither a rule over incidents nor a pattern: reads']
  ])('%s is loose: %s', (name, detail) => {
    const [loose] = listFor([name])
    expect(loose).toEqual(detail === null ? [] : [expect.stringContaining(detail)])
  })

  it('become loose with the last rule of a name, and in theatres where no such rule runs', () => {
    expect(listFor(['weekly'])[1]).toEqual([
      'is neither a rule over incidents nor a pattern: weekly; a rule must be declared before another names it'
    ])
    expect(listFor(['surge'])[1]).toEqual([
      'is a pattern that no other rule uses: surge; declare a rule of it first'
    ])
    expect(listFor(['weekly', 'surge'], { theatres: ['lake'] })).toEqual([
      [
        'runs in none of the theatres of this rule: weekly',
        'runs in none of the theatres of this rule: surge'
      ],
      []
    ])
  })
})

describe('the look-back of a rule', () => {
  const makeVersion = (pattern: string, parameters = {}): RuleVersion => ({
    ...{ ruleId: pattern, ruleVersion: 1, pattern, parameters }
  })

  it('is the sum of its parts, in whole days', () => {
    expect(computePastNeed(makeVersion('surge'))).toEqual({
      days: 49,
      parts: { baseDays: 28, windowDays: 7, leaveDays: 14 }
    })
    expect(computePastNeed(makeVersion('coordinated-attack'))).toMatchObject({ days: 368 })
    expect(computePastNeed(makeVersion('urge'))).toBeNull()
  })

  it('is known for each pattern, and shorter than the default retention', () => {
    for (const id of ruleDefinitions.keys())
      expect(computePastNeed(makeVersion(id))!.days, id).toBeLessThanOrEqual(820 - 90)
  })

  const theatres = ['c', 'b', 'a', 'd'].map(id => ({ id, retentionDays: 500 }))
  const usual = makeVersion('sustained-threat')
  const long = makeVersion('surge', { baseDays: 650 })
  const ofB = { ...makeVersion('sustained-threat', { baseDays: 500 }), theatres: ['b'] }

  it.each([
    ['of a pattern', usual, 'pattern', '542: a retains 500 days, b retains 500 days'],
    ['of a parameter', long, 'parameters.baseDays', '671 days (baseDays 650, windowDays 7'],
    ['in one theatre', ofB, 'parameters.baseDays', '678: b retains 500 days. Let it look back 410']
  ])('is refused where a theatre retains too little: %s', (_, rule, path, words) => {
    const fault = findRetentionFault(rule, theatres)
    expect(fault?.path.join('.')).toBe(path)
    expect(fault?.detail).toContain(words)
  })

  it('is accepted where it is short, and where the same law runs', () => {
    expect(findRetentionFault(makeVersion('front'), theatres)).toBeNull()
    expect(
      findRetentionFault({ ...usual, ruleVersion: 2, title: 'Own' }, theatres, usual)
    ).toBeNull()
    const other = { ...usual, parameters: { leaveDays: 40 } }
    expect(findRetentionFault(other, theatres, usual)).not.toBeNull()
  })

  it('is a fault of a theatre that would retain less, which names three rules', () => {
    const rules = [usual, long, makeVersion('front'), ofB]
    const refusal = findTheatreRetentionFault({ id: 'b', retentionDays: 200 }, rules)
    expect(refusal).toMatch(/^must be 761 or more, 90 days more than its rules look back, not 200/)
    expect(refusal).toContain('rule surge looks back 671 days (baseDays 650')
    expect(refusal).toContain('and 1 more rules look further back')
  })
})
