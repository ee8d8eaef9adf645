import { describe, expect, it } from 'vitest'
import { type IncidentHistory, incidentHistoryLines } from '../../src/client/incident-lines.ts'

const incident: IncidentHistory = {
  incidentId: 'i1',
  revision: 1,
  theatre: 'sahel',
  aliases: [],
  occurred: { from: '2025-10-02T00:00:00.000Z', to: '2025-10-02T23:59:59.999Z' },
  category: 'attack-on-civilians',
  place: { name: 'Kamona', admin1: 'ML-4', country: 'ML' },
  withdrawn: false,
  reports: [],
  history: []
}

describe('an incident at a terminal', () => {
  it('shows the candidates of its place name, and further places', () => {
    const candidates = [
      { name: 'Kamona', admin1: 'ML-4', country: 'ML', lat: 13.98, lon: -5.92 },
      { name: 'Kamona', admin1: null, country: 'ML', lat: 12.87, lon: -5.71 }
    ]
    const balle = {
      name: null,
      settlementName: 'Balle',
      admin1: 'ML-4',
      country: 'ML',
      lat: 13.5,
      lon: -5.9
    }
    const place = { ...incident.place, resolution: 'ambiguous', candidates, candidatesOmitted: 1 }
    expect(incidentHistoryLines({ ...incident, place, alsoAt: [balle] })).toEqual(
      expect.arrayContaining([
        'its place may be Kamona, Ségou (ML-4), at 13.98, -5.92; Kamona, Mali, at 12.87, -5.71 and 1 more',
        'also at Balle, Ségou (ML-4), at 13.5, -5.9'
      ])
    )
  })

  it('shows that its place is unknown or contradictory, and nothing if it is clear', () => {
    const linesOf = (more: object) =>
      incidentHistoryLines({ ...incident, place: { ...incident.place, ...more } })[1]
    expect(linesOf({ resolution: 'unresolved' })).toBe('the name of its place is not known')
    expect(linesOf({ resolution: 'stated', contradiction: 'country' })).toMatch(
      /^its coordinates lie far outside/
    )
    expect(linesOf({ resolution: 'stated', contradiction: 'admin1' })).toMatch(
      /^its coordinates lie far outside the stated area/
    )
    expect(linesOf({ resolution: 'stated' })).toBe('')
  })
})
