// What was said by links to be done and is not decided yet. It counts against what a link takes:
// many at once, or while nobody decides, would else be written without end by whoever holds one
// link.

/**
 * How long one is counted at most, ms: whether it was decided may be forgotten before anybody asks
 * again.
 */
const countedMs = 3_600_000

/** Of one process: what another instance waits for is not counted. */
export class UndecidedDeeds {
  readonly #isDecided: (actionId: string) => boolean
  readonly #nowMs: () => number
  /** By subscription and alert, when each was said by the given clock. */
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

  /** Looks again at two of the others, so that what is kept is what waits. */
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
