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
  cursor: string
  /** The last alert frame, which has a newer cursor than `cursor`; null if there is none. */
  last: Buffer | null
  /** Frames since the last `waitForFrames`. */
  frames: number
  /** Number of the last event; 0 before the first. */
  event: number
}

/** Handshakes under way at a time, at first. */
const handshakesMax = 100

const clients: Client[] = []
const sums = { frames: 0, bytes: 0 }
let how: Connect | null = null
let awaited = 0
let behind = 0
let arrived: PromiseWithResolvers<void> = Promise.withResolvers()

/** Resolves at `subscribed` with whether the client could resume. */
function open(client: Client, { url, headers, detail }: Connect): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>()
  const socket = new WebSocket(url, 'tocsin.v1', { headers, perMessageDeflate: false })
  client.socket = socket
  socket.on('open', () =>
    socket.send(JSON.stringify({ type: 'subscribe', id: 'a', from: client.cursor, detail }))
  )
  socket.on('message', (data: Buffer) => {
    if (client.socket !== socket) return
    // The type is the first member of each frame.
    if (data.toString('latin1', 0, 15) === '{"type":"alert"') return takeAlert(client, data)
    const frame = JSON.parse(data.toString()) as {
      readonly type: string
      readonly cursor?: string
      readonly recovered?: boolean
    }
    if (frame.cursor !== undefined) Object.assign(client, { cursor: frame.cursor, last: null })
    if (frame.type === 'subscribed') resolve(frame.recovered === true)
  })
  socket.on('error', reject)
  socket.on('close', (code, reason) => {
    if (client.socket === socket)
      arrived.reject(new Error(`a client was closed: ${code} ${reason}`))
  })
  return promise
}

function takeAlert(client: Client, data: Buffer): void {
  sums.frames += 1
  sums.bytes += data.length
  client.last = data
  const event = Number(/ event (\d+)\./.exec(data.toString('latin1'))?.[1] ?? 0)
  if (event !== 0 && client.event !== 0 && event !== client.event + 1)
    arrived.reject(new Error(`event ${event} came after ${client.event}`))
  client.event = event
  client.frames += 1
  if (client.frames === awaited && --behind === 0) arrived.resolve()
}

async function openAll(options: Connect, atOnce: number) {
  const startMs = performance.now()
  let next = 0
  let recovered = 0
  const openNext = async () => {
    while (next < clients.length) if (await open(clients[next++]!, options)) recovered += 1
  }
  await Promise.all(Array.from({ length: atOnce }, openNext))
  return { ms: performance.now() - startMs, recovered }
}

function dropAll(): void {
  for (const client of clients) {
    const { socket, last } = client
    client.socket = null
    if (last !== null) client.cursor = /"cursor":"([^"]+)"/.exec(last.toString())?.[1] ?? ''
    socket?.terminate()
  }
}

const calls = {
  async connect(options: Connect) {
    how = options
    for (let i = 0; i < options.count; i++)
      clients.push({ socket: null, cursor: 'latest', last: null, frames: 0, event: 0 })
    await openAll(options, handshakesMax)
  },

  /**
   * Resolves once each client has had so many alert frames since the last call. Rejects if an event
   * is missing or comes again.
   */
  async waitForFrames(frames: number) {
    awaited = frames
    behind = clients.filter(client => client.frames < frames).length
    if (behind > 0) await arrived.promise
    arrived = Promise.withResolvers()
    arrived.promise.catch(() => {})
    awaited = 0
    for (const client of clients) client.frames = 0
    const result = { ...sums }
    Object.assign(sums, { frames: 0, bytes: 0 })
    return result
  },

  drop: dropAll,

  /** Connects all again, with their cursors. */
  resume() {
    if (how === null) throw new Error('no client was connected')
    return openAll(how, clients.length)
  },

  close() {
    dropAll()
    clients.length = 0
  }
}
arrived.promise.catch(() => {})

export type StreamCalls = typeof calls

serveCalls(calls)
