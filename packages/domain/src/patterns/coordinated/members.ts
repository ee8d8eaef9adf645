// The attacks of a burst: a part of a list that never changes. Bursts that follow each other share
// it, so that a day of a thousand attacks is not a thousand lists.

import type { Incident } from '../../incident/incident.ts'

export class Members implements Iterable<Incident> {
  readonly #list: readonly Incident[]
  readonly #from: number
  readonly #to: number

  /** From one index of a list up to another, which is not included. */
  constructor(list: readonly Incident[], from = 0, to = list.length) {
    this.#list = list
    this.#from = from
    this.#to = to
  }

  get length(): number {
    return this.#to - this.#from
  }

  all(): readonly Incident[] {
    return this.#list.slice(this.#from, this.#to)
  }

  *[Symbol.iterator](): Generator<Incident, void> {
    for (let at = this.#from; at < this.#to; at++) yield this.#list[at] as Incident
  }

  isSame(other: Members): boolean {
    return this.length === other.length && this.#beginsAs(other, other.#from)
  }

  /**
   * Those of them that an earlier burst had not, if it had all others in the same order; else all
   * of them.
   */
  since(before: Members): readonly Incident[] {
    if (before.#list === this.#list && before.#from <= this.#from && before.#to <= this.#to)
      return this.#list.slice(Math.max(before.#to, this.#from), this.#to)
    const first = before.#list.indexOf(this.#list[this.#from] as Incident, before.#from)
    if (
      first === -1 ||
      first >= before.#to ||
      before.#to - first > this.length ||
      !this.#beginsAs(before, first)
    )
      return this.all()
    return this.#list.slice(this.#from + before.#to - first, this.#to)
  }

  /** True if it begins with what another has from an index on. */
  #beginsAs(other: Members, index: number): boolean {
    for (let i = 0; index + i < other.#to; i++)
      if (this.#list[this.#from + i] !== other.#list[index + i]) return false
    return true
  }
}
