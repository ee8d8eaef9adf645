// Who makes the next webhook attempt when there are more than may run at once. Urgent ones first; then fair shares by owner and
// by host. How long attempts take decides who may hold how many slots, in all and at one host, so that however many endpoints
// hang, quick ones find room, also those that share a host with them. Pure: the time is passed in.

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

/** How many may run at once of those that count under a name. */
interface Limit {
  readonly name: string
  readonly max: number
  /** Of one owner: where there are others, it may hold a share of that. */
  readonly isOwn: boolean
}

interface Asked {
  readonly ask: SlotAsk
  /** What it counts for, and must find room in: whatever its pace, and by its pace. */
  readonly limits: readonly Limit[]
  readonly paceLimits: readonly Limit[]
}

interface Running extends Asked {
  readonly startedMs: number
  readonly pace: Pace
}

interface Bucket {
  tokens: number
  atMs: number
}

export class AttemptSlots {
  readonly #limits: SlotLimits
  readonly #running = new Map<number, Running>()
  readonly #waiting = new Map<number, Asked>()
  readonly #counts = new Map<string, number>()
  readonly #buckets = new Map<string, Bucket>()
  /** When each owner last began an attempt, ms. */
  readonly #owners = new Map<string, number>()
  #id = 0

  constructor(limits: SlotLimits) {
    this.#limits = limits
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
    this.#waiting.set(id, { ask, limits: this.#limitsOf(ask), paceLimits: this.#paceLimitsOf(ask, ask.pace) })
    return id
  }

  /** Gives the slot back, or withdraws what was asked. */
  release(id: number): void {
    this.#waiting.delete(id)
    const running = this.#running.get(id)
    if (running === undefined) return
    this.#end(id, running)
  }

