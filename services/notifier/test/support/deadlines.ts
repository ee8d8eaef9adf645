// Deadlines by name with a cached minimum: while none is reached, a check scans no names.

export class Deadlines {
  readonly #msByName = new Map<string, number>()
  /** A lower bound of the least deadline; exact or earlier. */
  #leastMs = Number.POSITIVE_INFINITY
  #isExact = true

  get size(): number {
    return this.#msByName.size
  }

  has(name: string): boolean {
    return this.#msByName.has(name)
  }

  names(): readonly string[] {
    return [...this.#msByName.keys()]
  }

  /** Sets the deadline of a name; null removes it. */
  set(name: string, ms: number | null): void {
    const before = this.#msByName.get(name) ?? null
    if (before === ms) return
    if (ms === null) this.#msByName.delete(name)
    else this.#msByName.set(name, ms)
    if (ms !== null && ms <= this.#leastMs) {
      this.#leastMs = ms
      this.#isExact = true
    } else if (before === this.#leastMs) this.#isExact = false
  }

  /** The least deadline; null if there is none. */
  earliestMs(): number | null {
    if (!this.#isExact) {
      this.#leastMs = Number.POSITIVE_INFINITY
      for (const ms of this.#msByName.values()) if (ms < this.#leastMs) this.#leastMs = ms
      this.#isExact = true
    }
    return Number.isFinite(this.#leastMs) ? this.#leastMs : null
  }

  /** Names that reached their deadline. */
  reachedAt(nowMs: number): readonly string[] {
    const firstMs = this.#leastMs > nowMs ? null : this.earliestMs()
    if (firstMs === null || firstMs > nowMs) return none
    const reached: string[] = []
    this.#msByName.forEach((ms, name) => {
      if (ms <= nowMs) reached.push(name)
    })
    return reached
  }
}

const none: readonly string[] = []
