// The latest ids of records: a log may have a record twice, after an append that was tried again.

/** A record that comes twice comes again within far fewer records. */
export const recentIdsMax = 10_000

export class RecentIds {
  readonly #ids = new Set<string>()
  /** The same ids in a ring: finding the oldest in the set would walk over all that it deleted. */
  readonly #ring: string[] = []
  #oldest = 0

  has(id: string): boolean {
    return this.#ids.has(id)
  }

  add(id: string): void {
    if (this.#ids.has(id)) return
    this.#ids.add(id)
    if (this.#ring.length < recentIdsMax) {
      this.#ring.push(id)
      return
    }
    this.#ids.delete(this.#ring[this.#oldest]!)
    this.#ring[this.#oldest] = id
    this.#oldest = (this.#oldest + 1) % recentIdsMax
  }

  exportState(): readonly string[] {
    return [...this.#ids]
  }
}
