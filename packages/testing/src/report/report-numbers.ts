// The numbers by which alert events of version 3 name reports: a fold counts the records of the
// theatre that brought a report of its handling level or a lower one. A record that the log has twice
// counts once.

import { RecentIds } from '@tocsin/contracts/record/recent-ids'
import { type Handling, handlings } from '@tocsin/contracts/theatre/handling'

/** Counts the records of a theatre, as its folds do. */
export class ReportNumbers {
  readonly #recordIds = new RecentIds()
  readonly #reportIds: string[] = []
  /** By rank of the fold: the places of the records that it counts. */
  readonly #places: readonly number[][] = handlings.map(() => [])

  /** Counts the next `report.received` record of the theatre. */
  take(recordId: string, reportId: string, handling: Handling): void {
    if (this.#recordIds.has(recordId)) return
    this.#recordIds.add(recordId)
    const place = this.#reportIds.push(reportId) - 1
    for (let fold = handlings.indexOf(handling); fold < handlings.length; fold++)
      this.#places[fold]!.push(place)
  }

  /** The id of the report that an event of a fold names; null if the record was not counted yet. */
  find(fold: Handling, number: number): string | null {
    const place = this.#places[handlings.indexOf(fold)]![number - 1]
    return place === undefined ? null : this.#reportIds[place]!
  }
}
