// A name that the gazetteer lacks has one settlement id in its whole first-level area: at points
// far apart it is several places.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Assembler } from '../../src/assembly/assembly.ts'
import { type DeclaredPairs, pairKey } from '../../src/assembly/declared-partners.ts'
import { areFarApart } from '../../src/assembly/far-apart.ts'
import { explainPair, joinScoreMin, scorePair } from '../../src/assembly/pair-score.ts'
import { type ReportView, viewOf } from '../../src/incident/incident.ts'
import { defaultRules } from '../../src/patterns/pattern-catalogue.ts'
import { distanceKm } from '../../src/space-time/geometry.ts'
import { FoldStory, type ReportSketch, revisionOf } from '../fold-story.ts'
import { runsOf, shareOf } from '../test-size.ts'

const points = [
  [6.2, 43.5],
  [7.4, 44.6],
  [5.6, 42.6],
  [8.2, 43.9]
] as const
const onRoad = (
  i: number,
  [lat, lon]: readonly [number, number],
  change: Partial<ReportSketch> = {}
): ReportSketch => ({
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
const view = (sketch: ReportSketch): ReportView =>
  viewOf(revisionOf(sketch), Date.parse(`${sketch.at}T00:00:00Z`), 'B')

/** A report that says which settlement, and no point. */
const pointless = (sketch: ReportSketch): ReportView => view({ ...sketch, lat: null, lon: null })

function incidentsOf(views: readonly ReportView[], declared: DeclaredPairs = new Map()): string[] {
  const assembler = new Assembler(declared)
  for (const v of views) assembler.update(new Map([[v.revision.reportId, v]]))
  return [...assembler.incidents.values()].map(i => i.reportIds.join()).sort()
}

describe('one name at points far apart', () => {
  it('is as many places as points: an incident, its dead and an alert each', () => {
    const rules = defaultRules.filter(({ pattern }) =>
      ['mass-casualty', 'cumulative-deaths'].includes(pattern)
    )
    const alertsOf = (isNamed: boolean) => {
      const story = new FoldStory({
        rules,
        start: '2025-05-30',
        sources: points.map((_, i) => `wire-${i}`)
      })
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

  it('counts as one place to 25 km, and no further, however precise the points (300 pairs)', () => {
    const point = fc.record({
      lat: fc.double({ min: 6, max: 6.4, noNaN: true }),
      lon: fc.double({ min: 43, max: 43.4, noNaN: true })
    })
    fc.assert(
      fc.property(point, point, fc.constantFrom(1, 5, 25), (a, b, radiusKm) => {
        const [one, other] = [a, b].map(({ lat, lon }, i) =>
          view(onRoad(i, [lat, lon], { radiusKm }))
        ) as [ReportView, ReportView]
        expect(scorePair(one, other)).toBe(distanceKm(a, b) <= 25 ? 1 : 0)
        expect(scorePair(one, other)).toBe(scorePair(other, one))
        if (scorePair(one, other) >= joinScoreMin)
          expect(explainPair(one, other)).toContain('same settlement')
      }),
      { numRuns: runsOf(300, 10) }
    )
  })
})

describe('what lies far apart', () => {
  const far = [view(onRoad(0, points[0])), view(onRoad(1, points[1]))] as const

  it('is not joined by a third report of the name without a point, in any order: it joins the first', () => {
    const third = pointless(onRoad(2, points[0]))
    for (const views of [
      [...far, third],
      [third, ...far],
      [far[1], third, far[0]]
    ])
      expect(incidentsOf(views)).toEqual(['r0,r2', 'r1'])
  })

  it('is one incident where an operator says so, with what lies near either end', () => {
    const declared = new Map([[pairKey('r0', 'r1'), true]])
    const near = view(onRoad(2, [7.4, 44.65]))
    expect(incidentsOf([...far, near], declared)).toEqual(['r0,r1,r2'])
    expect(
      incidentsOf(
        [near, ...far, view(onRoad(3, points[2])), pointless(onRoad(4, points[0]))],
        declared
      )
    ).toEqual(['r0,r1,r2,r4', 'r3'])
  })

  it('is in no one incident, and any order of coming, with corrections and withdrawals, gives the same (200 worlds)', () => {
    const place = fc.constantFrom(0, 0, 0, 8, 15, 30, 150, null)
    const one = fc.record({
      km: place,
      also: fc.option(place, { freq: 6 }),
      kind: fc.boolean(),
      radiusKm: fc.constantFrom(1, 15, 60)
    })
    const world = fc.array(one, { minLength: 2, maxLength: 40 }).chain(all =>
      fc.record({
        all: fc.constant(all),
        order: fc.shuffledSubarray([...all.keys()], { minLength: all.length }),
        corrected: fc.subarray([...all.keys()], { maxLength: Math.min(5, all.length) }),
        gone: fc.subarray([...all.keys()], { maxLength: Math.min(5, all.length) }),
        pairs: fc.array(fc.tuple(fc.nat(all.length - 1), fc.nat(all.length - 1), fc.boolean()), {
          maxLength: 2
        }),
        sources: fc.integer({ min: 3, max: 40 })
      })
    )
    const found = { kept: 0, joined: 0 }
    fc.assert(
      fc.property(world, ({ all, order, corrected, gone, pairs, sources }) => {
        const id = (i: number) => `r${String(i).padStart(2, '0')}`
        const views = all.map(({ km, also, kind, radiusKm }, i) => {
          const at = (km: number | null) =>
            onRoad(i, [6 + (km ?? 0) / 111.2, 43.5], {
              id: id(i),
              source: `wire-${i % sources}`,
              radiusKm
            })
          const sketch: ReportSketch = {
            ...at(km),
            ...(also === null ? {} : { alsoAt: [at(also)] }),
            category: kind ? 'attack' : 'attack-on-civilians'
          }
          return km === null ? pointless(sketch) : view(sketch)
        })
        const declared = new Map(
          pairs.filter(([a, b]) => a !== b).map(([a, b, isSame]) => [pairKey(id(a), id(b)), isSame])
        )
        const inTurn = new Assembler(declared)
        const change = (i: number, to: ReportView | null) => inTurn.update(new Map([[id(i), to]]))
        const elsewhere = (views[0] as ReportView).revision.place
        const moved = ({ revision, ...rest }: ReportView) => ({
          ...rest,
          revision: { ...revision, place: elsewhere }
        })
        for (const i of order)
          change(
            i,
            corrected.includes(i) ? moved(views[i] as ReportView) : (views[i] as ReportView)
          )
        for (const i of gone) change(i, null)
        for (const i of corrected) if (!gone.includes(i)) change(i, views[i] as ReportView)
        const left = views.filter((_, i) => !gone.includes(i))
        const names = [...inTurn.incidents.values()].map(i => i.reportIds.join()).sort()
        expect(names).toEqual(incidentsOf(left, declared))
        const atOnce = new Assembler(declared)
        atOnce.update(new Map(left.map(v => [v.revision.reportId, v])))
        expect([...atOnce.incidents.values()].map(i => i.reportIds.join()).sort()).toEqual(names)
        if (declared.size === 0)
          for (const incident of inTurn.incidents.values()) {
            const members = incident.reportIds.map(
              each => views[Number(each.slice(1))] as ReportView
            )
            expect(members.some(a => members.some(b => areFarApart(a, b)))).toBe(false)
            found.joined += Number(members.length > 2)
          }
        found.kept += Number(left.some(a => left.some(b => areFarApart(a, b))))
      }),
      { numRuns: runsOf(200, 10) }
    )
    expect(found.kept).toBeGreaterThan(shareOf(50, 200, 10))
    expect(found.joined).toBeGreaterThan(shareOf(50, 200, 10))
  })
})
