// Clients of a stream in a process of their own: they connect, subscribe and count frames, so that
// what the server spends is its own.

import { WebSocket } from 'ws'

export interface ConnectClients {
  readonly kind: 'connect'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly count: number
  /** `full`, `headline` or `ids`. */
  readonly detail: string
}
export type ToClients =
  | ConnectClients
  /** Report once each client has had this many alert frames since the last report. */
  | { readonly kind: 'await'; readonly frames: number }
  /** Break all connections, and come back with the cursors. */
  | { readonly kind: 'reconnect' }
  | { readonly kind: 'close' }

export type FromClients =
  | { readonly kind: 'connected'; readonly ms: number; readonly recovered: number }
  | {
      readonly kind: 'received'
      readonly frames: number
      readonly bytes: number
      /**
       * From the `publishedAt` in the event until the frame was here, of a sample of clients, ms.
       */
      readonly delaysMs: readonly number[]
    }
  | { readonly kind: 'lost'; readonly detail: string }
  | { readonly kind: 'closed' }

/** Handshakes under way at once. */
const handshakesMax = 100
/** Every n-th client looks into its frames. */
const sampled = 20

interface Client {
  socket: WebSocket | null
  cursor: string
  frames: number
}

const clients: Client[] = []
let asked: ConnectClients | null = null
let awaited = 0
let behind = 0
let frames = 0
let bytes = 0
let delaysMs: number[] = []
let isClosing = false

const tell = (message: FromClients) => process.send?.(message)

/** Connects one; resolves at `subscribed` with whether it could resume. */
function connect(
  client: Client,
  index: number,
  { url, headers, detail }: ConnectClients
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, 'tocsin.v1', {
      headers: { ...headers },
      perMessageDeflate: false
    })
    client.socket = socket
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'subscribe', id: 'a', from: client.cursor, detail }))
    )
    socket.on('message', (data: Buffer) => {
      if (client.socket !== socket) return
      const atMs = Date.now()
      // The type is the first member of every frame.
      if (data.subarray(0, 15).toString('latin1') === '{"type":"alert"')
        take(client, index, data, atMs)
      else {
        const frame = JSON.parse(data.toString()) as {
          type: string
          cursor?: string
          recovered?: boolean
        }
        if (frame.cursor !== undefined) client.cursor = frame.cursor
        if (frame.type === 'subscribed') resolve(frame.recovered === true)
      }
    })
    socket.on('error', reject)
    socket.on('close', (code, reason) => {
      if (client.socket === socket && !isClosing)
        tell({ kind: 'lost', detail: `${code} ${reason.toString()}` })
    })
  })
}

const cursorMark = '"cursor":"'

function take(client: Client, index: number, data: Buffer, atMs: number): void {
  frames += 1
  bytes += data.length
  client.frames += 1
  if (index % sampled === 0) {
    const text = data.toString()
    const from = text.indexOf(cursorMark) + cursorMark.length
    client.cursor = text.slice(from, text.indexOf('"', from))
    const published = /published at (\d+)/.exec(text)?.[1]
    if (published !== undefined) delaysMs.push(atMs - Number(published))
  }
  if (client.frames === awaited) report(--behind)
}

function report(left: number): void {
  if (left > 0 || awaited === 0) return
  awaited = 0
  for (const client of clients) client.frames = 0
  tell({ kind: 'received', frames, bytes, delaysMs })
  ;[frames, bytes, delaysMs] = [0, 0, []]
}

/** Connects all, some at once. */
async function connectAll(how: ConnectClients, atOnce: number): Promise<void> {
  const startMs = performance.now()
  let next = 0
  let recovered = 0
  const line = async () => {
    while (next < clients.length) {
      const index = next++
      if (await connect(clients[index] as Client, index, how)) recovered += 1
    }
  }
  await Promise.all(Array.from({ length: atOnce }, line))
  tell({ kind: 'connected', ms: performance.now() - startMs, recovered })
}

process.on('message', (message: ToClients) => {
  switch (message.kind) {
    case 'connect':
      asked = message
      clients.push(
        ...Array.from({ length: message.count }, () => ({
          socket: null,
          cursor: 'latest',
          frames: 0
        }))
      )
      void connectAll(message, handshakesMax)
      return
    case 'await':
      awaited = message.frames
      behind = clients.filter(client => client.frames < awaited).length
      report(behind)
      return
    case 'reconnect': {
      const sockets = clients.map(({ socket }) => socket)
      for (const client of clients) client.socket = null
      for (const socket of sockets) socket?.terminate()
      if (asked !== null) void connectAll(asked, clients.length)
      return
    }
    case 'close':
      isClosing = true
      for (const { socket } of clients) socket?.terminate()
      clients.length = 0
      isClosing = false
      tell({ kind: 'closed' })
      return
    default:
      message satisfies never
  }
})
process.on('disconnect', () => process.exit(0))
