// Several instances of intake on one shared log, in an order of events that a seed decides: appends
// succeed, are lost or partial, pages, ends and answers are delivered one at a time in any order,
// and time advances when nothing else can happen. An instance may die at any point; its appends in
// flight succeed or not.

import type { Clock, Random } from '@tocsin/domain/ports'
import { EventLogError } from '@tocsin/event-log/errors'
import { type AppendFate, MemoryLog, type MemoryStore } from '@tocsin/event-log/memory-log'
import type { Capabilities, Cursor, NewRecord, RecordPosition } from '@tocsin/event-log/port'
import type { Topic } from '@tocsin/event-log/topics'

interface Turn {
  readonly owner: Owner
  /** True for an append in flight, which may succeed although its process is dead by then. */
  readonly outlives: boolean
  readonly take: () => void
}

interface Sleeper {
  readonly atMs: number
  readonly owner: Owner
  readonly wake: () => void
}

/** The owner of turns: an instance or a client. A dead one gets no more turns. */
export interface Owner {
  isDead: boolean
}

/** Probabilities of faults. */
export interface Weather {
  /** Of an append: that it is lost, written to some partitions only, or not answered. */
  readonly trouble: number
  /** Of a step: that time advances although something else could happen. */
  readonly stalls: number
}

/** Steps after which a run counts as endless. */
const stepsMax = 200_000

export class ShuffledWorld {
  readonly store: MemoryStore
  readonly #next: () => number
  readonly #weather: Weather
  #turns: Turn[] = []
  #sleepers: Sleeper[] = []
  #nowMs = 0
  #moments = 0
  isRaining = true
  /** What appends get now: an answer, none until this changes, or an error. */
  appends: 'answer' | 'hang' | 'fail' = 'answer'

  constructor(store: MemoryStore, seed: number, weather: Weather) {
    this.store = store
    this.#next = randomFrom(seed)
    this.#weather = weather
  }

  get nowMs(): number {
    return this.#nowMs
  }

  /** The logical time: increases with each call. */
  moment(): number {
    return this.#moments++
  }

  chance(): number {
    return this.#next()
  }

  /** Resolves at the owner's next turn. */
  turn(owner: Owner, outlives = false): Promise<void> {
    return new Promise(take => {
      if (!owner.isDead) this.#turns.push({ owner, outlives, take })
    })
  }

