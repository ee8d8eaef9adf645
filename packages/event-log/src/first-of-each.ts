// Remembers ids, so that of records stored repeatedly only the first counts.

/** Default number of ids that are remembered: about 10 MB. */
export const idsRememberedMax = 100_000

export class FirstOfEach {
  readonly #half: number
  /**
   * Two generations: dropping the older one whole is cheap, whereas deleting the oldest entries of
   * one set one by one is slow.
   */
  #older = new Set<string>()
  #newer = new Set<string>()
  #forgotten = 0

  /**
   * Remembers up to `limit` ids. When it is full the older half is forgotten; an id repeated after
   * that counts again.
   */
  constructor(limit = idsRememberedMax) {
    this.#half = Math.max(1, Math.floor(limit / 2))
  }

  get remembered(): number {
    return this.#older.size + this.#newer.size
  }

  get forgotten(): number {
    return this.#forgotten
  }

  /** True the first time an id is passed. O(1). */
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
