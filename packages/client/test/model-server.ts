// A server in memory behind the client's ports: a log of events, WebSocket, server-sent events and
// feed, and links that fail. Time is virtual: `pass` moves it, and fires what is due.

import { setImmediate as turn } from 'node:timers/promises'
import type { AlertEvent } from '../src/alert.ts'
import type { Ports, SocketLike } from '../src/ports.ts'

interface Timer {
  readonly dueMs: number
  readonly fn: () => void
}

interface Following {
  readonly socket: ModelSocket | null
  readonly id: string
  /** Events that were sent to it. */
  at: number
  prev: string
  send(frame: object): void
}

interface SaidMessage {
  readonly type: string
  readonly id: string
  readonly from: string
  readonly token: string
}

/** Cursors are of one length, as the server's are. */
const cursorOf = (at: number) => `c${String(at).padStart(9, '0')}`

class ModelSocket implements SocketLike {
  /** By header or ticket; otherwise the first message must authenticate. */
  isSignedIn = false
  onopen: SocketLike['onopen'] = null
  onmessage: SocketLike['onmessage'] = null
  onclose: SocketLike['onclose'] = null
  onerror: SocketLike['onerror'] = null
  readonly #server: ModelServer
  isOpen = false

  constructor(server: ModelServer) {
    this.#server = server
  }

  send(text: string): void {
    if (this.isOpen) this.#server.receive(this, JSON.parse(text) as SaidMessage)
  }

  close(code = 1000): void {
    this.drop(code)
  }

  drop(code: number): void {
    this.#server.gone(this)
    const { onclose } = this
    this.onclose = null
    this.isOpen = false
    onclose?.({ code, reason: '' })
  }
}

export class ModelServer {
  /** Ids of the events of the log. */
  readonly log: string[] = []
  /** Positions before this are lost. */
  heldFrom = 0
  isUp = true
  blocksSockets = false
  blocksSse = false
  goodToken = 'tk_1'
  /** Whoever resumes begins this many events later than asked, by mistake. */
  movesBy = 0
  /** Whether it gives tickets, and takes them. */
  givesTickets = true
  takesTickets = true
  /** How connections authenticated, in order. */
  readonly signIns: ('header' | 'ticket' | 'message')[] = []
  /** How long pages of the feed were to be held, s, in order. */
  readonly holdsS: number[] = []
  /** Requests for pages and sockets are answered no more, and nobody is told. */
  isSilent = false
  /** Answers are made, and come only once this is over: a network that is gone for a while. */
  isCut: Promise<void> = Promise.resolve()
  /** The next frame gets lost on a live connection. */
  losesNext = false
  /** Connections by transport, in all. */
  readonly opened: Record<'websocket' | 'sse' | 'pull', number> = { websocket: 0, sse: 0, pull: 0 }
  nowMs = 1_750_000_000_000
  /** By how much the client's wall clock is off; its timers do not notice. */
  clockOffMs = 0
  #timers: Timer[] = []
  readonly #sockets = new Set<ModelSocket>()
  readonly #streams = new Set<ReadableStreamDefaultController<Uint8Array>>()
  readonly #following = new Set<Following>()
  readonly #watchers = new Set<(isOnline: boolean) => void>()
  readonly #random: () => number

  constructor(random: () => number = () => 0.5) {
    this.#random = random
  }

  readonly ports: Ports = {
    sendsHeaders: false,
    openSocket: (url, _protocol, headers) => this.#openSocket(url, headers.authorization),
    fetch: (input, init) => this.#answer(new URL(String(input)), init ?? {}),
    nowMs: () => this.nowMs + this.clockOffMs,
    later: (ms, fn) => {
      const timer = { dueMs: this.nowMs + ms, fn }
      this.#timers.push(timer)
      return () => {
        this.#timers = this.#timers.filter(other => other !== timer)
      }
    },
    random: () => this.#random(),
    watchLink: changed => {
      this.#watchers.add(changed)
      return () => this.#watchers.delete(changed)
    }
  }

