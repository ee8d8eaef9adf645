// Ids that were seen, so that a record that a log holds twice counts once: the first one. For readers of logs without `exactIdDedup`.

/** Ids that are remembered unless said otherwise: some 10 MB. */
export const idsRememberedMax = 100_000

export class FirstOfEach {
  readonly #half: number
  /** Two generations: forgetting the older one whole costs nothing, and a set that is emptied from its front would be slow. */
  #older = new Set<string>()
  #newer = new Set<string>()
  #forgotten = 0

  /** Remembers up to `limit` ids. When it is full the older half is forgotten; the same id so much later counts again. */
  constructor(limit = idsRememberedMax) {
    this.#half = Math.max(1, Math.floor(limit / 2))
  }

  get remembered(): number {
    return this.#older.size + this.#newer.size
  }

  /** How many ids had to be forgotten. */
  get forgotten(): number {
    return this.#forgotten
  }

  /** True at the first time for an id. O(1). */
  isFirst(id: string): boolean {
    if (this.#newer.has(id) || this.#older.has(id)) return false
    if (this.#newer.size >= this.#half) this.#forgetOlder()
    this.#newer.add(id)
    return true
  }

  #forgetOlder(): void {
    this.#forgotten += this.#older.size
    this.#older = this.#newer
    this.#newer = new Set()
  }
}
