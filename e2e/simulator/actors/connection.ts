// A connection between a notifier and a simulated client: frames stay in order, may be delayed, and are lost when the connection
// breaks. The server may notice late.

import { StreamSession, type StreamSocket } from '@tocsin/notifier/stream/stream-session'
import type { Principal } from '@tocsin/service-kit/access/principal'
import type { Chance } from '../world/chance.ts'
import type { Life } from '../world/life.ts'
import type { Notifier } from '../world/suite.ts'
import type { World } from '../world/world.ts'

export interface ConnectionEvents {
  /** A frame arrived. */
  readonly frame: (text: string) => void
  /** The connection is over; `code` where the server said goodbye. */
  readonly over: (code: number | null) => void
}

type Item = { readonly frame: string } | { readonly close: number }

export class Connection {
  readonly #world: World
  readonly #chance: Chance
  readonly #session: StreamSession
  readonly #events: ConnectionEvents
  readonly #queue: Item[] = []
  #lastArrivalMs = 0
  #isOver = false

  constructor(world: World, chance: Chance, notifier: Notifier, life: Life, principal: Principal, events: ConnectionEvents) {
    this.#world = world
    this.#chance = chance
    this.#events = events
    life.atEnd(() => this.#end(null))
    const socket: StreamSocket = {
      send: text => this.#put({ frame: text }),
      bufferedBytes: () => this.#queue.reduce((sum, item) => sum + ('frame' in item ? item.frame.length : 0), 0),
      ping: () => this.#toServer(() => this.#session.pong()),
      pong: () => undefined,
      close: code => this.#put({ close: code }),
      terminate: () => this.#end(null)
    }
    this.#session = new StreamSession(notifier.hub, { socket, principal, address: '192.0.2.1' })
  }

  send(message: object): void {
    this.#toServer(() => this.#session.receive(JSON.stringify(message)))
  }

  /** Cuts the line. The server hears of it at once, or only when its pings stay unanswered. */
  cut(): void {
    if (this.#isOver) return
    this.#end(null)
    const afterMs = this.#chance.happens(0.5) ? 0 : this.#chance.integer(0, 20_000)
    this.#world.time.after(afterMs, 'server hears of it', () => this.#session.closed())
  }

  #toServer(arrive: () => void): void {
    this.#world.time.after(this.#chance.integer(0, 15), 'to server', () => {
      if (!this.#isOver) arrive()
    })
  }

  #put(item: Item): void {
    if (this.#isOver) return
    const { time, weather } = this.#world
    this.#queue.push(item)
    const delayMs = weather.strikes('streamSlow') ? this.#chance.integer(200, 6_000) : this.#chance.integer(0, 15)
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, time.nowMs + delayMs)
    // Whichever of two arrivals comes first, it takes the older frame.
    time.after(this.#lastArrivalMs - time.nowMs, 'to client', () => this.#arrive())
  }

  #arrive(): void {
    if (this.#isOver) return
    if (this.#world.weather.strikes('streamBroken')) this.cut()
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
