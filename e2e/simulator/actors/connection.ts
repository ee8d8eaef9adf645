// A connection between a notifier and a simulated client: frames stay in order, may be delayed, and
// are lost when the connection breaks. The server may notice late.

import type { Principal } from '@tocsin/auth/access/principal'
import { StreamSession, type StreamSocket } from '@tocsin/notifier/stream/stream-session'
import type { Life } from '../world/life.ts'
import type { RandomSource } from '../world/random-source.ts'
import type { Notifier } from '../world/suite.ts'
import type { World } from '../world/world.ts'

export interface ConnectionEvents {
  /** A frame arrived. */
  readonly frame: (text: string) => void
  /** The connection is closed; `code` if the server closed it. */
  readonly over: (code: number | null) => void
}

type Item = { readonly frame: string } | { readonly close: number }

export class Connection {
  readonly #world: World
  readonly #random: RandomSource
  readonly #session: StreamSession
  readonly #events: ConnectionEvents
  readonly #queue: Item[] = []
  #lastArrivalMs = 0
  #isOver = false

  constructor(
    world: World,
    random: RandomSource,
    notifier: Notifier,
    life: Life,
    principal: Principal,
    events: ConnectionEvents
  ) {
    this.#world = world
    this.#random = random
    this.#events = events
    life.atEnd(() => this.#end(null))
    let sent = 0
    const socket: StreamSocket = {
      send: text => {
        sent += text.length
        this.#put({ frame: text })
      },
      sentBytes: () => sent,
      bufferedBytes: () =>
        this.#queue.reduce((sum, item) => sum + ('frame' in item ? item.frame.length : 0), 0),
      ping: () => this.#toServer(() => this.#session.pong()),
      pong: () => undefined,
      close: code => this.#put({ close: code }),
      stopReading: () => undefined,
      terminate: () => this.#end(null)
    }
    this.#session = new StreamSession(notifier.hub, { socket, principal, address: '192.0.2.1' })
  }

  send(message: object): void {
    this.#toServer(() => this.#session.receive(JSON.stringify(message)))
  }

  /** Cuts the connection. The server notices at once, or only by unanswered pings. */
  cut(): void {
    if (this.#isOver) return
    this.#end(null)
    const afterMs = this.#random.happens(0.5) ? 0 : this.#random.integer(0, 20_000)
    this.#world.time.after(afterMs, 'server hears of it', () => this.#session.closed())
  }

  #toServer(arrive: () => void): void {
    this.#world.time.after(this.#random.integer(0, 15), 'to server', () => {
      if (!this.#isOver) arrive()
    })
  }

  #put(item: Item): void {
    if (this.#isOver) return
    const { time, faults } = this.#world
    this.#queue.push(item)
    const delayMs = faults.occurs('streamSlow')
      ? this.#random.integer(200, 6_000)
      : this.#random.integer(0, 15)
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, time.nowMs + delayMs)
    // Whichever of two arrivals comes first, it takes the older frame.
    time.after(this.#lastArrivalMs - time.nowMs, 'to client', () => this.#arrive())
  }

  #arrive(): void {
    if (this.#isOver) return
    if (this.#world.faults.occurs('streamBroken')) this.cut()
    const item = this.#isOver ? undefined : this.#queue.shift()
    if (item === undefined) return
    if ('frame' in item) {
      this.#events.frame(item.frame)
      return
    }
    this.#end(item.close)
    this.#session.closed()
  }

  #end(code: number | null): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#events.over(code)
  }
}
