// Reads of one key take turns: however many it asks for at once, others are answered as if it asked
// for few. What a request costs is not known before; that some hundreds of them are begun together
// is what holds up the process.

export interface ReadTurnLimits {
  /** Reads of a key that are made at once. */
  readonly runningPerKey: number
  /** Of all keys. A key of which nothing runs may always begin one. */
  readonly runningInAll: number
  /** Reads of a key that wait; further ones are refused. */
  readonly waitingPerKey: number
}

export const readTurnLimits: ReadTurnLimits = {
  runningPerKey: 6,
  runningInAll: 24,
  waitingPerKey: 250
}

/** A read that waits, or runs. */
export interface ReadTurn {
  /** It was answered, or its client has left. Idempotent. */
  end(): void
}

interface Read {
  readonly keyId: string
  readonly begin: () => void
  state: 'waiting' | 'running' | 'over'
}

export class ReadTurns {
  readonly #limits: ReadTurnLimits
  readonly #running = new Map<string, number>()
  /** By key, in the order of their turns; no key without any. */
  readonly #waiting = new Map<string, Set<Read>>()
  readonly #nextTurn: (go: () => void) => void
  /** Keys of which a read was begun in this turn of the event loop. */
  readonly #begunNow = new Set<string>()
  /** Whether it goes on in the next turn. */
  #isGoing = false
  #runningCount = 0
  #waitingCount = 0

  /** `nextTurn`: calls in the next turn of the event loop. */
  constructor(
    limits: ReadTurnLimits = readTurnLimits,
    nextTurn: (go: () => void) => void = go => void setImmediate(go)
  ) {
    this.#limits = limits
    this.#nextTurn = nextTurn
  }

  get runningCount(): number {
    return this.#runningCount
  }

  get waitingCount(): number {
    return this.#waitingCount
  }

  /** Calls `begin` once, now or in the turn of the key. Null: too many of the key wait. */
  take(keyId: string, begin: (turn: ReadTurn) => void): ReadTurn | null {
    const own = this.#waiting.get(keyId)
    if (own !== undefined && own.size >= this.#limits.waitingPerKey) return null
    const turn = { end: () => this.#end(read) }
    const read: Read = { keyId, begin: () => begin(turn), state: 'waiting' }
    if (own === undefined && this.#mayBegin(keyId)) this.#begin(read)
    else this.#enqueue(read)
    return turn
  }

  #begin(read: Read): void {
    read.state = 'running'
    this.#count(read.keyId, 1)
    this.#begunNow.add(read.keyId)
    this.#goOnNextTurn()
    read.begin()
  }

  #end(read: Read): void {
    if (read.state === 'over') return
    if (read.state === 'running') this.#count(read.keyId, -1)
    else this.#dequeue(read)
    read.state = 'over'
    if (this.#waitingCount > 0) this.#goOnNextTurn()
  }

  /**
   * Of each key one read begins in a turn of the event loop: those of a long queue would all be
   * made before anything else.
   */
  #goOnNextTurn(): void {
    if (this.#isGoing) return
    this.#isGoing = true
    this.#nextTurn(() => {
      this.#isGoing = false
      this.#begunNow.clear()
      for (let next = this.#next(); next !== null; next = this.#next()) this.#begin(next)
    })
  }

  #mayBegin(keyId: string): boolean {
    const { runningPerKey, runningInAll } = this.#limits
    if (this.#begunNow.has(keyId)) return false
    const own = this.#running.get(keyId) ?? 0
    return own === 0 || (own < runningPerKey && this.#runningCount < runningInAll)
  }

  /** The oldest of the first key that may begin one; that key is the last from then on. */
  #next(): Read | null {
    for (const [keyId, own] of this.#waiting) {
      if (!this.#mayBegin(keyId)) continue
      const [first] = own
      if (first === undefined) continue
      this.#dequeue(first)
      if (this.#waiting.delete(keyId)) this.#waiting.set(keyId, own)
      return first
    }
    return null
  }

  #enqueue(read: Read): void {
    const own = this.#waiting.get(read.keyId)
    if (own === undefined) this.#waiting.set(read.keyId, new Set([read]))
    else own.add(read)
    this.#waitingCount += 1
  }

  #dequeue(read: Read): void {
    const own = this.#waiting.get(read.keyId)
    if (own?.delete(read) !== true) return
    this.#waitingCount -= 1
    if (own.size === 0) this.#waiting.delete(read.keyId)
  }

  #count(keyId: string, by: 1 | -1): void {
    const own = (this.#running.get(keyId) ?? 0) + by
    this.#runningCount += by
    if (own > 0) this.#running.set(keyId, own)
    else this.#running.delete(keyId)
  }
}
