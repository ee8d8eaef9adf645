// Surge and sustained threat against a simple evaluation of every day, and their counts against the
// incidents.

import { describe, expect, it } from 'vitest'
import { roundMeasure } from '../../../src/finding/finding.ts'
import type { Incident } from '../../../src/incident/incident.ts'
import { surge } from '../../../src/patterns/rates/surge.ts'
import { sustainedThreat } from '../../../src/patterns/rates/sustained-threat.ts'
import { dayMs } from '../../../src/space-time/event-time.ts'
import { FoldStory, type ReportSketch } from '../../fold-story.ts'
import { foldAll, incidentFrom } from '../pattern-fold.ts'
import { day, originMs } from './attack-bursts.ts'

describe('surge', () => {
  it('requires exactly three, however quiet the past', () => {
    const at = (n: number, id: string) => incidentFrom({ id, at: day(n) })
    const two = [at(0, 'a'), at(3, 'b')]
    expect(foldAll(surge, two, originMs + 4 * dayMs)).toEqual([])
    const [found] = foldAll(surge, [...two, at(6, 'c')], originMs + 7 * dayMs)
    expect(found?.measure).toEqual({
      name: 'attacks in 7 days',
      value: 3,
      threshold: 3,
      baseline: 0
    })
    expect(foldAll(surge, [...two, at(7, 'c')], originMs + 8 * dayMs)).toEqual([])
  })

  it('is evaluated to the end of an interval that began before the last attack', () => {
    const at = (id: string, n: number, to = n) => incidentFrom({ id, at: day(n), to: day(to) })
    const [found] = foldAll(surge, [at('c', 3, 9), at('a', 4), at('b', 4)], originMs + 10 * dayMs)
    expect(found?.measure).toMatchObject({ value: 3, threshold: 3 })
    expect(found?.levels.map(l => l.atMs)).toEqual([originMs + 10 * dayMs - 1])
    const vague = ['a', 'b', 'c'].map(id => at(id, 0, 27))
    const five = foldAll(sustainedThreat, [...vague, at('d', 1), at('e', 2)], originMs + 40 * dayMs)
    expect(five).toMatchObject([{ measure: { value: 5 } }])
  })

  it('takes two as usual if the four weeks before had eight, and requires four', () => {
    const at = (n: number) => incidentFrom({ id: `a${n}`, at: day(n) })
    const past = [0, 4, 7, 11, 14, 18, 21, 25].map(at)
    expect(foldAll(surge, [...past, ...[28, 30, 33].map(at)], originMs + 34 * dayMs)).toEqual([])
    const [found] = foldAll(surge, [...past, ...[29, 30, 32, 34].map(at)], originMs + 35 * dayMs)
    expect(found?.measure).toEqual({
      name: 'attacks in 7 days',
      value: 4,
      threshold: 4,
      baseline: 2
    })
    expect(found?.headline).toBe(
      'Attacks in Ségou (Mali) surge: 4 in the 7 days to 4 February 2024; mean of the 28 days before: 2 per 7 days'
    )
  })

  it('counts the share of an interval that lies in the window, and says so', () => {
    const month = (id: string) => incidentFrom({ id, at: day(0), to: day(29) })
    expect(foldAll(surge, ['a', 'b', 'c', 'd', 'e'].map(month), originMs + 40 * dayMs)).toEqual([])
    const days = (id: string) => incidentFrom({ id, at: day(0), to: day(4) })
    const [found] = foldAll(surge, ['a', 'b', 'c'].map(days), originMs + 6 * dayMs)
    expect(found?.levels[0]?.atMs).toBe(originMs + 5 * dayMs - 1)
    expect(found?.explanation).toContain('Some dates are intervals')
  })

  it('is not raised by statistics, drills and low grades', () => {
    const three = (change: Partial<ReportSketch>) =>
      ['a', 'b', 'c'].map(id => incidentFrom({ id, at: day(0), ...change }))
    expect(foldAll(surge, three({ category: 'statistic', deaths: 400 }), originMs + dayMs)).toEqual(
      []
    )
    expect(foldAll(surge, three({ credibility: 4 }), originMs + dayMs)).toEqual([])
    expect(foldAll(surge, three({ admin1: null }), originMs + dayMs)).toEqual([])
    const real = incidentFrom({ id: 'd', at: day(0) })
    const found = foldAll(surge, [...three({ drill: true }), real], originMs + dayMs)
    expect(found.map(f => f.group)).toEqual([{ admin1: 'ML-4', drill: 'true' }])
  })
})

describe('areas with hundreds of attacks in a window', () => {
  const attacks = (prefix: string, count: number, from: number, to = from) =>
    Array.from({ length: count }, (_, i) =>
      incidentFrom({ id: `${prefix}${String(i).padStart(3, '0')}`, at: day(from), to: day(to) })
    )

  it('have their peak in the fullest window, though it begins with attacks that hundreds followed', () => {
    // The week of the twenty of the first day has six of the nine days of the others; the next has
    // seven, but not the twenty.
    const [found] = foldAll(
      surge,
      [...attacks('a', 20, 0), ...attacks('b', 110, 1, 9)],
      originMs + 12 * dayMs
    )
    expect(found?.measure.value).toBe(roundMeasure(20 + (110 * 6) / 9))
  })
})

describe('sustained threat', () => {
  it('requires twice the usual, not only five', () => {
    const at = (n: number) => incidentFrom({ id: `a${n}`, at: day(n) })
    const past = Array.from({ length: 39 }, (_, i) => at(Math.floor(i * 9.3)))
    const late = (gaps: readonly number[]) => gaps.map(n => at(364 + n))
    const open = (incidents: Incident[]) =>
      foldAll(sustainedThreat, incidents, originMs + 392 * dayMs).filter(
        f => (f.levels[0]?.atMs ?? 0) > originMs + 364 * dayMs
      )
    expect(open([...past, ...late([1, 6, 11, 16, 21])])).toEqual([])
    const [found] = open([...past, ...late([1, 6, 11, 16, 21, 26])])
    expect(found?.measure).toEqual({
      name: 'attacks in 28 days',
      value: 6,
      threshold: 6,
      baseline: 3
    })
  })
})

describe('the readers of the attacks of an area', () => {
  const told = (...hidden: readonly number[]) => {
    const rules = [{ ruleId: 'surge', ruleVersion: 1, pattern: 'surge', parameters: {} }]
    const story = new FoldStory({ rules, start: '2024-06-01' })
    story.tick('2025-03-01')
    story.report({ id: 'long-ago', at: '2024-06-02', category: 'other' })
    const days = [10, 11, 10, 11, 10, 11, 10, 11, ...hidden, 19, 19, 19, 19, 19]
    for (const [i, d] of days.entries()) {
      const handling = hidden.includes(d) ? 'restricted' : 'public'
      story.report({
        id: `r${i}`,
        at: `2025-01-${String(d).padStart(2, '0')}`,
        lat: 14 + i / 10,
        handling
      })
    }
    return story.standing()[0]
  }

  it('are those who may read all that is counted, triggers or not', () => {
    expect(told(18, 18, 18, 18, 18)).toMatchObject({
      measure: { value: 10 },
      handling: 'restricted'
    })
  })

  it('are all, if what is hidden precedes the window', () => {
    expect(told(2)).toMatchObject({ measure: { value: 8 }, handling: 'public' })
    expect(told()).toMatchObject({ measure: { value: 8 }, handling: 'public' })
  })
})
