// One sealed cursor for all reports of one log commit, behind the last report. A reader with it
// sees at least their own write, and sealing one per report took longer than reading it.

import type { RecordPosition } from '@tocsin/event-log/port'

export class SharedCursors {
  readonly #seal: (places: readonly RecordPosition[]) => string
  /** By partition: the cursor that is sealed once all callers of the same commit have arrived. */
  readonly #open = new Map<number, { end: bigint; readonly sealed: Promise<string> }>()

  /** `seal`: seals the cursor behind some places. */
  constructor(seal: (places: readonly RecordPosition[]) => string) {
    this.#seal = seal
  }

  /**
   * The cursor behind these places, and behind those of the same partition that are requested in
   * the same turn. A write to several partitions gets its own: no caller should wait for a
   * partition that it did not write to.
   */
  behind(places: readonly RecordPosition[]): Promise<string> {
    const [only] = places
    if (only === undefined || places.length > 1) return Promise.resolve(this.#seal(places))
    return this.#behindOne(only)
  }

  #behindOne({ partition, position }: RecordPosition): Promise<string> {
    const open = this.#open.get(partition)
    if (open !== undefined) {
      if (position > open.end) open.end = position
      return open.sealed
    }
    // A microtask queued now runs after those of all other callers for whom the append settled with
    // this one.
    const sealed = Promise.resolve().then(() => {
      const { end } = this.#open.get(partition) as { readonly end: bigint }
      this.#open.delete(partition)
      return this.#seal([{ partition, position: end }])
    })
    this.#open.set(partition, { end: position, sealed })
    return sealed
  }
}
