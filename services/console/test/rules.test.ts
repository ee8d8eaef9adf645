// A rule as text and as a form, and what its previews and backtests show.

import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { collectAlertPlaces } from '../src/map/shown-places.ts'
import {
  backtestSum,
  computeSketches,
  diffLines,
  fieldFaults,
  findFirstKind,
  findRuleState,
  formatRule,
  listParameters,
  makeChart,
  placedSketches,
  readFields,
  readRule,
  ruleIdPattern,
  rulesInOrder,
  writeField
} from '../src/records/rule.ts'
import { completeRule } from '../src/records/rule-completion.ts'
import type { AlertSketch, PreviewedMonth, Rule } from '../src/shown/answers.ts'
import { speak } from '../src/words/words.ts'
import { aPreview, aRule as shownRule } from './support/records.ts'

const aRule = (members: Partial<Rule> = {}) =>
  shownRule({ parameters: { heldDays: 14 }, ...members })

describe('the text of a rule', () => {
  it('has what was declared, and none of what the suite tells beside it', () => {
    expect(formatRule(aRule({ where: 'country == "ML"' }))).toBe(
      'pattern: siege\nparameters:\n  heldDays: 14\nwhere: country == "ML"\n'
    )
  })

  it('comes back as it went', () => {
    const declared: Partial<Rule> = {
      title: 'Sieges: Ségou',
      severities: ['severe', 'extreme'],
      theatres: ['sahel'],
      headline: '{group.settlement}: "x"'
    }
    const read = readRule(formatRule(aRule(declared)))
    expect(read).toMatchObject({
      kind: 'rule',
      body: { ...declared, pattern: 'siege', parameters: { heldDays: 14 } }
    })
  })

  it('sends nothing for members that were left empty', () => {
    expect(readRule('title: \npattern: siege\nparameters: {}\n')).toMatchObject({
      body: { pattern: 'siege', parameters: {} }
    })
    expect(readRule('title: \npattern: siege\n')).not.toHaveProperty('body.title')
  })

  it('has a line for each fault, of YAML and of the suite, in a preview too', () => {
    expect(readRule('pattern: [')).toMatchObject({ kind: 'faults', faults: [{ line: 1 }] })
    expect(readRule('- siege')).toMatchObject({ kind: 'faults', faults: [{ line: 1, column: 1 }] })
    const read = readRule('pattern: siege\nparameters:\n  heldDays: -1\nwhere: a ==\n')
    if (read.kind !== 'rule') throw new Error('it is YAML')
    const told = [
      { pointer: '/rules/0/where', detail: 'ends too early' },
      { pointer: '/parameters/heldDays', detail: 'must be positive' }
    ]
    expect(read.faultsOf(told)).toEqual([
      { line: 3, column: 3, detail: 'must be positive', pointer: '/parameters/heldDays' },
      { line: 4, column: 1, detail: 'ends too early', pointer: '/where' }
    ])
  })

  it('needs an id as the suite takes it', () => {
    expect(['siege', 'a', '7-days'].every(id => ruleIdPattern.test(id))).toBe(true)
    expect(['', '-a', 'Siege', 'a b', 'a'.repeat(65)].some(id => ruleIdPattern.test(id))).toBe(
      false
    )
  })
})

describe('rules', () => {
  const failing = aRule({ ruleId: 'z', failing: { count: 2, lastMessage: 'x' } })
  const short = aRule({ ruleId: 'y', warming: ['world'], retainedTooShort: ['world'] })
  const all = [
    aRule({ ruleId: 'b', title: 'Ségou' }),
    failing,
    aRule({ ruleId: 'a', pattern: 'surge' })
  ]

  it('that fail come first, then by name, as far as they are sought', () => {
    const found = (text: string, rules = all) =>
      rulesInOrder(rules, text).map(({ ruleId }) => ruleId)
    expect(found('')).toEqual(['z', 'a', 'b'])
    expect(found('SÉG')).toEqual(['b'])
    expect(found('surge')).toEqual(['a'])
    expect(found('', [...all, short])).toEqual(['y', 'z', 'a', 'b'])
  })

  it('say how they do', () => {
    const rules = [
      failing,
      aRule({ warming: ['world'] }),
      short,
      aRule({ namesNoRule: ['surgee'] })
    ]
    expect(rules.map(findRuleState)).toEqual(['failing', 'warming', 'short', 'short'])
  })
})

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

