// Incidents as each level of readers may see them. An incident is as strict as the strictest of its reports: those who may not see that one know the incident
// as it was before it came, under revisions of their own.

import { type Handling, handlings, maySee } from '@tocsin/domain/report/handling'
import { IncidentIndex, type IncidentRecord, incidentsMax } from './incident-index.ts'

export class IncidentViews {
  readonly #byLevel: ReadonlyMap<Handling, IncidentIndex>

  constructor(max = incidentsMax) {
    this.#byLevel = new Map(handlings.map(level => [level, new IncidentIndex(max, { isLimited: level !== 'restricted' })]))
  }

  /** What readers of a level may see. */
  at(level: Handling): IncidentIndex {
    return this.#byLevel.get(level) as IncidentIndex
  }

  /** Takes the next record of its partition in. */
  apply(record: IncidentRecord): void {
    for (const [level, index] of this.#byLevel) {
      if (maySee(level, record.event.data.handling)) index.apply(record)
      else index.passOver(record)
    }
  }
}
