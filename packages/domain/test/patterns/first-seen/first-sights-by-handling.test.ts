// First sightings where some of what is known is hidden: readers of a level are told what is new to
// them, once their own past is long enough. Source: decision 0033.

import { describe, expect, it } from 'vitest'
import { defaultRules } from '../../../src/patterns/pattern-catalogue.ts'
import type { Handling } from '../../../src/report/handling.ts'
import { FoldStory, throughText } from '../../fold-story.ts'

const rules = defaultRules.filter(({ pattern }) => pattern === 'new-actor')

/** A theatre whose past goes back to these days. */
function aStory(past: Partial<Record<Handling, string>>): FoldStory {
  const story = new FoldStory({ rules, sources: ['wire-1', 'wire-2'] })
  story.tick('2025-06-10')
  for (const [handling, at] of Object.entries(past))
    story.report({
      id: `past-${handling}`,
      at,
      category: 'protest',
      admin1: 'ML-1',
      lat: 14,
      handling: handling as Handling
    })
  return story
}

let count = 0
function sees(story: FoldStory, actor: string, at: string, handling: Handling, source = 'wire-1') {
  story.report({
    id: `sight-${count++}`,
    at,
    actors: [actor],
    admin1: 'ML-5',
    lat: 15,
    handling,
    source
  })
}

const told = (story: FoldStory) =>
  story
    .standing('new-actor')
    .map(
      ({ handling, group, levels }) => `${handling}: ${group.actor} ${levels[0]?.at.slice(0, 10)}`
    )

describe('a first sighting', () => {
  it('is new to those who may not see the one before', () => {
    const story = aStory({ public: '2023-06-01' })
    sees(story, 'Secret Band', '2025-05-20', 'restricted')
    for (const actor of ['Secret Band', 'Quite Another']) sees(story, actor, '2025-06-07', 'public')
    expect(told(story).filter(text => text.startsWith('public'))).toEqual([
      'public: Secret Band 2025-06-07',
      'public: Quite Another 2025-06-07'
    ])
    expect(told(story)).toContain('restricted: Secret Band 2025-05-20')
  })

  it('is none where readers of its level have seen the one before', () => {
    const story = aStory({ public: '2023-06-01' })
    sees(story, 'Band', '2025-05-20', 'public')
    sees(story, 'Band', '2025-06-07', 'restricted')
    expect(told(story)).toEqual(['public: Band 2025-05-20'])
  })

  it('is confirmed by a hidden source for those alone who see it', () => {
    const story = aStory({ public: '2023-06-01' })
    sees(story, 'Band', '2025-05-20', 'public')
    sees(story, 'Band', '2025-06-07', 'internal', 'wire-2')
    expect(story.standing().map(({ handling, levels }) => [handling, levels.length])).toEqual([
      ['public', 1],
      ['internal', 2]
    ])
  })
})

describe('warming', () => {
  it('ends for each level by the reports that it may see', () => {
    const story = aStory({ restricted: '2023-06-01', partners: '2024-12-01' })
    for (const handling of ['public', 'partners', 'restricted'] as const)
      sees(story, `Band ${handling}`, '2025-06-07', handling)
    expect(told(story)).toEqual(['restricted: Band restricted 2025-06-07'])
    story.report({
      id: 'old',
      at: '2023-06-01',
      category: 'protest',
      admin1: 'ML-1',
      lat: 14,
      handling: 'partners'
    })
    expect(told(story)).toEqual([
      'restricted: Band restricted 2025-06-07',
      'partners: Band partners 2025-06-07'
    ])
    story.fold = throughText(story.fold)
    story.withdraw('old')
    expect(
      story.standing('new-actor').map(({ handling, status }) => `${handling} ${status}`)
    ).toEqual(['restricted provisional', 'partners retracted'])
  })
})
