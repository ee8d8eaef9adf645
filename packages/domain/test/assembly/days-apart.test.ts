// Attacks of several days in a row on one town, each told by another source: no incident is of days
// that lie apart.

import { describe, expect, it } from 'vitest'
import { Assembler } from '../../src/assembly/assembly.ts'
import { type ReportView, viewOf } from '../../src/incident/incident.ts'
import { defaultRules } from '../../src/patterns/pattern-catalogue.ts'
import { FoldStory, type ReportSketch, revisionOf } from '../fold-story.ts'

const attack = (day: number, change: Partial<ReportSketch> = {}): ReportSketch => ({
  id: `r${day}`,
  source: `wire-${day}`,
  at: `2025-06-0${day}`,
  category: 'attack-on-civilians',
  settlement: 'Dioura',
  radiusKm: 1,
  deaths: 12,
  ...change
})
const view = (sketch: ReportSketch): ReportView =>
  viewOf(revisionOf(sketch), Date.parse(`${sketch.at}T00:00:00Z`), 'B')

function incidentsOf(sketches: readonly ReportSketch[]): string[] {
  const assembler = new Assembler(new Map())
  for (const sketch of sketches) assembler.update(new Map([[sketch.id, view(sketch)]]))
  return [...assembler.incidents.values()].map(i => i.reportIds.join()).sort()
}

describe('attacks of days in a row, each told by another source', () => {
  it.each([
    ['in order', [1, 2, 3]],
    ['the one between last', [1, 3, 2]]
  ])('are not one incident by the day between them: %s', (_name, days) => {
    const found = incidentsOf(days.map(day => attack(day)))
    expect(found.some(ids => ids.includes('r1') && ids.includes('r3'))).toBe(false)
  })

  it('are not one incident by a report of an interval that holds both', () => {
    const found = incidentsOf([
      attack(1),
      attack(4),
      attack(5, { at: '2025-06-01', to: '2025-06-04' })
    ])
    expect(found.some(ids => ids.includes('r1') && ids.includes('r4'))).toBe(false)
  })

  it('have their dead counted, and the newest is not over by the oldest', () => {
    const days = [1, 2, 3, 4, 5, 6]
    const rules = defaultRules.filter(({ pattern }) =>
      ['mass-casualty', 'cumulative-deaths'].includes(pattern)
    )
    const story = new FoldStory({
      rules,
      start: '2025-05-30',
      sources: days.map(day => `wire-${day}`)
    })
    story.tick('2025-06-06T12:00:00.000Z')
    for (const day of [6, 5, 4, 3, 2, 1]) story.report(attack(day))
    const alerts = story.standing()
    // 72 dead, of whom half at least are no second telling of the day before.
    expect(
      alerts.find(({ ruleId }) => ruleId === 'cumulative-deaths')?.measure.value ?? 0
    ).toBeGreaterThanOrEqual(36)
    expect(
      alerts.filter(({ ruleId }) => ruleId === 'mass-casualty').map(({ status }) => status)
    ).not.toEqual(['resolved'])
  })
})