  /** The ids that run from now on, in order. O(waiting) for each of them. */
  grant(nowMs: number): readonly number[] {
    const granted: number[] = []
    if (this.#waiting.size > 0) this.#age(nowMs)
    for (;;) {
      const id = this.#next(nowMs)
      if (id === null) return granted
      const asked = this.#waiting.get(id) as Asked
      const { ask } = asked
      this.#waiting.delete(id)
      this.#begin(id, { ...asked, startedMs: nowMs, pace: ask.pace })
      this.#bucketOf(ask.host, nowMs).tokens--
      this.#note(ask.owner, nowMs)
      granted.push(id)
    }
  }

  /** After how long `grant` may find more without a release, ms; null if time alone changes nothing. */
  nextChangeMs(nowMs: number): number | null {
    if (this.#waiting.size === 0) return null
    let nextMs = Number.POSITIVE_INFINITY
    for (const running of this.#running.values())
      if (running.pace === 'unproven' && this.#maySlow(running))
        nextMs = Math.min(nextMs, running.startedMs + slowAfterMs - nowMs)
    for (const host of new Set([...this.#waiting.values()].map(({ ask }) => ask.host))) {
      const { tokens } = this.#bucketOf(host, nowMs)
      if (tokens < 1) nextMs = Math.min(nextMs, ((1 - tokens) * 1_000) / this.#limits.perHostPerSecondMax)
    }
    return nextMs === Number.POSITIVE_INFINITY ? null : Math.max(1, Math.ceil(nextMs))
  }

  #next(nowMs: number): number | null {
    if (this.#running.size >= this.#limits.attemptsMax) return null
    let best: { readonly id: number; readonly rank: readonly number[] } | null = null
    for (const [id, { ask, limits, paceLimits }] of this.#waiting) {
      if (!this.#hasRoom(ask, limits) || !this.#hasRoom(ask, paceLimits) || this.#bucketOf(ask.host, nowMs).tokens < 1) continue
      const rank = [ask.lane, this.#countOf(ownName(ask, inAll)), this.#countOf(`at ${ask.host}`)]
      if (best === null || isLess(rank, best.rank)) best = { id, rank }
    }
    return best?.id ?? null
  }

  #limitsOf(ask: SlotAsk): readonly Limit[] {
    const { attemptsMax, perHostMax } = this.#limits
    return limitsOf(ask, [
      [inAll, attemptsMax],
      [`at ${ask.host}`, perHostMax]
    ])
  }

  /** Of all that may run, and of what may run at one host, slow ones may hold half, unproven ones a quarter. */
  #paceLimitsOf(ask: SlotAsk, pace: Pace): readonly Limit[] {
    const { attemptsMax, perHostMax } = this.#limits
    return limitsOf(ask, [
      [pace, paceMaxOf(pace, attemptsMax)],
      [`${pace} at ${ask.host}`, paceMaxOf(pace, perHostMax)]
    ])
  }

  #hasRoom({ owner }: SlotAsk, limits: readonly Limit[]): boolean {
    const isAlone = this.#owners.size === 0 || (this.#owners.size === 1 && this.#owners.has(owner))
    return limits.every(({ name, max, isOwn }) => this.#countOf(name) < (isOwn && !isAlone ? shareOf(max) : max))
  }

  /**
   * What runs for long counts as slow, so that it holds no place of those of which nothing is known; as long as slow ones have
   * places, so that theirs and those of the unknown never take all.
   */
  #age(nowMs: number): void {
    for (const [id, running] of this.#running) {
      if (running.pace === 'slow' || nowMs - running.startedMs < slowAfterMs || !this.#maySlow(running)) continue
      this.#end(id, running)
      this.#begin(id, { ...running, paceLimits: this.#paceLimitsOf(running.ask, 'slow'), pace: 'slow' })
    }
  }

  #maySlow({ ask }: Running): boolean {
    return this.#hasRoom(ask, this.#paceLimitsOf(ask, 'slow'))
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

  #note(owner: string, nowMs: number): void {
    this.#owners.delete(owner)
    this.#owners.set(owner, nowMs)
    for (const [oldest, atMs] of this.#owners) {
      if (nowMs - atMs < ownerKnownMs) return
      this.#owners.delete(oldest)
    }
  }

  #begin(id: number, running: Running): void {
    this.#running.set(id, running)
    this.#count(running, 1)
  }

  #end(id: number, running: Running): void {
    this.#running.delete(id)
    this.#count(running, -1)
  }

  #count({ limits, paceLimits }: Running, by: 1 | -1): void {
    for (const { name } of [...limits, ...paceLimits]) {
      const count = this.#countOf(name) + by
      if (count === 0) this.#counts.delete(name)
      else this.#counts.set(name, count)
    }
  }

  #countOf(name: string): number {
    return this.#counts.get(name) ?? 0
  }
}

/** An owner that began no attempt for so long is no other one that needs room, ms. */
const ownerKnownMs = 3_600_000

/** The name of the limit of all attempts. */
const inAll = 'in all'

function ownName({ owner }: SlotAsk, name: string): string {
  return `${name} of ${owner}`
}

/** Limits of all owners together, and the same of one. */
function limitsOf(ask: SlotAsk, named: readonly (readonly [name: string, max: number])[]): readonly Limit[] {
  return named.flatMap(([name, max]) => [
    { name, max, isOwn: false },
    { name: ownName(ask, name), max, isOwn: true }
  ])
}

function paceMaxOf(pace: Pace, max: number): number {
  return pace === 'proven' ? max : Math.max(1, Math.floor(max / (pace === 'slow' ? 2 : 4)))
}

/** What one owner may hold where there are others: what it does not hold they find at once. At least one. */
function shareOf(max: number): number {
  return Math.ceil((max * 3) / 4)
}

/** From so many hosts on those at rest are forgotten. */
const bucketsSweptAt = 1_000

function isLess(a: readonly number[], b: readonly number[]): boolean {
  const i = a.findIndex((each, at) => each !== b[at])
  return i !== -1 && (a[i] as number) < (b[i] as number)
}
