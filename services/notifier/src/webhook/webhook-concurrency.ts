// Limits concurrent webhook attempts. Endpoints in trouble get at most half of the slots, so hanging ones cannot starve healthy
// ones.

type Kind = 'healthy' | 'troubled'

export class WebhookConcurrency {
  readonly #max: number
  readonly #troubledMax: number
  readonly #running: Record<Kind, number> = { healthy: 0, troubled: 0 }
  readonly #queues: Record<Kind, (() => void)[]> = { healthy: [], troubled: [] }

  constructor(max: number) {
    this.#max = max
    this.#troubledMax = Math.max(1, Math.floor(max / 2))
  }

  get running(): number {
    return this.#running.healthy + this.#running.troubled
  }

  /** Resolves with a release function once a slot is free. First come, first served within each kind. */
  async acquire(kind: Kind): Promise<() => void> {
    if (!this.#hasRoom(kind) || this.#queues[kind].length > 0) {
      await new Promise<void>(resolve => this.#queues[kind].push(resolve))
    } else this.#running[kind]++
    let isReleased = false
    return () => {
      if (isReleased) return
      isReleased = true
      this.#running[kind]--
      this.#handOver()
    }
  }

  #hasRoom(kind: Kind): boolean {
    return this.running < this.#max && (kind === 'healthy' || this.#running.troubled < this.#troubledMax)
  }

  /** Healthy endpoints first, so that troubled ones only use slots nobody else waits for. */
  #handOver(): void {
    for (const kind of ['healthy', 'troubled'] as const) {
      while (this.#hasRoom(kind)) {
        const next = this.#queues[kind].shift()
        if (next === undefined) break
        this.#running[kind]++
        next()
      }
    }
  }
}
