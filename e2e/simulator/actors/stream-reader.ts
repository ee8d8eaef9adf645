// A well-behaved stream client: it keeps its last cursor, resumes with it, and checks every frame.
// Completeness is checked by the checker, which reads the disk.

import type { Principal } from '@tocsin/auth/access/principal'
import { openCursor } from '@tocsin/service/projection/sealed-cursor'
import type { Life } from '../world/life.ts'
import type { RandomSource } from '../world/random-source.ts'
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

/** What a reader has received since it last started over. */
export interface Reading {
  /** Its start position. */
  readonly start: readonly bigint[]
  /** Its alerts at the last part of a snapshot; null without a complete snapshot. */
  readonly snapshot: Snapshot | null
  readonly events: ReceivedEvent[]
}

type Alert = Readonly<Record<string, unknown>>

export interface Snapshot {
  readonly at: readonly bigint[]
  readonly alerts: readonly Alert[]
  /** As shown in its parts. */
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
  readonly #random: RandomSource
  readonly #seen = new Set<string>()
  #connection: Connection | null = null
  /** Alerts from snapshot parts and the events between them; null while no part is missing. */
  #known: Map<unknown, Alert> | null = null
  #shown: Alert[] = []
  #cursor: string | null = null
  #positions: readonly bigint[] = []

  constructor(world: World, options: ReaderOptions) {
    this.options = options
    this.#world = world
    this.#random = world.random.fork(`stream ${options.name}`)
  }

  connect(notifier: Notifier, life: Life): void {
    if (this.#connection !== null || life.isOver) return
    const connection = new Connection(
      this.#world,
      this.#random,
      notifier,
      life,
      this.options.principal,
      {
        frame: text => this.#take(JSON.parse(text) as Frame),
        over: code => this.#over(code, notifier, life)
      }
    )
    this.#connection = connection
    connection.send({
      type: 'subscribe',
      id: 's',
      filter: this.options.filter,
      from: this.#cursor ?? this.options.from
    })
  }

  drop(): void {
    this.#connection?.cut()
  }

  #take(frame: Frame): void {
    if (frame.type === 'subscribed') this.#begin(frame)
    if (frame.type === 'alert' || frame.type === 'heartbeat' || frame.type === 'snapshot')
      this.#follow(frame)
  }

  #follow(frame: Frame): void {
    if (frame.prev !== this.#cursor)
      this.#broken(
        `the chain broke at a frame of type ${frame.type}: prev is not the cursor before it`
      )
    this.#moveTo(frame.cursor)
    if (frame.type === 'alert') this.#note(frame.event)
    if (frame.type === 'snapshot') this.#learn(frame)
  }

  /** Applies one snapshot part: alerts as of its cursor, after all earlier events. */
  #learn({ snapshot = [], more = false }: Frame): void {
    const known = this.#known ?? new Map()
    for (const alert of snapshot) known.set(alert.alertId, alert)
    this.#shown.push(...snapshot)
    this.#known = more ? known : null
    if (!more && this.reading !== null)
      this.reading = {
        ...this.reading,
        snapshot: { at: this.#positions, alerts: [...known.values()], shown: this.#shown }
      }
  }

  #begin(frame: Frame): void {
    const { cursor, recovered, snapshot } = frame
    const before = this.#cursor
    if (before !== null && !recovered) this.#broken('a cursor of the server could not be resumed')
    if (before !== null && recovered && cursor !== before)
      this.#broken('it was recovered at another cursor than it asked for')
    if (before === null || !recovered) {
      this.#positions = []
      this.#cursor = null
      this.#moveTo(cursor)
      this.reading = { start: this.#positions, snapshot: null, events: [] }
      this.#known = null
      this.#shown = []
      if (snapshot !== undefined) this.#learn(frame)
    }
  }

  #moveTo(cursor: string): void {
    // A heartbeat mostly says where it is already.
    if (cursor === this.#cursor) return
    const opened = openCursor(this.#world.cursorKey, cursor)
    const positions = opened.ok ? (opened.content.cursors[0]?.positions ?? []) : []
    if (!opened.ok) this.#broken(`a cursor does not open: ${opened.reason}`)
    if (this.#positions.some((at, i) => (positions[i] ?? 0n) < at))
      this.#broken(`its cursor went back from ${this.#positions} to ${positions}`)
    this.#cursor = cursor
    this.#positions = positions
  }

  #note(event: ReceivedEvent): void {
    if (this.#seen.has(event.id))
      this.#world.violate(
        '5 once',
        `${this.options.name} was shown ${event.type} ${event.id} twice as new`
      )
    this.#seen.add(event.id)
    this.reading?.events.push(event)
    if (event.type.includes('left-view')) this.#known?.delete(event.data.alertId)
    else if (!event.type.includes('action-refused'))
      this.#known?.set(event.data.alertId, event.data)
  }

  #over(code: number | null, notifier: Notifier, life: Life): void {
    this.#connection = null
    if (code !== null && code >= 4500) this.#broken(`it was turned away with ${code}`)
    // Reconnects by itself to the next notifier.
    this.#world.time.after(this.#random.integer(20, 4_000), 'reader', () =>
      this.connect(notifier, life)
    )
  }

  #broken(detail: string): void {
    this.#world.violate('6 no silent gap', `${this.options.name}: ${detail}`)
  }
}
