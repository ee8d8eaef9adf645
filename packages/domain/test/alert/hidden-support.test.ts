// An alert does not reveal reports above its readers' clearance: neither by the time of its
// confirmation nor by its named support.

import { describe, expect, it } from 'vitest'
import { mayBeHeard } from '../../src/alert/alert-decision.ts'
import type { Incident } from '../../src/incident/incident.ts'
import { defaultRules } from '../../src/patterns/pattern-catalogue.ts'
import { FoldStory, type ReportSketch } from '../fold-story.ts'

const rules = defaultRules.filter(({ pattern }) => pattern === 'near-repeat')

/**
 * Three public attacks at one place, then the given records; returns type and time of the alert's
 * events.
 */
function told(then: (story: FoldStory) => void, of = rules): (readonly [string, string])[] {
  const story = new FoldStory({ start: '2025-01-01', rules: of, sources: [] })
  for (const id of ['open-1', 'hidden-2'])
    story.take({
      type: 'source.configured',
      data: { id, reliability: 'B', latenessDays: 0, cadenceDays: 60, archive: false }
    })
  const report = (sketch: ReportSketch) =>
    story.report({ source: 'open-1', handling: 'public', ...sketch })
  for (const [i, at] of ['2025-01-02', '2025-01-06', '2025-01-10'].entries())
    report({ id: `open-${i}`, at, settlement: 'Konna' })
  then(story)
  story.tick('2025-01-11T01:00:00.000Z')
  report({ id: 'later', at: '2025-01-12', settlement: 'Tonka', lat: 17, lon: -3 })
  story.tick('2025-01-13')
  return story.events.map(
    ({ type, data }) => [type, 'times' in data ? data.times.detectedAt : ''] as const
  )
}

describe('an alert that all may see', () => {
  it('is confirmed when the reports that all may see have come so far, whatever other reports say', () => {
    const without = told(() => {})
    expect(without.map(([type]) => type)).toContain('alert.confirmed')
    const hidden = {
      source: 'hidden-2',
      handling: 'restricted',
      settlement: 'Gao',
      lat: 16.2,
      lon: 0
    } as const
    expect(told(story => story.report({ id: 'behind', at: '2025-01-03', ...hidden }))).toEqual(
      without
    )
    expect(told(story => story.report({ id: 'ahead', at: '2025-01-10', ...hidden }))).toEqual(
      without
    )
  })
})

it('the existence of a record may be learned from an alert by all who may see both', () => {
  const entry = { state: { handling: 'partners' } } as Parameters<typeof mayBeHeard>[0]
  const heard = (handling: Incident['handling']) =>
    mayBeHeard(entry, { handling } as Parameters<typeof mayBeHeard>[1])
  expect([heard('public'), heard('partners'), heard('internal')]).toEqual([true, true, false])
})
