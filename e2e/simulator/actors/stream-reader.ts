// A well-behaved stream client: it keeps its last cursor, resumes with it, and checks every frame. Completeness is checked by the
// checker, which reads the disk.

import type { Principal } from '@tocsin/service-kit/access/principal'
import { openCursor } from '@tocsin/service-kit/projection/sealed-cursor'
import type { Chance } from '../world/chance.ts'
import type { Life } from '../world/life.ts'
import type { Notifier } from '../world/suite.ts'
import type { World } from '../world/world.ts'
import { Connection } from './connection.ts'

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
  /** What it knew of alerts when it had the last part of a snapshot; null where it was not given one, or not to its end. */
  readonly snapshot: Snapshot | null
  readonly events: ReceivedEvent[]
}

type Alert = Readonly<Record<string, unknown>>

export interface Snapshot {
  readonly at: readonly bigint[]
  readonly alerts: readonly Alert[]
  /** As its parts had them. */
  readonly shown: readonly Alert[]
}

interface Frame {
  readonly type: 'subscribed' | 'snapshot' | 'alert' | 'heartbeat' | 'notice'
  readonly cursor: string
  readonly prev: string
  readonly recovered: boolean
  readonly snapshot?: readonly Alert[]
  /** Further parts of the snapshot follow. */
  readonly more?: boolean
  readonly event: ReceivedEvent
}

export class StreamReader {
  readonly options: ReaderOptions
  reading: Reading | null = null
  readonly #world: World
  readonly #chance: Chance
  readonly #seen = new Set<string>()
  #connection: Connection | null = null
  /** Alerts as parts of a snapshot and the events between them tell; null while no part is missing. */
  #known: Map<unknown, Alert> | null = null
  #shown: Alert[] = []
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
    if (frame.type === 'snapshot') this.#learn(frame)
  }

  /** Takes one part of a snapshot: alerts as they are at its cursor, behind all events before it. */
  #learn({ snapshot = [], more = false }: Frame): void {
    const known = this.#known ?? new Map()
    for (const alert of snapshot) known.set(alert.alertId, alert)
    this.#shown.push(...snapshot)
    this.#known = more ? known : null
    if (!more && this.reading !== null)
      this.reading = { ...this.reading, snapshot: { at: this.#positions, alerts: [...known.values()], shown: this.#shown } }
  }

  #begin(frame: Frame): void {
    const { cursor, recovered, snapshot } = frame
    const before = this.#cursor
    if (before !== null && !recovered) this.#broken('a cursor that the server gave was not gone on from')
    if (before !== null && recovered && cursor !== before) this.#broken('it was recovered at another cursor than it asked for')
    if (before === null || !recovered) {
      this.#positions = []
      this.#moveTo(cursor)
      this.reading = { start: this.#positions, snapshot: null, events: [] }
      this.#known = null
      this.#shown = []
      if (snapshot !== undefined) this.#learn(frame)
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
    if (event.type.includes('left-view')) this.#known?.delete(event.data.alertId)
    else if (!event.type.includes('action-refused')) this.#known?.set(event.data.alertId, event.data)
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
