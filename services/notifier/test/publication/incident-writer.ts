// Incidents as the rules would write them: attacks in one area, for readers of their handling.

import type { IncidentState } from '@tocsin/contracts/incident/incident-event'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'

const place = {
  ...{ name: 'Diosso', country: 'ML', admin1: 'ML-4', settlement: null },
  ...{ lat: 13.88, lon: -5.36, radiusKm: 5 }
}

export interface IncidentAsk extends Partial<Omit<IncidentState, 'place'>> {
  /** Null: without an area. */
  readonly place?: null
}

export class IncidentWriter {
  readonly #log: EventLog
  #seq = 0

  constructor(log: EventLog) {
    this.#log = log
  }

  /** An attack in Ségou, known to everybody, unless said otherwise. */
  async write(day: string, { place: none, ...more }: IncidentAsk = {}): Promise<void> {
    this.#seq++
    const data: IncidentState = {
      ...{ incidentId: `i${this.#seq}`, revision: 1, seq: this.#seq, theatre: 'sahel' },
      ...{ aliases: [], reports: [], independentSources: 1, from: [] },
      occurred: { from: day, to: day },
      ...{ category: 'attack', tactics: [], credibility: 2, handling: 'public' },
      place: none === null ? { ...place, admin1: null } : place,
      fatalities: { low: null, best: null, high: null },
      ...more
    }
    const id = `incident-${this.#seq}`
    const head = { id, source: '/tocsin/rules', time: '2026-03-01T12:00:00.000Z', cause: null }
    const value = encodeRecord({ ...head, theatre: 'sahel' }, { type: 'incident.assembled', data })
    await this.#log.append(topics.assembly, [{ id, key: 'sahel', value }])
  }
}
