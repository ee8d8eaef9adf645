import { describe, expect, it } from 'vitest'
import { areFarApart } from '../../src/assembly/far-apart.ts'
import { copyScore, mayBeOne, scorePair } from '../../src/assembly/pair-score.ts'
import { Reports } from '../../src/data/reports.ts'
import { makeReport, type ReportSketch } from '../support/make-report.ts'

function write(...sketches: readonly ReportSketch[]): Reports {
  const reports = new Reports()
  for (const [index, sketch] of sketches.entries()) {
    const report = makeReport({ sourceId: `s${index}`, ...sketch })
    reports.write(reports.acceptRevision(report), report)
  }
  return reports
}

const score = (a: ReportSketch, b: ReportSketch) => scorePair(write(a, b), 0, 1)
const attackers = (name: string) => [{ name, role: 'perpetrator' }]
const toll = (best: number) => ({ low: null, best, high: null })
const ambiguous = { settlement: null, lat: null, lon: null, radiusKm: null }
const candidate = { settlement: 'ML-4/diosso', name: 'Diosso', country: 'ML', admin1: 'ML-4' }
const month = ['2025-06-01', '2025-06-30'] as const

describe('the score of two reports', () => {
  it.each<[string, ReportSketch, ReportSketch, number]>([
    ['same place, day and kind', {}, {}, 1],
    ['one source', { sourceId: 'a' }, { sourceId: 'a' }, 0],
    ['a drill and what is real', { drill: true }, {}, 0],
    ['a statistic', { category: 'statistic' }, { category: 'statistic' }, 0],
    ['the next day', {}, { at: '2025-06-02' }, 0.75],
    ['a day between them', {}, { at: '2025-06-03' }, 0],
    [
      'times that are far apart',
      { at: '2025-06-01T01:00:00.000Z' },
      { at: '2025-06-01T11:00:00.000Z' },
      0.75
    ],
    [
      'half of the days',
      { at: ['2025-06-01', '2025-06-04'] },
      { at: ['2025-06-03', '2025-06-04'] },
      0.75
    ],
    ['a small part of the days', { at: month }, {}, 0],
    [
      'a small part, with perpetrator and deaths',
      { at: ['2025-06-01', '2025-06-10'], actors: attackers('A'), fatalities: toll(20) },
      { actors: attackers(' a '), fatalities: toll(19) },
      0.55
    ],
    ['another kind of attack', { category: 'clash' }, {}, 0.8],
    ['another kind', { category: 'looting' }, {}, 0],
    ['other perpetrators', { actors: attackers('A') }, { actors: attackers('B') }, 0.6],
    [
      'advisories of two states',
      { category: 'advisory', actors: [{ name: 'FR', role: 'issuer' }] },
      { category: 'advisory', actors: [{ name: 'US', role: 'issuer' }] },
      0
    ],
    [
      'one settlement, 20 km apart',
      { place: { settlement: 'x' } },
      { place: { settlement: 'x', lat: 14.98 } },
      1
    ],
    [
      'one name of two places',
      { place: { settlement: 'x' } },
      { place: { settlement: 'x', lat: 15.2 } },
      0
    ],
    [
      'a settlement that a name may mean',
      { place: { ...ambiguous, candidates: [{ ...candidate, lat: 14, lon: -5 }] } },
      { place: { settlement: 'ML-4/diosso' } },
      0.75
    ],
    ['names without points', { place: ambiguous }, { place: ambiguous }, 0.9],
    ['a further place in common', { alsoAt: [{ lat: 16 }] }, { place: { lat: 16 } }, 1],
    ['copies', { narrativeKey: 'x', category: 'clash' }, { narrativeKey: 'x' }, copyScore],
    ['copies that do not agree', { linkKeys: ['x'], at: '2025-06-09' }, { linkKeys: ['x'] }, 0]
  ])('%s', (_, a, b, expected) => {
    expect(score(a, b)).toBeCloseTo(expected, 10)
    expect(score(b, a)).toBeCloseTo(expected, 10)
  })

  it('falls with the distance, to nothing at the reach of both precisions', () => {
    const at = (lat: number, radiusKm: number) => ({ place: { lat, radiusKm } })
    expect(score(at(14.8, 10), at(14.89, 10))).toBeCloseTo(0.75, 2)
    expect(score(at(14.8, 1), at(14.89, 1))).toBe(0)
    expect(score(at(14.8, 90), at(15.03, 90))).toBe(0)
  })
})

describe('two reports are never of one incident', () => {
  const areFar = (a: ReportSketch, b: ReportSketch) => areFarApart(write(a, b), 0, 1)
  it.each<[string, ReportSketch, ReportSketch, boolean]>([
    ['attacks with a day between them', {}, { at: '2025-06-03' }, true],
    ['attacks a day apart', {}, { at: '2025-06-02' }, false],
    ['what lasts', { category: 'blockade' }, { category: 'blockade', at: '2025-06-09' }, false],
    ['places 30 km apart', {}, { place: { lat: 15.07 } }, true],
    ['vague places 30 km apart', { place: { radiusKm: 40 } }, { place: { lat: 15.07 } }, false],
    [
      'a further place that is near',
      { alsoAt: [{ lat: 15.07 }] },
      { place: { lat: 15.07 } },
      false
    ],
    ['an unknown place', { place: ambiguous }, { place: { lat: 15.07 } }, false]
  ])('%s: %s', (_, a, b, expected) => {
    expect(areFar(a, b)).toBe(expected)
  })
})

describe('two reports may be of one incident without joining', () => {
  const deadly = { fatalities: toll(5) }
  const mayBe = (a: ReportSketch, b: ReportSketch) => mayBeOne(write(a, b), 0, 1)
  it.each<[string, ReportSketch, ReportSketch, boolean]>([
    ['an interval and one of its days', { ...deadly, at: month }, deadly, true],
    ['two days', deadly, deadly, false],
    ['a longer interval', { ...deadly, at: ['2025-06-01', '2025-07-09'] }, deadly, false],
    ['no deaths', { at: month }, deadly, false],
    [
      'other perpetrators',
      { ...deadly, at: month, actors: attackers('A') },
      { ...deadly, actors: attackers('B') },
      false
    ],
    ['another day', { ...deadly, at: month }, { ...deadly, at: '2025-07-01' }, false]
  ])('%s: %s', (_, a, b, expected) => {
    expect(mayBe(a, b)).toBe(expected)
  })
})