  get timerCount(): number {
    return this.#timers.length
  }

  publish(id = `e${this.log.length}`): void {
    this.log.push(id)
    for (const following of [...this.#following]) this.#bringUp(following)
  }

  heartbeat(ageSeconds = 5): void {
    for (const following of [...this.#following]) {
      const cursor = cursorOf(following.at)
      following.send({
        type: 'heartbeat',
        id: following.id,
        cursor,
        prev: following.prev,
        ageSeconds
      })
      following.prev = cursor
    }
  }

  /** Some text on every stream of events. */
  write(text: string): void {
    for (const stream of this.#streams) stream.enqueue(new TextEncoder().encode(text))
  }

  /** Every connection breaks. */
  drop(code = 1006): void {
    for (const socket of [...this.#sockets]) socket.drop(code)
    for (const stream of this.#streams) stream.error(new TypeError('terminated'))
    this.#streams.clear()
    this.#following.clear()
  }

  /** Says something to all sockets and closes them. */
  closeWith(code: number, notice: object): void {
    for (const socket of this.#sockets)
      socket.onmessage?.({ data: JSON.stringify({ type: 'notice', code, detail: '', ...notice }) })
    this.drop(code)
  }

  tellLink(isOnline: boolean): void {
    for (const watcher of this.#watchers) watcher(isOnline)
  }

  /** The machine sleeps: time passes and nothing runs. */
  sleep(ms: number): void {
    this.nowMs += ms
  }

  /** Lets time pass in steps of `stepMs`, and fires what is due. */
  async pass(ms: number, stepMs = 500): Promise<void> {
    const endMs = this.nowMs + ms
    while (this.nowMs < endMs) {
      this.nowMs = Math.min(endMs, this.nowMs + stepMs)
      const due = this.#timers.filter(({ dueMs }) => dueMs <= this.nowMs)
      this.#timers = this.#timers.filter(timer => !due.includes(timer))
      for (const { fn } of due) fn()
      await this.settle()
    }
  }

  async settle(): Promise<void> {
    for (let i = 0; i < 4; i++) await turn()
  }

  receive(socket: ModelSocket, { type, id, from, token }: SaidMessage): void {
    if (type === 'authenticate' && token !== this.goodToken) socket.drop(4501)
    else if (type === 'authenticate') {
      socket.isSignedIn = true
      this.signIns.push('message')
      socket.onmessage?.({ data: '{"type":"authenticated"}' })
    } else if (type === 'subscribe' && !socket.isSignedIn) socket.drop(4501)
    else if (type === 'subscribe')
      this.#follow({ id, from, socket, send: frame => this.#say(socket, frame) })
  }

  gone(socket: ModelSocket): void {
    this.#sockets.delete(socket)
    for (const following of this.#following)
      if (following.socket === socket) this.#following.delete(following)
  }

  #openSocket(url: URL, authorization: string | undefined): ModelSocket {
    this.opened.websocket += 1
    const socket = new ModelSocket(this)
    const ticket = url.searchParams.get('ticket')
    const mustBe = `Bearer ${this.goodToken}`
    void turn().then(() => {
      if (this.isSilent) return
      if (!this.isUp || this.blocksSockets || (authorization ?? mustBe) !== mustBe)
        return socket.drop(1006)
      socket.isOpen = true
      this.#sockets.add(socket)
      socket.onopen?.()
      if (ticket !== null && !this.takesTickets) socket.drop(4501)
    })
    if (authorization !== undefined || (ticket !== null && this.takesTickets)) {
      socket.isSignedIn = true
      this.signIns.push(ticket === null ? 'header' : 'ticket')
    }
    return socket
  }

  #say(socket: ModelSocket, frame: object): void {
    if (this.losesNext && (frame as { type: string }).type !== 'subscribed') this.losesNext = false
    else socket.onmessage?.({ data: JSON.stringify(frame) })
  }

  #follow({
    from,
    ...given
  }: {
    id: string
    from: string
    socket: ModelSocket | null
    send: (frame: object) => void
  }): void {
    const place = this.#placeOf(from)
    const at = place ?? this.log.length
    const following: Following = { ...given, at, prev: cursorOf(at) }
    this.#following.add(following)
    const anew = place === null ? { recovered: false, snapshot: [] } : { recovered: true }
    following.send({ type: 'subscribed', id: given.id, cursor: cursorOf(at), ...anew })
    this.#bringUp(following)
  }

  #bringUp(following: Following): void {
    while (following.at < this.log.length && this.#following.has(following)) {
      const event = this.#event(following.at)
      following.at += 1
      const cursor = cursorOf(following.at)
      const prev = following.prev
      following.prev = cursor
      following.send({ type: 'alert', id: following.id, cursor, prev, event })
    }
  }

  /** Null: it can't be resumed from there. */
  #placeOf(from: string): number | null {
    if (from === 'earliest') return this.heldFrom
    if (from === 'latest') return null
    const at = Number(from.slice(1))
    return at < this.heldFrom ? null : at + this.movesBy
  }

  #event(at: number): AlertEvent {
    return { id: this.log[at], subject: 'a', data: {} } as unknown as AlertEvent
  }

  async #answer(url: URL, { headers, signal }: RequestInit): Promise<Response> {
    await turn()
    const isSse = url.pathname === '/v1/events'
    const isTicket = url.pathname === '/v1/tickets'
    if (!isTicket) this.opened[isSse ? 'sse' : 'pull'] += 1
    if (!this.isUp) throw new TypeError('fetch failed')
    if ((headers as Record<string, string>).authorization !== `Bearer ${this.goodToken}`)
      return new Response('{"detail":"the key is not valid"}', { status: 401 })
    if (isTicket)
      return this.givesTickets
        ? Response.json({ ticket: 'tt_1' }, { status: 201 })
        : new Response('', { status: 404 })
    const from = url.searchParams.get('cursor') ?? ''
    if (isSse)
      return this.blocksSse ? new Response('', { status: 404 }) : this.#stream(from, signal ?? null)
    this.holdsS.push(Number(url.searchParams.get('wait')))
    if (this.isSilent) return new Promise(() => {})
    const place = this.#placeOf(from)
    if (place === null)
      return Response.json({
        recovered: false,
        items: [],
        next: cursorOf(this.log.length),
        snapshot: []
      })
    const items = this.log.slice(place).map((_, i) => ({
      event: this.#event(place + i),
      prev: cursorOf(place + i),
      cursor: cursorOf(place + i + 1)
    }))
    // A long poll: nothing is answered until there is something, or time has passed.
    if (items.length === 0)
      await new Promise<void>(resolve => void this.ports.later(2_000, resolve))
    await this.isCut
    const aged = { headers: { 'tocsin-age-seconds': '5' } }
    return Response.json({ recovered: true, items, next: cursorOf(place + items.length) }, aged)
  }

  #stream(from: string, signal: AbortSignal | null): Response {
    const encoder = new TextEncoder()
    let controller: ReadableStreamDefaultController<Uint8Array> | null = null
    const body = new ReadableStream<Uint8Array>({
      start: given => {
        controller = given
        this.#streams.add(given)
        const send = (frame: object) => {
          const {
            type,
            id: _id,
            cursor,
            ...data
          } = frame as { type: string; id: string; cursor: string }
          controller?.enqueue(
            encoder.encode(`event: ${type}\nid: ${cursor}\ndata: ${JSON.stringify(data)}\n\n`)
          )
        }
        this.#follow({ id: '', from, socket: null, send })
      }
    })
    signal?.addEventListener('abort', () => {
      if (controller === null || !this.#streams.delete(controller)) return
      controller.error(new DOMException('aborted', 'AbortError'))
      controller = null
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }
}
