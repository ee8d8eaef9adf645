// When a ping must have been answered. It queues behind all that was sent before it, here, in the
// kernel and on the link: so its client gets the time that this takes on top, at the speed that its
// link has shown. Pure.

/**
 * Speed of a link that has shown none yet, bytes per second: half of the slowest on which the
 * stream is to be live.
 */
const firstBytesPerSecond = 2_048
/**
 * Maximum number of bytes before a ping that count: a client that is gone occupies its place for
 * two minutes longer.
 */
const countedBytesMax = 262_144

interface Ping {
  readonly atMs: number
  /** Bytes sent before it. */
  readonly bytes: number
}

export class PongDeadline {
  readonly #pongMs: number
  /** The last ping that was answered, or the beginning. */
  #answered: Ping
  #last: Ping
  #isAwaited = false
  #bytesPerSecond = firstBytesPerSecond

  /** `pongMs`: for a ping with no bytes before it. */
  constructor(pongMs: number, nowMs: number) {
    this.#pongMs = pongMs
    this.#answered = { atMs: nowMs, bytes: 0 }
    this.#last = this.#answered
  }

  /** A pong is owed. */
  get isAwaited(): boolean {
    return this.#isAwaited
  }

  /** When the last ping was sent, or the connection began, ms. */
  get pingedMs(): number {
    return this.#last.atMs
  }

  /** `sentBytes`: all that was sent so far. */
  pinged(nowMs: number, sentBytes: number): void {
    this.#last = { atMs: nowMs, bytes: sentBytes }
    this.#isAwaited = true
  }

  ponged(nowMs: number): void {
    if (!this.#isAwaited) return
    this.#isAwaited = false
    const passedMs = nowMs - this.#answered.atMs
    const shown = passedMs > 0 ? ((this.#last.bytes - this.#answered.bytes) * 1000) / passedMs : 0
    this.#bytesPerSecond = Math.max(this.#bytesPerSecond, shown)
    this.#answered = this.#last
  }

  isOver(nowMs: number): boolean {
    if (!this.#isAwaited) return false
    const before = Math.min(countedBytesMax, this.#last.bytes - this.#answered.bytes)
    return nowMs - this.#last.atMs >= this.#pongMs + (before * 1000) / this.#bytesPerSecond
  }
}
