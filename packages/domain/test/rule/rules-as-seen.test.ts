// What a reader with limited clearance learns of rules: two theatres that differ only in hidden
// reports show the same.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { failuresSeen } from '../../src/predicate/predicate-failures.ts'
import type { RuleVersion } from '../../src/record/theatre-record.ts'
import type { Handling } from '../../src/report/handling.ts'
import { nearlyAsSeen, type PreviewedRule, previewRules } from '../../src/rule/rule-preview.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { FoldStory, type ReportSketch } from '../fold-story.ts'
import { runsOf } from '../test-size.ts'

const rule = (
  pattern: string,
  parameters: RuleVersion['parameters'] = {},
  more: Partial<RuleVersion> = {}
): RuleVersion => ({
  ruleId: pattern,
  ruleVersion: 1,
  pattern,
  parameters,
  ...more
})
const rules = [
  rule('siege'),
  rule('surge'),
  rule('widening-arc'),
  rule('new-actor'),
  rule(
    'attacks',
    { groupBy: 'admin1', windowDays: 60, threshold: 3 },
    { pattern: 'count', where: 'deaths.best > 1' }
  )
]
const changes: PreviewedRule[] = [
  { ...rule('siege', { criteriaMin: 1 }), ruleVersion: 2 },
  { ...rule('surge'), ruleVersion: 2, groupBy: ['country'] },
  { ruleId: 'widening-arc', removed: true },
  {
    ...(rules[4] as RuleVersion),
    ruleVersion: 2,
    parameters: { groupBy: 'admin1', windowDays: 60, threshold: 2 }
  }
]

const startMs = Date.parse('2024-01-01')
const places = [
  { settlement: 'Diosso', admin1: 'ML-4', lat: 13.88, lon: -5.36 },
  { settlement: 'Dioura', admin1: 'ML-5', lat: 14.82, lon: -5.25 },
  { settlement: 'Nampala', admin1: 'ML-4', lat: 15.28, lon: -5.55 }
]

/** Reports of one day each, three days apart: no two of them are one incident. */
const reportsOf = (
  handling: Handling,
  offset: number,
  { slotMax = 120, sources = ['wire-1'] } = {}
) =>
  fc
    .array(
      fc.record({
        slot: fc.nat(slotMax),
        source: fc.constantFrom(...sources),
        place: fc.constantFrom(...places),
        category: fc.constantFrom<NonNullable<ReportSketch['category']>>(
          'attack',
          'clash',
          'blockade',
          'movement-denied'
        ),
        deaths: fc.constantFrom<NonNullable<ReportSketch['deaths']>>([null, null, null], 0, 3),
        actors: fc.constantFrom([], ['JNIM'], ['ISSP'])
      }),
      { minLength: handling === 'restricted' ? 1 : 0, maxLength: 25 }
    )
    .map(drawn =>
      [...new Map(drawn.map(one => [one.slot, one])).values()].map(
        ({ slot, place, ...said }): ReportSketch => {
          const at = formatTime(startMs + (slot * 6 + offset) * dayMs).slice(0, 10)
          const to =
            said.category === 'blockade' ? formatTime(Date.parse(at) + 2 * dayMs).slice(0, 10) : at
          return {
            id: `${handling}-${offset}-${slot}`,
            at,
            to,
            handling,
            ...place,
            ...said,
            reportedAt: '2026-01-01T00:00:00.000Z'
          }
        }
      )
    )

/** `turn`: 1 hidden reports come last, -1 first. */
function storyOf(reports: readonly ReportSketch[], turn = 1): FoldStory {
  const story = new FoldStory({ rules, start: '2026-01-01' })
  for (const report of [...reports].sort((a, b) => (a.id < b.id ? -turn : turn)))
    story.report(report)
  story.tick('2026-01-02')
  return story
}

/**
 * All data of the rules' routes for a reader. Ids of alerts depend on the record that raised them,
 * which may have been hidden.
 */
function told({ fold }: FoldStory, clearance: Handling) {
  const ground = fold.previewGround(clearance)
  const unnamed = (_: string, value: unknown) =>
    value !== null && typeof value === 'object' && 'alertId' in value
      ? { ...value, alertId: '' }
      : value
  return {
    preview: JSON.parse(
      JSON.stringify(resultOf(previewRules(ground, changes)), unnamed)
    ) as unknown,
    alone: JSON.parse(
      JSON.stringify(resultOf(previewRules(ground, changes, 'nothing')), unnamed)
    ) as unknown,
    near: rules.map(({ ruleId }) => resultOf(nearlyAsSeen(ground, ruleId))),
    failing: rules.map(({ ruleId }) =>
      failuresSeen(fold.ruleStanding(ruleId)?.failures as never, clearance)
    ),
    warming: [...fold.warmingRules(clearance)]
  }
}

function resultOf<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}

describe('rules as a reader may see them', () => {
  it('reveal nothing of hidden reports: no preview, near miss, failure or warming depends on them', () => {
    fc.assert(
      fc.property(reportsOf('partners', 0), reportsOf('restricted', 3), (open, hidden) => {
        expect(told(storyOf([...open, ...hidden]), 'partners')).toEqual(
          told(storyOf(open), 'partners')
        )
      }),
      { numRuns: runsOf(60, 10) }
    )
  })

  it('show an incident as assembled from visible reports, also if a hidden one is part of it', () => {
    const [one, two, three] = [['wire-1'], ['wire-2'], ['wire-3']].map(sources => ({
      slotMax: 24,
      sources
    }))
    fc.assert(
      fc.property(
        reportsOf('partners', 0, one),
        reportsOf('public', 0, two),
        reportsOf('restricted', 0, three),
        fc.constantFrom(1, -1),
        (open, more, hidden, turn) => {
          const visible = [...open, ...more]
          expect(told(storyOf([...visible, ...hidden], turn), 'partners')).toEqual(
            told(storyOf(visible, turn), 'partners')
          )
        }
      ),
      { numRuns: runsOf(60, 10) }
    )
  })
})

describe('a rule limited to theatres', () => {
  const besieged = { at: '2025-01-01', to: '2025-01-12', ...places[0] } as const
  const reports: ReportSketch[] = [
    { id: 'a', category: 'blockade', ...besieged },
    { id: 'b', category: 'movement-denied', source: 'wire-2', ...besieged }
  ]

  it('runs only in those, and its alerts end where it no longer runs', () => {
    const story = new FoldStory({
      rules: [rule('siege', {}, { theatres: ['lake', 'sahel'] })],
      start: '2024-12-01'
    })
    for (const report of reports) story.report(report)
    story.tick('2025-02-01')
    expect(story.standing()).toHaveLength(1)
    const moved = { ...rule('siege', {}, { theatres: ['lake'] }), ruleVersion: 2 }
    expect(story.take({ type: 'rule.configured', data: moved }).alerts).toMatchObject([
      { type: 'alert.retracted' }
    ])
    expect([story.fold.rules, story.standing().map(({ status }) => status)]).toEqual([
      [],
      ['retracted']
    ])
  })
})