describe('what is typed', () => {
  it('is told by line and column where it cannot be read', () => {
    const read = readRule('{\n  "a": 1\n  "b": 2\n}')
    expect(read).toMatchObject({ kind: 'faults', faults: [{ line: 2, column: 8 }, {}] })
    expect(readRule('{"half":')).toMatchObject({
      kind: 'faults',
      faults: [{ line: 1, column: 9 }]
    })
  })

  it('may be JSON or YAML', () => {
    const body = { a: [1, '2026-01-01'] }
    expect(readRule('{"a": [1, "2026-01-01"]}')).toMatchObject({ body })
    expect(readRule('a:\n  - 1\n  - 2026-01-01\n')).toMatchObject({ body })
  })

  it('has a place for each refusal of the suite, in their order', () => {
    const read = readRule('pattern: siege\nparameters:\n  heldDays: -1\nlist:\n  - a\n  - b\n')
    if (read.kind !== 'rule') throw new Error('it is YAML')
    const pointers = ['/list/1', '/rules/0/parameters/heldDays', '/missing', '']
    const told = read.faultsOf(pointers.map(pointer => ({ pointer, detail: 'is wrong' })))
    expect(told.map(({ line, column, detail }) => [line, column, detail])).toEqual([
      ...[
        [1, 1, 'is wrong'],
        [1, 1, 'is wrong']
      ],
      ...[
        [3, 3, 'is wrong'],
        [6, 5, 'is wrong']
      ]
    ])
  })
})

const nowMs = Date.parse('2026-06-15')
/** Of theatres, each since when its past is known, and its months. */
const sumOf = (...theatres: readonly [string | null, ...PreviewedMonth[]][]) =>
  backtestSum(
    { theatres: theatres.map(([since, ...months]) => aPreview('sahel', { since, months })) },
    nowMs
  )
const barsOf = ({ bars }: ReturnType<typeof sumOf>) =>
  bars.map(({ period, total }) => `${period}: ${total}`)

describe('a backtest in sum', () => {
  it('has a bar for each month, also for those without an alert, the gravest first', () => {
    const sum = sumOf(
      ['2026-03-20T00:00:00.000Z', { month: '2026-04', alerts: { minor: 2, extreme: 1 } }],
      ['2026-05-01T00:00:00.000Z', { month: '2026-04', alerts: { minor: 1 } }]
    )
    expect([sum.total, sum.perYear]).toEqual([4, null])
    expect(barsOf(sum)).toEqual(['2026-03: 0', '2026-04: 4', '2026-05: 0', '2026-06: 0'])
    expect(sum.bars[1]?.alerts).toEqual([
      { severity: 'extreme', count: 1 },
      { severity: 'minor', count: 3 }
    ])
  })

  it('tells a long past by year, with a rate', () => {
    const sum = sumOf(['2016-06-15', { month: '2020-01', alerts: { severe: 20 } }])
    const years = Array.from({ length: 11 }, (_, i) => String(2016 + i))
    expect(sum.bars.map(({ period }) => period)).toEqual(years)
    expect(sum.perYear).toBeCloseTo(2, 2)
  })

  it('tells two years by quarter', () => {
    const sum = sumOf(['2024-11-15', { month: '2025-08', alerts: { severe: 2 } }])
    expect(barsOf(sum).join(', ')).toBe(
      '2024 Q4: 0, 2025 Q1: 0, 2025 Q2: 0, 2025 Q3: 2, 2025 Q4: 0, 2026 Q1: 0, 2026 Q2: 0'
    )
  })

  it('claims nothing of nothing', () => {
    expect(sumOf([null])).toEqual({ total: 0, sinceMs: null, perYear: null, bars: [] })
  })

  it('counts every alert of the last sixty years in one bar, however long the past', () => {
    const month = fc.record({
      month: fc
        .tuple(fc.integer({ min: 1970, max: 2026 }), fc.integer({ min: 1, max: 6 }))
        .map(([year, each]) => `${year}-0${each}`),
      alerts: fc.record({ severe: fc.integer({ min: 1, max: 9 }) })
    })
    fc.assert(
      fc.property(fc.array(month, { maxLength: 40 }), months => {
        const { bars, total } = sumOf(['2026-05-01T00:00:00.000Z', ...months])
        expect(bars.reduce((sum, bar) => sum + bar.total, 0)).toBe(total)
        expect(total).toBe(months.reduce((sum, { alerts }) => sum + alerts.severe, 0))
        expect(bars.length).toBeLessThanOrEqual(60)
      })
    )
  })
})

