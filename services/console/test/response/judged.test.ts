// How often a rule was wrong, in words that claim no more than is known.

import { describe, expect, it } from 'vitest'
import type { RuleDispositions } from '../../src/shown/answers.ts'
import { judgedAndExpectedWords, judgedWords } from '../../src/words/judged-words.ts'
import { words } from '../../src/words/words.ts'

const row = (more: Partial<RuleDispositions> = {}): RuleDispositions => ({
  ...{
    theatre: 'sahel',
    ruleId: 'siege',
    since: '2025-03-01T00:00:00.000Z',
    raised: 40,
    judged: 40
  },
  dispositions: { true: 37, 'false-alarm': 3, duplicate: 0, drill: 0 },
  falseAlarmsPerYear: 3,
  expectedPerYear: null,
  spent: null,
  ...more
})

describe('false alarms as judged', () => {
  it('are a rate where all were judged, and at least that where not', () => {
    expect(judgedWords(row())).toBe(
      '3 of 40 judged were false alarms (40 raised since 1 Mar 2025): 3 a year'
    )
    expect(judgedWords(row({ raised: 1_200, falseAlarmsPerYear: 3.04 }))).toBe(
      '3 of 40 judged were false alarms (1,200 raised since 1 Mar 2025): at least 3 a year'
    )
  })

  it('are no rate where too little was judged, and nothing where nothing was', () => {
    const dispositions = { true: 3, 'false-alarm': 1, duplicate: 0, drill: 0 }
    expect(judgedWords(row({ judged: 4, dispositions, falseAlarmsPerYear: null }))).toBe(
      '1 of 4 judged was a false alarm (40 raised since 1 Mar 2025): too little was judged to say how often'
    )
    expect(judgedWords(row({ judged: 0, falseAlarmsPerYear: null }))).toBe(
      '40 alerts since 1 Mar 2025, none judged yet'
    )
    expect(judgedWords(undefined)).toBe('no alert of the last year')
  })

  it('stand beside what was expected, where the rule states that', () => {
    expect(judgedAndExpectedWords(row({ expectedPerYear: 2 }))).toMatch(
      /: 3 a year; expected 2 a year$/
    )
    expect(judgedAndExpectedWords(row())).not.toContain('expected')
  })
})

describe('how rare an alert is', () => {
  it.each([
    [4, '4 times a year'],
    [0.44, 'once in 2.3 years'],
    [0.001, 'less than once in 20 years']
  ])('is told of %d a year as %s', (perYear, said) => {
    expect(words.alert.falseAlarmsPerYear(perYear)).toBe(
      `As rare as this by chance ${said} in this theatre.`
    )
  })
})
