// Two alerts whose incidents an officer declares to be one: one continues, the other refers to it,
// also if its situation had ended.

import { describe, expect, it } from 'vitest'
import type { AlertState } from '../../src/alert/alert.ts'
import { defaultRules } from '../../src/patterns/pattern-catalogue.ts'
import { FoldStory } from '../fold-story.ts'

const rules = defaultRules.filter(({ ruleId }) => ruleId === 'mass-casualty')

/** Two massacres of one day, reported by two sources 40 km apart. */
function twoMassacres(): FoldStory {
  const story = new FoldStory({ rules })
  story.tick('2025-05-06')
  const massacre = {
    at: '2025-05-05',
    category: 'attack-on-civilians',
    deaths: 30,
    admin1: 'ML-5',
    lon: -4
  } as const
  story.report({ ...massacre, id: 'east', lat: 14.5 })
  story.report({ ...massacre, id: 'west', lat: 14.9, source: 'wire-2' })
  return story
}

function merge(story: FoldStory): void {
  story.take({
    type: 'pair.declared',
    data: { reportIds: ['east', 'west'], same: true, by: 'officer' }
  })
}

const nothing = { until: null, note: null, to: null, text: null, disposition: null } as const

function take(story: FoldStory, { alertId, operatorRevision }: AlertState): void {
  const data = {
    actionId: `take-${alertId}`,
    alertId,
    ifMatch: operatorRevision,
    by: 'officer',
    byId: 'key_1',
    ...nothing
  }
  story.take({ type: 'operator.requested', data: { ...data, action: 'acknowledge' } })
}

function expectOneToNameTheOther(story: FoldStory): void {
  const [stays, gone] = story.standing() as [AlertState, AlertState]
  expect(gone).toMatchObject({ status: 'retracted', reason: 'merged', references: [stays.alertId] })
  expect(stays.status).not.toBe('retracted')
  expect(stays.references).toEqual([gone.alertId])
}

describe('two alerts whose incidents an officer declares to be one', () => {
  it('become one while both are open', () => {
    const story = twoMassacres()
    merge(story)
    expectOneToNameTheOther(story)
  })

  it('become one that nobody has if it is graver than the one that somebody took', () => {
    const byDeaths = (deaths: number): FoldStory => {
      const story = new FoldStory({ rules })
      story.tick('2025-05-06')
      const massacre = {
        at: '2025-05-05',
        category: 'attack-on-civilians',
        admin1: 'ML-5',
        lon: -4
      } as const
      story.report({ ...massacre, id: 'east', lat: 14.5, deaths })
      story.report({ ...massacre, id: 'west', lat: 14.9, deaths: 30, source: 'wire-2' })
      return story
    }
    const severities = (story: FoldStory) => story.standing().map(({ severity }) => severity)
    const graver = byDeaths(300)
    expect(new Set(severities(graver)).size).toBe(2)
    take(graver, graver.standing()[1] as AlertState)
    merge(graver)
    expectOneToNameTheOther(graver)
    expect(graver.standing()[0]?.operator.acknowledgedBy).toBeNull()
  })

  it('state that their support fell away if no alert took over what was withdrawn', () => {
    const story = twoMassacres()
    story.tick('2025-05-20')
    story.withdraw('west')
    expect(story.standing()[1]).toMatchObject({
      status: 'retracted',
      reason: 'support-fell-away',
      references: []
    })
  })
})
