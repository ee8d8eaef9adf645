// Deeds that were recorded by links and are not decided yet. They count against the limit of a
// link: without that, one link could write any number of them in parallel, or while no decisions
// are made.

/**
 * How long one is counted at most, ms: whether it was decided may be forgotten before anybody asks
 * again.
 */
const countedMs = 3_600_000

/** Per process: deeds that wait at another instance are not counted. */
export class UndecidedDeeds {
  readonly #isDecided: (actionId: string) => boolean
  readonly #nowMs: () => number
  /** By subscription and alert: the times of the deeds, by the given clock. */
  readonly #waiting = new Map<string, Map<string, number>>()

  /** `nowMs`: a clock that never goes back. */
  constructor(isDecided: (actionId: string) => boolean, nowMs: () => number) {
    this.#isDecided = isDecided
    this.#nowMs = nowMs
  }

  /** Those of a subscription about an alert. O(those that wait there). */
  computeCount(subscriptionId: string, alertId: string): number {
    const key = makeKey(subscriptionId, alertId)
    this.#drop(key)
    return this.#waiting.get(key)?.size ?? 0
  }

  /** Checks two of the others again, so that only waiting ones are stored. */
  add(subscriptionId: string, alertId: string, actionId: string): void {
    for (const other of this.#waiting.keys().take(2).toArray()) {
      const waiting = this.#waiting.get(other)
      this.#drop(other)
      if (waiting === undefined || !this.#waiting.delete(other)) continue
      this.#waiting.set(other, waiting)
    }
    const key = makeKey(subscriptionId, alertId)
    this.#waiting.set(key, (this.#waiting.get(key) ?? new Map()).set(actionId, this.#nowMs()))
  }

  /** One that was not written. */
  remove(subscriptionId: string, alertId: string, actionId: string): void {
    const key = makeKey(subscriptionId, alertId)
    this.#waiting.get(key)?.delete(actionId)
    this.#drop(key)
  }

  #drop(key: string): void {
    const waiting = this.#waiting.get(key)
    for (const [actionId, sinceMs] of waiting ?? [])
      if (this.#isDecided(actionId) || this.#nowMs() - sinceMs > countedMs)
        waiting?.delete(actionId)
    if (waiting?.size === 0) this.#waiting.delete(key)
  }
}

function makeKey(subscriptionId: string, alertId: string): string {
  return `${subscriptionId} ${alertId}`
}
