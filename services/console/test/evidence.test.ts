// The evidence of an alert in steps of time, as it was known earlier, the shapes of patterns, and
// who may read what is printed.

import { describe, expect, it } from 'vitest'
import { eventsOf, evidenceKnownAt, evidenceUpTo } from '../src/map/evidence-steps.ts'
import { handlingOnPaper } from '../src/shown/handling-on-paper.ts'
import type { AlertDetail, ShownEvidence, ShownPlace } from '../src/shown/shown-alert.ts'
import { anAlert } from './support/an-alert.ts'

const spot: ShownPlace = {
  name: 'Diosso',
  country: 'ML',
  admin1: 'ML-4',
  lat: 13.9,
  lon: -5.4,
  radiusKm: 2,
  resolution: 'stated'
}

function anEvent(
  id: string,
  day: string,
  place: Partial<ShownPlace> = {},
  role: 'trigger' | 'support' = 'trigger'
): ShownEvidence {
  const occurred = { from: `2025-03-${day}T00:00:00.000Z`, to: `2025-03-${day}T23:59:59.999Z` }
  const fatalities = { low: null, best: null, high: null }
  const known = {
    incidentId: id,
    category: 'attack',
    tactics: [],
    occurred,
    fatalities,
    independentSources: 1,
    reports: []
  }
  return {
    incidentId: id,
    role,
    handling: 'public',
    incident: { ...known, place: { ...spot, ...place }, alsoAt: [], withdrawn: false }
  }
}
const unknown: ShownEvidence = {
  incidentId: 'x',
  role: 'trigger',
  handling: 'public',
  incident: null
}

function aDetail(evidence: readonly ShownEvidence[], more: Partial<AlertDetail> = {}): AlertDetail {
  const rest = { revisions: [], revisionsOmitted: 0, raisedAt: '', event: { type: '', time: '' } }
  return { ...anAlert(), ...rest, ...more, evidence }
}

describe('steps of evidence', () => {
  const evidence = [anEvent('c', '05'), anEvent('b', '01'), unknown, anEvent('a', '01')]

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
    const alert = aDetail([anEvent('a', '01'), anEvent('b', '02')], {
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
