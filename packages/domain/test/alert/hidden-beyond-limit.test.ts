// An alert lists so many pieces of evidence. What readers see of the list does not depend on pieces
// that they may not see, and what is not listed is news only where the alert states something else
// by it.

import { describe, expect, it } from 'vitest'
import type { AlertEvent } from '../../src/alert/alert.ts'
import { evidenceMax } from '../../src/finding/finding.ts'
import { FoldStory, type ReportSketch, throughText } from '../fold-story.ts'
import { eventsOf, hiddenSupport, hiddenTrigger, lapsedSupport } from './hidden-beyond-limit.ts'

/**
 * What readers of public alerts are told: each event that says something new to them, without what
 * is never shown to them.
 */
function toldToAll(events: readonly AlertEvent[]): unknown[] {
  const told: { readonly type: string; readonly said: string }[] = []
  for (const { type, data } of events) {
    if (!('evidence' in data) || data.handling !== 'public' || data.concerns !== 'public') continue
    const { seq: _s, revision: _r, evidenceOmitted: _o, times, ...rest } = data
    const evidence = rest.evidence
      .filter(({ handling }) => handling === 'public')
      .map(({ incidentId, role }) => [incidentId, role])
    const said = JSON.stringify({
      ...rest,
      notify: null,
      occurredFrom: times.occurredFrom,
      evidence
    })
    if (type !== 'alert.revised' || said !== told.at(-1)?.said) told.push({ type, said })
  }
  return told
}

describe.each([hiddenSupport, lapsedSupport])('$name', tale => {
  it('beyond what is listed changes nothing that all may see', () => {
    const events = eventsOf(tale, true)
    expect(toldToAll(events)).toEqual(toldToAll(eventsOf(tale, false)))
    const last = events.findLast(({ data }) => 'evidence' in data)?.data
    const listed = last !== undefined && 'evidence' in last ? last.evidence : []
    expect(listed).toHaveLength(evidenceMax)
    expect(listed.filter(({ handling }) => handling === 'public').length).toBeGreaterThan(2)
  })
})

it('a hidden trigger beyond what is listed hides the alert as any other, and is listed', () => {
  const last = eventsOf(hiddenTrigger(evidenceMax), true).findLast(
    ({ data }) => 'evidence' in data
  )?.data
  if (last === undefined || !('evidence' in last)) throw new Error('no alert')
  expect(last.handling).toBe('restricted')
  expect(last.evidence).toHaveLength(evidenceMax)
  expect(last.evidence.filter(({ handling }) => handling === 'restricted')).toHaveLength(1)
  expect(last.evidenceOmitted).toBe(2)
})

const named = (prefix: string, n: number) => ({
  id: `${prefix}${String(n).padStart(3, '0')}`,
  lat: 12 + (n % 20) / 10
})
const hidden = (n: number): ReportSketch => ({
  ...named('hidden-', n),
  at: '2025-01-01',
  handling: 'restricted'
})
/** The last of these are not listed: the hidden ones come first. */
const open = (n: number): ReportSketch => ({
  ...named('open-', n),
  at: '2025-01-02',
  handling: 'public',
  deaths: 1
})

/** An alert of everyone's and of hidden triggers, 550 of which 500 are listed. */
function told(): FoldStory {
  const rules = [{ ruleId: 'mine', ruleVersion: 1, pattern: 'count', parameters: {} }]
  const story = new FoldStory({ rules, start: '2024-12-31', sources: ['wire-1'] })
  for (let n = 0; n < 450; n++) story.report(hidden(n))
  for (let n = 0; n < 100; n++) story.report(open(n))
  expect(story.standing()).toMatchObject([{ evidenceOmitted: 50 }])
  return story
}
const later = { reportedAt: '2025-01-03T12:00:00.000Z' }
const kinds = (events: FoldStory['events']) => events.map(({ type }) => type)

describe('a trigger that is not listed', () => {
  it('is corrected without an event where nothing else is stated by it, and not told later', () => {
    const story = told()
    const { alertId, revision } = story.standing()[0] ?? {}
    expect(story.report({ ...open(99), ...later, narrative: 'in other words' })).toEqual([])
    story.fold = throughText(story.fold)
    expect(story.report({ ...open(98), ...later, credibility: 1 })).toEqual([])
    expect(story.tick('2025-01-02')).toEqual([])
    expect(story.standing()).toMatchObject([{ alertId, revision }])
  })

  it('is corrected with an event where its place, its dead or its kind are stated otherwise', () => {
    const otherwise = [
      { admin1: 'ML-5' },
      { lat: 20 },
      { deaths: 7 },
      { category: 'clash' },
      { drill: true }
    ] as const
    const story = told()
    for (const [n, more] of otherwise.entries())
      expect(kinds(story.report({ ...open(99 - n), ...later, ...more }))).toContain('alert.revised')
  })
})

it('a listed trigger is corrected with an event', () => {
  expect(kinds(told().report({ ...open(0), ...later, narrative: 'in other words' }))).toEqual([
    'alert.revised'
  ])
})
