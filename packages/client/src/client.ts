// The client: keeps subscriptions alive over drops, restarts, sleep and blocked transports, and
// reports at any time how live it is.

import type { Detail } from './alert.ts'
import type { Channel, ChannelEvents, ChannelOptions, Ending, OpenChannel } from './channel.ts'
import type { Frame } from './frame.ts'
import { describeError } from './http-request.ts'
import { type Ports, platformPorts } from './ports.ts'
import { openPull } from './pull-channel.ts'
import { openSse } from './sse-channel.ts'
import { ClientSubscription, type Listener, type SubscribeOptions } from './subscription.ts'
import { openWebSocket } from './websocket-channel.ts'

export type Transport = 'websocket' | 'sse' | 'pull'

/**
 * An API key, or what provides one. `refused`: the last one is no longer good. Null: there is none,
 * sign in again.
 */
export type Token = string | ((why: 'first' | 'refused') => string | null | Promise<string | null>)

export interface ClientOptions {
  /** Where the suite answers, such as `https://alerts.example`. */
  readonly url: string | URL
  /** Left out in a page of the suite itself, where the session cookie counts. */
  readonly token?: Token
  /** In order of preference. */
  readonly transports?: readonly Transport[]
  /** Called at every change. */
  readonly onState?: (state: ClientState) => void
  /**
   * A list that is read by HTTP has changed, such as `silences`. The feed does not say so: read the
   * lists now and then as well.
   */
  readonly onChanged?: (list: string) => void
  /** For tests. */
  readonly ports?: Partial<Ports>
}

/**
 * How live the client's state is. `heardAt`: when the server was last heard, ms since 1970; null
 * before.
 */
export type ClientState =
  /** No subscription. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting'; readonly transport: Transport; readonly heardAt: number | null }
  /**
   * `isCaughtUp`: false while the link is good and what happened before may still be on its way.
   */
  | { readonly kind: 'live'; readonly transport: Transport; readonly isCaughtUp: boolean }
  /** `staleSince` (ISO 8601): the server has been cut off from its log since then. */
  | {
      readonly kind: 'waiting'
      readonly why: string
      readonly retryAt: number
      readonly heardAt: number | null
      readonly staleSince: string | null
    }
  /** It does not come back by itself. `code`: a close code or an HTTP status. */
  | {
      readonly kind: 'ended'
      readonly why: string
      readonly code: number | null
      readonly heardAt: number | null
    }

/**
 * After this long without a sign of the server the link is given up, ms: two and a half heartbeats
 * of the server.
 */
const silentMs = 25_000
/** As many heartbeats that a subscription asked for: a link that hesitates is not given up. */
const beatsMissed = 5
/**
 * The same without a whole frame, where bytes come: the largest frame of a link of 400 bytes per
 * second.
 */
const framelessMs = 80_000
/** Interval at which deadlines are checked, ms. A longer one means that the machine slept. */
const lookMs = 1_000
const sleptMs = 10_000
/**
 * A link that was heard this lately is good, however late the timers of a hidden page are, ms: a
 * heartbeat and a half.
 */
const heardLatelyMs = 15_000
/** A link this old counts as good: the next wait is short again, ms. */
const goodMs = 10_000
/** Failures in a row after which the next transport is tried. */
const failuresMax = 2
/** After this long on another transport the best one is tried again, ms. */
const betterMs = 300_000

/** First wait, ms; each further one is twice as long. */
const firstMs = 500
export const longestWaitMs = 30_000

/**
 * The wait before attempt `attempt` (from 0), ms. Half is random, so that thousands of clients of a
 * restarted server do not reconnect together. At least `leastMs`, which the server may
 * ask for, with up to a fifth more. `chance` is in [0, 1).
 */
export function waitMs(attempt: number, chance: number, leastMs = 0): number {
  const most = Math.min(longestWaitMs, firstMs * 2 ** Math.min(attempt, 16))
  return Math.max(most / 2 + (chance * most) / 2, leastMs * (1 + chance / 5))
}

const channels: Readonly<Record<Transport, OpenChannel>> = {
  websocket: openWebSocket,
  sse: openSse,
  pull: openPull
}

