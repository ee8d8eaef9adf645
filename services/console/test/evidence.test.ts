// The evidence of an alert in steps of time, as it was known earlier, the shapes of patterns, and
// who may read what is printed.

import { describe, expect, it } from 'vitest'
import { evidenceKnownAt, listEvents } from '../src/map/evidence-steps.ts'
import { handlingOnPaper } from '../src/shown/handling-on-paper.ts'
import { anAlert } from './support/an-alert.ts'
import { aDetail, aPiece, aPieceOf } from './support/evidence.ts'

const unknown = aPiece(null, { incidentId: 'x' })

describe('steps of evidence', () => {
  const evidence = [aPieceOf('c', '05'), aPieceOf('b', '01'), unknown, aPieceOf('a', '01')]

  it('are in the order in which things happened, whatever the order of the statement', () => {
    expect(listEvents(evidence).map(({ incidentId }) => incidentId)).toEqual(['a', 'b', 'c'])
  })
})

describe('evidence as known at a time', () => {
  it('is what the revision named, with how much it did not name', () => {
    const piece = (incidentId: string, role: 'support' | 'trigger') =>
      ({ incidentId, role, handling: 'public' }) as const
    const data = anAlert({
      evidence: [piece('a', 'support'), piece('gone', 'trigger')],
      evidenceCount: { triggers: 2, support: 1 }
    })
    const revisions = [{ id: 'r', type: '', time: '', data }]
    const alert = aDetail([aPieceOf('a', '01'), aPieceOf('b', '02')], { revisions })
    expect(evidenceKnownAt(alert, 0)).toMatchObject({
      total: 3,
      evidence: [
        { ...piece('a', 'support'), incident: { category: 'attack' } },
        { ...piece('gone', 'trigger'), incident: null }
      ]
    })
    expect(evidenceKnownAt(alert, -1)).toBeNull()
  })
})

describe('a printed sheet', () => {
  const piece = (handling: string, incident: object | null = { incidentId: 'i1' }) => ({
    ...{ handling, incident }
  })
  const saidBy = (action: object | null) => ({ data: { action } })
  const blank = { ...anAlert(), handling: 'public', evidence: [], revisions: [] }

  it.each<[string, object, boolean?]>([
    ['public', {}],
    ['partners', { handling: 'partners' }],
    ['restricted', { evidence: [piece('partners'), piece('restricted')] }],
    // Of a piece that is not described nothing is printed.
    ['public', { evidence: [piece('restricted', null)] }],
    ['partners', { revisions: [saidBy(null), saidBy({ by: 'Ama', handling: 'partners' })] }],
    ['internal', { revisions: [saidBy({ by: 'Ama' })] }],
    ['internal', { revisionsOmitted: 3 }],
    ['internal', {}, true]
  ])('is as confidential as the most on it: %s, %j', (handling, more, namesTold = false) => {
    const sheet = { ...blank, revisionsOmitted: 0, ...more }
    expect(handlingOnPaper(sheet as never, namesTold)).toBe(handling)
  })
})
