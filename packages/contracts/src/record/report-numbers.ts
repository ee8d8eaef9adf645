// The numbers by which alert events of version 3 name reports: a fold counts the records of the
// theatre that brought a report of its handling level or a lower one, repeated ones included.

import { type Handling, handlings } from '@tocsin/domain/report/handling'

/** State for a snapshot: a report id and the rank of its handling for each record. */
export interface ReportNumbersState {
  readonly reportIds: readonly string[]
  readonly ranks: Uint8Array
}

/** Counts the records of one theatre, as its folds do. */
export class ReportNumbers {
  readonly #reportIds: string[] = []
  readonly #ranks: number[] = []
  /** By rank of the fold: the places of the records that it counts. */
  readonly #places: readonly number[][] = handlings.map(() => [])

  /** Counts the next `report.received` record of the theatre. */
  take(reportId: string, handling: Handling): void {
    this.#add(reportId, handlings.indexOf(handling))
  }

  #add(reportId: string, rank: number): void {
    const place = this.#reportIds.push(reportId) - 1
    this.#ranks.push(rank)
    for (let fold = rank; fold < handlings.length; fold++) this.#places[fold]!.push(place)
  }

  /** The id of the report that an event of a fold names; null if the record was not counted yet. */
  find(fold: Handling, number: number): string | null {
    const place = this.#places[handlings.indexOf(fold)]![number - 1]
    return place === undefined ? null : this.#reportIds[place]!
  }

  exportState(): ReportNumbersState {
    return { reportIds: this.#reportIds, ranks: Uint8Array.from(this.#ranks) }
  }

  /** Restores a state into a new object. */
  restore({ reportIds, ranks }: ReportNumbersState): void {
    for (const [i, reportId] of reportIds.entries()) this.#add(reportId, ranks[i]!)
  }
}