  /** The random source of an instance, also from the seed. */
  get random(): Random {
    return {
      bytes: length => Uint8Array.from({ length }, () => Math.floor(this.#next() * 256)),
      next: () => this.#next()
    }
  }

  clockOf(owner: Owner): Clock {
    return {
      nowMs: () => this.#nowMs,
      monotonicMs: () => this.#nowMs,
      sleep: (ms, signal) =>
        new Promise(wake => {
          if (owner.isDead) return
          if (signal?.aborted) return wake()
          const sleeper = { atMs: this.#nowMs + ms, owner, wake }
          this.#sleepers.push(sleeper)
          signal?.addEventListener(
            'abort',
            () => {
              this.#sleepers = this.#sleepers.filter(other => other !== sleeper)
              wake()
            },
            { once: true }
          )
        })
    }
  }

  /** One instance's view of the log. `capabilities` override those of the log. */
  logOf(owner: Owner, capabilities: Partial<Capabilities> = {}): MemoryLog {
    return new ShuffledLog(this, owner, capabilities)
  }

  /** The outcome of an append now. */
  fateOf(topic: Topic, owner: Owner): AppendFate {
    if (this.appends === 'fail')
      return { kind: 'refuse', error: new EventLogError('log-unavailable', 'no broker answers') }
    if (owner.isDead) return this.#torn(topic)
    if (!this.isRaining || this.#next() >= this.#weather.trouble) return { kind: 'write' }
    const kind = this.#next()
    if (kind < 0.3) return { kind: 'drop' }
    return kind < 0.5 ? { kind: 'doubt' } : this.#torn(topic)
  }

  #torn(topic: Topic): AppendFate {
    const count = this.store.topics.get(topic)?.partitions.length ?? 1
    return {
      kind: 'torn',
      partitions: Array.from({ length: count }, (_, p) => p).filter(() => this.#next() < 0.5)
    }
  }

  /** kill -9: each append that the owner has in flight succeeds or not, and nobody is told. */
  kill(owner: Owner): void {
    owner.isDead = true
    this.#sleepers = this.#sleepers.filter(sleeper => sleeper.owner !== owner)
    this.#turns = this.#turns.filter(
      turn => turn.owner !== owner || (turn.outlives && this.#next() < 0.5)
    )
  }

  /** Runs events until the work is done. */
  async until<T>(work: Promise<T>): Promise<T> {
    let isDone = false
    const done = work.finally(() => {
      isDone = true
    })
    done.catch(() => undefined)
    await this.#go(() => isDone, Number.POSITIVE_INFINITY)
    return done
  }

  /** Advances time, and runs all events meanwhile. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms
    await this.#go(() => false, untilMs)
  }

  async #go(isOver: () => boolean, untilMs: number): Promise<void> {
    for (let step = 0; step < stepsMax; step++) {
      // Runs all pending promises; nothing here waits for real time.
      await new Promise(resolve => setImmediate(resolve))
      if (isOver()) return
      const ready =
        this.appends === 'hang' ? this.#turns.filter(turn => !turn.outlives) : this.#turns
      if (ready.length > 0 && this.#next() >= this.#weather.stalls) this.#take(ready)
      else if (!this.#wakeNext(untilMs) && ready.length === 0) break
    }
    if (!isOver() && untilMs === Number.POSITIVE_INFINITY)
      throw new Error('nothing can happen any more, and the work is not done')
    if (untilMs !== Number.POSITIVE_INFINITY) this.#nowMs = untilMs
  }

  #take(ready: readonly Turn[]): void {
    const turn = ready[Math.floor(this.#next() * ready.length)] as Turn
    this.#turns.splice(this.#turns.indexOf(turn), 1)
    turn.take()
  }

  #wakeNext(untilMs: number): boolean {
    const first = this.#sleepers.reduce<Sleeper | null>(
      (a, b) => (a === null || b.atMs < a.atMs ? b : a),
      null
    )
    if (first === null || first.atMs > untilMs) return false
    this.#nowMs = Math.max(this.#nowMs, first.atMs)
    this.#sleepers = this.#sleepers.filter(sleeper => sleeper !== first)
    first.wake()
    return true
  }
}

const kafkaLike: Capabilities = {
  durableOnAck: 'memory',
  atomicAcrossPartitions: false,
  sharedRoles: true
}

class ShuffledLog extends MemoryLog {
  override readonly capabilities: Capabilities
  readonly #world: ShuffledWorld
  readonly #owner: Owner

  constructor(world: ShuffledWorld, owner: Owner, capabilities: Partial<Capabilities>) {
    const hooks = {
      beforeAppend: async (topic: Topic): Promise<AppendFate> => {
        await world.turn(owner, true)
        return world.fateOf(topic, owner)
      },
      beforeDelivery: () => world.turn(owner)
    }
    super({ like: 'kafka', hooks }, world.store)
    this.#world = world
    this.#owner = owner
    this.capabilities = { ...kafkaLike, ...capabilities }
  }

  override async append(
    topic: Topic,
    records: readonly NewRecord[]
  ): Promise<readonly RecordPosition[]> {
    const appended = await super.append(topic, records)
    await this.#world.turn(this.#owner)
    return appended
  }

  override async cursorAt(topic: Topic, where: 'earliest' | 'latest'): Promise<Cursor> {
    await this.#world.turn(this.#owner)
    const cursor = await super.cursorAt(topic, where)
    await this.#world.turn(this.#owner)
    return cursor
  }
}

/** Numbers in [0, 1), the same for the same seed. Source: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
