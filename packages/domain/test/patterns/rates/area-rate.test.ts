// Surge and sustained threat against a simple evaluation of every day, and their counts against the
// incidents.

import { describe, expect, it } from 'vitest'
import { roundMeasure } from '../../../src/finding/finding.ts'
import { surge } from '../../../src/patterns/rates/surge.ts'
import { dayMs } from '../../../src/space-time/event-time.ts'
import { FoldStory } from '../../fold-story.ts'
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
