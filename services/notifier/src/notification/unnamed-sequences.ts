// Sequences that were skipped and that no delivery has named yet. A partner that has stored what
// was named has the whole range.

import { ascending, type Delivery } from './delivery.ts'
import { rangeToName, type SequenceRange } from './newest-state.ts'

export class UnnamedSequences {
  readonly #deliveryOf: (sequence: number) => Delivery | undefined
  #all: readonly number[] = []

  constructor(deliveryOf: (sequence: number) => Delivery | undefined) {
    this.#deliveryOf = deliveryOf
  }

  /** Ascending. */
  get all(): readonly number[] {
    return this.#all
  }

  add(sequences: readonly number[]): void {
    if (sequences.length > 0) this.#all = [...new Set([...this.#all, ...sequences])].sort(ascending)
  }

  /** What skipped ones would have named is to be named by others. */
  inherit(skipped: readonly number[]): void {
    this.add(skipped.flatMap(each => this.#namedBy(each)))
  }

  named({ from, to }: SequenceRange): void {
    this.#all = this.#all.filter(each => each < from || each > to)
  }

  /**
   * What the delivery would name as superseded, if these are skipped. Lapsed deliveries were not
   * replaced: the partner must see that they are missing. Up to `lapsedThrough`, sequences that are
   * not stored may have lapsed. Without a delivery (null) none is named: the range begins with the
   * first of these, even if earlier ones are unnamed.
   */
  rangeFor(
    sequence: number | null,
    skipped: Iterable<number>,
    lapsedThrough: number
  ): SequenceRange | null {
    const replaced = [...skipped]
    const named =
      sequence === null ? [] : [...this.#all, ...replaced.flatMap(each => this.#namedBy(each))]
    const all = [...new Set([...named, ...replaced])].sort(ascending)
    return rangeToName(all, sequence, between => {
      const state = this.#deliveryOf(between)?.state
      return state === undefined
        ? between > lapsedThrough
        : !['pending', 'parked', 'lapsed'].includes(state)
    })
  }

  /** Skipped sequences that a delivery names. */
  #namedBy(sequence: number): readonly number[] {
    const range = this.#deliveryOf(sequence)?.superseded ?? null
    if (range === null) return []
    const all = Array.from({ length: range.to - range.from + 1 }, (_, i) => range.from + i)
    return all.filter(
      each =>
        !['delivered', 'pending', 'parked', 'lapsed'].includes(
          this.#deliveryOf(each)?.state ?? 'superseded'
        )
    )
  }
}
