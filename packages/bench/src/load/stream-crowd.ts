// Clients of a stream in a process of their own: they connect, subscribe, count frames and check
// that the numbered events of a bench come one after the other. A `Helper` starts this file.

import { WebSocket } from 'ws'
import { serveCalls } from '../runner/helper-process.ts'

interface Connect {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly count: number
  /** `full`, `headline` or `ids`. */
  readonly detail: string
}

interface Client {
  socket: WebSocket | null
  /** Frames since the last `waitForFrames`. */
  frames: number
  /** Number of the last event; 0 before the first. */
  event: number
}

/** Handshakes under way at a time. */
const handshakesMax = 100

const clients: Client[] = []
const sums = { frames: 0, bytes: 0 }
let awaited = 0
let behind = 0
let fault: Error | null = null
let arrived: PromiseWithResolvers<void> = Promise.withResolvers()

function fail(message: string): void {
  fault ??= new Error(message)
  arrived.reject(fault)
}

/** Resolves at `subscribed`. */
function open(client: Client, { url, headers, detail }: Connect): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = new WebSocket(url, 'tocsin.v1', { headers, perMessageDeflate: false })
  client.socket = socket
  socket.on('open', () =>
    socket.send(JSON.stringify({ type: 'subscribe', id: 'a', from: 'latest', detail }))
  )
  socket.on('message', (data: Buffer) => {
    // The type is the first member of each frame.
    const head = data.toString('latin1', 0, 20)
    if (head.startsWith('{"type":"alert"')) takeAlert(client, data)
    else if (head.startsWith('{"type":"subscribed"')) resolve()
  })
  socket.on('error', reject)
  socket.on('close', (code, reason) => {
    if (client.socket === socket) fail(`a client was closed: ${code} ${reason}`)
  })
  return promise
}

function takeAlert(client: Client, data: Buffer): void {
  sums.frames += 1
  sums.bytes += data.length
  const event = Number(/ event (\d+)\./.exec(data.toString('latin1'))?.[1] ?? 0)
  if (event !== 0 && client.event !== 0 && event !== client.event + 1)
    fail(`event ${event} came after ${client.event}`)
  client.event = event
  client.frames += 1
  if (client.frames === awaited && --behind === 0) arrived.resolve()
}

const calls = {
  async connect(options: Connect): Promise<void> {
    const added = Array.from({ length: options.count }, () => ({
      socket: null,
      frames: 0,
      event: 0
    }))
    clients.push(...added)
    let next = 0
    const openNext = async () => {
      while (next < added.length) await open(added[next++]!, options)
    }
    await Promise.all(Array.from({ length: handshakesMax }, openNext))
  },

  /**
   * Resolves once each client has had so many alert frames since the last call. Rejects if an event
   * is missing or comes again.
   */
  async waitForFrames(frames: number) {
    awaited = frames
    behind = clients.filter(client => client.frames < frames).length
    if (behind > 0) await arrived.promise
    if (fault !== null) throw fault
    arrived = Promise.withResolvers()
    arrived.promise.catch(() => {})
    awaited = 0
    for (const client of clients) client.frames = 0
    const result = { ...sums }
    Object.assign(sums, { frames: 0, bytes: 0 })
    return result
  },

  close(): void {
    for (const client of clients) {
      const { socket } = client
      client.socket = null
      socket?.terminate()
    }
    clients.length = 0
  }
}
arrived.promise.catch(() => {})

export type StreamCalls = typeof calls

serveCalls(calls)