export class TocsinClient {
  readonly #url: URL
  readonly #token: Token | undefined
  readonly #transports: readonly Transport[]
  readonly #onState: (state: ClientState) => void
  readonly #onChanged: (list: string) => void
  readonly #ports: Ports
  readonly #subscriptions = new Map<string, ClientSubscription>()
  readonly #endWatch: () => void
  #state: ClientState = { kind: 'idle' }
  #channel: Channel | null = null
  /** Counts channels: words of an earlier one are ignored. */
  #generation = 0
  #ids = 0
  #attempt = 0
  #transport = 0
  #failures = 0
  #tokenWhy: 'first' | 'refused' = 'first'
  #heardAt: number | null = null
  /** When the last bytes came. */
  #bytesAt = 0
  #openedAt = 0
  /** When the channel was first asked for something; null while no answer is due. */
  #askedAt: number | null = null
  #lookedAt: number
  #cancelLook: () => void = () => {}
  #cancelWait: () => void = () => {}

  constructor({
    url,
    token,
    transports = ['websocket', 'sse', 'pull'],
    onState = () => {},
    onChanged = () => {},
    ports = {}
  }: ClientOptions) {
    if (transports.length === 0) throw new TypeError('transports must name at least one')
    this.#url = new URL(url)
    this.#token = token
    this.#transports = transports
    this.#onState = onState
    this.#onChanged = onChanged
    this.#ports = { ...platformPorts, ...ports }
    this.#lookedAt = this.#ports.nowMs()
    this.#endWatch = this.#ports.watchLink(isOnline => this.#handleLinkChange(isOnline))
  }

  get state(): ClientState {
    return this.#state
  }

  /** When the server was last heard, ms since 1970; null before. */
  get heardAt(): number | null {
    return this.#heardAt
  }

  /**
   * Subscribes, and connects with the first subscription. After the client has ended, no more
   * comes.
   */
  subscribe<D extends Detail = 'full'>(
    options: SubscribeOptions<D>,
    listener: Listener<D>
  ): ClientSubscription {
    this.#ids += 1
    const subscription = new ClientSubscription(
      `s${this.#ids}`,
      options,
      listener as Listener<Detail>,
      id => this.#drop(id)
    )
    if (this.#state.kind === 'ended') {
      subscription.end(new Error('the client has ended'))
      return subscription
    }
    this.#subscriptions.set(subscription.id, subscription)
    if (this.#state.kind === 'idle') this.#begin()
    else if (this.#channel !== null) this.#requestFrames(this.#channel, subscription)
    return subscription
  }

  unsubscribe(subscription: ClientSubscription): void {
    subscription.end()
    this.#drop(subscription.id)
  }

  /**
   * Ends everything now. What no listener has begun to handle comes again from `cursor`, in
   * another run.
   */
  close(): void {
    const subscriptions = [...this.#subscriptions.values()]
    this.#subscriptions.clear()
    this.#stop()
    this.#endWatch()
    this.#to({ kind: 'ended', why: 'closed', code: null, heardAt: this.#heardAt })
    for (const subscription of subscriptions) subscription.end()
  }

  /** Connects now, also during a wait: for a button, or when the network is known to be back. */
  retryNow(): void {
    if (this.#state.kind === 'waiting') this.#connect()
  }

  get #transportName(): Transport {
    return this.#transports[this.#transport] as Transport
  }

  #begin(): void {
    this.#lookedAt = this.#ports.nowMs()
    this.#cancelLook = this.#ports.later(lookMs, () => this.#runChecks())
    this.#connect()
  }

  #drop(id: string): void {
    this.#subscriptions.delete(id)
    this.#channel?.remove(id)
    if (this.#subscriptions.size > 0 || this.#state.kind === 'ended') return
    this.#stop()
    this.#to({ kind: 'idle' })
  }

  /** Closes the channel and all timers. */
  #stop(): void {
    this.#leave()
    this.#cancelLook()
    this.#cancelWait()
  }

  #leave(): void {
    this.#generation += 1
    this.#channel?.close()
    this.#channel = null
  }

  #connect(): void {
    this.#cancelWait()
    if (this.#state.kind === 'ended' || this.#subscriptions.size === 0) return
    this.#leave()
    const generation = this.#generation
    this.#openedAt = this.#ports.nowMs()
    this.#bytesAt = this.#openedAt
    this.#to({ kind: 'connecting', transport: this.#transportName, heardAt: this.#heardAt })
    void this.#open(generation)
  }

