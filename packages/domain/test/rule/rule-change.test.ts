// Rules with predicates, groups and texts of their own, and rules that change while a theatre runs.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlertState } from '../../src/alert/alert.ts'
import type { RuleVersion } from '../../src/record/theatre-record.ts'
import { latenessOf } from '../../src/rule/preview-lateness.ts'
import { monthsOf } from '../../src/rule/preview-months.ts'
import {
  type AlertDifference,
  type PreviewBase,
  previewRules
} from '../../src/rule/rule-preview.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { course, FoldStory, type ReportSketch, throughText } from '../fold-story.ts'
import { runsOf, shareOf } from '../test-size.ts'

const siege: RuleVersion = { ruleId: 'siege', ruleVersion: 1, pattern: 'siege', parameters: {} }
const diosso = { settlement: 'Diosso', admin1: 'ML-4', lat: 13.88, lon: -5.36 }
const besieged = (id: string, more: Partial<ReportSketch> = {}): ReportSketch[] => [
  { id: `${id}-1`, at: '2025-01-01', to: '2025-01-12', category: 'blockade', ...diosso, ...more },
  {
    id: `${id}-2`,
    at: '2025-01-01',
    to: '2025-01-12',
    category: 'movement-denied',
    source: 'wire-2',
    ...diosso,
    ...more
  }
]

function storyWith(
  rules: readonly RuleVersion[],
  reports: readonly ReportSketch[],
  until = '2025-02-01'
): FoldStory {
  const story = new FoldStory({ rules, start: '2024-12-01' })
  for (const report of reports) story.report(report)
  story.tick(until)
  return story
}

