// What is said of a running rule to a reader: near misses, failures of its predicates, and warming.

import type { Principal } from '@tocsin/auth/access/principal'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import { describe, expect, it } from 'vitest'
import type { RulesEngine } from '../src/partition/rules-engine.ts'
import { findNearMisses } from '../src/preview/near-answers.ts'
import { makeStandings } from '../src/rule/standings.ts'
import { addSiege, makeRule, TheatreStory } from './theatre-story.ts'

const makeReader = (handling: Handling, theatres: Principal['theatres'] = '*') =>
  ({ handling, theatres }) as Principal
const makeInstance = ({ engine }: TheatreStory) =>
  ({ owners: [{ theatre: 'sahel', engine }] }) as unknown as RulesEngine

const restricted = makeReader('restricted')

describe('near misses', () => {
  const story = new TheatreStory([makeRule('surge', { countMin: 5 }), makeRule('new-actor')])
  for (const [area, drill, handling] of [
    ['ML-4', false, 'restricted'],
    ['ML-5', true, 'public']
  ] as const)
    for (const day of ['01', '02', '03', '04']) {
      const place = { admin1: area, foundAdmin1: area }
      const at = `2025-06-${day}`
      story.report({ reportId: `${area} ${day}`, at, place, drill, handling })
    }
  story.tick('2025-06-05')
  const instance = makeInstance(story)

  it('are shown to readers of their reports, exercises marked', () => {
    const listed = findNearMisses(instance, 'surge', restricted)
    expect(listed).toMatchObject({ next: null, canSay: true })
    const near = { theatre: 'sahel', incidents: 4, lacks: '1 more' }
    expect(listed.items).toHaveLength(2)
    expect(listed.items).toContainEqual(
      expect.objectContaining({ ...near, group: expect.objectContaining({ admin1: 'ML-4' }) })
    )
    const limited = findNearMisses(instance, 'surge', makeReader('internal'))
    expect(limited.items).toMatchObject([{ ...near, drill: true }])
  })

  it('are none of a theatre that the key may not read, or of a rule that measures none', () => {
    expect(findNearMisses(instance, 'surge', makeReader('restricted', ['lake'])).canSay).toBe(false)
    expect(findNearMisses(instance, 'new-actor', restricted).canSay).toBe(false)
  })
})

describe('the standing of a rule', () => {
  const failing = { ...makeRule('siege'), where: 'deaths.best > 2' }
  const story = new TheatreStory([failing, makeRule('new-actor')])
  story.report({ reportId: 'a', at: '2020-01-01', handling: 'internal' })
  addSiege(story)
  story.tick('2025-06-05')
  const instance = makeInstance(story)
  const standings = makeStandings(() => instance)
  const read = (handling: Handling, ruleId: string, theatres: Principal['theatres'] = '*') =>
    standings.seenBy(makeReader(handling, theatres), [ruleId]).get(ruleId)

  it('counts failed evaluations for readers of everything, and for metrics', () => {
    const { count, lastMessage } = read('restricted', 'siege')!.failing
    expect(count).toBeGreaterThan(0)
    expect(lastMessage).not.toBeNull()
    expect(standings.failures()).toEqual(new Map([['siege', count]]))
    const none = { count: 0, lastMessage: null }
    expect(read('restricted', 'new-actor')!.failing).toEqual(none)
    expect(read('internal', 'siege')!.failing).toEqual(none)
  })

  it('names the theatres whose past is too short, as far as the reader knows it', () => {
    expect(read('public', 'new-actor')!.warming).toEqual(['sahel'])
    expect(read('public', 'new-actor', ['lake'])!.warming).toEqual([])
    expect(read('internal', 'new-actor')!.warming).toEqual([])
    expect(read('public', 'siege')!.warming).toEqual([])
  })
})
