// The page's connection to /v1/stream: subscribes, keeps its cursor, checks the chain, comes back after a break and says at any time how live
// it is. No DOM here: socket, timers, clock and chance are given.

/** Waits before coming back, ms: short first, then patient. */
export const comeBackMs = [250, 500, 1000, 2000, 4000, 8000, 15_000]
/** Without a word for this long the page is not live, whatever the socket says, ms. Two heartbeats and a half. */
export const silenceMs = 25_000

/** The last moment of which it is known that what is shown was all there was, ms by the wall clock; null before there was one. */
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
  /** When the server last said what is true now. That it does not know is no such word. */
  #lastWordMs = null
  #staleSince = null
  /** All open alerts of the snapshot have come. */
  #isWhole = false
  #isStopped = false

  /** `open(url)` makes a socket, `later(ms, fn)` a timer, `nowMs()` never goes back, `chance()` is in [0, 1). */
  constructor(options) {
    this.#options = options
  }

  get state() {
    return this.#state
  }

  /** How long the server has said nothing, ms; null before its first word. */
  get silentMs() {
    return this.#lastWordMs === null ? null : this.#options.nowMs() - this.#lastWordMs
  }

  /** Since when (ISO 8601) the server itself did not know what is true, as it said; null once it knows again. */
  get staleSince() {
    return this.#staleSince
  }

  /** True only while what is shown is known to be what the server knows. */
  get isLive() {
    return this.#state.kind === 'live' && this.silentMs !== null && this.silentMs < silenceMs
  }

  /** False while further parts of the snapshot are on their way: what is shown is right, and the gravest, but not all. */
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

  /** A cursor from the middle of a snapshot stands for what is missing too: after a break the rest comes as if nothing had been. */
  #part(frame) {
    this.#isWhole = frame.more !== true
    this.#options.onPart(frame.snapshot)
  }

  /** A break in the chain: what is shown can't be trusted, so all of it is asked for anew. */
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
