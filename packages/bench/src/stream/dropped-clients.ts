// Clients of every transport and detail in a process of their own. Each is cut off once, comes back
// with its cursor, and checks that the numbered alerts reach it one after the other.

import { get, type IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'

export interface BeginDropped {
  readonly kind: 'begin'
  /** `http://127.0.0.1:8080` */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly count: number
}
export type ToDropped =
  | BeginDropped
  /** Cut off each client once within `forMs`, at random, for `downMs`. */
  | { readonly kind: 'drop'; readonly forMs: number; readonly downMs: number }
  /** Report once each client has the alert with this number and was dropped. */
  | { readonly kind: 'last'; readonly number: number }

export interface DroppedCounts {
  readonly drops: number
  readonly lost: number
  /** Shown again, or after a later one. */
  readonly repeated: number
  /** Clients that had to start anew. */
  readonly anew: number
}
export type FromDropped = { readonly kind: 'ready' } | ({ readonly kind: 'end' } & DroppedCounts)

const transports = ['websocket', 'events', 'feed'] as const
const details = ['full', 'headline', 'ids'] as const
const pollMs = 1_000
const retryMs = 250

const counts = { drops: 0, lost: 0, repeated: 0, anew: 0 }
let last = 0

const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

class Client {
  cursor = 'latest'
  /** Of the last alert; 0 before the first. */
  number = 0
  isDropped = false
  readonly #how: BeginDropped
  readonly #transport: (typeof transports)[number]
  readonly #detail: string
  #cut: () => void = () => {}
  #isDown = false
  #onReady: () => void = () => {}
  readonly ready = new Promise<void>(resolve => {
    this.#onReady = resolve
  })

  constructor(how: BeginDropped, index: number) {
    this.#how = how
    this.#transport = transports[index % 3] as (typeof transports)[number]
    this.#detail = details[Math.floor(index / 3) % 3] as string
  }

  async run(): Promise<void> {
    for (;;) {
      if (!this.#isDown)
        await { websocket: this.#socket, events: this.#events, feed: this.#feed }[
          this.#transport
        ].call(this)
      await sleep(retryMs)
    }
  }

  async drop(afterMs: number, downMs: number): Promise<void> {
    await sleep(afterMs)
    this.#isDown = true
    this.#cut()
    counts.drops += 1
    await sleep(downMs)
    this.#isDown = false
    this.isDropped = true
    report()
  }

  #began(recovered: boolean): void {
    if (!recovered && this.cursor !== 'latest') counts.anew += 1
    this.#onReady()
  }

  #take(cursor: string, text: string): void {
    const number = Number(/"alertId":"alert-(\d+)"/.exec(text)?.[1])
    this.cursor = cursor
    if (number > this.number + 1) counts.lost += number - this.number - 1
    if (number <= this.number) counts.repeated += 1
    this.number = Math.max(this.number, number)
    if (number === last) report()
  }

  #frame(type: string | undefined, cursor: string | undefined, text: string): void {
    if (type === 'subscribed') this.#began(text.includes('"recovered":true'))
    if (cursor === undefined) return
    if (type === 'alert') this.#take(cursor, text)
    else this.cursor = cursor
  }

  #socket(): Promise<void> {
    return new Promise(resolve => {
      const socket = new WebSocket(
        `${this.#how.url.replace(/^http/, 'ws')}/v1/stream`,
        'tocsin.v1',
        {
          headers: { ...this.#how.headers },
          perMessageDeflate: false
        }
      )
      this.#cut = () => socket.terminate()
      socket.on('open', () =>
        socket.send(
          JSON.stringify({ type: 'subscribe', id: 'a', from: this.cursor, detail: this.#detail })
        )
      )
      socket.on('message', (data: Buffer) => {
        if (this.#isDown) return
        const text = data.toString()
        this.#frame(
          /^\{"type":"([a-z]+)"/.exec(text)?.[1],
          /"cursor":"([^"]+)"/.exec(text)?.[1],
          text
        )
      })
      socket.on('error', () => {})
      socket.on('close', () => resolve())
    })
  }

  #events(): Promise<void> {
    return this.#request(`/v1/events?detail=${this.#detail}&cursor=${this.cursor}`, response => {
      let text = ''
      response.on('data', (data: Buffer) => {
        text += data.toString()
        for (
          let end = text.indexOf('\n\n');
          end >= 0 && !this.#isDown;
          end = text.indexOf('\n\n')
        ) {
          const event = text.slice(0, end)
          text = text.slice(end + 2)
          this.#frame(/^event: (\w+)/m.exec(event)?.[1], /^id: (\S+)/m.exec(event)?.[1], event)
        }
      })
    })
  }

  async #feed(): Promise<void> {
    let page = ''
    await this.#request(
      `/v1/feed?limit=500&detail=${this.#detail}&cursor=${this.cursor}`,
      response => {
        response.on('data', (data: Buffer) => {
          page += data.toString()
        })
        response.on('end', () => {
          if (this.#isDown) return
          const { recovered, items, next } = JSON.parse(page) as {
            recovered: boolean
            items: { cursor: string }[]
            next: string
          }
          this.#began(recovered)
          for (const item of items) this.#take(item.cursor, JSON.stringify(item))
          this.cursor = next
        })
      }
    )
    await sleep(pollMs)
  }

  /** Resolves when the answer is over, however it ends. */
  #request(path: string, listen: (response: IncomingMessage) => void): Promise<void> {
    return new Promise(resolve => {
      const request = get(
        `${this.#how.url}${path}`,
        { headers: this.#how.headers, agent: false },
        response => {
          response.on('close', () => resolve())
          response.on('error', () => {})
          if (response.statusCode === 200) listen(response)
          else response.resume()
        }
      )
      request.on('error', () => resolve())
      this.#cut = () => request.destroy()
    })
  }
}

const clients: Client[] = []

function report(): void {
  if (last === 0 || clients.some(client => client.number < last || !client.isDropped)) return
  last = 0
  process.send?.({ kind: 'end', ...counts } satisfies FromDropped)
}

process.on('message', (message: ToDropped) => {
  switch (message.kind) {
    case 'begin':
      clients.push(
        ...Array.from({ length: message.count }, (_, index) => new Client(message, index))
      )
      for (const client of clients) void client.run()
      void Promise.all(clients.map(client => client.ready)).then(() =>
        process.send?.({ kind: 'ready' } satisfies FromDropped)
      )
      return
    case 'drop':
      for (const client of clients) void client.drop(Math.random() * message.forMs, message.downMs)
      return
    case 'last':
      last = message.number
      report()
      return
    default:
      message satisfies never
  }
})
process.on('disconnect', () => process.exit(0))
