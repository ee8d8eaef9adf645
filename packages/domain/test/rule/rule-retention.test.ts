// Whether theatres retain what their rules must see.

import { describe, expect, it } from 'vitest'
import {
  defaultRetentionDays,
  retentionDaysMin,
  retentionMarginDays
} from '../../src/fold/retention.ts'
import { rateDays } from '../../src/patterns/front/cell-rates.ts'
import { frontParameters } from '../../src/patterns/front/front-parameters.ts'
import { compoundPatterns, patterns } from '../../src/patterns/pattern-catalogue.ts'
import type { RuleVersion } from '../../src/record/theatre-record.ts'
import {
  neededRetentionDays,
  pastNeedOf,
  retentionFault,
  theatreRetentionFault
} from '../../src/rule/rule-retention.ts'
import { startingRules } from '../../src/rule/starting-rules.ts'

const all = [...patterns.values(), ...compoundPatterns.values()]
const rule = (
  pattern: string,
  parameters: RuleVersion['parameters'] = {},
  more: Partial<RuleVersion> = {}
): RuleVersion => ({
  ruleId: 'mine',
  ruleVersion: 1,
  pattern,
  parameters,
  ...more
})
const sahel = { id: 'sahel', retentionDays: 820 }
const coast = { id: 'coast', retentionDays: 500 }

describe('what a rule must see of the past', () => {
  it.each(all.map(({ id }) => id))('is told by %s, and is retained by default', id => {
    const need = pastNeedOf(rule(id))
    expect(need?.days).toBeGreaterThan(0)
    expect(neededRetentionDays(rule(id))).toBeLessThanOrEqual(defaultRetentionDays)
  })

  it('is two years at most for the rules that a suite starts with: the usual retention is that and the margin', () => {
    const most = Math.max(...startingRules.map(each => neededRetentionDays(each) as number))
    expect(most).toBe(defaultRetentionDays)
    expect(retentionDaysMin).toBe(
      rateDays + frontParameters.epsilonDays.default + retentionMarginDays
    )
  })

  it.each([
    ['count', { windowDays: 900 }, 900],
    ['count', { window: 'session', windowDays: 900, gapDays: 40 }, 40],
    ['findings-sum', { windowDays: 900 }, 900],
    ['absence', { days: 10 }, 10],
    ['absence', { days: 10, levels: [20, 2000] }, 2000],
    ['all-of', { withinDays: 1000 }, 1000],
    [
      'sequence',
      { steps: ['drill', { absent: 'drill', days: 400 }], withinDays: 300, holdDays: 200 },
      900
    ],
    ['sustained-threat', { baseDays: 700, windowDays: 90, leaveDays: 100 }, 890],
    ['new-actor', { absentDays: 1095, agesOutDays: 30 }, 1125],
    ['siege', { ageDays: [30, 1000] }, 1037],
    ['coordinated-attack', { rateDays: 700, windowHours: 25, leaveHours: 24 }, 703],
    [
      'reporting-blackout',
      { rateWeeks: 52, reportsMin: 0, chance: 0.5, escalateFactor: 1 },
      364 + 253
    ]
  ] as const)('of %s with %j is %i days', (pattern, parameters, days) => {
    expect(
      pastNeedOf(rule(pattern, parameters as unknown as RuleVersion['parameters']))?.days
    ).toBe(days)
  })

  it('is not told of what this version does not know', () => {
    expect(pastNeedOf(rule('of-a-later-version'))).toBeNull()
    expect(pastNeedOf(rule('count', { windowDays: 'long' }))).toBeNull()
  })
})

describe('a rule', () => {
  it('that looks back further than its theatres retain has a fault that says what, where, and what would be accepted', () => {
    const fault = retentionFault(rule('count', { windowDays: 2000 }), [sahel, coast])
    expect(fault?.path).toEqual(['parameters', 'windowDays'])
    expect(fault?.detail).toBe(
      'makes the rule look back 2000 days (windowDays 2000), and a theatre must retain 90 days more, 2090: ' +
        'coast retains 500 days, sahel retains 820 days. ' +
        'Let it look back 410 days or less, or let the theatre retain 2090 days or more first'
    )
  })

  it('whose need no theatre could meet has one everywhere', () => {
    expect(retentionFault(rule('absence', { days: 36_500 }), [])?.detail).toContain(
      'further than 36410 days'
    )
  })
})

describe('a theatre', () => {
  const rules = [rule('count', { windowDays: 900 }), rule('surge', {}, { ruleId: 'weekly' })]

  it('that retains too little for its rules has a fault that names them', () => {
    expect(theatreRetentionFault(sahel, rules)).toBe(
      'must be 990 or more, 90 days more than its rules look back, not 820: rule mine looks back 900 days (windowDays 900). ' +
        'Retain more, or change or withdraw the rules first'
    )
    expect(theatreRetentionFault({ ...sahel, retentionDays: 990 }, rules)).toBeNull()
    expect(
      theatreRetentionFault(sahel, [rule('count', { windowDays: 900 }, { theatres: ['coast'] })])
    ).toBeNull()
  })
})
