// Endpoints in a process of their own, so that what they spend is apart from what is measured: bare
// sockets that read a request for its length, count it, and answer 204. Some hang: they read, and
// never answer.

import { createServer, type Server, type Socket } from 'node:net'

export type ToReceivers =
  | { readonly kind: 'listen'; readonly count: number; readonly hung: number }
  /** Report once so many requests have come since the last report. */
  | { readonly kind: 'await'; readonly requests: number }
  /** Tell each request as it comes. */
  | { readonly kind: 'tell' }

export interface Arrived {
  readonly kind: 'arrived'
  readonly endpoint: number
  /** On the monotonic clock of the machine, ms. */
  readonly atMs: number
  /** What the event names itself by: settlement and revision of the alert. */
  readonly name: string
}

export type FromReceivers =
  | { readonly kind: 'listening'; readonly ports: readonly number[] }
  | {
      readonly kind: 'received'
      readonly requests: number
      readonly bodyBytes: number
      readonly sample: Request | null
    }
  | Arrived

export interface Request {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const answer = Buffer.from('HTTP/1.1 204 No Content\r\nconnection: keep-alive\r\n\r\n')

const tell = (message: FromReceivers) => process.send?.(message)
let requests = 0
let bodyBytes = 0
let sample: Request | null = null
let awaited = Number.POSITIVE_INFINITY
let isTelling = false

function listen(endpoint: number, isHung: boolean): Promise<Server> {
  const server = createServer({ noDelay: true }, socket => serve(socket, endpoint, isHung))
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(server)))
}

function serve(socket: Socket, endpoint: number, isHung: boolean): void {
  let held = Buffer.alloc(0)
  // A sender that is killed breaks its connections.
  socket.on('error', () => socket.destroy())
  socket.on('data', chunk => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    for (
      let length = lengthOf(held);
      length !== null && held.length >= length.head + length.body;
      length = lengthOf(held)
    ) {
      if (!isHung) {
        note(endpoint, held, length)
        socket.write(answer)
      }
      held = held.subarray(length.head + length.body)
    }
  })
}

interface Length {
  readonly head: number
  readonly body: number
}

/** Null while the head is incomplete. */
function lengthOf(held: Buffer): Length | null {
  const end = held.indexOf('\r\n\r\n')
  if (end < 0) return null
  const body = /content-length: (\d+)/i.exec(held.toString('latin1', 0, end))?.[1]
  return { head: end + 4, body: Number(body ?? 0) }
}

function note(endpoint: number, held: Buffer, { head, body }: Length): void {
  requests++
  bodyBytes += body
  if (isTelling) {
    const { group, revision } = (JSON.parse(held.toString('utf8', head, head + body)) as Named).data
    tell({
      kind: 'arrived',
      endpoint,
      atMs: Number(process.hrtime.bigint()) / 1e6,
      name: `${group.settlement}#${revision}`
    })
  }
  sample ??= requestOf(held, { head, body })
  if (requests >= awaited) report()
}

interface Named {
  readonly data: { readonly group: { readonly settlement?: string }; readonly revision: number }
}

function requestOf(held: Buffer, { head, body }: Length): Request {
  const lines = held
    .toString('latin1', 0, head - 4)
    .split('\r\n')
    .slice(1)
  const headers = lines.map(line => [
    line.slice(0, line.indexOf(':')),
    line.slice(line.indexOf(':') + 1).trim()
  ])
  return { headers: Object.fromEntries(headers), body: held.toString('utf8', head, head + body) }
}

function report(): void {
  tell({ kind: 'received', requests, bodyBytes, sample })
  requests = 0
  bodyBytes = 0
  awaited = Number.POSITIVE_INFINITY
}

process.on('message', async (message: ToReceivers) => {
  if (message.kind === 'listen') {
    const { count, hung } = message
    const servers = await Promise.all(Array.from({ length: count }, (_, i) => listen(i, i < hung)))
    tell({
      kind: 'listening',
      ports: servers.map(server => (server.address() as { readonly port: number }).port)
    })
  } else if (message.kind === 'tell') isTelling = true
  else {
    awaited = message.requests
    if (requests >= awaited) report()
  }
})
process.on('disconnect', () => process.exit(0))
