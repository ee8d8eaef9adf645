// How often an endpoint is asked at most: what it named in the handshake of CloudEvents. Counted by
// the instance that serves the subscription, from when it does.

const minuteMs = 60_000
/**
 * Up to this rate the requests of the last minute are remembered, so that a few may follow
 * immediately; above it gaps are even.
 */
const rememberedMax = 600

export class RequestRate {
  readonly #perMinute: number | null
  readonly #sentMs: number[] = []

  /** Null: no limit. */
  constructor(perMinute: number | null) {
    this.#perMinute = perMinute
  }

  /** How long to wait before the next request, ms, on the monotonic clock. */
  waitMs(nowMs: number): number {
    if (this.#perMinute === null) return 0
    const isRemembered = this.#perMinute <= rememberedMax
    const before = this.#sentMs.at(isRemembered ? -this.#perMinute : -1)
    const gapMs = isRemembered ? minuteMs : minuteMs / this.#perMinute
    return before === undefined ? 0 : Math.max(0, before + gapMs - nowMs)
  }

  /** A request begins. */
  note(nowMs: number): void {
    if (this.#perMinute === null) return
    this.#sentMs.push(nowMs)
    if (this.#sentMs.length > Math.min(this.#perMinute, rememberedMax)) this.#sentMs.shift()
  }
}
