// One attack reported twice, by an interval and by a day: when the reports are one incident, and
// that deaths are not counted twice while that is in doubt.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Assembler } from '../../src/assembly/assembly.ts'
import { pairKey } from '../../src/assembly/declared-partners.ts'
import { explainPair, joinScoreMin, mayBeOne, scorePair } from '../../src/assembly/pair-score.ts'
import { type Incident, type ReportView, viewOf } from '../../src/incident/incident.ts'
import { addedDeaths } from '../../src/incident/possible-duplicates.ts'
import { defaultRules } from '../../src/patterns/pattern-catalogue.ts'
import type { RuleVersion } from '../../src/record/theatre-record.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { FoldStory, type ReportSketch, revisionOf } from '../fold-story.ts'
import { runsOf, shareOf } from '../test-size.ts'

const fortnight: ReportSketch = {
  id: 'fortnight',
  source: 'monthly',
  at: '2025-08-01',
  to: '2025-08-15',
  category: 'attack-on-civilians',
  settlement: 'Dioura',
  deaths: 12,
  actors: ['JNIM']
}
const tenth: ReportSketch = {
  ...fortnight,
  id: 'tenth',
  source: 'wire-1',
  at: '2025-08-10',
  to: '2025-08-10'
}

const view = (sketch: ReportSketch): ReportView =>
  viewOf(revisionOf(sketch), Date.parse('2025-08-20T00:00:00Z'), 'B')

