// Incidents per reader level. An incident has the strictest handling of its reports: readers below it see the incident as it was
// before that report, with revisions of their own.

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

  /** Folds the next record of its partition. */
  apply(record: IncidentRecord): void {
    for (const [level, index] of this.#byLevel) {
      if (maySee(level, record.event.data.handling)) index.apply(record)
      else index.passOver(record)
    }
  }
}
