// Cursors behind what was written: a reader with one sees at least that.

import { makeCursorBehind } from '@tocsin/event-log/cursor'
import type { Cursor, RecordPosition } from '@tocsin/event-log/port'
import type { ProcessModel } from '@tocsin/read-model/process/process-model'
import { sealCursor } from '@tocsin/service/projection/sealed-cursor'

/** A cursor behind exactly the given places of the incidents log. Throws before the start. */
export function findCursorBehind(
  { views }: ProcessModel,
  places: readonly RecordPosition[]
): Cursor {
  const { cursor } = views.incidents
  if (cursor === null) throw new Error('a report is known before the logs were followed')
  return makeCursorBehind(cursor.topic, cursor.epoch, cursor.positions.length, places)
}

export class WrittenCursors {
  readonly #model: ProcessModel
  readonly #key: Buffer
  /** By partition: the cursor that is sealed once all callers of the same commit have arrived. */
  readonly #open = new Map<number, { end: bigint; readonly sealed: Promise<string> }>()

  /** `key`: the suite's secret for `cursor`. */
  constructor(model: ProcessModel, key: Buffer) {
    this.#model = model
    this.#key = key
  }

  seal(places: readonly RecordPosition[]): string {
    return sealCursor(this.#key, { cursors: [findCursorBehind(this.#model, places)] })
  }

  /**
   * The cursor behind these places, and behind those of the same partition that are requested in
   * the same turn. A write to several partitions gets its own: no caller should wait for a
   * partition that it did not write to.
   */
  async shared(places: readonly RecordPosition[]): Promise<string> {
    const [only] = places
    if (only === undefined || places.length > 1) return this.seal(places)
    const { partition, position } = only
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
      return this.seal([{ partition, position: end }])
    })
    this.#open.set(partition, { end: position, sealed })
    return sealed
  }
}
