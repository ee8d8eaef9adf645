// Cases of reports of different handling: who may see which, and which alert goes on when the
// handling of a report changes. That a name cannot be tested against hidden reports:
// e2e/access/hidden-readers.test.ts. Source: decision 0033.

import { describe, expect, it } from 'vitest'
import type { AlertEvent } from '../../../src/alert/alert.ts'
import { defaultRules } from '../../../src/patterns/pattern-catalogue.ts'
import type { Handling } from '../../../src/report/handling.ts'
import { course, FoldStory, type ReportSketch } from '../../fold-story.ts'

const rules = defaultRules.filter(({ pattern }) => pattern === 'abduction-to-killing')
const far = { settlement: 'Gao', lat: 16.27, lon: -0.04, admin1: 'ML-7' }

function about(name: string, more: Omit<ReportSketch, 'persons'>): ReportSketch {
  return {
    settlement: 'Tonka',
    ...more,
    persons: [{ key: name, role: null, kind: null, aliasKeys: [] }]
  }
}

const taken = (
  id: string,
  name: string,
  handling: Handling,
  at = '2025-05-28',
  more: Partial<ReportSketch> = {}
) => about(name, { id, at, category: 'abduction', handling, ...more })
const killed = (
  id: string,
  name: string,
  handling: Handling,
  at = '2025-06-08',
  more: Partial<ReportSketch> = {}
) => about(name, { id, at, category: 'killing', handling, ...far, ...more })

function aStory(): FoldStory {
  const story = new FoldStory({ rules, sources: ['wire-1', 'wire-2'] })
  story.tick('2025-06-10')
  return story
}

const told = (story: FoldStory) =>
  story
    .standing()
    .map(
      ({ handling, status, headline, levels }) =>
        `${handling} ${status} ${levels.length}: ${headline.split(': ').at(-1)}`
    )

/** The course of an event, with whom it reaches. */
const reaching = (events: readonly AlertEvent[]) =>
  course(events).map((text, i) => `${events[i]?.data.handling} ${text}`)

describe('a case of several handlings', () => {
  it('answers a probe of a hidden name as that of any other', () => {
    const story = aStory()
    story.report(taken('hidden', 'amadou', 'restricted'))
    const answers = ['amadou', 'moussa'].map((name, i) =>
      story.report(taken(`probe-${i}`, name, 'public', '2025-06-08', far))
    )
    const shown = answers.map(events => reaching(events).filter(text => text.startsWith('public')))
    expect(shown).toEqual([
      ['public raised abduction-to-killing 1'],
      ['public raised abduction-to-killing 1']
    ])
  })

  it('joins for those who see all of it, and nobody else', () => {
    const story = aStory()
    story.report(taken('abduction', 'amadou', 'restricted'))
    expect(reaching(story.report(killed('killing', 'amadou', 'public')))).toEqual([
      'restricted escalated abduction-to-killing 2'
    ])
    expect(told(story)).toEqual(['restricted provisional 2: one person, killed'])
  })

  it('stays with those who see its public part, beside the alert of those who see more', () => {
    const story = aStory()
    story.report(taken('abduction', 'amadou', 'public'))
    expect(reaching(story.report(killed('killing', 'amadou', 'restricted')))).toEqual([
      'restricted raised abduction-to-killing 2'
    ])
    expect(told(story)).toEqual([
      'public provisional 1: one person, taken',
      'restricted provisional 2: one person, killed'
    ])
    expect(reaching(story.withdraw('killing'))).toEqual([
      'restricted retracted abduction-to-killing 2'
    ])
  })

  it('is told once where all is of one handling, and support of another makes no second alert', () => {
    const story = aStory()
    for (const handling of ['internal', 'restricted'] as const)
      story.report({
        ...killed(`rumour-${handling}`, 'amadou', handling, '2025-06-03'),
        credibility: 5
      })
    story.report(taken('abduction', 'amadou', 'internal'))
    story.report(killed('killing', 'amadou', 'internal'))
    expect(told(story)).toEqual(['internal provisional 2: one person, killed'])
    const [{ evidence } = { evidence: [] }] = story.standing()
    expect(
      evidence.filter(({ role }) => role === 'support').map(({ handling }) => handling)
    ).toEqual(['internal', 'restricted'])
  })
})

describe('an alert whose report gets another handling', () => {
  const corrected = (handling: Handling) =>
    taken('abduction', 'amadou', handling, '2025-05-28', { reportedAt: '2025-06-09T00:00:00.000Z' })

  it.each([
    ['public', 'restricted'],
    ['internal', 'public'],
    ['restricted', 'partners']
  ] as const)('goes on: %s to %s', (from, to) => {
    const story = aStory()
    const [raised] = story.report(taken('abduction', 'amadou', from))
    const events = story.report(corrected(to))
    expect(reaching(events)).toEqual([`${to} revised abduction-to-killing 1`])
    expect(events[0]?.data.alertId).toBe(raised?.data.alertId)
    expect(told(story)).toEqual([`${to} provisional 1: one person, taken`])
  })

  it('goes on when a hidden report joins its incident, and when that leaves', () => {
    const story = aStory()
    const [raised] = story.report(taken('abduction', 'amadou', 'public'))
    const joined = story.report(
      taken('same', 'amadou', 'restricted', '2025-05-28', { source: 'wire-2' })
    )
    expect(reaching(joined)).toEqual(['restricted revised abduction-to-killing 1'])
    expect(reaching(story.withdraw('same'))).toEqual(['public revised abduction-to-killing 1'])
    expect(new Set(story.events.map(({ data }) => data.alertId))).toEqual(
      new Set([raised?.data.alertId])
    )
  })

  it('does not take up a public case because of a report that everybody saw all the time', () => {
    const story = aStory()
    // Two hidden cases; a public report of both names makes them one, and the alert of the second
    // is free.
    story.report(taken('hidden-1', 'amadou', 'restricted'))
    story.report(taken('hidden-2', 'fatou', 'restricted', '2025-05-30', far))
    story.report(killed('open', 'fatou', 'public', '2025-06-02'))
    const both = {
      ...taken('both', 'amadou', 'public', '2025-06-01', {
        settlement: 'Dire',
        lat: 16.2,
        lon: -3.4
      })
    }
    const persons = ['amadou', 'fatou'].map(key => ({ key, role: null, kind: null, aliasKeys: [] }))
    const events = story.report({ ...both, persons })
    expect(reaching(events).filter(text => text.startsWith('public'))).toEqual([
      'public raised abduction-to-killing 2'
    ])
  })
})
