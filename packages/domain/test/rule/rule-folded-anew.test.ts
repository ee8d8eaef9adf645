// A rule that is declared, or gets other numbers, in a theatre older than its retention folds what
// is retained anew. What came before that it does not know: it raises nothing that this may speak
// against, and what stands goes on.

import { describe, expect, it } from 'vitest'
import type { RuleVersion } from '../../src/record/theatre-record.ts'
import { previewRules } from '../../src/rule/rule-preview.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { course, FoldStory, type ReportSketch, throughText } from '../fold-story.ts'

const day = (ms: number) => formatTime(ms).slice(0, 10)
const retained = {
  id: 'sahel',
  countries: null,
  polygon: null,
  clock: 'replay',
  retentionDays: 820
} as const
const rule = (pattern: string, parameters: RuleVersion['parameters'] = {}): RuleVersion => ({
  ...{ ruleId: pattern, ruleVersion: 1, pattern, parameters }
})

/** Four years of a theatre that retains 820 days, with a report every so many days. */
function years(
  rules: readonly RuleVersion[],
  everyDays: number,
  sketchOf: (at: string) => Partial<ReportSketch>
): FoldStory {
  const story = new FoldStory({ rules, start: '2020-01-01' })
  story.take({ type: 'theatre.configured', data: retained })
  for (
    let ms = Date.parse('2020-01-02'), n = 0;
    ms < Date.parse('2024-02-01');
    ms += everyDays * dayMs, n += 1
  ) {
    story.tick(day(ms))
    story.report({ id: `r${n}`, at: day(ms), settlement: 'Diosso', ...sketchOf(day(ms)) })
  }
  story.tick('2024-02-01')
  return story
}

/** What comes of a record and the days after it. */
function after(story: FoldStory, act: () => void): string[] {
  const told = story.events.length
  act()
  story.tick('2024-02-10')
  return course(story.events.slice(told))
}

const changes = [
  ['new-actor', { absentDays: 364 }, 7, { actors: ['jnim'] }],
  ['new-tactic', { absentDays: 364 }, 7, { tactics: ['ied'] }],
  ['surge', { factor: 2.1 }, 2, {}],
  ['sustained-threat', { factor: 2.1 }, 3, {}],
  ['rare-count', { alpha: 0.0011 }, 2, {}],
  ['coordinated-attack', { sitesMin: 2 }, 7, { actors: ['jnim'] }],
  ['near-repeat', { quietDays: 71 }, 11, { lat: 14, lon: -5, actors: ['jnim'] }],
  ['widening-arc', { growthFactor: 1.6 }, 2, {}],
  ['reporting-blackout', { chance: 0.011 }, 7, {}]
] as const

describe('in a theatre older than its retention', () => {
  it.each(changes)(
    'another number of %s raises nothing: what was usual for years is no news',
    (pattern, parameters, every, how) => {
      const story = years([rule(pattern)], every, () => ({ ...how }) as Partial<ReportSketch>)
      const changed = { ...rule(pattern, parameters as RuleVersion['parameters']), ruleVersion: 2 }
      const steps = previewRules(story.fold.previewGround('restricted'), [changed])
      let step = steps.next()
      while (!step.done) step = steps.next()
      expect(step.value.appear).toEqual([])
      expect(after(story, () => story.take({ type: 'rule.configured', data: changed }))).toEqual([])
    }
  )

  it('what it can know is raised, and what stands goes on', () => {
    const actorsOf = (at: string) => [
      'jnim',
      ...(at > '2021-12-01' ? ['early'] : []),
      ...(at > '2023-06-01' ? ['late'] : [])
    ]
    const story = years([rule('new-actor')], 7, at => ({ actors: actorsOf(at) }))
    const groups = () => story.standing().map(({ group, status }) => [group.actor, status])
    const before = groups()
    expect(before).toEqual([
      ['early', expect.stringMatching(/^(?:resolved|confirmed)$/)],
      ['late', 'confirmed']
    ])
    const raised = after(story, () =>
      story.take({
        type: 'rule.configured',
        data: { ...rule('new-actor', { absentDays: 364 }), ruleVersion: 2 }
      })
    ).filter(told => /^(?:raised|retracted|reopened)/.test(told))
    expect([raised, groups()]).toEqual([[], before])
    const declared = { ...rule('new-actor'), ruleId: 'again' }
    expect(after(story, () => story.take({ type: 'rule.configured', data: declared }))).toEqual([
      'raised again 1'
    ])
    expect(story.standing('again').map(({ group }) => group.actor)).toEqual(['late'])
  })
})

it('what is out of the usual still is told when the rule is declared, however long ago it began', () => {
  // Every 20 days until the autumn of 2022, then each week, and twice as often every eight months.
  const story = new FoldStory({ rules: [], start: '2020-01-01' })
  story.take({ type: 'theatre.configured', data: retained })
  const turn = Date.parse('2022-09-01')
  for (let ms = Date.parse('2020-01-02'), n = 0; ms < Date.parse('2024-02-01'); n += 1) {
    story.tick(day(ms))
    story.report({ id: `r${n}`, at: day(ms), settlement: 'Diosso' })
    ms += (ms < turn ? 20 : 7 / 2 ** ((ms - turn) / dayMs / 240)) * dayMs
  }
  story.tick('2024-02-01')
  expect(story.fold.alerts.size).toBe(0)
  const declared = rule('sustained-threat', { escalateDays: 600 })
  story.take({ type: 'rule.configured', data: declared })
  expect(course(story.events)).toEqual(['raised sustained-threat 1'])
  const [alert] = story.standing()
  expect(alert?.window.to).toBe(null)
  expect(Date.parse(alert?.window.from ?? '')).toBeLessThan(Date.parse('2022-12-01'))
})

describe('a rule that must know more than is retained, as older logs may have one', () => {
  // The retention is raised first, as the refusal of such a rule asks: what was forgotten does not
  // come back.
  const ways: readonly (readonly [string, number, readonly RuleVersion[]])[] = [
    ['changed', 820, [rule('new-actor', { absentDays: 1000 })]],
    ['declared, with a longer retention that has just begun', 2000, []]
  ]
  it.each(ways)(
    'is not silenced when it is %s: what comes now is judged by what is retained',
    (_how, retentionDays, rules) => {
      const story = years(rules, 7, () => ({ actors: ['jnim'] }))
      story.take({ type: 'theatre.configured', data: { ...retained, retentionDays } })
      const data = { ...rule('new-actor', { absentDays: 1000, sourcesMin: 3 }), ruleVersion: 2 }
      expect(after(story, () => story.take({ type: 'rule.configured', data }))).toEqual([])
      story.fold = throughText(story.fold)
      // The one came before the change, and is reported two weeks late.
      const come = () => {
        const told = { reportedAt: '2024-02-11T12:00:00Z', settlement: 'Diosso' }
        story.report({ ...told, id: 'late', at: '2024-01-28', actors: ['one'] })
        story.report({ ...told, id: 'now', at: '2024-02-11', actors: ['another'] })
      }
      const raised = after(story, come).filter(told => told.startsWith('raised'))
      expect(raised).toEqual(['raised new-actor 1', 'raised new-actor 1'])
    }
  )
})