  async #open(generation: number): Promise<void> {
    const token = await this.#fetchToken()
    if (generation !== this.#generation) return
    if (token instanceof Error) this.#wait(`the token could not be had: ${token.message}`)
    else if (token === null && this.#token !== undefined) this.#end('there is no token', 4501)
    else this.#openChannel(token, generation)
  }

  #openChannel(token: string | null, generation: number): void {
    const isCurrent = () => generation === this.#generation
    const events: ChannelEvents = {
      frame: async (id, frame) => (isCurrent() ? this.#take(id, frame) : undefined),
      changed: list => (isCurrent() ? this.#onChanged(list) : undefined),
      heard: () => {
        if (isCurrent()) this.#bytesAt = this.#ports.nowMs()
      },
      ended: ending => (isCurrent() ? this.#handleEnding(ending) : undefined)
    }
    const channel = this.#createChannel({ url: this.#url, token, ports: this.#ports, events })
    if (channel === null) return
    this.#channel = channel
    this.#askedAt = null
    for (const subscription of this.#subscriptions.values())
      void this.#requestOnceSettled(channel, subscription)
  }

  /** Null: the platform has no such transport, or forbids it here; the next one is tried. */
  #createChannel(options: ChannelOptions): Channel | null {
    try {
      return channels[this.#transportName](options)
    } catch (error) {
      this.#handleEnding({ kind: 'unsupported', detail: describeError(error) })
      return null
    }
  }

  /**
   * Its listener finishes first what had come: it may be what was too slow. Others do not wait for
   * it.
   */
  async #requestOnceSettled(channel: Channel, subscription: ClientSubscription): Promise<void> {
    await subscription.waitUntilSettled()
    if (channel === this.#channel && this.#subscriptions.has(subscription.id))
      this.#requestFrames(channel, subscription)
  }

  #requestFrames(channel: Channel, subscription: ClientSubscription): void {
    this.#askedAt ??= this.#ports.nowMs()
    subscription.markBehind()
    channel.add(subscription.request)
  }

  /** An error if the provider fails: it is asked again at the next attempt. */
  async #fetchToken(): Promise<string | null | Error> {
    if (this.#token === undefined || typeof this.#token === 'string') return this.#token ?? null
    try {
      return await this.#token(this.#tokenWhy)
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  async #take(id: string, frame: Frame): Promise<void> {
    const subscription = this.#subscriptions.get(id)
    if (subscription === undefined) return
    this.#heardAt = this.#ports.nowMs()
    const taken = subscription.take(frame, this.#heardAt)
    if (taken !== 'ok')
      return this.#resume(taken === 'gap' ? 'a frame is missing' : 'the listener is too slow')
    if (this.#state.kind === 'connecting') {
      this.#failures = 0
      this.#tokenWhy = 'first'
      this.#to({ kind: 'live', transport: this.#transportName, isCaughtUp: this.#isCaughtUp })
    } else this.#emitCaughtUp()
    // Only HTTP can be made to wait; a socket's frames are bounded by the subscription.
    if (this.#transportName !== 'websocket') await subscription.waitUntilSettled()
  }

  get #isCaughtUp(): boolean {
    return [...this.#subscriptions.values()].every(({ caughtUpAt }) => caughtUpAt !== null)
  }

  #emitCaughtUp(): void {
    const [state, isCaughtUp] = [this.#state, this.#isCaughtUp]
    if (state.kind === 'live' && state.isCaughtUp !== isCaughtUp) this.#to({ ...state, isCaughtUp })
  }

  /**
   * Frames come, but none reports the end of the backlog: the server sends a backlog again, to a
   * reader that was too slow for it.
   */
  #checkBacklog(now: number): void {
    if (this.#state.kind !== 'live' || this.#state.transport === 'pull') return
    for (const subscription of this.#subscriptions.values())
      if (subscription.caughtUpAt !== null && now - subscription.caughtUpAt >= this.#silenceMs)
        subscription.markBehind()
    this.#emitCaughtUp()
  }

  /** Gives the channel up and resumes from what was accepted. */
  #resume(why: string): void {
    this.#leave()
    this.#wait(why)
  }

  #handleEnding(ending: Ending): void {
    this.#channel = null
    this.#generation += 1
    if (ending.kind === 'refused') this.#end(ending.detail, ending.code)
    else if (ending.kind === 'token-refused') this.#handleTokenRefused(ending.detail, ending.code)
    else if (ending.kind === 'again') this.#wait(ending.detail, ending.leastMs, ending.staleSince)
    else {
      if (ending.kind === 'unsupported') this.#nextTransport()
      else this.#resetTransport()
      this.#wait(ending.detail)
    }
  }

  /** A provider is asked once for another one. */
  #handleTokenRefused(detail: string, code: number): void {
    if (typeof this.#token === 'function' && this.#tokenWhy === 'first') {
      this.#tokenWhy = 'refused'
      this.#wait(detail)
    } else this.#end(detail, code)
  }

  #resetTransport(): void {
    this.#transport = 0
    this.#failures = 0
  }

  #nextTransport(): void {
    this.#failures += 1
    if (this.#failures < failuresMax && this.#transports.length > 1) return
    this.#failures = 0
    this.#transport = (this.#transport + 1) % this.#transports.length
  }

  #wait(why: string, leastMs = 0, staleSince: string | null = null): void {
    this.#cancelWait()
    const now = this.#ports.nowMs()
    const held = this.#state.kind === 'live' && now - this.#openedAt >= goodMs
    this.#attempt = held ? 0 : this.#attempt + 1
    const ms = waitMs(Math.max(0, this.#attempt - 1), this.#ports.random(), leastMs)
    this.#cancelWait = this.#ports.later(ms, () => this.#connect())
    this.#to({ kind: 'waiting', why, retryAt: now + ms, heardAt: this.#heardAt, staleSince })
  }

  #end(why: string, code: number): void {
    this.#stop()
    this.#endWatch()
    this.#to({ kind: 'ended', why, code, heardAt: this.#heardAt })
    for (const subscription of this.#subscriptions.values()) subscription.end(new Error(why))
    this.#subscriptions.clear()
  }

  /** Each second: what has slept, gone silent, or runs on a makeshift transport. */
  #runChecks(): void {
    this.#cancelLook = this.#ports.later(lookMs, () => this.#runChecks())
    const now = this.#ports.nowMs()
    const passed = now - this.#lookedAt
    this.#lookedAt = now
    const heardLately =
      this.#state.kind === 'live' && this.#heardAt !== null && now - this.#heardAt < heardLatelyMs
    if (passed < 0 || (passed > sleptMs && !heardLately))
      this.#openAgain('the machine slept, or its clock was set')
    else if (this.#state.kind === 'live' || this.#state.kind === 'connecting') this.#checkLink(now)
  }

  #checkLink(now: number): void {
    const owes = this.#channel === null || this.#askedAt !== null
    // Times from a clock that was ahead do not count.
    const heardAt = this.#heardAt !== null && this.#heardAt <= now ? this.#heardAt : 0
    const framelessFor = now - Math.max(this.#openedAt, this.#askedAt ?? 0, heardAt)
    const silentFor = Math.min(framelessFor, now - this.#bytesAt)
    const silenceMs = this.#silenceMs
    if (owes && (silentFor >= silenceMs || framelessFor >= framelessMs)) {
      if (this.#state.kind === 'connecting') this.#nextTransport()
      this.#resume(
        silentFor >= silenceMs
          ? `nothing was heard for ${silenceMs / 1000} s`
          : 'the link is too slow'
      )
    } else if (
      this.#transport > 0 &&
      this.#state.kind === 'live' &&
      now - this.#openedAt >= betterMs
    ) {
      this.#resetTransport()
      this.#connect()
    } else this.#checkBacklog(now)
  }

  /** Before it is live the server owes no heartbeat. A page waits at most until the next one. */
  get #silenceMs(): number {
    if (this.#state.kind !== 'live') return silentMs
    const asked = [...this.#subscriptions.values()].flatMap(
      ({ request }) => request.heartbeatSeconds ?? []
    )
    const longestS = asked.length === 0 ? Infinity : Math.max(...asked)
    return Math.min(silentMs, longestS * 1000 * beatsMissed)
  }

  /**
   * Immediate: the link is not to be trusted, and a wait that was counted before does not matter
   * any more.
   */
  #openAgain(why: string): void {
    if (this.#state.kind === 'idle' || this.#state.kind === 'ended') return
    this.#attempt = 0
    this.#leave()
    this.#cancelWait()
    const [retryAt, heardAt] = [this.#ports.nowMs(), this.#heardAt]
    this.#to({ kind: 'waiting', why, retryAt, heardAt, staleSince: null })
    this.#connect()
  }

  #handleLinkChange(isOnline: boolean): void {
    if (this.#state.kind === 'idle' || this.#state.kind === 'ended') return
    if (isOnline) this.#openAgain('the machine is online again')
    else if (this.#state.kind !== 'waiting') this.#resume('the machine is offline')
  }

  #to(state: ClientState): void {
    this.#state = state
    this.#onState(state)
  }
}
