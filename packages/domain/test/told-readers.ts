// What readers of each handling were told of each alert. A revision in which nothing changes for
// any reader is not an event; and one that changes nothing for the most open of those who get it
// would tell them by its time of what is hidden from them.

import type { AlertEvent, AlertState } from '../src/alert/alert.ts'
import { parentAt } from '../src/alert/alert-grouping.ts'
import { type Handling, handlings, maySee } from '../src/report/handling.ts'

export class ToldReaders {
  readonly #told = new Map<string, AlertState>()

  /**
   * Takes the next event of a theatre. True for a revision that tells nothing new to the most open
   * of those who get it.
   */
  hearsNothingNew({ type, data }: AlertEvent): boolean {
    if (!('headline' in data)) return false
    const levels = handlings.filter(
      level => maySee(level, data.handling) && maySee(level, data.concerns)
    )
    const [open] = levels
    const before = this.#told.get(`${open} ${data.alertId}`)
    for (const level of levels) this.#told.set(`${level} ${data.alertId}`, data)
    // Who may not see it any more has lost it, and is told of it anew.
    for (const level of handlings)
      if (!maySee(level, data.handling)) this.#told.delete(`${level} ${data.alertId}`)
    if (type !== 'alert.revised' || open === undefined || before === undefined) return false
    return asTold(before, open) === asTold(data, open)
  }
}

/**
 * What a reader sees, without numbers and times of the event itself: counts of what is not named
 * make none.
 */
function asTold(state: AlertState, level: Handling): string {
  const {
    revision,
    seq,
    notify,
    concerns,
    reason,
    action,
    evidenceOmitted,
    partOf,
    partOfFor,
    ...seen
  } = state
  const { detectedAt, ...times } = seen.times
  const evidence = seen.evidence.filter(({ handling }) => maySee(level, handling))
  return JSON.stringify({ ...seen, times, evidence, partOf: parentAt(state, level) })
}
