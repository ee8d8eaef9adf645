// The page's connection to /v1/stream: subscribes, keeps its cursor, checks the chain, reconnects, and tells at any time how live
// it is. No DOM here: socket, timers, clock and randomness are passed in.

/** Reconnect delays, ms: short first, then longer. */
export const comeBackMs = [250, 500, 1000, 2000, 4000, 8000, 15_000]
/** After this long without a message the page is not live, whatever the socket says, ms. Two and a half heartbeats. */
export const silenceMs = 25_000

/** The last time at which the shown state was known to be complete, ms by the wall clock; null before that. */
export function notLiveSinceMs({ silentMs, staleSince }, nowMs) {
  const known = [silentMs === null ? null : nowMs - silentMs, staleSince === null ? null : Date.parse(staleSince)]
  const found = known.filter(each => each !== null)
  return found.length === 0 ? null : Math.min(...found)
}

export class LiveStream {
  #options
  #socket = null
  #cursor = null
  #attempt = 0
  #state = { kind: 'connecting' }
  /** When the server last confirmed the state. A notice that it is stale does not count. */
  #lastWordMs = null
  #staleSince = null
  /** All open alerts of the snapshot have arrived. */
  #isWhole = false
  #isStopped = false

  /** `open(url)` makes a socket, `later(ms, fn)` a timer, `nowMs()` is monotonic, `chance()` is in [0, 1). */
  constructor(options) {
    this.#options = options
  }

  get state() {
    return this.#state
  }

  /** Time since the server's last message, ms; null before the first. */
  get silentMs() {
    return this.#lastWordMs === null ? null : this.#options.nowMs() - this.#lastWordMs
  }

  /** Since when (ISO 8601) the server's own state was stale, as it reported; null once it is current again. */
  get staleSince() {
    return this.#staleSince
  }

  /** True only while the shown state is known to be the server's. */
  get isLive() {
    return this.#state.kind === 'live' && this.silentMs !== null && this.silentMs < silenceMs
  }

  /** False while snapshot parts are missing: what is shown is correct and the gravest, but incomplete. */
  get isWhole() {
    return this.#isWhole
  }

  start() {
    this.#connect()
  }

  stop() {
    this.#isStopped = true
    this.#socket?.close()
  }

  #connect() {
    if (this.#isStopped) return
    this.#to({ kind: 'connecting' })
    const socket = this.#options.open()
    this.#socket = socket
    socket.onopen = () => this.#send(socket, { type: 'subscribe', id: 'page', filter: {}, from: this.#cursor ?? 'latest' })
    socket.onmessage = message => {
      if (socket === this.#socket) this.#take(socket, JSON.parse(message.data))
    }
    socket.onclose = close => {
      if (socket === this.#socket) this.#closed(close)
    }
  }

  #send(socket, message) {
    socket.send(JSON.stringify(message))
  }

  #take(socket, frame) {
    if (frame.type !== 'notice') this.#lastWordMs = this.#options.nowMs()
    if (frame.type === 'subscribed') this.#subscribed(frame)
    else if (frame.type === 'alert' || frame.type === 'heartbeat' || frame.type === 'snapshot') {
      if (frame.prev !== this.#cursor) return this.#gap(socket)
      this.#cursor = frame.cursor
      if (frame.type === 'alert') this.#options.onEvent(frame.event)
      if (frame.type === 'snapshot') this.#part(frame)
    } else if (frame.type === 'notice') {
      this.#staleSince = frame.staleSince ?? this.#staleSince
      this.#options.onNotice?.(frame)
    }
    this.#options.onWord?.()
  }

  #subscribed(frame) {
    const isReturn = this.#cursor !== null
    this.#cursor = frame.cursor
    this.#attempt = 0
    this.#staleSince = null
    if (!frame.recovered) {
      this.#isWhole = frame.more !== true
      this.#options.onSnapshot(frame.snapshot ?? [], isReturn)
    }
    this.#to({ kind: 'live' })
  }

  /** A cursor inside a snapshot covers the missing parts too: after a reconnect they follow. */
  #part(frame) {
    this.#isWhole = frame.more !== true
    this.#options.onPart(frame.snapshot)
  }

  /** The chain is broken: the shown state can't be trusted and is requested again. */
  #gap(socket) {
    this.#cursor = null
    this.#socket = null
    socket.close()
    this.#options.onGap?.()
    this.#connect()
  }

  #closed({ code }) {
    this.#socket = null
    if (this.#isStopped) return
    if (code >= 4500 && code < 5000) {
      this.#to({ kind: 'ended', code })
      return
    }
    const waitMs = comeBackMs[Math.min(this.#attempt++, comeBackMs.length - 1)] * (0.75 + this.#options.chance() / 2)
    this.#to({ kind: 'waiting', untilMs: this.#options.nowMs() + waitMs, code })
    this.#options.later(waitMs, () => this.#connect())
  }

  #to(state) {
    this.#state = state
    this.#options.onState(state)
  }
}
