// A network that fails on command: between clients and one server it forwards bytes, and cuts,
// delays, slows, pauses or half-closes connections. A server that gives clients its own address
// (Kafka) must advertise the proxy's.

import { connect, createServer, type Server, type Socket } from 'node:net'

/** Requests go towards the server, answers towards the client. */
export type Direction = 'requests' | 'answers'
const directions: readonly Direction[] = ['requests', 'answers']

export interface TcpProxyOptions {
  /**
   * Target of connections; may be set later (`target`), since a server may need the proxy's address
   * first.
   */
  readonly target?: string
  /** Port to listen on; default a free one. */
  readonly port?: number
}

interface Pair {
  readonly client: Socket
  readonly server: Socket
  readonly flows: Readonly<Record<Direction, Flow>>
}

export class TcpProxy {
  /** `host:port` of the server. */
  target: string
  #others: readonly string[] = []
  #turn = 0
  readonly #server: Server
  readonly #pairs = new Set<Pair>()
  readonly #isHeld: Record<Direction, boolean> = { requests: false, answers: false }
  #delayMs = 0
  #bytesPerSecond = 0
  #isRefusing = false

  private constructor(target: string) {
    this.target = target
    this.#server = createServer({ allowHalfOpen: true }, client => this.#accept(client))
  }

  /** Listens on loopback. */
  static async listen(options: TcpProxyOptions = {}): Promise<TcpProxy> {
    const proxy = new TcpProxy(options.target ?? '')
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject)
      proxy.#server.listen(options.port ?? 0, '127.0.0.1', resolve)
    })
    return proxy
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port
  }

  /** `host:port` for clients. */
  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  /**
   * Gives each new connection to the next of these servers, as a plain balancer does that knows
   * nothing of their health.
   */
  balance(targets: readonly string[]): void {
    this.#others = targets
  }

  /** Current connections. */
  get connections(): number {
    return this.#pairs.size
  }

  /** Resets all connections, on both sides. New ones are accepted. */
  cut(): void {
    for (const pair of this.#pairs) drop(pair)
  }

  /** Delays every chunk from now on by this long, ms, keeping order; 0 ends it. */
  delay(delayMs: number): void {
    this.#delayMs = delayMs
  }

  /** Lets each connection pass this many bytes per second and direction from now on; 0 ends it. */
  throttle(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond
  }

  /**
   * Pauses all traffic, of old and new connections, like a network partition; `resume` releases it.
   */
  blackhole(which: readonly Direction[] = directions): void {
    for (const direction of which) this.#setHeld(direction, true)
  }

  /** Resets connections and refuses new ones, like a machine that is down; `resume` ends it. */
  refuse(): void {
    this.#isRefusing = true
    this.cut()
  }

  /** Half-closes every connection towards one side, while bytes still flow the other way. */
  halfClose(direction: Direction): void {
    for (const { client, server } of this.#pairs) (direction === 'answers' ? client : server).end()
  }

  /** Ends all faults: paused traffic continues, without delay, limit or refusal. */
  resume(): void {
    this.#isRefusing = false
    this.#delayMs = 0
    this.#bytesPerSecond = 0
    for (const direction of directions) this.#setHeld(direction, false)
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise(resolve => this.#server.close(resolve))
  }

  #setHeld(direction: Direction, isHeld: boolean): void {
    this.#isHeld[direction] = isHeld
    for (const pair of this.#pairs) pair.flows[direction].setHeld(isHeld)
  }

  #accept(client: Socket): void {
    if (this.#isRefusing) {
      client.on('error', () => {})
      client.resetAndDestroy()
      return
    }
    const target = this.#others[this.#turn++ % Math.max(1, this.#others.length)] ?? this.target
    const at = target.lastIndexOf(':')
    const server = connect({
      host: target.slice(0, at),
      port: Number(target.slice(at + 1)),
      allowHalfOpen: true
    })
    const readPace = () => ({ delayMs: this.#delayMs, bytesPerSecond: this.#bytesPerSecond })
    const flows = {
      requests: new Flow(client, server, readPace),
      answers: new Flow(server, client, readPace)
    }
    const pair = { client, server, flows }
    this.#pairs.add(pair)
    for (const direction of directions) flows[direction].setHeld(this.#isHeld[direction])
    for (const socket of [client, server]) {
      socket.setNoDelay(true)
      socket.on('error', () => drop(pair))
      socket.on('close', () => {
        drop(pair)
        this.#pairs.delete(pair)
      })
    }
  }
}

function drop({ client, server }: Pair): void {
  // A reset, so that the other side sees a crash; a socket that never connected can only be
  // destroyed.
  for (const socket of [client, server]) if (!socket.destroyed) socket.resetAndDestroy()
}

interface Pace {
  readonly delayMs: number
  /** 0: no limit. */
  readonly bytesPerSecond: number
}

/** A slowed connection passes bytes in pieces of this time, ms. */
const pieceMs = 100
/** Lateness that is made up for, ms. */
const lateMs = 2_000

/**
 * Bytes in one direction, in order. While paused or delayed, it does not read: memory is bounded by one
 * chunk and the kernel's buffers.
 */
class Flow {
  readonly #from: Socket
  readonly #to: Socket
  readonly #pace: () => Pace
  #isHeld = false
  #isBusy = false
  /** When the last piece of a slowed connection has passed; null while no piece waits. */
  #passedMs: number | null = null

  constructor(from: Socket, to: Socket, readPace: () => Pace) {
    this.#from = from
    this.#to = to
    this.#pace = readPace
    from.on('readable', () => this.#readNext())
    from.on('end', () => runAfter(this.#pace().delayMs, () => this.#to.end()))
    to.on('drain', () => this.#resume())
  }

  setHeld(isHeld: boolean): void {
    this.#isHeld = isHeld
    this.#readNext()
  }

  #readNext(): void {
    if (this.#isHeld || this.#isBusy || this.#from.destroyed) return
    const { delayMs, bytesPerSecond } = this.#pace()
    const most = Math.ceil((bytesPerSecond * pieceMs) / 1000)
    const isCut = most > 0 && this.#from.readableLength > most
    const chunk = this.#from.read(isCut ? most : undefined) as Buffer | null
    if (chunk === null) {
      this.#passedMs = null
      return
    }
    this.#isBusy = true
    const waitMs = bytesPerSecond > 0 ? this.#computeWait(chunk.length, bytesPerSecond) : 0
    runAfter(delayMs + waitMs, () => {
      if (this.#to.destroyed || this.#to.writableEnded) return
      // Backpressure: the chunk is in the socket's buffer, and `drain` continues.
      if (this.#to.write(chunk)) this.#resume()
    })
  }

  /**
   * How long until this much has passed, ms. It begins where the piece before it ended: timers of a
   * busy machine are late.
   */
  #computeWait(bytes: number, bytesPerSecond: number): number {
    const nowMs = performance.now()
    const beginsMs = Math.max(this.#passedMs ?? nowMs, nowMs - lateMs)
    this.#passedMs = beginsMs + (bytes * 1000) / bytesPerSecond
    return this.#passedMs - nowMs
  }

  #resume(): void {
    this.#isBusy = false
    this.#readNext()
  }
}

function runAfter(ms: number, act: () => void): void {
  if (ms > 0) setTimeout(act, ms)
  else act()
}
