// A client of the stream that does what a good client does: it keeps its last cursor, comes back with it, and holds the server to its word at
// every frame. Which events it should have got is the checker's question, which reads the disk.

import type { Principal } from '@tocsin/service-kit/principal'
import { openCursor } from '@tocsin/service-kit/sealed-cursor'
import type { Chance } from './chance.ts'
import { Connection } from './connection.ts'
import type { Life } from './life.ts'
import type { Notifier } from './suite.ts'
import type { World } from './world.ts'

export interface ReaderOptions {
  readonly name: string
  readonly principal: Principal
  readonly filter: Readonly<Record<string, unknown>>
  readonly from: 'earliest' | 'latest'
}

export interface ReceivedEvent {
  readonly id: string
  readonly type: string
  readonly theatre: string
  readonly data: Readonly<Record<string, unknown>>
  readonly [name: string]: unknown
}

/** What a reader has got since it was last told to begin anew. */
export interface Reading {
  /** Where it began. */
  readonly start: readonly bigint[]
  /** Null where it was not given one. */
  readonly snapshot: Readonly<Record<string, unknown>>[] | null
  readonly events: ReceivedEvent[]
}

interface Frame {
  readonly type: 'subscribed' | 'snapshot' | 'alert' | 'heartbeat' | 'notice'
  readonly cursor: string
  readonly prev: string
  readonly recovered: boolean
  readonly snapshot?: Reading['snapshot']
  readonly event: ReceivedEvent
}

export class StreamReader {
  readonly options: ReaderOptions
  reading: Reading | null = null
  readonly #world: World
  readonly #chance: Chance
  readonly #seen = new Set<string>()
  #connection: Connection | null = null
  #cursor: string | null = null
  #positions: readonly bigint[] = []

  constructor(world: World, options: ReaderOptions) {
    this.options = options
    this.#world = world
    this.#chance = world.chance.fork(`stream ${options.name}`)
  }

  get isConnected(): boolean {
    return this.#connection !== null && this.reading !== null
  }

  connect(notifier: Notifier, life: Life): void {
    if (this.#connection !== null || life.isOver) return
    const connection = new Connection(this.#world, this.#chance, notifier, life, this.options.principal, {
      frame: text => this.#take(JSON.parse(text) as Frame),
      over: code => this.#over(code, notifier, life)
    })
    this.#connection = connection
    connection.send({ type: 'subscribe', id: 's', filter: this.options.filter, from: this.#cursor ?? this.options.from })
  }

  drop(): void {
    this.#connection?.cut()
  }

  #take(frame: Frame): void {
    if (frame.type === 'subscribed') this.#begin(frame)
    if (frame.type === 'alert' || frame.type === 'heartbeat' || frame.type === 'snapshot') this.#follow(frame)
  }

  #follow(frame: Frame): void {
    if (frame.prev !== this.#cursor)
      this.#broken(`the chain broke at a frame of type ${frame.type}: prev is not the cursor before it`)
    this.#moveTo(frame.cursor)
    if (frame.type === 'alert') this.#note(frame.event)
  }

  #begin({ cursor, recovered, snapshot }: Frame): void {
    const before = this.#cursor
    if (before !== null && !recovered) this.#broken('a cursor that the server gave was not gone on from')
    if (before !== null && recovered && cursor !== before) this.#broken('it was recovered at another cursor than it asked for')
    if (before === null || !recovered) {
      this.#positions = []
      this.#moveTo(cursor)
      this.reading = { start: this.#positions, snapshot: snapshot ?? null, events: [] }
    }
  }

  #moveTo(cursor: string): void {
    const opened = openCursor(this.#world.cursorKey, cursor)
    const positions = opened.ok ? (opened.position.cursors[0]?.positions ?? []) : []
    if (!opened.ok) this.#broken(`a cursor does not open: ${opened.reason}`)
    if (this.#positions.some((at, i) => (positions[i] ?? 0n) < at))
      this.#broken(`its cursor went back from ${this.#positions} to ${positions}`)
    this.#cursor = cursor
    this.#positions = positions
  }

  #note(event: ReceivedEvent): void {
    if (this.#seen.has(event.id))
      this.#world.violate('5 once', `${this.options.name} was shown ${event.type} ${event.id} twice as new`)
    this.#seen.add(event.id)
    this.reading?.events.push(event)
  }

  #over(code: number | null, notifier: Notifier, life: Life): void {
    this.#connection = null
    if (code !== null && code >= 4500) this.#broken(`it was turned away with ${code}`)
    // The next notifier connects it by itself.
    this.#world.time.after(this.#chance.integer(20, 4_000), 'reader', () => this.connect(notifier, life))
  }

  #broken(detail: string): void {
    this.#world.violate('6 no silent gap', `${this.options.name}: ${detail}`)
  }
}