function previewOf(story: FoldStory, change: RuleVersion, against?: PreviewBase): AlertDifference {
  const steps = previewRules(story.fold.previewGround('restricted'), [change], against)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

describe('where', () => {
  it('leaves out incidents that do not fulfil it', () => {
    const reports = [
      ...besieged('ml'),
      ...besieged('bf', {
        settlement: 'Djibo',
        admin1: 'BF-12',
        country: 'BF',
        lat: 14.1,
        lon: -1.6
      })
    ]
    expect(storyWith([siege], reports).standing()).toHaveLength(2)
    const story = storyWith([{ ...siege, where: 'country == "BF"' }], reports)
    expect(story.standing().map(alert => alert.group.settlement)).toEqual(['Djibo'])
  })

  it('counts incidents for which it fails, once each, and leaves them out', () => {
    const rule = { ...siege, where: 'deaths.best > 3' }
    const story = storyWith([rule], besieged('a'))
    expect(story.standing()).toEqual([])
    expect(story.fold.ruleStanding('siege')).toMatchObject({
      failures: { count: 2, lastMessage: expect.stringMatching(/\S/) as string }
    })
    story.withdraw('a-1')
    expect(story.fold.ruleStanding('siege')?.failures.count).toBe(2)
  })

  it('that this engine cannot read leaves the rule as it was, and says so', () => {
    const story = storyWith([siege], besieged('a'))
    const output = story.take({
      type: 'rule.configured',
      data: { ...siege, ruleVersion: 2, where: 'what is this' }
    })
    expect(output).toMatchObject({ ignored: 'unusable-rule', alerts: [] })
    expect(story.fold.rules).toEqual([siege])
    expect(story.standing()).toHaveLength(1)
  })
})

describe('groupBy', () => {
  const both = [
    ...besieged('a', { actors: ['JNIM'] }),
    ...besieged('b', { actors: [' Katiba '], at: '2025-01-14', to: '2025-01-25' })
  ]

  it("splits the pattern's groups by a further key, and names it in the group", () => {
    const story = storyWith([{ ...siege, groupBy: ['actor'] }], both)
    expect(story.standing().map(alert => alert.group)).toEqual([
      { settlement: 'Diosso', settlementId: 'ML-4/diosso', actor: 'jnim' },
      { settlement: 'Diosso', settlementId: 'ML-4/diosso', actor: 'katiba' }
    ])
    expect(storyWith([siege], both).standing()).toHaveLength(1)
  })

  it('leaves out incidents without a value for the key', () => {
    expect(storyWith([{ ...siege, groupBy: ['actor'] }], besieged('a')).standing()).toEqual([])
  })

  it('is restored from a snapshot', () => {
    const story = storyWith([{ ...siege, groupBy: ['actor', 'country'] }], both)
    const before = story.standing()
    story.fold = throughText(story.fold)
    expect(story.tick('2025-03-05').every(event => event.type === 'alert.escalated')).toBe(true)
    expect(story.standing().map(alert => alert.group)).toEqual(before.map(alert => alert.group))
  })
})

describe('a rule with its own texts', () => {
  it('has its own headline and severities', () => {
    const worded: RuleVersion = {
      ...siege,
      title: 'Sieges',
      severities: ['minor', 'severe'],
      headline:
        '{title}: {group.settlement} since {from}, {measure.value} of {measure.threshold} ({group.actor})'
    }
    const story = storyWith([worded], besieged('a'), '2025-01-20')
    expect(story.standing()).toMatchObject([
      { severity: 'minor', headline: 'Sieges: Diosso since 1 January 2025, 2 of 2 (–)' }
    ])
    story.tick('2025-03-20')
    expect(story.standing()).toMatchObject([{ severity: 'severe' }])
  })
})

describe('a rule that changes in a running theatre', () => {
  it('publishes nothing if nothing differs, and quietly what differs', () => {
    const story = storyWith([siege], besieged('a'))
    const change = (rule: Partial<RuleVersion>) =>
      story.take({ type: 'rule.configured', data: { ...siege, ...rule } as RuleVersion }).alerts
    expect(change({ ruleVersion: 2, parameters: { bridgedGapDays: 20 } })).toEqual([])
    const worded = change({ ruleVersion: 3, headline: '{group.settlement}' })
    expect(
      worded.map(({ type, data }) => [type, data.notify, 'headline' in data && data.headline])
    ).toEqual([['alert.revised', 'quiet', 'Diosso']])
    expect(course(change({ ruleVersion: 4, parameters: { heldDays: 20 } }))).toEqual([
      'retracted siege 1'
    ])
    const back = change({ ruleVersion: 5 })
    expect(back.map(({ type, data }) => [type, data.notify])).toEqual([['alert.reopened', 'quiet']])
    expect(story.standing()).toHaveLength(1)
  })

  const places = [
    diosso,
    { settlement: 'Djibo', admin1: 'BF-12', country: 'BF', lat: 14.1, lon: -1.6 }
  ]
  const arbitraryReports = fc.array(
    fc.record({
      day: fc.integer({ min: 0, max: 60 }),
      days: fc.integer({ min: 0, max: 20 }),
      place: fc.nat(1),
      category: fc.constantFrom(
        'blockade',
        'movement-denied',
        'aid-denied',
        'access-restored',
        'attack',
        'attack'
      ),
      actor: fc.constantFrom('jnim', 'katiba', null),
      source: fc.constantFrom('wire-1', 'wire-2', 'wire-3')
    }),
    { minLength: 4, maxLength: 14 }
  )
  const anyRule = fc.record(
    {
      parameters: fc.constantFrom(
        {},
        { heldDays: 3 },
        { criteriaMin: 1 },
        { heldDays: 12, criteriaMin: 1 }
      ),
      where: fc.constantFrom('country == "ML"', '"jnim" in perpetrators', 'category != "attack"'),
      groupBy: fc.constantFrom(['actor'] as const, ['country'] as const),
      headline: fc.constant('{group.settlement} {level}'),
      severities: fc.constantFrom(['minor'] as const, ['severe', 'extreme'] as const)
    },
    { requiredKeys: ['parameters'] }
  )
  const arbitraryRule = fc.oneof(
    { weight: 4, arbitrary: anyRule },
    fc.constant({ parameters: { bridgedGapDays: 29 } })
  )
  type Report = NonNullable<
    (typeof arbitraryReports extends fc.Arbitrary<infer T> ? T : never)[number]
  >
  const day = (n: number) => formatTime(Date.parse('2025-01-01') + n * dayMs).slice(0, 10)
  const sketchOf = (r: Report, i: number): ReportSketch => ({
    id: `r${i}`,
    at: day(r.day),
    to: day(r.day + r.days),
    category: r.category as 'blockade',
    source: r.source,
    ...(places[r.place] as (typeof places)[number]),
    ...(r.actor === null ? {} : { actors: [r.actor] })
  })
  const seen = (story: FoldStory) =>
    story
      .standing()
      .filter(alert => alert.status !== 'retracted')
      .map(({ ruleId, group, window, evidence, severity, levels, headline }) =>
        JSON.stringify([ruleId, group, window, evidence, severity, levels, headline])
      )
      .sort()
  const tell = (
    reports: readonly Report[],
    change: RuleVersion,
    at: number,
    restarts: boolean
  ): FoldStory => {
    const story = new FoldStory({ rules: at < 0 ? [change] : [siege], start: '2024-12-01' })
    for (const [i, report] of reports.entries()) {
      if (i === at) story.take({ type: 'rule.configured', data: change }, 'change')
      if (restarts) story.fold = throughText(story.fold)
      story.report(sketchOf(report, i))
    }
    story.tick('2025-04-01')
    return story
  }

  it('ends as if it had always been so, restarted at any moment, with the same events', () => {
    let fired = 0
    fc.assert(
      fc.property(arbitraryReports, arbitraryRule, fc.nat(), (reports, rule, n) => {
        const change = { ...siege, ...rule, ruleVersion: 2 } as RuleVersion
        const at = n % reports.length
        const changed = tell(reports, change, at, false)
        expect(seen(changed)).toEqual(seen(tell(reports, change, -1, false)))
        expect(tell(reports, change, at, true).events).toEqual(changed.events)
        fired += changed.standing().length
        const quiet =
          changed.outputs[changed.records.findIndex(({ id }) => id === 'change')]?.alerts ?? []
        expect(quiet.every(event => event.data.notify === 'quiet')).toBe(true)
      }),
      { numRuns: runsOf(300) }
    )
    expect(fired).toBeGreaterThan(shareOf(100, 300))
  })

  it('is previewed as it then happens, and the preview changes nothing', () => {
    const found = { appear: 0, change: 0, vanish: 0, same: 0 }
    fc.assert(
      fc.property(arbitraryReports, arbitraryRule, (reports, rule) => {
        const change = { ...siege, ...rule, ruleVersion: 2 } as RuleVersion
        const story = tell(reports, siege, -1, false)
        // Pending differences are published with the following records.
        for (const next of ['2025-04-02', '2025-04-03', '2025-04-04']) story.tick(next)
        const before = new Map(story.standing().map(alert => [alert.alertId, alert]))
        const untouched = JSON.stringify([...story.fold.capture()])
        const preview = previewOf(story, change)
        expect(JSON.stringify([...story.fold.capture()])).toBe(untouched)
        story.take({ type: 'rule.configured', data: change })
        const after = story.standing()
        const stands = (status: string | undefined) =>
          status !== undefined && status !== 'retracted'
        const ids = (list: readonly { alertId: string | null }[]) =>
          list.flatMap(({ alertId }) => alertId ?? []).sort()
        const moved = after.filter(
          alert => stands(alert.status) !== stands(before.get(alert.alertId)?.status)
        )
        expect(preview.appear).toHaveLength(moved.filter(alert => stands(alert.status)).length)
        expect(ids(preview.vanish)).toEqual(ids(moved.filter(alert => !stands(alert.status))))
        const kept = after.filter(
          alert => stands(alert.status) && stands(before.get(alert.alertId)?.status)
        )
        const [revised, same] = [true, false].map(is =>
          kept.filter(a => (a.revision !== before.get(a.alertId)?.revision) === is)
        )
        expect(ids(preview.change.map(({ after: sketch }) => sketch))).toEqual(ids(revised ?? []))
        expect(ids(preview.same)).toEqual(ids(same ?? []))
        for (const kind of ['appear', 'change', 'vanish', 'same'] as const)
          found[kind] += preview[kind].length
      }),
      { numRuns: runsOf(300) }
    )
    for (const [kind, count] of Object.entries(found))
      expect([kind, count > shareOf(5, 300), count]).toEqual([kind, true, count])
  })

  it('is previewed against nothing as what a theatre with that rule alone has, whatever is in force', () => {
    let found = 0
    fc.assert(
      fc.property(arbitraryReports, arbitraryRule, (reports, rule) => {
        const change = { ...siege, ...rule, ruleVersion: 2 } as RuleVersion
        const story = tell(reports, siege, -1, false)
        const alone = previewOf(story, change, 'nothing')
        const stands = tell(reports, change, -1, false)
          .standing()
          .filter(({ status }) => status !== 'retracted')
        const facts = (
          one: Pick<AlertState, 'group' | 'headline' | 'severity' | 'window' | 'area'>
        ) => JSON.stringify([one.group, one.headline, one.severity, one.window, one.area])
        expect(alone.appear.map(facts).sort()).toEqual(stands.map(facts).sort())
        expect([alone.change, alone.vanish, alone.same]).toEqual([[], [], []])
        const months = monthsOf(alone.appear)
        expect(
          months.flatMap(({ alerts }) => Object.values(alerts)).reduce((all, n) => all + n, 0)
        ).toBe(alone.appear.length)
        expect(months.map(({ month }) => month)).toEqual(
          [...new Set(stands.map(({ window }) => window.from.slice(0, 7)))].sort()
        )
        found += alone.appear.length
      }),
      { numRuns: runsOf(200, 10) }
    )
    expect(found).toBeGreaterThan(shareOf(50, 200, 10))
  })

  it('says how late each could be told: when its first level was reached, or when the reports had come that reached it', () => {
    const massacre: RuleVersion = {
      ruleId: 'deaths',
      ruleVersion: 1,
      pattern: 'mass-casualty',
      parameters: {}
    }
    const killing = (id: string, day: string, reportedAt: string, lat: number): ReportSketch => ({
      ...{
        id,
        at: day,
        reportedAt,
        category: 'attack-on-civilians',
        deaths: 30,
        ...diosso,
        settlement: `Place ${id}`,
        lat
      },
      targets: ['civilian']
    })
    const story = storyWith(
      [],
      [
        killing('soon', '2025-01-01', '2025-01-01T18:00:00Z', 13),
        killing('later', '2025-01-05', '2025-01-15T00:00:00Z', 14),
        killing('latest', '2025-01-09', '2025-01-29T00:00:00Z', 15),
        ...besieged('a')
      ]
    )
    const late = (change: RuleVersion) =>
      previewOf(story, change, 'nothing').appear.map(({ lateMs }) => lateMs / dayMs)
    expect(late(massacre).toSorted((a, b) => a - b)).toEqual([0.75, 10, 20])
    const { appear } = previewOf(story, massacre, 'nothing')
    expect(latenessOf(appear)).toEqual({
      medianSeconds: 864_000,
      p90Seconds: 1_728_000,
      maxSeconds: 1_728_000
    })
    expect(latenessOf([])).toBeNull()
    // Its criteria have to hold for a week; they were reported when they were over.
    expect(late(siege)).toEqual([11.5])
  })
})
