// Ids of replays, so that a repeated record counts once.

/** Stored per subscription. */
const replaysKeptMax = 1_000

export class SeenReplays {
  /** The oldest first. */
  readonly #ids = new Set<string>()

  /** True the first time. */
  take(replayId: string): boolean {
    if (this.#ids.has(replayId)) return false
    this.#ids.add(replayId)
    for (const oldest of this.#ids) {
      if (this.#ids.size <= replaysKeptMax) break
      this.#ids.delete(oldest)
    }
    return true
  }

  /** The oldest first. */
  capture(): readonly string[] {
    return [...this.#ids]
  }
}
