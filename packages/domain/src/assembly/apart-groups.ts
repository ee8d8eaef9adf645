// Which groups were found to be kept apart while pairs of their peers join in order. Groups only
// grow meanwhile, and two that are kept apart stay so: they are looked at once, however many pairs
// they have. In a dense area two have hundreds.

export class ApartGroups<G> {
  readonly #apartFrom = new Map<G, Set<G>>()

  has(one: G, other: G): boolean {
    return this.#apartFrom.get(one)?.has(other) === true
  }

  add(one: G, other: G): void {
    this.#from(one).add(other)
    this.#from(other).add(one)
  }

  /** Whether they are kept apart; `look` finds out where that is not known. */
  areApart(one: G, other: G, look: () => boolean): boolean {
    if (this.has(one, other)) return true
    if (!look()) return false
    this.add(one, other)
    return true
  }

  /** All of one group came into another. O(groups that it is kept apart from). */
  unite(into: G, from: G): void {
    const apart = this.#apartFrom.get(from)
    if (apart === undefined) return
    this.#apartFrom.delete(from)
    for (const other of apart) {
      this.#apartFrom.get(other)?.delete(from)
      this.add(into, other)
    }
  }

  #from(group: G): Set<G> {
    const known = this.#apartFrom.get(group)
    if (known !== undefined) return known
    const apart = new Set<G>()
    this.#apartFrom.set(group, apart)
    return apart
  }
}
