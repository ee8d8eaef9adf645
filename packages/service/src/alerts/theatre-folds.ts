// Which levels read which fold of a theatre, and from which record on. A reader reads the highest fold
// that has begun within their level; before it began, the events of the lower one are theirs.

import { type Handling, handlings, maySee } from '@tocsin/contracts/theatre/handling'

export class TheatreFolds {
  /** By theatre: the folds above `public`, each with the position of its first record. */
  readonly #begun = new Map<string, Map<Handling, bigint>>()

  /** Takes the position of a record of a fold. True if it is the first: the fold began there. */
  take(theatre: string, fold: Handling, position: bigint): boolean {
    if (fold === 'public') return false
    const begun = this.#begun.get(theatre) ?? new Map<Handling, bigint>()
    this.#begun.set(theatre, begun)
    if (begun.has(fold)) return false
    begun.set(fold, position)
    return true
  }

  /** The levels whose readers read a fold at a record. */
  listLevels(theatre: string, fold: Handling, position: bigint): readonly Handling[] {
    const begun = this.#begun.get(theatre)
    const hasBegun = (other: Handling) => (begun?.get(other) ?? position + 1n) <= position
    return handlings.filter(level => {
      const isAbove = (other: Handling) => !maySee(fold, other) && maySee(level, other)
      return maySee(level, fold) && !handlings.some(other => isAbove(other) && hasBegun(other))
    })
  }
}
