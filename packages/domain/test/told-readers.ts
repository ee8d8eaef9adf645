// What readers of each handling were told of each alert. A revision in which nothing changes for any reader is not an event.

import type { AlertEvent, AlertState } from '../src/alert/alert.ts'
import { parentAt } from '../src/alert/alert-grouping.ts'
import { type Handling, handlings, maySee } from '../src/report/handling.ts'

export class ToldReaders {
  readonly #told = new Map<string, AlertState>()

  /** Takes the next event of a theatre. True for a revision that tells nothing new to any of those who get it. */
  hearsNothingNew({ type, data }: AlertEvent): boolean {
    if (!('headline' in data)) return false
    const levels = handlings.filter(level => maySee(level, data.handling) && maySee(level, data.concerns))
    const before = levels.map(level => this.#told.get(`${level} ${data.alertId}`))
    for (const level of levels) this.#told.set(`${level} ${data.alertId}`, data)
    return (
      type === 'alert.revised' &&
      levels.every((level, i) => before[i] !== undefined && asTold(before[i], level) === asTold(data, level))
    )
  }
}

/** What a reader sees, without numbers and times of the event itself: counts of what is not named make none. */
function asTold(state: AlertState, level: Handling): string {
  const { revision, seq, notify, concerns, reason, action, evidenceOmitted, partOf, partOfFor, ...seen } = state
  const { detectedAt, ...times } = seen.times
  const evidence = seen.evidence.filter(({ handling }) => maySee(level, handling))
  return JSON.stringify({ ...seen, times, evidence, partOf: parentAt(state, level) })
}
