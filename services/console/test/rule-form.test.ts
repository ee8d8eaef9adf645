// A rule as fields beside its YAML, what completes it, and what it counts.

import { afterEach, describe, expect, it } from 'vitest'
import { completeRule } from '../src/records/rule-completion.ts'
import { makeChart } from '../src/records/rule-preview.ts'
import {
  diffLines,
  fieldFaults,
  listParameters,
  readFields,
  writeField
} from '../src/records/rule-text.ts'
import { speak } from '../src/words/words.ts'
import { aPreview } from './support/records.ts'

const french = { title: 'Durée', unit: 'jours', meaning: 'combien de temps' }
const member = {
  ...{ unit: 'days', title: 'Time', meaning: 'how long', source: 'our choice' },
  inLanguages: { fr: french }
}
const parameters = listParameters([
  { ...member, name: 'heldDays', value: 7 },
  { ...member, name: 'kinds', value: ['a'] },
  { ...member, name: 'isHot', value: true },
  { ...member, name: 'steps', value: [{ where: 'x' }] }
])
const text = '# Ours\npattern: siege\nparameters: {}\n'

afterEach(() => speak('en'))

describe('the fields of a rule', () => {
  it('are named as the officer reads', async () => {
    expect(parameters[0]).toMatchObject({ title: 'Time', unit: 'days', meaning: 'how long' })
    await speak('fr')
    const [own] = listParameters([{ ...member, name: 'heldDays', value: 7 }])
    expect(own).toMatchObject(french)
  })

  it('are those of its text; a parameter of another kind is changed in the text', () => {
    expect(
      readFields('title: A\npattern: siege\nparameters:\n  heldDays: 3\n', parameters)
    ).toEqual({
      ...{ title: 'A', pattern: 'siege', where: '', notify: '', severities: '', theatres: '' },
      ...{ 'parameters/heldDays': '3', 'parameters/kinds': '', 'parameters/isHot': true }
    })
  })

  it('are none of a text that is no rule', () => {
    expect(readFields('pattern: [', parameters)).toBeNull()
    expect(readFields('- siege', parameters)).toBeNull()
  })

  it('change the text alone where they stand, with its comments', () => {
    const longer = writeField(text, 'parameters/heldDays', '5', parameters)
    expect(longer).toBe('# Ours\npattern: siege\nparameters:\n  heldDays: 5\n')
    expect(writeField(longer, 'theatres', 'sahel, chad,', parameters)).toContain(
      'theatres:\n  - sahel\n  - chad\n'
    )
    expect(writeField(longer, 'parameters/heldDays', '', parameters)).not.toContain('heldDays')
    expect(writeField(text, 'parameters/heldDays', 'x', parameters)).toContain('heldDays: x')
    expect(writeField(text, 'parameters/isHot', false, parameters)).toContain('isHot: false')
  })

  it('have the faults of a preview beside them', () => {
    const place = { line: 1, column: 1 }
    const faults = [
      { ...place, detail: 'must be positive', pointer: '/parameters/heldDays' },
      { ...place, detail: 'no such code', pointer: '/where' }
    ]
    const { byField } = fieldFaults(faults, readFields(text, parameters) ?? {})
    expect([...byField]).toEqual([
      ['parameters/heldDays', 'must be positive'],
      ['where', 'no such code']
    ])
  })
})

describe('completion', () => {
  const names = { patterns: new Map([['siege', parameters]]), theatres: ['sahel'] }
  const labels = (before: string) =>
    completeRule(before, names)?.options.map(({ label }) => label) ?? null

  it('knows members, patterns, parameters of the pattern, and values', () => {
    expect(labels('pattern: siege\nno')).toContain('notify')
    expect(labels('')).not.toContain('examples')
    expect(labels('pattern: s')).toEqual(['siege'])
    expect(labels('pattern: siege\nparameters:\n  h')).toEqual(['heldDays', 'kinds', 'isHot'])
    expect(labels('severities: [minor, se')).toContain('severe')
    expect(labels('theatres: [')).toEqual(['sahel'])
    expect(labels('title: a')).toBeNull()
  })
})

describe('the chart of a rule', () => {
  const sketch = (value: number, threshold: number) => ({
    ...{ alertId: null, ruleId: 'r', pattern: 'surge', group: {}, headline: `${value} attacks` },
    ...{ severity: 'severe' as const, level: 1, triggers: 1, lateSeconds: 0 },
    area: { country: [], admin1: [], circle: null, settlement: null },
    window: { from: '2025-03-01T00:00:00.000Z', to: null },
    measure: { name: 'attacks', value, threshold, baseline: null }
  })
  const near = {
    ...{ theatre: 'sahel', group: { admin1: 'ML-4' }, lacks: 'one', incidents: 2 },
    ...{ lastAt: '2025-02-01T00:00:00.000Z' },
    measure: { name: 'attacks', value: 2, threshold: 3, baseline: null }
  }

  it('has alerts and near misses in order, and a line where all have one threshold', () => {
    const preview = { theatres: [aPreview('sahel', { appear: [sketch(5, 3)] })] }
    expect(makeChart(preview, [near])).toMatchObject({
      ...{ measure: 'attacks', threshold: 3 },
      points: [
        { kind: 'near', value: 2, what: 'ML-4' },
        { kind: 'alert', value: 5, what: '5 attacks' }
      ]
    })
    const two = {
      theatres: [aPreview('sahel', { appear: [sketch(5, 3)], vanish: [sketch(9, 4)] })]
    }
    expect(makeChart(two, [])).toMatchObject({
      threshold: null,
      points: [{ kind: 'alert' }, { kind: 'vanish' }]
    })
    expect(makeChart({ theatres: [aPreview('sahel', {})] }, [])).toBeNull()
  })
})

it('the difference of two texts is told line by line', () => {
  const told = (before: string, after: string) =>
    diffLines(before, after).map(({ kind, line }) => `${kind} ${line}`)
  expect(told('a\nb\nc\n', 'a\nx\nc\nd\n')).toEqual([
    'same a',
    'gone b',
    'new x',
    'same c',
    'new d'
  ])
  expect(told('', 'a\n')).toEqual(['new a'])
  expect(told('a\nb', 'b')).toEqual(['gone a', 'same b'])
})
