// A name that the gazetteer lacks has one settlement id in its whole first-level area: patterns
// that follow a settlement follow it at each of its sites.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sitesMax } from '../../src/detection/site-division.ts'
import { retaliationWatch } from '../../src/patterns/compound/retaliation-watch.ts'
import { defaultCompoundRules, defaultRules } from '../../src/patterns/pattern-catalogue.ts'
import { siege } from '../../src/patterns/siege/siege.ts'
import { FoldStory, type ReportSketch, throughText } from '../fold-story.ts'
import { runsOf, shareOf } from '../test-size.ts'
import { foldAll, incidentFrom } from './pattern-fold.ts'

const north = { lat: 7.4, lon: 44.6 }
const south = { lat: 6.0, lon: 44.6 }
type Where = { readonly lat: number | null; readonly lon: number | null }
const told = (
  id: string,
  at: string,
  category: ReportSketch['category'],
  where: Where,
  change: Partial<ReportSketch> = {}
) => ({
  id,
  at,
  ...(category === undefined ? {} : { category }),
  settlement: 'A2 highway',
  country: 'ET',
  admin1: 'ET-SO',
  ...where,
  ...change
})
const lasting = { to: '2024-01-12' }
const besieged = (name: string, where: Where) => [
  told(`${name}1`, '2024-01-01', 'blockade', where, lasting),
  told(`${name}2`, '2024-01-02', 'movement-denied', where, { ...lasting, source: 'wire-2' })
]
const at = Date.parse('2024-04-01')
const siegesOf = (sketches: readonly ReportSketch[]) =>
  foldAll(
    siege,
    sketches.map(sketch => incidentFrom(sketch)),
    at
  )
const rulesOf = (...patterns: string[]) =>
  [...defaultRules, ...defaultCompoundRules].filter(({ pattern }) => patterns.includes(pattern))

describe('a siege', () => {
  it('is not made of a blockade at one end and movement denied at the other, and is one of what lies near', () => {
    const [blockade, denied] = besieged('a', north) as [ReportSketch, ReportSketch]
    expect(siegesOf([blockade, { ...denied, ...south }])).toEqual([])
    expect(siegesOf([blockade, { ...denied, lat: 7.55 }])).toHaveLength(1)
    expect(siegesOf([blockade, { ...denied, lat: null, lon: null }])).toHaveLength(1)
    expect(siegesOf([{ ...blockade, lat: null, lon: null }, denied])).toHaveLength(1)
  })

  it('has no more sites than are kept: what lies further belongs to the nearest', () => {
    const many = Array.from({ length: sitesMax + 4 }, (_, i) =>
      besieged(`m${i}-`, { lat: -20 + i, lon: 44.6 })
    ).flat()
    expect(siegesOf(many)).toHaveLength(sitesMax)
  })
})

describe('alerts', () => {
  it('are the same in any order of coming, with corrections and withdrawals, and after a restart (60 worlds)', () => {
    const kinds = [
      'blockade',
      'movement-denied',
      'aid-denied',
      'access-restored',
      'appeal',
      'attack',
      'territory-seized'
    ] as const
    const one = fc.record({
      category: fc.constantFrom(...kinds),
      day: fc.integer({ min: 1, max: 60 }),
      days: fc.constantFrom(0, 0, 10),
      km: fc.constantFrom(0, 0, 10, 40, 150, 150, 160),
      isPlaced: fc.integer({ min: 0, max: 9 }).map(n => n > 0),
      source: fc.constantFrom('wire-1', 'wire-2', 'wire-3')
    })
    const world = fc.array(one, { minLength: 4, maxLength: 24 }).chain(all =>
      fc.record({
        all: fc.constant(all),
        order: fc.shuffledSubarray([...all.keys()], { minLength: all.length }),
        gone: fc.subarray([...all.keys()], { maxLength: 3 }),
        restart: fc.nat(all.length - 1)
      })
    )
    const reportedAt = (month: number, i: number) =>
      `2024-0${month}-${String(i + 1).padStart(2, '0')}T00:00:00.000Z`
    const day = (n: number) => new Date(Date.UTC(2024, 0, n)).toISOString().slice(0, 10)
    const rules = rulesOf('siege', 'territory-lost', retaliationWatch.id)
    const told = (story: FoldStory) => {
      story.tick('2024-04-01')
      const alerts = [...story.fold.alerts.entries]
        .map(({ state }) => state)
        .filter(({ status }) => status !== 'retracted')
      const said = alerts.map(({ ruleId, group, levels, measure, window, severity, evidence }) =>
        JSON.stringify([
          ruleId,
          group,
          levels.map(l => [l.level, l.at, l.reason]),
          measure,
          window,
          severity,
          evidence.map(e => e.incidentId)
        ])
      )
      return said.sort()
    }
    const found = { alerts: 0, sites: 0, watches: 0 }
    fc.assert(
      fc.property(world, ({ all, order, gone, restart }) => {
        const sketches = all.map(({ category, day: from, days, km, isPlaced, source }, i) => ({
          ...{
            id: `r${i}`,
            at: day(from),
            to: day(from + days),
            category,
            source,
            reportedAt: reportedAt(3, i)
          },
          ...{ settlement: 'A2 highway', country: 'ET', admin1: 'ET-SO', actors: ['JNIM'] },
          ...(isPlaced ? { lat: 6 + km / 111.2, lon: 44.6 } : { lat: null, lon: null })
        }))
        const inOrder = new FoldStory({ rules, start: '2024-03-31' })
        for (const [i, sketch] of sketches.entries()) if (!gone.includes(i)) inOrder.report(sketch)
        const shuffled = new FoldStory({ rules, start: '2024-03-31' })
        for (const [turn, i] of order.entries()) {
          if (turn === restart) shuffled.fold = throughText(shuffled.fold)
          shuffled.report({
            ...(sketches[i] as ReportSketch),
            ...south,
            reportedAt: reportedAt(2, i)
          })
          shuffled.report(sketches[i] as ReportSketch)
        }
        for (const i of gone) shuffled.withdraw(`r${i}`)
        const expected = told(inOrder)
        expect(told(shuffled)).toEqual(expected)
        found.alerts += expected.length
        found.watches += expected.filter(alert => alert.startsWith('["retaliation-watch"')).length
        found.sites += expected.filter(alert => alert.includes('"site"')).length
      }),
      { numRuns: runsOf(60, 10) }
    )
    expect(found.alerts).toBeGreaterThan(shareOf(50, 60, 10))
    expect(found.watches).toBeGreaterThan(shareOf(5, 60, 10))
    expect(found.sites).toBeGreaterThan(shareOf(10, 60, 10))
  })
})
