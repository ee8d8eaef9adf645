// A report that was marked as a drill by mistake, and one whose mark was forgotten: what the
// correction makes of their alerts.

import { describe, expect, it } from 'vitest'
import type { AlertState } from '../../src/alert/alert.ts'
import type { PatternExample } from '../../src/detection/pattern.ts'
import {
  compoundPatterns,
  defaultCompoundRules,
  defaultRules,
  patterns
} from '../../src/patterns/pattern-catalogue.ts'
import type { RuleVersion } from '../../src/record/theatre-record.ts'
import { dayMs, formatTime, parseTimeMs } from '../../src/space-time/event-time.ts'
import { FoldStory, type ReportSketch } from '../fold-story.ts'
import { moved } from '../told-again.ts'

interface Case {
  readonly id: string
  readonly example: PatternExample
  readonly rules: readonly RuleVersion[]
}

function exampleOf(examples: readonly PatternExample[]): PatternExample {
  return examples.find(({ expect }) => expect.some(({ open }) => open)) as PatternExample
}

const cases: readonly Case[] = [
  ...[...patterns.values()].map(({ id, examples }) => ({
    id,
    example: exampleOf(examples),
    rules: [{ ruleId: id, ruleVersion: 1, pattern: id, parameters: {} }]
  })),
  ...defaultCompoundRules.map(({ pattern }) => ({
    id: pattern,
    example: exampleOf(compoundPatterns.get(pattern)?.examples ?? []),
    rules: [...defaultRules, ...defaultCompoundRules]
  }))
]

function acknowledge(story: FoldStory, { alertId, operatorRevision }: AlertState): void {
  const data = {
    actionId: `take-${alertId}`,
    alertId,
    ifMatch: operatorRevision,
    by: 'Ama',
    byId: 'key_1'
  }
  const nothing = { until: null, note: null, to: null, text: null, disposition: null } as const
  story.take({ type: 'operator.requested', data: { ...data, ...nothing, action: 'acknowledge' } })
}

/**
 * Folds an example with this mark on each report, has each alert acknowledged, then corrects the
 * mark of each.
 */
function correctedMarks({ id, example, rules }: Case, drill: boolean) {
  const sources = [...new Set(['wire-1', ...example.given.map(g => g.source ?? 'wire-1')])].sort()
  const story = new FoldStory({ start: '2020-01-01', rules, sources })
  story.take({
    type: 'theatre.configured',
    data: { id: 'sahel', countries: null, polygon: null, clock: 'replay', retentionDays: 5000 }
  })
  for (const mark of [true, false])
    story.report({
      id: `long-ago-${mark}`,
      at: '2020-01-01',
      category: 'other',
      admin1: 'NE-2',
      country: 'NE',
      drill: mark
    })
  const sketches = example.given.map(({ actor, credibility, ...given }, i): ReportSketch => {
    const more = {
      ...(actor === undefined ? {} : { actors: [actor] }),
      ...(credibility === undefined ? {} : { credibility: credibility as 2 })
    }
    return { source: 'wire-1', ...given, ...more, id: `told-${i}`, drill }
  })
  for (const sketch of sketches) story.report(sketch)
  // Every source reports later days, so that absence counts; on something that no rule reads.
  const heard = formatTime(parseTimeMs(example.horizon.slice(0, 10)) + 4 * dayMs)
  for (const source of sources)
    story.report({
      id: `last-${source}`,
      source,
      at: heard.slice(0, 10),
      category: 'statistic',
      admin1: 'AQ-1',
      country: 'AQ'
    })
  const end = moved(example.horizon.slice(0, 10), 5)
  story.tick(end)
  const before = story.standing(id)
  for (const alert of before) acknowledge(story, alert)
  for (const sketch of sketches)
    story.report({ ...sketch, drill: !drill, reportedAt: `${end}T01:00:00.000Z` })
  story.tick(`${end}T02:00:00.000Z`)
  const wasBefore = new Set(before.map(({ alertId }) => alertId))
  const now = story.standing(id)
  return {
    story,
    before,
    gone: now.filter(s => wasBefore.has(s.alertId)),
    come: now.filter(s => !wasBefore.has(s.alertId) && s.status !== 'retracted')
  }
}

describe.each(cases)('$id', subject => {
  it('raises an alert of its own for what was no drill, which nobody has yet', () => {
    const { story, before, gone, come } = correctedMarks(subject, true)
    expect(before.length).toBeGreaterThan(0)
    expect(before.every(({ drill }) => drill)).toBe(true)
    expect(gone.map(({ status, drill }) => [status, drill])).toEqual(
      before.map(() => ['retracted', true])
    )
    expect(come.length).toBe(before.filter(({ status }) => status !== 'retracted').length)
    expect(come.map(({ drill, operator }) => [drill, operator.acknowledgedBy])).toEqual(
      come.map(() => [false, null])
    )
    const raised = story.events.filter(
      ({ type, data }) => type === 'alert.raised' && come.some(c => c.alertId === data.alertId)
    )
    expect(raised.length).toBe(come.length)
  })

  it('retracts the alert of what was a drill, and raises one that says so', () => {
    const { before, gone, come } = correctedMarks(subject, false)
    expect(before.some(({ drill }) => drill)).toBe(false)
    expect(gone.map(({ status, drill }) => [status, drill])).toEqual(
      before.map(() => ['retracted', false])
    )
    expect(come.every(({ drill }) => drill)).toBe(true)
  })
})

describe('a drill that is corrected into the report of a real massacre', () => {
  it('leaves that alert to nobody, though an officer had the drill', () => {
    const story = new FoldStory({
      rules: defaultRules.filter(({ ruleId }) => ruleId === 'mass-casualty')
    })
    story.tick('2025-05-06')
    const massacre = {
      at: '2025-05-05',
      category: 'attack-on-civilians',
      deaths: 30,
      settlement: 'Dioura'
    } as const
    story.report({ ...massacre, id: 'drill', drill: true })
    const [drill] = story.standing() as [AlertState]
    acknowledge(story, drill)
    story.report({ ...massacre, id: 'real', source: 'wire-2' })
    story.report({ ...massacre, id: 'drill', reportedAt: '2025-05-06T12:00:00.000Z' })
    const [gone, real] = story.standing() as [AlertState, AlertState]
    expect(gone).toMatchObject({
      alertId: drill.alertId,
      status: 'retracted',
      reason: 'support-fell-away',
      drill: true
    })
    expect(real).toMatchObject({
      status: 'provisional',
      drill: false,
      operator: { acknowledgedBy: null }
    })
  })
})
