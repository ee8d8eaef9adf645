// Ids of records that a theatre has taken and that no report remembers, so that one that stands in the log again is known. Each list has a limit; the
// oldest goes first.

import type { TheatreRecord } from './theatre-record.ts'

/** Ids of configuration records, declared pairs and operators' requests that are remembered. */
export const takenIdsMax = 50_000
/** Ids of reports' records beyond the window that are remembered: the report may come into the window by a later word. */
export const beyondIdsMax = 10_000

/** Both lists, in the order in which the ids came. */
export interface TakenIdsSnapshot {
  readonly taken: readonly string[]
  readonly beyond: readonly string[]
}

export class TakenIds {
  readonly #taken = new Set<string>()
  readonly #beyond = new Set<string>()

  /** True for a configuration record, a declared pair or an operator's request that was taken. */
  hasTaken(recordId: string): boolean {
    return this.#taken.has(recordId)
  }

  /** True for a report's record that was beyond the window when no report of its name was known. */
  wasBeyond(recordId: string): boolean {
    return this.#beyond.has(recordId)
  }

  /** Remembers a record that is taken. Ticks say themselves what is later, and reports remember their own. */
  take(record: TheatreRecord): void {
    if (record.type === 'clock.ticked' || record.type === 'report.received' || record.type === 'report.withdrawn') return
    keepId(this.#taken, record.id, takenIdsMax)
  }

  noteBeyond(recordId: string): void {
    keepId(this.#beyond, recordId, beyondIdsMax)
  }

  snapshot(): TakenIdsSnapshot {
    return { taken: [...this.#taken], beyond: [...this.#beyond] }
  }

  restore({ taken, beyond }: TakenIdsSnapshot): void {
    for (const id of taken) this.#taken.add(id)
    for (const id of beyond) this.#beyond.add(id)
  }
}

/** Adds an id; over the limit the one that was added first goes. */
function keepId(ids: Set<string>, id: string, max: number): void {
  ids.add(id)
  if (ids.size > max) ids.delete(ids.values().next().value as string)
}
