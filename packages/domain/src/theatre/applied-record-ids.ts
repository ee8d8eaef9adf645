// Ids of applied records that no report remembers, so that duplicates in the log are recognised.
// Each list is bounded; the oldest go first.

import type { TheatreRecord } from '../record/theatre-record.ts'

/** Ids of configuration records, and of declared pairs and requests, remembered of each. */
export const appliedIdsMax = 50_000
/**
 * Maximum number of remembered ids of reports' records beyond the window: a later revision may
 * bring such a report into the window.
 */
export const beyondIdsMax = 10_000

const configurationTypes: ReadonlySet<TheatreRecord['type']> = new Set([
  'theatre.configured',
  'source.configured',
  'rule.configured',
  'rule.removed',
  'engine.changed',
  'clock.set'
])

/** The lists, in the order in which the ids came. */
export interface AppliedIdsSnapshot {
  readonly taken: readonly string[]
  /** Left out by earlier engines, which stored these ids in `taken`. */
  readonly configuration?: readonly string[]
  readonly beyond: readonly string[]
}

export class AppliedRecordIds {
  readonly #applied = new LatestIds(appliedIdsMax)
  /**
   * Apart from requests: many requests must not evict them, or the owner copies old configuration
   * into the theatre again.
   */
  readonly #configuration = new LatestIds(appliedIdsMax)
  readonly #beyond = new LatestIds(beyondIdsMax)

  /** True for a configuration record, a declared pair or an operator's request that was applied. */
  hasApplied(recordId: string): boolean {
    return this.#applied.has(recordId) || this.#configuration.has(recordId)
  }

  /** True for a report's record that was beyond the window when no report of its name was known. */
  wasBeyond(recordId: string): boolean {
    return this.#beyond.has(recordId)
  }

  /**
   * Remembers an applied record. Ticks are recognised by their time, and reports remember their own
   * records.
   */
  take(record: TheatreRecord): void {
    if (
      record.type === 'clock.ticked' ||
      record.type === 'report.received' ||
      record.type === 'report.withdrawn'
    )
      return
    const ids = configurationTypes.has(record.type) ? this.#configuration : this.#applied
    ids.add(record.id)
  }

  noteBeyond(recordId: string): void {
    this.#beyond.add(recordId)
  }

  snapshot(): AppliedIdsSnapshot {
    return {
      taken: this.#applied.all(),
      configuration: this.#configuration.all(),
      beyond: this.#beyond.all()
    }
  }

  restore({ taken, configuration = [], beyond }: AppliedIdsSnapshot): void {
    for (const id of configuration) this.#configuration.add(id)
    for (const id of taken) this.#applied.add(id)
    for (const id of beyond) this.#beyond.add(id)
  }
}

/** The ids that were added last, up to a limit; one that is there keeps its place. */
class LatestIds {
  readonly #ids = new Set<string>()
  readonly #max: number
  /** A persistent iterator: a new one would step over all removed entries to find the first. */
  readonly #oldest = this.#ids.values()

  constructor(max: number) {
    this.#max = max
  }

  has(id: string): boolean {
    return this.#ids.has(id)
  }

  add(id: string): void {
    this.#ids.add(id)
    if (this.#ids.size > this.#max) this.#ids.delete(this.#oldest.next().value as string)
  }

  all(): string[] {
    return [...this.#ids]
  }
}
