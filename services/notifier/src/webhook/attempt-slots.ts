// Who makes the next webhook attempt when there are more than may run at once. Urgent ones first;
// then fair shares by owner and by host. How long attempts take decides who may hold how many
// slots, in all and at one host, so that however many endpoints hang, quick ones find room, also
// those that share a host with them. Pure: the time is passed in.

/**
 * `proven`: its last attempt was accepted and quick. `unproven`: nothing is known. `slow`: slow, or
 * not accepting.
 */
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

/** How many may run at once of those that count under a name. One for all that do. */
interface Limit {
  readonly name: string
  readonly max: number
  /** What one owner may hold of it where there are others. */
  readonly share: number
  running: number
  /** Rooms that it is a limit of: with the last of them it is forgotten. */
  rooms: number
}

/** A limit, of all owners together and of the own. */
type Limits = readonly [all: Limit, own: Limit]

/**
 * What an attempt of an owner at a host, of a pace, must find room in. One for all that are alike.
 */
interface Room {
  readonly inAll: Limits
  readonly atHost: Limits
  readonly byPace: Limits
  readonly byPaceAtHost: Limits
  /** Of all that ask or run. */
  holders: number
}

interface Asked {
  readonly ask: SlotAsk
  readonly room: Room
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
  readonly #rooms = new Map<string, Room>()
  readonly #named = new Map<string, Limit>()
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
    this.#waiting.set(id, { ask, room: this.#enter(ask, ask.pace) })
    return id
  }

  /** Gives the slot back, or withdraws what was asked. */
  release(id: number): void {
    const waiting = this.#waiting.get(id)
    if (waiting !== undefined) waiting.room.holders--
    this.#waiting.delete(id)
    const running = this.#running.get(id)
    if (running !== undefined) this.#end(id, running)
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

  /**
   * After how long `grant` may find more without a release, ms; null if time alone changes nothing.
   */
  nextChangeMs(nowMs: number): number | null {
    if (this.#waiting.size === 0) return null
    let nextMs = Number.POSITIVE_INFINITY
    for (const running of this.#running.values())
      if (running.pace === 'unproven' && this.#maySlow(running))
        nextMs = Math.min(nextMs, running.startedMs + slowAfterMs - nowMs)
    for (const host of new Set([...this.#waiting.values()].map(({ ask }) => ask.host))) {
      const { tokens } = this.#bucketOf(host, nowMs)
      if (tokens < 1)
        nextMs = Math.min(nextMs, ((1 - tokens) * 1_000) / this.#limits.perHostPerSecondMax)
    }
    return nextMs === Number.POSITIVE_INFINITY ? null : Math.max(1, Math.ceil(nextMs))
  }

  #next(nowMs: number): number | null {
    if (this.#running.size >= this.#limits.attemptsMax) return null
    let best: { readonly id: number; readonly rank: readonly number[] } | null = null
    for (const [id, asked] of this.#waiting) {
      const { ask, room } = asked
      const { inAll, atHost } = room
      const isAlone = this.#isAlone(ask)
      if (!hasRoom(inAll, isAlone) || !hasRoom(atHost, isAlone) || !hasRoomByPace(room, isAlone))
        continue
      if (this.#bucketOf(ask.host, nowMs).tokens < 1) continue
      const rank = [ask.lane, inAll[1].running, atHost[0].running]
      if (best === null || isLess(rank, best.rank)) best = { id, rank }
    }
    return best?.id ?? null
  }

  /** No other owner has begun an attempt within a while. */
  #isAlone({ owner }: SlotAsk): boolean {
    return this.#owners.size === 0 || (this.#owners.size === 1 && this.#owners.has(owner))
  }

  #enter(ask: SlotAsk, pace: Pace): Room {
    const room = this.#roomOf(ask, pace)
    room.holders++
    return room
  }

  /**
   * Of all that may run, and of what may run at one host, slow ones may hold half, unproven ones a
   * quarter.
   */
  #roomOf({ owner, host }: SlotAsk, pace: Pace): Room {
    const name = `${pace} of ${owner} at ${host}`
    const known = this.#rooms.get(name)
    if (known !== undefined) return known
    this.#forgetEmpty()
    const { attemptsMax, perHostMax } = this.#limits
    const made: Room = {
      inAll: this.#limitsOf('in all', attemptsMax, owner),
      atHost: this.#limitsOf(`at ${host}`, perHostMax, owner),
      byPace: this.#limitsOf(pace, paceMaxOf(pace, attemptsMax), owner),
      byPaceAtHost: this.#limitsOf(`${pace} at ${host}`, paceMaxOf(pace, perHostMax), owner),
      holders: 0
    }
    this.#rooms.set(name, made)
    return made
  }

  #limitsOf(name: string, max: number, owner: string): Limits {
    return [this.#limitOf(name, max), this.#limitOf(`${name} of ${owner}`, max)]
  }

  #limitOf(name: string, max: number): Limit {
    const limit = this.#named.get(name) ?? { name, max, share: shareOf(max), running: 0, rooms: 0 }
    this.#named.set(name, limit)
    limit.rooms++
    return limit
  }

  #forgetEmpty(): void {
    if (this.#rooms.size < roomsSweptAt) return
    for (const [name, room] of this.#rooms) {
      if (room.holders > 0) continue
      this.#rooms.delete(name)
      for (const limit of limitsOf(room)) if (--limit.rooms === 0) this.#named.delete(limit.name)
    }
  }

  /**
   * What runs for long counts as slow, so that it holds no place of those of which nothing is
   * known; as long as slow ones have places, so that theirs and those of the unknown never take
   * all.
   */
  #age(nowMs: number): void {
    for (const [id, running] of this.#running) {
      if (
        running.pace === 'slow' ||
        nowMs - running.startedMs < slowAfterMs ||
        !this.#maySlow(running)
      )
        continue
      const room = this.#enter(running.ask, 'slow')
      this.#end(id, running)
      this.#begin(id, { ...running, room, pace: 'slow' })
    }
  }

  #maySlow({ ask }: Running): boolean {
    return hasRoomByPace(this.#roomOf(ask, 'slow'), this.#isAlone(ask))
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
    for (const [host, { atMs }] of this.#buckets)
      if (nowMs - atMs >= 1_000) this.#buckets.delete(host)
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
    running.room.holders--
  }

  #count({ room }: Running, by: 1 | -1): void {
    for (const limit of limitsOf(room)) limit.running += by
  }
}

/** An owner that began no attempt for so long is no other one that needs room, ms. */
const ownerKnownMs = 3_600_000

function limitsOf({ inAll, atHost, byPace, byPaceAtHost }: Room): readonly Limit[] {
  return [...inAll, ...atHost, ...byPace, ...byPaceAtHost]
}

function hasRoom([all, own]: Limits, isAlone: boolean): boolean {
  return all.running < all.max && own.running < (isAlone ? own.max : own.share)
}

function hasRoomByPace({ byPace, byPaceAtHost }: Room, isAlone: boolean): boolean {
  return hasRoom(byPace, isAlone) && hasRoom(byPaceAtHost, isAlone)
}

function paceMaxOf(pace: Pace, max: number): number {
  return pace === 'proven' ? max : Math.max(1, Math.floor(max / (pace === 'slow' ? 2 : 4)))
}

/**
 * What one owner may hold where there are others: what it does not hold they find at once. At least
 * one.
 */
function shareOf(max: number): number {
  return Math.ceil((max * 3) / 4)
}

/** From so many on those that hold nobody are forgotten. */
const roomsSweptAt = 2_000

/** From so many hosts on those at rest are forgotten. */
const bucketsSweptAt = 1_000

function isLess(a: readonly number[], b: readonly number[]): boolean {
  const i = a.findIndex((each, at) => each !== b[at])
  return i !== -1 && (a[i] as number) < (b[i] as number)
}
