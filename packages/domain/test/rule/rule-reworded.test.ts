// A rule that is changed in its words, its severities or its theatres alone goes on with all that
// it has folded: also with what is older than the retention, which no other version of it could
// fold again.

import { describe, expect, it } from 'vitest'
import { defaultCompoundRules, defaultRules } from '../../src/patterns/pattern-catalogue.ts'
import type { RuleVersion } from '../../src/record/theatre-record.ts'
import type { Category } from '../../src/report/report.ts'
import { previewRules } from '../../src/rule/rule-preview.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { course, FoldStory, type ReportSketch, throughText } from '../fold-story.ts'
import { runsOf } from '../test-size.ts'

const counted: RuleVersion = {
  ruleId: 'c',
  ruleVersion: 1,
  pattern: 'count',
  parameters: { windowDays: 2000, threshold: 3 }
}
const day = (ms: number) => formatTime(ms).slice(0, 10)

function weekly(
  story: FoldStory,
  from: string,
  to: string,
  each: (day: string, n: number) => void = () => {}
): void {
  for (let ms = Date.parse(from), n = 0; ms < Date.parse(to); ms += 7 * dayMs, n += 1) {
    story.tick(day(ms))
    each(day(ms), n)
  }
}

function oldCount(): FoldStory {
  const story = new FoldStory({ rules: [counted], start: '2020-01-01' })
  story.report({ id: 'a', at: '2020-02-01' })
  story.report({ id: 'b', at: '2020-02-05' })
  weekly(story, '2020-02-21', '2023-02-01')
  story.report({ id: 'c', at: '2023-01-30' })
  return story
}

describe('a rule of which only words, severities or theatres change', () => {
  it('keeps an open alert that rests on reports older than what is retained', () => {
    const story = oldCount()
    expect(course(story.events)).toEqual(['raised c 1'])
    const change = (rule: Partial<RuleVersion>) =>
      story.take({ type: 'rule.configured', data: { ...counted, ...rule } as RuleVersion }).alerts
    expect(change({ ruleVersion: 2, title: 'Counted' })).toEqual([])
    expect(
      change({ ruleVersion: 3, parameters: { threshold: 3, windowDays: 2000, gapDays: 7 } })
    ).toEqual([])
    const graver = change({ ruleVersion: 4, severities: ['extreme'] })
    expect(
      graver.map(({ type, data }) => [type, data.notify, 'severity' in data && data.severity])
    ).toEqual([['alert.revised', 'quiet', 'extreme']])
    const worded = change({
      ruleVersion: 5,
      severities: ['extreme'],
      headline: '{count} of {title}',
      title: 'many'
    })
    expect(worded.map(({ type, data }) => [type, 'headline' in data && data.headline])).toEqual([
      ['alert.revised', '3 of many']
    ])
    expect(story.standing()).toMatchObject([{ ruleVersion: 5 }])
    story.report({ id: 'd', at: '2023-01-31' })
    expect(story.standing()).toMatchObject([{ headline: '4 of many', measure: { value: 4 } }])
  })

  it('is previewed so', () => {
    const story = oldCount()
    const steps = previewRules(story.fold.previewGround('restricted'), [
      { ...counted, ruleVersion: 2, title: 'Counted' }
    ])
    let step = steps.next()
    while (!step.done) step = steps.next()
    expect(step.value).toMatchObject({
      appear: [],
      change: [],
      vanish: [],
      same: [{ triggers: 3 }]
    })
  })

  const categories: readonly Category[] = [
    ...([
      'attack',
      'attack-on-civilians',
      'clash',
      'abduction',
      'release',
      'killing',
      'blockade',
      'aid-denied'
    ] as const),
    ...([
      'movement-denied',
      'access-restored',
      'territory-seized',
      'displacement',
      'threat'
    ] as const)
  ]
  const places = [
    { settlement: 'Diosso', admin1: 'ML-4', lat: 13.88, lon: -5.36 },
    { settlement: 'Dioura', admin1: 'ML-5', lat: 14.8252, lon: -5.2547 },
    { settlement: 'Djibo', admin1: 'BF-12', country: 'BF', lat: 14.1, lon: -1.6 }
  ]
  const rare: RuleVersion = {
    ruleId: 'rare',
    ruleVersion: 1,
    pattern: 'rare-count',
    parameters: {}
  }
  const rules = [...defaultRules, ...defaultCompoundRules, rare, counted]

  /**
   * Years of one draw; `changes`: rules get other titles in between, and the theatre restarts after
   * some.
   */
  function years(seed: number, changes: boolean): FoldStory {
    let state = seed
    const draw = (n: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return Math.floor((state / 2 ** 32) * n)
    }
    const story = new FoldStory({ rules, start: '2020-01-01' })
    const config = { id: 'sahel', countries: null, polygon: null, clock: 'replay' } as const
    story.take({ type: 'theatre.configured', data: { ...config, retentionDays: 468 } })
    let ms = Date.parse('2020-01-01')
    for (let n = 0; n < 220; n++) {
      ms += draw(8) * dayMs
      story.tick(day(ms))
      const sketch: ReportSketch = {
        ...{
          id: `r${n}`,
          source: `wire-${draw(3) + 1}`,
          at: day(ms - draw(20) * dayMs),
          category: categories[draw(13)] as Category
        },
        ...{
          ...(places[draw(3)] as (typeof places)[number]),
          actors: [`actor-${draw(3)}`],
          deaths: draw(9)
        }
      }
      story.report(sketch)
      const [which, doesRestart] = [draw(rules.length * 3), draw(5) === 0]
      const rule = rules[which]
      if (!changes || rule === undefined) continue
      story.take(
        { type: 'rule.configured', data: { ...rule, ruleVersion: n + 2, title: `Version ${n}` } },
        `change-${n}`
      )
      if (doesRestart) story.fold = throughText(story.fold)
    }
    return story
  }

  it.each(Array.from({ length: runsOf(10, 10) }, (_, i) => i + 1))(
    'tells the same as if it had never changed: draw %i',
    seed => {
      const [plain, changed] = [years(seed, false), years(seed, true)]
      // What waits for the next event of its alert may come with the change, and a confirmation
      // too.
      const waits = new Set(['alert.revised', 'alert.confirmed'])
      const told = ({ events }: FoldStory) => course(events.filter(({ type }) => !waits.has(type)))
      expect(told(changed)).toEqual(told(plain))
      const states = (story: FoldStory) =>
        story.standing().map(({ ruleVersion, revision, seq, notify, ...state }) => state)
      expect(states(changed)).toEqual(states(plain))
      expect(plain.events.length).toBeGreaterThan(100)
    }
  )
})
