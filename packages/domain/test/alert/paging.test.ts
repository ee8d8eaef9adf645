// Which raised alerts page people, and which are updates.

import { describe, expect, it } from 'vitest'
import { mayPage } from '../../src/alert/paging.ts'
import { compoundPatterns, defaultRules, patterns } from '../../src/patterns/pattern-catalogue.ts'
import { FoldStory } from '../fold-story.ts'

describe('an actor or a tactic that is new somewhere', () => {
  const sighting = {
    category: 'attack',
    tactics: ['drone'],
    settlement: 'Kayes',
    admin1: 'ML-1',
    actors: ['JNIM']
  } as const
  const said = (source: string, day: string) => ({
    ...sighting,
    id: `${source}-${day}`,
    source,
    at: day
  })

  it('is an update when one source reports it, and pages once a second one makes it severe', () => {
    const story = new FoldStory({ sources: ['a', 'b'], rules: defaultRules, start: '2023-01-01' })
    story.tick('2025-02-28')
    story.report({ id: 'past', source: 'a', at: '2023-01-02', category: 'protest', admin1: 'ML-1' })
    story.report(said('a', '2025-03-01'))
    story.report(said('b', '2025-03-05'))
    for (const rule of ['new-actor', 'new-tactic']) {
      const told = story.events.filter(({ data }) => 'ruleId' in data && data.ruleId === rule)
      const notified = told.flatMap(({ type, data }) =>
        'severity' in data ? [[type, data.severity, data.notify]] : []
      )
      expect(
        notified.filter(([type]) => type === 'alert.raised' || type === 'alert.escalated')
      ).toEqual([
        ['alert.raised', 'moderate', 'update'],
        ['alert.escalated', 'severe', 'page']
      ])
    }
  })

  it('pages nobody while only sources report it that nobody declared, and pages once a declared one does', () => {
    const story = new FoldStory({ sources: ['a'], rules: defaultRules, start: '2023-01-01' })
    story.tick('2025-02-28')
    story.report({ id: 'past', source: 'a', at: '2023-01-02', category: 'protest', admin1: 'ML-1' })
    const crowd = Array.from({ length: 20 }, (_, i) => `Band ${i}`)
    const pages = () =>
      story.events.filter(
        ({ data }) => 'ruleId' in data && data.ruleId === 'new-actor' && data.notify === 'page'
      ).length
    for (const source of ['x1', 'x2', 'x3'])
      story.report({ ...said(source, '2025-03-01'), actors: crowd })
    expect(pages()).toBe(0)
    story.report({ ...said('a', '2025-03-02'), actors: ['Band 7'] })
    // It joins the incident of the others; their names get nothing from it.
    expect(pages()).toBe(1)
  })
})

describe('every other pattern', () => {
  it('pages at every severity, and so does a rule of an unknown pattern', () => {
    const silent = [...patterns.keys(), ...compoundPatterns.keys(), 'gone'].filter(
      id => !mayPage(id, 'minor')
    )
    expect(silent).toEqual(['new-actor', 'new-tactic'])
  })
})

describe('a drill', () => {
  it('begins with EXERCISE, and so does its retraction', () => {
    const story = new FoldStory({ start: '2025-01-01' })
    const attacks = ['2025-03-01', '2025-03-02', '2025-03-03'].map((at, i) => ({
      id: `d${i}`,
      at,
      settlement: 'Diosso',
      drill: true
    }))
    story.tick('2025-03-04')
    for (const attack of attacks) story.report(attack)
    for (const { id } of attacks) story.withdraw(id)
    const headlines = story.events.flatMap(({ data }) =>
      'headline' in data ? [data.headline] : []
    )
    expect(headlines.length).toBeGreaterThan(1)
    for (const headline of headlines) expect(headline).toMatch(/^(?:Retracted: )?EXERCISE: /)
  })
})