const sketch = (
  headline: string,
  circle: AlertSketch['area']['circle'],
  triggers = 3
): AlertSketch => ({
  ...{
    alertId: null,
    ruleId: 'r',
    pattern: null,
    group: {},
    headline,
    severity: 'severe',
    level: 1,
    triggers,
    lateSeconds: 0
  },
  window: { from: '2026-01-01', to: null },
  measure: { name: 'incidents', value: 3, threshold: 3, baseline: null },
  area: { country: ['ML'], admin1: ['ML-4'], circle, settlement: null }
})

describe('what a preview lists', () => {
  const preview = {
    theatres: [
      aPreview('sahel', {
        change: [{ before: sketch('old', null), after: sketch('new', [14, -4, 12]) }]
      }),
      aPreview('lake', { vanish: [sketch('a', [13, 14, 5], 1), sketch('b', null)], change: [] })
    ]
  }

  it('has a name of its own for each alert, across theatres', () => {
    const all = [...computeSketches(preview, 'change'), ...computeSketches(preview, 'vanish')]
    expect(all.map(({ id, sketch: { headline } }) => [id, headline])).toEqual([
      ['change-sahel-0', 'new'],
      ['vanish-lake-0', 'a'],
      ['vanish-lake-1', 'b']
    ])
    expect(all[0]?.before?.headline).toBe('old')
  })

  it('is drawn where it is known: a circle, or the area alone', () => {
    const frames = new Map([['ML-4', [-7, 13, -5, 15] as const]])
    const drawn = { frames, labelOf: () => '' }
    const places = collectAlertPlaces(placedSketches(computeSketches(preview, 'vanish')), drawn)
    expect(places.marks.features.map(({ properties }) => properties.id)).toEqual([
      'vanish-lake-0',
      'vanish-lake-1'
    ])
    expect(places.areas).toEqual({ 'ML-4': 'severe' })
    // Three incidents may be in three places.
    const several = { theatres: [aPreview('lake', { vanish: [sketch('a', [13, 14, 5])] })] }
    const [mark] = collectAlertPlaces(placedSketches(computeSketches(several, 'vanish')), drawn)
      .marks.features
    expect(mark?.properties.isExtent).toBe(true)
  })

  it('is drawn at its settlement if all that its pattern counts is there, as in the list', () => {
    const siege = { ...sketch('siege', [14, -4, 4]), pattern: 'siege' }
    const area = { ...siege.area, settlement: 'ML-4/bankass' } as AlertSketch['area']
    const placed = (pattern: string | null) => {
      const theatres = [aPreview('sahel', { appear: [{ ...siege, area, pattern }] })]
      const drawn = { frames: new Map(), labelOf: () => '' }
      const sketches = placedSketches(computeSketches({ theatres }, 'appear'))
      return collectAlertPlaces(sketches, drawn).marks.features[0]?.properties.isExtent
    }
    expect([placed('siege'), placed('front'), placed(null)]).toEqual([false, true, true])
  })

  it('begins with the first kind that there is', () => {
    expect(findFirstKind(preview)).toBe('change')
    expect(findFirstKind({ theatres: [aPreview('sahel', {})] })).toBe(null)
  })
})
