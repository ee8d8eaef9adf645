// Who makes the next webhook attempt when there are more than may run at once. Urgent ones first; then fair shares by owner and
// by host. How long attempts take decides who may hold how many slots, so that however many endpoints hang, quick ones find
// room. Pure: the time is passed in.

/** `proven`: its last attempt was accepted and quick. `unproven`: nothing is known. `slow`: slow, or not accepting. */
export type Pace = 'proven' | 'unproven' | 'slow'

export interface SlotAsk {
  /** The lowest goes first. */
  readonly lane: number
  readonly owner: string
  readonly host: string
  readonly pace: Pace
}

export interface SlotLimits {
  /** Attempts that run at once. */
  readonly attemptsMax: number
  readonly perHostMax: number
  /** Attempts that begin at one host in a second; as many may begin at once after a rest. */
  readonly perHostPerSecondMax: number
}

/** An attempt that runs longer than this is slow, whatever was known of its endpoint. */
export const slowAfterMs = 1_000

interface Running {
  readonly ask: SlotAsk
  readonly startedMs: number
  pace: Pace
}

interface Bucket {
  tokens: number
  atMs: number
}

export class AttemptSlots {
  readonly #limits: SlotLimits
  readonly #paceMax: Readonly<Record<Pace, number>>
  readonly #running = new Map<number, Running>()
  readonly #waiting = new Map<number, SlotAsk>()
  readonly #counts = new Map<string, number>()
  readonly #buckets = new Map<string, Bucket>()
  #id = 0

  constructor(limits: SlotLimits) {
    const { attemptsMax } = limits
    this.#limits = limits
    const unproven = Math.max(1, Math.floor(attemptsMax / 4))
    this.#paceMax = { proven: attemptsMax, unproven, slow: Math.max(1, Math.floor(attemptsMax / 2)) }
  }

  get running(): number {
    return this.#running.size
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /** Asks for a slot. It runs once its id is among those that `grant` returns. */
  ask(ask: SlotAsk): number {
    const id = this.#id++
    this.#waiting.set(id, ask)
    return id
  }

  /** Gives the slot back, or withdraws what was asked. */
  release(id: number): void {
    this.#waiting.delete(id)
    const running = this.#running.get(id)
    if (running === undefined) return
    this.#running.delete(id)
    this.#count(running, -1)
  }

  /** The ids that run from now on, in order. O(waiting) for each of them. */
  grant(nowMs: number): readonly number[] {
    const granted: number[] = []
    if (this.#waiting.size > 0) this.#age(nowMs)
    for (;;) {
      const id = this.#next(nowMs)
      if (id === null) return granted
      const ask = this.#waiting.get(id) as SlotAsk
      this.#waiting.delete(id)
      const running = { ask, startedMs: nowMs, pace: ask.pace }
      this.#running.set(id, running)
      this.#count(running, 1)
      this.#bucketOf(ask.host, nowMs).tokens--
      granted.push(id)
    }
  }

  /** After how long `grant` may find more without a release, ms; null if time alone changes nothing. */
  nextChangeMs(nowMs: number): number | null {
    if (this.#waiting.size === 0) return null
    let nextMs = Number.POSITIVE_INFINITY
    for (const { startedMs, pace } of this.#running.values())
      if (pace === 'unproven' && this.#maySlow) nextMs = Math.min(nextMs, startedMs + slowAfterMs - nowMs)
    for (const host of new Set([...this.#waiting.values()].map(ask => ask.host))) {
      const { tokens } = this.#bucketOf(host, nowMs)
      if (tokens < 1) nextMs = Math.min(nextMs, ((1 - tokens) * 1_000) / this.#limits.perHostPerSecondMax)
    }
    return nextMs === Number.POSITIVE_INFINITY ? null : Math.max(1, Math.ceil(nextMs))
  }

  #next(nowMs: number): number | null {
    if (this.#running.size >= this.#limits.attemptsMax) return null
    let best: { readonly id: number; readonly rank: readonly number[] } | null = null
    for (const [id, ask] of this.#waiting) {
      if (!this.#hasRoom(ask, nowMs)) continue
      const rank = [ask.lane, this.#countOf(`owner ${ask.owner}`), this.#countOf(`host ${ask.host}`)]
      if (best === null || isLess(rank, best.rank)) best = { id, rank }
    }
    return best?.id ?? null
  }

  #hasRoom({ pace, host }: SlotAsk, nowMs: number): boolean {
    const { perHostMax } = this.#limits
    if (this.#countOf(`pace ${pace}`) >= this.#paceMax[pace] || this.#countOf(`host ${host}`) >= perHostMax) return false
    return this.#bucketOf(host, nowMs).tokens >= 1
  }

  /**
   * What runs for long counts as slow, so that it holds no place of those of which nothing is known; as long as slow ones have
   * places, so that theirs and those of the unknown never take all.
   */
  #age(nowMs: number): void {
    for (const running of this.#running.values()) {
      if (!this.#maySlow) return
      if (running.pace === 'slow' || nowMs - running.startedMs < slowAfterMs) continue
      this.#count(running, -1)
      running.pace = 'slow'
      this.#count(running, 1)
    }
  }

  get #maySlow(): boolean {
    return this.#countOf('pace slow') < this.#paceMax.slow
  }

  #bucketOf(host: string, nowMs: number): Bucket {
    const { perHostPerSecondMax: max } = this.#limits
    const known = this.#buckets.get(host)
    if (known === undefined) {
      this.#forgetFull(nowMs)
      const made = { tokens: max, atMs: nowMs }
      this.#buckets.set(host, made)
      return made
    }
    known.tokens = Math.min(max, known.tokens + (Math.max(0, nowMs - known.atMs) * max) / 1_000)
    known.atMs = nowMs
    return known
  }

  /** A host that rested for a second is as good as new. */
  #forgetFull(nowMs: number): void {
    if (this.#buckets.size < bucketsSweptAt) return
    for (const [host, { atMs }] of this.#buckets) if (nowMs - atMs >= 1_000) this.#buckets.delete(host)
  }

  #count({ ask: { owner, host }, pace }: Running, by: 1 | -1): void {
    for (const name of [`owner ${owner}`, `host ${host}`, `pace ${pace}`]) {
      const count = this.#countOf(name) + by
      if (count === 0) this.#counts.delete(name)
      else this.#counts.set(name, count)
    }
  }

  #countOf(name: string): number {
    return this.#counts.get(name) ?? 0
  }
}

/** From so many hosts on those at rest are forgotten. */
const bucketsSweptAt = 1_000

function isLess(a: readonly number[], b: readonly number[]): boolean {
  const i = a.findIndex((each, at) => each !== b[at])
  return i !== -1 && (a[i] as number) < (b[i] as number)
}