function assembled(
  sketches: readonly ReportSketch[],
  declared = new Map<string, boolean>()
): Incident[] {
  const assembler = new Assembler(declared)
  for (const sketch of sketches) assembler.update(new Map([[sketch.id, view(sketch)]]))
  return [...assembler.incidents.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

const joins = (other: Partial<ReportSketch>) =>
  scorePair(view(fortnight), view({ ...tenth, ...other })) >= joinScoreMin
const isDoubtful = (other: Partial<ReportSketch>) =>
  mayBeOne(view(fortnight), view({ ...tenth, ...other }))

describe('an incident that may be identical with another', () => {
  it('is the same whether or not a hidden report joins that other, and is discounted once', () => {
    const open: ReportSketch[] = [
      { ...fortnight, handling: 'public' },
      { ...tenth, deaths: 3, actors: [], handling: 'public' }
    ]
    const hidden: ReportSketch = {
      ...tenth,
      id: 'a-hidden',
      source: 'wire-3',
      deaths: 4,
      handling: 'restricted'
    }
    const story = new FoldStory({ start: '2025-08-30', sources: ['monthly', 'wire-1', 'wire-3'] })
    for (const report of [...open, hidden]) story.report(report)
    story.withdraw('a-hidden')
    const told = story.outputs.flatMap(({ incidents }) => incidents.map(({ data }) => data))
    const seen = told.filter(
      ({ handling, incidentId }) => handling === 'public' && incidentId === 'fortnight'
    )
    expect(seen.map(({ revision, mayBe }) => [revision, mayBe])).toEqual([
      [1, undefined],
      [2, ['tenth']]
    ])
    const whole = told.filter(({ handling }) => handling === 'restricted')
    expect(whole.map(({ reports, mayBe }) => [reports.length, mayBe])).toEqual([[2, undefined]])
  })
})

describe('an attack of 1 to 15 August and one of 10 August', () => {
  it('are one incident of 10 August if place, actor and toll agree', () => {
    const [incident, ...others] = assembled([fortnight, tenth])
    expect(others).toEqual([])
    expect(incident).toMatchObject({
      reportIds: ['fortnight', 'tenth'],
      fatalities: { best: 12 },
      fromMs: Date.parse('2025-08-10')
    })
    expect(explainPair(view(fortnight), view(tenth))).toContain('days in common')
    expect(explainPair(view(fortnight), view(tenth))).toContain('the same number of dead')
  })

  it.each<[string, Partial<ReportSketch>, boolean]>([
    ['other tolls', { deaths: 20 }, true],
    ['a toll that is not known', { deaths: null as never }, false],
    ['nobody who is named', { actors: [] }, true],
    ['two dead, as many attacks have', { deaths: 2 }, true],
    ['another actor', { actors: ['ISGS'] }, false],
    ['another place', { settlement: 'Boulkessi', lat: 14.4, lon: -0.6 }, false],
    ['a day outside of it', { at: '2025-08-17', to: '2025-08-17' }, false],
    ['the same source', { source: 'monthly' }, false],
    ['an exercise', { drill: true }, false]
  ])('stay two with %s', (_why, other, doubtful) => {
    expect([joins(other), isDoubtful(other)]).toEqual([false, doubtful])
  })

  it('stay two if an officer says so, and nothing is in doubt then', () => {
    const declared = new Map([[pairKey('fortnight', 'tenth'), false]])
    expect(assembled([fortnight, tenth], declared).map(({ mayBe }) => mayBe)).toEqual([
      undefined,
      undefined
    ])
  })
})

describe('an interval that may be identical with one of several days', () => {
  const vague = { ...fortnight, actors: [] }
  const days = [3, 8, 12].map(day => {
    const at = `2025-08-${String(day).padStart(2, '0')}`
    return { ...tenth, id: `day-${day}`, at, to: at, actors: [], deaths: day }
  })

  it('adds its deaths in excess of any of them, and counts as a possible incident', () => {
    const [, , , incident] = assembled([...days, vague])
    expect(incident?.mayBe?.map(({ id }) => id)).toEqual(['day-12', 'day-3', 'day-8'])
    expect(addedDeaths(incident as Incident)).toEqual({ low: 0, best: 0, high: 12 })
    expect(
      addedDeaths({ ...(incident as Incident), fatalities: { low: 12, best: 20, high: 30 } })
    ).toEqual({
      low: 0,
      best: 8,
      high: 30
    })
    expect(addedDeaths(incident as Incident, id => id === 'day-3')).toEqual({
      low: 9,
      best: 9,
      high: 12
    })
  })

  it('is the same from the same reports, in any order of arrival, change and withdrawal (300 courses)', () => {
    const sketch = fc
      .record({
        n: fc.nat(12),
        source: fc.constantFrom('w1', 'w2', 'w3'),
        day: fc.nat(25),
        days: fc.constantFrom(0, 0, 1, 5, 12, 20),
        spot: fc.nat(3),
        deaths: fc.constantFrom(null, 2, 5, 5, 9),
        actor: fc.constantFrom('a', 'b', null),
        handling: fc.constantFrom('public', 'internal', 'restricted'),
        credibility: fc.constantFrom(2, 2, 5, 6)
      })
      .map(({ n, source, day, days, spot, deaths, actor, handling, credibility }) => ({
        ...tenth,
        id: `${source}-${n}`,
        source,
        at: formatTime(Date.parse('2025-08-01') + day * dayMs).slice(0, 10),
        to: formatTime(Date.parse('2025-08-01') + (day + days) * dayMs).slice(0, 10),
        settlement: `Town ${spot}`,
        lat: 14 + spot * 0.04,
        actors: actor === null ? [] : [actor],
        deaths: deaths as number,
        handling: handling as 'public',
        credibility: credibility as 2
      }))
    let doubtful = 0
    fc.assert(
      fc.property(
        fc.array(sketch, { minLength: 2, maxLength: 40 }),
        fc.array(fc.nat(39), { maxLength: 10 }),
        (sketches, gone) => {
          const assembler = new Assembler(new Map())
          const heard = new Map<string, Incident>()
          const take = (id: string, report: ReportView | null) => {
            const { removed, added } = assembler.update(new Map([[id, report]]))
            for (const incident of removed) {
              expect(heard.get(incident.id)).toBe(incident)
              heard.delete(incident.id)
            }
            for (const incident of added) heard.set(incident.id, incident)
          }
          for (const s of sketches) take(s.id, view(s))
          const removed = new Set(gone.map(i => sketches[i % sketches.length]?.id ?? ''))
          for (const id of removed) take(id, null)
          const there = [...new Map(sketches.map(s => [s.id, s])).values()]
            .filter(s => !removed.has(s.id))
            .reverse()
          const fresh = new Assembler(new Map())
          fresh.update(new Map(there.map(s => [s.id, view(s)])))
          const shape = (incidents: Iterable<Incident>) =>
            [...incidents].sort((x, y) => (x.id < y.id ? -1 : 1))
          expect(shape(assembler.incidents.values())).toEqual(shape(fresh.incidents.values()))
          // A consumer of changes alone has the same state.
          expect(shape(heard.values())).toEqual(shape(assembler.incidents.values()))
          doubtful += shape(heard.values()).filter(({ mayBe }) => mayBe !== undefined).length
        }
      ),
      { numRuns: runsOf(300, 10) }
    )
    // 80 to 150 in most runs.
    expect(doubtful).toBeGreaterThan(shareOf(30, 300, 10))
  })
})

describe('a number of attacks', () => {
  const count: RuleVersion = {
    ruleId: 'count',
    ruleVersion: 1,
    pattern: 'count',
    parameters: { threshold: 3, windowDays: 30 }
  }
  const unsure = { ...fortnight, actors: [], deaths: 20 }
  const sure = { ...tenth, deaths: 14 }
  const far = (n: number): ReportSketch => ({
    ...sure,
    id: `far-${n}`,
    settlement: `Far ${n}`,
    lat: 14.4,
    lon: -0.6 - n
  })
  const told = (...reports: readonly ReportSketch[]) => {
    const story = new FoldStory({ rules: [count], sources: ['wire-1', 'monthly'] })
    story.tick('2025-08-20')
    for (const report of reports) story.report(report)
    return story.standing()[0]
  }

  it('that is reached only with one reported twice is possible, and the alert says that the number may be 1 lower', () => {
    const alert = told(unsure, sure, far(1))
    expect(alert).toMatchObject({ certainty: 'possible', measure: { value: 3, threshold: 3 } })
    expect(alert?.explanation).toContain(
      'may be the same as another counted here: the true number may be 1 lower'
    )
  })
})

describe('deaths', () => {
  const rules = (...ids: string[]) => defaultRules.filter(({ ruleId }) => ids.includes(ruleId))
  const toldOf = (list: readonly RuleVersion[], ...reports: readonly ReportSketch[]) => {
    const story = new FoldStory({ rules: list, sources: ['wire-1', 'monthly'] })
    story.tick('2025-08-20')
    for (const report of reports) story.report(report)
    return story
  }
  const unsure = { ...fortnight, actors: [], deaths: 20 }
  const sure = { ...tenth, deaths: 14 }

  it('of two massacres that may be one are not added up, and each alert that rests on the interval says so', () => {
    const story = toldOf(rules('mass-casualty'), unsure, sure)
    const [interval, day] = story.standing()
    expect(interval?.explanation).toContain(
      'may be the same as one reported elsewhere: their deaths are not added together'
    )
    expect(interval?.fatalities.best).toBe(20)
    expect(day?.explanation).not.toContain('reported elsewhere')
    story.withdraw('tenth')
    expect(story.standing()[0]?.explanation).not.toContain('reported elsewhere')
  })
})
