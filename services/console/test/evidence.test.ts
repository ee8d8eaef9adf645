// The evidence of an alert in steps of time, as it was known earlier, the shapes of patterns, and
// who may read what is printed.

import { describe, expect, it } from 'vitest'
import { eventsOf, evidenceKnownAt, evidenceUpTo } from '../src/map/evidence-steps.ts'
import { handlingOnPaper } from '../src/shown/handling-on-paper.ts'
import { anAlert } from './support/an-alert.ts'
import { aDetail, aPiece, aPieceOf } from './support/evidence.ts'

const unknown = aPiece(null, { incidentId: 'x' })

describe('steps of evidence', () => {
  const evidence = [aPieceOf('c', '05'), aPieceOf('b', '01'), unknown, aPieceOf('a', '01')]

  it('are in the order in which things happened, whatever the order of the statement', () => {
    expect(eventsOf(evidence).map(({ incidentId }) => incidentId)).toEqual(['a', 'b', 'c'])
    expect(evidenceUpTo(evidence, 1).map(({ incidentId }) => incidentId)).toEqual(['a', 'b'])
  })
  it('leave out nothing where none is chosen', () => {
    expect(evidenceUpTo(evidence, null)).toBe(evidence)
  })
})

describe('evidence as known at a time', () => {
  it('is what the revision named, with how much it did not name', () => {
    const data = {
      ...anAlert(),
      evidence: [
        { incidentId: 'a', role: 'support', handling: 'public' },
        { incidentId: 'gone', role: 'trigger', handling: 'public' }
      ],
      evidenceCount: { triggers: 2, support: 1 }
    } as const
    const alert = aDetail([aPieceOf('a', '01'), aPieceOf('b', '02')], {
      revisions: [{ id: 'r', type: '', time: '', data }]
    })
    const then = evidenceKnownAt(alert, 0)
    expect(then?.total).toBe(3)
    expect(
      then?.evidence.map(({ incidentId, role, incident }) => [incidentId, role, incident?.category])
    ).toEqual([
      ['a', 'support', 'attack'],
      ['gone', 'trigger', undefined]
    ])
    expect(evidenceKnownAt(alert, -1)).toBeNull()
  })
})

describe('a printed sheet', () => {
  const incident = { incidentId: 'i1' }
  const piece = (handling: string, described = true) => ({
    handling,
    incident: described ? incident : null
  })
  const said = (action: object | null) => ({ data: { action } })
  const sheet = (more: object = {}, namesTold = false) =>
    handlingOnPaper(
      {
        ...anAlert(),
        handling: 'public',
        evidence: [],
        revisions: [],
        revisionsOmitted: 0,
        ...more
      } as never,
      namesTold
    )

  it('is marked by the most confidential thing on it', () => {
    expect(sheet()).toBe('public')
    expect(sheet({ handling: 'partners' })).toBe('partners')
    expect(sheet({ evidence: [piece('partners'), piece('restricted')] })).toBe('restricted')
    // Of a piece that is not described nothing is printed.
    expect(sheet({ evidence: [piece('restricted', false)] })).toBe('public')
    expect(sheet({ revisions: [said(null), said({ by: 'Ama', handling: 'partners' })] })).toBe(
      'partners'
    )
    expect(sheet({ revisions: [said({ by: 'Ama' })] })).toBe('internal')
    expect(sheet({ revisionsOmitted: 3 })).toBe('internal')
    expect(sheet({}, true)).toBe('internal')
  })
})
