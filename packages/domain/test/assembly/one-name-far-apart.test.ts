// A name that the gazetteer lacks has one settlement id in its whole first-level area: at points far apart it is several places.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Assembler } from '../../src/assembly/assembly.ts'
import { explainPair, joinScoreMin, scorePair } from '../../src/assembly/pair-score.ts'
import { situationAt, togetherMs } from '../../src/finding/situation.ts'
import { assembleIncident, type ReportView, viewOf } from '../../src/incident/incident.ts'
import { repeatVictimisation } from '../../src/patterns/civilians/repeat-victimisation.ts'
import { massCasualty } from '../../src/patterns/deaths/mass-casualty.ts'
import { defaultRules } from '../../src/patterns/pattern-catalogue.ts'
import { distanceKm } from '../../src/space-time/geometry.ts'
import { FoldStory, type ReportSketch, revisionOf } from '../fold-story.ts'
import { foldAll, incidentFrom } from '../patterns/pattern-fold.ts'

const points = [
  [6.2, 43.5],
  [7.4, 44.6],
  [5.6, 42.6],
  [8.2, 43.9]
] as const
const onRoad = (i: number, [lat, lon]: readonly [number, number], change: Partial<ReportSketch> = {}): ReportSketch => ({
  id: `r${i}`,
  source: `wire-${i}`,
  at: '2025-06-01',
  category: 'attack-on-civilians',
  settlement: 'A2 highway',
  country: 'ET',
  admin1: 'ET-SO',
  lat,
  lon,
  radiusKm: 1,
  deaths: 14,
  ...change
})
const view = (sketch: ReportSketch): ReportView => viewOf(revisionOf(sketch), Date.parse(`${sketch.at}T00:00:00Z`), 'B')

function incidentsOf(views: readonly ReportView[]): string[] {
  const assembler = new Assembler(new Map())
  for (const v of views) assembler.update(new Map([[v.revision.reportId, v]]))
  return [...assembler.incidents.values()].map(i => i.reportIds.join()).sort()
}

describe('one name at points far apart', () => {
  it('is as many places as points: an incident, its dead and an alert each', () => {
    const rules = defaultRules.filter(({ pattern }) => ['mass-casualty', 'cumulative-deaths'].includes(pattern))
    const alertsOf = (isNamed: boolean) => {
      const story = new FoldStory({ rules, start: '2025-05-30', sources: points.map((_, i) => `wire-${i}`) })
      for (const [i, point] of points.entries()) {
        const { settlement: _name, ...nameless } = onRoad(i, point)
        story.report(isNamed ? onRoad(i, point) : nameless)
      }
      story.tick('2025-06-02')
      return story.standing().map(({ ruleId, measure }) => `${ruleId} ${measure.value}`)
    }
    const named = alertsOf(true)
    expect(named.filter(alert => alert === 'mass-casualty 14')).toHaveLength(4)
    expect(named.sort()).toEqual(alertsOf(false).sort())
  })

  it('joins in any order only what lies within 25 km of each other', () => {
    const views = points.flatMap(([lat, lon], i) => [
      view(onRoad(i, [lat, lon])),
      view(onRoad(i + 4, [lat + 0.1, lon + 0.1], { id: `r${i + 4}` }))
    ])
    const pairs = ['r0,r4', 'r1,r5', 'r2,r6', 'r3,r7']
    expect(incidentsOf(views)).toEqual(pairs)
    expect(incidentsOf(views.toReversed())).toEqual(pairs)
  })

  it('counts as one place to 25 km, and no further, however precise the points (300 pairs)', () => {
    const point = fc.record({
      lat: fc.double({ min: 6, max: 6.4, noNaN: true }),
      lon: fc.double({ min: 43, max: 43.4, noNaN: true })
    })
    fc.assert(
      fc.property(point, point, fc.constantFrom(1, 5, 25), (a, b, radiusKm) => {
        const [one, other] = [a, b].map(({ lat, lon }, i) => view(onRoad(i, [lat, lon], { radiusKm }))) as [
          ReportView,
          ReportView
        ]
        expect(scorePair(one, other)).toBe(distanceKm(a, b) <= 25 ? 1 : 0)
        expect(scorePair(one, other)).toBe(scorePair(other, one))
        if (scorePair(one, other) >= joinScoreMin) expect(explainPair(one, other)).toContain('same settlement')
      }),
      { numRuns: 300 }
    )
  })

  it('is one place with a report of it without coordinates', () => {
    expect(scorePair(view(onRoad(0, points[0])), view(onRoad(1, points[0], { lat: null, lon: null })))).toBe(1)
  })

  it('is no one place to patterns that ask whether places are one', () => {
    const massacres = points.map((point, i) => incidentFrom(onRoad(i, point)))
    expect(foldAll(massCasualty, massacres, Date.parse('2025-06-10'))).toHaveLength(4)
    expect(foldAll(repeatVictimisation, massacres, Date.parse('2025-06-10'))).toEqual([])
    const nearby = points.map((_, i) => incidentFrom(onRoad(i, [6.2 + i * 0.05, 43.5])))
    expect(foldAll(massCasualty, nearby, Date.parse('2025-06-10'))).toHaveLength(1)
    expect(foldAll(repeatVictimisation, nearby, Date.parse('2025-06-10'))).toHaveLength(1)
  })

  it('is no one situation', () => {
    const untilMs = Date.parse('2025-07-01')
    const at = (point: readonly [number, number]) => {
      const incident = incidentFrom(onRoad(0, point))
      const [finding] = foldAll(massCasualty, [incident], untilMs)
      return { ...(finding as NonNullable<typeof finding>), situation: situationAt(incident, 10, untilMs) }
    }
    expect(togetherMs(at(points[0]), at(points[1]))).toBe(0)
    expect(togetherMs(at(points[0]), at([6.4, 43.5]))).toBeGreaterThan(0)
  })

  it('is two places of an incident whose reports name both points, and one of one that names one twice', () => {
    const latsWith = (point: readonly [number, number]) => {
      const reports = [onRoad(0, points[0], { alsoAt: [onRoad(2, point)] }), onRoad(1, points[0])]
      const { place, alsoAt } = assembleIncident(reports.map(view))
      return [place, ...alsoAt].map(({ lat }) => lat)
    }
    expect(latsWith(points[1])).toEqual([6.2, 7.4])
    expect(latsWith([6.3, 43.5])).toEqual([6.2])
  })
})
