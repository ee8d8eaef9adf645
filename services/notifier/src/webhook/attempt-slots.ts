// How many attempts run at once. Endpoints in trouble share a part of the slots, so that however many of them hang, healthy ones find room.

type Kind = 'healthy' | 'troubled'

export class AttemptSlots {
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

  /** Resolves with the release once there is room; in order of asking within each kind. */
  async take(kind: Kind): Promise<() => void> {
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

  /** Healthy ones first: theirs is the room that the others leave. */
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
