import { expect, it } from 'vitest'
import { assembleIncident, viewOf } from '../../src/incident/incident.ts'
import { limitNotes } from '../../src/incident/limit-notes.ts'
import { FoldStory, type ReportSketch, revisionOf } from '../fold-story.ts'

const villages = (count: number, from: number) =>
  Array.from({ length: count }, (_, i) => ({
    settlement: `Village ${from + i}`,
    lat: 14,
    lon: -5 + (from + i) * 0.01
  }))
const raid = (source: string, further: number, from: number): ReportSketch => {
  return {
    id: source,
    source,
    at: '2025-06-01',
    settlement: 'Dioura',
    lat: 14,
    lon: -5,
    alsoAt: villages(further, from)
  }
}

it('an alert says that an incident of its evidence has more places than count', () => {
  const said = (further: number) => {
    const count = {
      ruleId: 'count',
      ruleVersion: 1,
      pattern: 'count',
      parameters: { threshold: 1, windowDays: 30 }
    } as const
    const story = new FoldStory({ rules: [count], start: '2025-06-02' })
    story.report(raid('wire-1', 12, 1))
    story.report(raid('wire-2', further, 20))
    return story.standing()[0]?.explanation
  }
  expect(said(9)).toContain(
    'One incident of its evidence is reported at more than 20 further places'
  )
  expect(said(8)).not.toContain('further places')
})

it('support that its readers may not see is not spoken of', () => {
  const of = (handling: 'public' | 'restricted') => {
    const reports = [raid('wire-1', 15, 1), raid('wire-2', 15, 20)].map(sketch =>
      revisionOf({ ...sketch, handling })
    )
    return assembleIncident(reports.map(revision => viewOf(revision, 0, 'B')))
  }
  const both = [of('public'), of('restricted')]
  expect(limitNotes([], both, 'restricted')).toContain('2 incidents of its evidence are')
  expect(limitNotes([], both, 'public')).toContain('One incident of its evidence is')
  expect(limitNotes([], both.slice(1), 'public')).toBe('')
})
