// What a reader who may not see all learns of rules: two theatres that differ only in what is hidden from that reader tell the same.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayMs, formatTime } from '../src/event-time.ts'
import type { Handling } from '../src/handling.ts'
import { failuresUpTo } from '../src/predicate-failures.ts'
import { nearlyAsSeen, type PreviewedRule, previewRules } from '../src/rule-preview.ts'
import type { RuleVersion } from '../src/theatre-record.ts'
import { FoldStory, type ReportSketch } from './fold-story.ts'

const rule = (pattern: string, parameters: RuleVersion['parameters'] = {}, more: Partial<RuleVersion> = {}): RuleVersion => ({
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
  rule('attacks', { groupBy: 'admin1', windowDays: 60, threshold: 3 }, { pattern: 'count', where: 'deaths.best > 1' })
]
const changes: PreviewedRule[] = [
  { ...rule('siege', { criteriaMin: 1 }), ruleVersion: 2 },
  { ...rule('surge'), ruleVersion: 2, groupBy: ['country'] },
  { ruleId: 'widening-arc', removed: true },
  { ...(rules[4] as RuleVersion), ruleVersion: 2, parameters: { groupBy: 'admin1', windowDays: 60, threshold: 2 } }
]

const startMs = Date.parse('2024-01-01')
const places = [
  { settlement: 'Diosso', admin1: 'ML-4', lat: 13.88, lon: -5.36 },
  { settlement: 'Dioura', admin1: 'ML-5', lat: 14.82, lon: -5.25 },
  { settlement: 'Nampala', admin1: 'ML-4', lat: 15.28, lon: -5.55 }
]

/** Reports of one day each, three days apart: none of them is one incident with another. */
const reportsOf = (handling: Handling, offset: number) =>
  fc
    .array(
      fc.record({
        slot: fc.nat(120),
        place: fc.constantFrom(...places),
        category: fc.constantFrom<NonNullable<ReportSketch['category']>>('attack', 'clash', 'blockade', 'movement-denied'),
        deaths: fc.constantFrom<NonNullable<ReportSketch['deaths']>>([null, null, null], 0, 3),
        actors: fc.constantFrom([], ['JNIM'], ['ISSP'])
      }),
      { minLength: handling === 'restricted' ? 1 : 0, maxLength: 25 }
    )
    .map(drawn =>
      [...new Map(drawn.map(one => [one.slot, one])).values()].map(({ slot, place, ...said }): ReportSketch => {
        const at = formatTime(startMs + (slot * 6 + offset) * dayMs).slice(0, 10)
        const to = said.category === 'blockade' ? formatTime(Date.parse(at) + 2 * dayMs).slice(0, 10) : at
        return { id: `${handling}-${slot}`, at, to, handling, ...place, ...said, reportedAt: '2026-01-01T00:00:00Z' }
      })
    )

function storyOf(reports: readonly ReportSketch[]): FoldStory {
  const story = new FoldStory({ rules, start: '2026-01-01' })
  for (const report of [...reports].sort((a, b) => (a.id < b.id ? -1 : 1))) story.report(report)
  story.tick('2026-01-02')
  return story
}

/** All that the routes of rules are made of, for a reader. Names of alerts are of the record that raised them, which may have been a hidden one. */
function told({ fold }: FoldStory, clearance: Handling) {
  const ground = fold.previewGround()
  const unnamed = (_: string, value: unknown) =>
    value !== null && typeof value === 'object' && 'alertId' in value ? { ...value, alertId: '' } : value
  return {
    preview: JSON.parse(JSON.stringify(resultOf(previewRules(ground, changes, clearance)), unnamed)) as unknown,
    near: rules.map(({ ruleId }) => resultOf(nearlyAsSeen(ground, ruleId, clearance))),
    failing: rules.map(({ ruleId }) => failuresUpTo(fold.ruleStanding(ruleId)?.failures as never, clearance)),
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
  it('tell nothing of reports above the reader: no preview, near miss, failure or warming differs by them', () => {
    fc.assert(
      fc.property(reportsOf('partners', 0), reportsOf('restricted', 3), (open, hidden) => {
        expect(told(storyOf([...open, ...hidden]), 'partners')).toEqual(told(storyOf(open), 'partners'))
      }),
      { numRuns: 60 }
    )
  })

  it('tell who is cleared for all of everything', () => {
    const hidden: ReportSketch = { id: 'h', at: '2024-01-01', handling: 'restricted', ...places[0] }
    const story = storyOf([hidden])
    const { failing, warming } = told(story, 'restricted')
    expect(failing[4]).toMatchObject({ count: 1 })
    expect(told(story, 'internal').failing[4]).toMatchObject({ count: 0, lastMessage: null })
    expect([warming.includes('surge'), told(story, 'internal').warming.includes('surge')]).toEqual([false, true])
  })

  it('name the alerts that the reader may see and that a change would end', () => {
    const besieged = { at: '2025-12-01', to: '2025-12-20', handling: 'partners', ...places[0] } as const
    const story = storyOf([
      { id: 'a', category: 'blockade', ...besieged },
      { id: 'b', category: 'movement-denied', source: 'wire-2', ...besieged }
    ])
    const [alert] = story.standing().filter(({ ruleId }) => ruleId === 'siege')
    const { vanish } = resultOf(previewRules(story.fold.previewGround(), [{ ruleId: 'siege', removed: true }], 'partners'))
    expect(vanish).toMatchObject([{ alertId: alert?.alertId, ruleId: 'siege' }])
  })
})

describe('a rule of named theatres', () => {
  const besieged = { at: '2025-01-01', to: '2025-01-12', ...places[0] } as const
  const reports: ReportSketch[] = [
    { id: 'a', category: 'blockade', ...besieged },
    { id: 'b', category: 'movement-denied', source: 'wire-2', ...besieged }
  ]

  it('runs in those alone, and its alerts end where it no longer belongs', () => {
    const story = new FoldStory({ rules: [rule('siege', {}, { theatres: ['lake', 'sahel'] })], start: '2024-12-01' })
    for (const report of reports) story.report(report)
    story.tick('2025-02-01')
    expect(story.standing()).toHaveLength(1)
    const moved = { ...rule('siege', {}, { theatres: ['lake'] }), ruleVersion: 2 }
    expect(story.take({ type: 'rule.configured', data: moved }).alerts).toMatchObject([{ type: 'alert.retracted' }])
    expect([story.fold.rules, story.standing().map(({ status }) => status)]).toEqual([[], ['retracted']])
  })
})
