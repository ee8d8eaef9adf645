// Incidents as they follow from the assembly log alone, whatever order the theatres' events come in.

import type { IncidentEventType, IncidentState } from '@tocsin/domain/alert'
import { describe, expect, it } from 'vitest'
import { IncidentIndex } from '../src/incident-index.ts'

class Told {
  readonly index = new IncidentIndex()
  readonly #seqs = new Map<string, number>()
  #position = 0n

  tell(
    theatre: string,
    type: IncidentEventType,
    incidentId: string,
    reports: readonly string[],
    from: readonly string[] = []
  ): void {
    const seq = (this.#seqs.get(theatre) ?? 0) + 1
    this.#seqs.set(theatre, seq)
    this.index.apply({
      ...{ partition: 0, position: this.#position++, time: `2026-03-01T00:00:0${this.#position}.000Z`, cause: null },
      event: { type, data: { ...anIncident, theatre, seq, incidentId, from, reports: reports.map(reportOf) } }
    })
  }

  get standing(): string[] {
    return [...this.index.newestFirst()].filter(e => !e.isWithdrawn).map(e => `${e.state.theatre} ${e.state.incidentId}`)
  }
}

const reportOf = (reportId: string) => ({ reportId, contentHash: `hash-${reportId}`, sourceId: `wire-${reportId}` })
const anIncident: Omit<IncidentState, 'theatre' | 'seq' | 'incidentId' | 'from' | 'reports'> = {
  ...{ revision: 1, aliases: [], independentSources: 1, category: 'attack', tactics: [], credibility: 2, handling: 'internal' },
  occurred: { from: '2026-02-26', to: '2026-02-26' },
  place: { name: null, country: 'ML', admin1: null, lat: null, lon: null, radiusKm: null, settlement: null },
  fatalities: { low: 1, best: 1, high: 1 }
}

describe('incidents by id', () => {
  it('end where another takes what they held, and stand again where they go on', () => {
    const told = new Told()
    told.tell('sahel', 'incident.assembled', 'r1', ['r1', 'r2'])
    told.tell('sahel', 'incident.split', 'r2', ['r2'], ['r1'])
    expect(told.standing).toEqual(['sahel r2'])
    told.tell('sahel', 'incident.split', 'r1', ['r1'], [])
    expect(told.standing).toEqual(['sahel r1', 'sahel r2'])
  })

  it('stand in the theatre that reports were corrected into, while the one they left still clears up', () => {
    const told = new Told()
    told.tell('sahel', 'incident.assembled', 'r1', ['r1', 'r2'])
    told.tell('coast', 'incident.assembled', 'r1', ['r1'])
    told.tell('coast', 'incident.revised', 'r1', ['r1', 'r2'])
    told.tell('sahel', 'incident.split', 'r2', ['r2'], ['r1'])
    expect(told.index.get('r1')).toMatchObject({ isWithdrawn: false, state: { theatre: 'coast' } })
    told.tell('sahel', 'incident.withdrawn', 'r2', ['r2'])
    expect(told.standing).toEqual(['coast r1'])
  })
})
