// An alert does not reveal reports above its readers' clearance: neither by the time of its
// confirmation nor by its named support.

import { describe, expect, it } from 'vitest'
import { mayBeHeard } from '../../src/alert/alert-decision.ts'
import type { Incident } from '../../src/incident/incident.ts'
import {
  namesMore,
  supportNamedMax,
  withSupport
} from '../../src/patterns/episode/named-support.ts'
import { defaultRules } from '../../src/patterns/pattern-catalogue.ts'
import { type Handling, maySee } from '../../src/report/handling.ts'
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

  it('is said to be part of a wider one when all may hear it, though a hidden report supports it before', () => {
    const parameters = { threshold: 4, windowDays: 14, groupBy: 'admin1' }
    const both = [...rules, { ruleId: 'wider', ruleVersion: 1, pattern: 'count', parameters }]
    const hidden = {
      id: 'rumour',
      at: '2025-01-13',
      source: 'hidden-2',
      settlement: 'Konna',
      credibility: 5
    } as const
    const elsewhere = {
      source: 'open-1',
      at: '2025-01-10',
      settlement: 'Tonka',
      lat: 17,
      lon: -3
    } as const
    const since: string[] = []
    told(story => {
      // Raises the wider alert: its part says so with the next record.
      story.report({ ...elsewhere, id: 'fourth', handling: 'public' })
      expect(story.fold.alerts.hasMoreToSay).toBe(true)
      story.report({ ...hidden, handling: 'restricted' })
      since.push(...toldTo('partners', story))
      story.report({ ...elsewhere, id: 'fifth', credibility: 5, handling: 'public' })
      since.push('then', ...toldTo('partners', story))
    }, both)
    expect(since).toEqual(['then', 'alert.revised, part of another'])
  })
})

/** What the last record tells readers of a handling. */
function toldTo(clearance: Handling, { outputs }: FoldStory): string[] {
  const events = outputs.at(-1)?.alerts ?? []
  return events.flatMap(({ type, data }) =>
    'concerns' in data && maySee(clearance, data.concerns)
      ? [`${type}${data.partOf === null ? '' : ', part of another'}`]
      : []
  )
}

describe('named support', () => {
  const incident = (id: number, handling: Incident['handling']) =>
    ({ id: String(id), handling }) as Incident

  it('has the same room for what a reader may see, whatever hidden support there is', () => {
    const many = Array.from({ length: 2 * supportNamedMax }, (_, i) => incident(i, 'public'))
    const hidden = Array.from({ length: 2 * supportNamedMax }, (_, i) =>
      incident(100 + i, 'restricted')
    )
    const alone = many.reduce(withSupport, { kept: [], omitted: 0 })
    const beside = [...hidden, ...many].reduce(withSupport, { kept: [], omitted: 0 })
    expect(beside.kept.filter(({ handling }) => handling === 'public')).toEqual(alone.kept)
    expect([alone.kept.length, beside.kept.length, beside.omitted]).toEqual([
      supportNamedMax,
      2 * supportNamedMax,
      2 * supportNamedMax
    ])
    expect(namesMore(beside, incident(1000, 'public'))).toBe(false)
  })
})

it('the existence of a record may be learned from an alert by all who may see both', () => {
  const entry = { state: { handling: 'partners' } } as Parameters<typeof mayBeHeard>[0]
  const heard = (handling: Incident['handling']) =>
    mayBeHeard(entry, { handling } as Parameters<typeof mayBeHeard>[1])
  expect([heard('public'), heard('partners'), heard('internal')]).toEqual([true, true, false])
})
