// Endpoints of webhooks in a process of their own: bare sockets that read a request for its length,
// note it and answer 204. Some hang: they read and never answer. A `Helper` starts this file.

import { createServer, type Server, type Socket } from 'node:net'
import { readSharedMs } from '../runner/clocks.ts'
import { serveCalls } from '../runner/helper-process.ts'

interface Listen {
  readonly count: number
  /** The first so many never answer. */
  readonly hung: number
}

interface Request {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A CloudEvent, as far as it is read here. */
interface Event {
  readonly sequence: string
  readonly data: { readonly group: { readonly settlement: string } }
}

const answer = Buffer.from('HTTP/1.1 204 No Content\r\nconnection: keep-alive\r\n\r\n')

/** Of endpoints that answer: when each settlement's alert came, ms of the shared clock. */
const arrivals: Map<string, number>[] = []
const lastSequences: number[] = []
let sample: Request | null = null
let [requests, bodyBytes] = [0, 0]
let awaited = 0
let fault: Error | null = null
let isCounting = true
let arrived: PromiseWithResolvers<void> = Promise.withResolvers()
arrived.promise.catch(() => {})

function listen(endpoint: number, isHung: boolean): Promise<Server> {
  const server = createServer({ noDelay: true }, socket => serve(socket, endpoint, isHung))
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(server)))
}

function serve(socket: Socket, endpoint: number, isHung: boolean): void {
  let buffered = Buffer.alloc(0)
  // A sender that is killed breaks its connections.
  socket.on('error', () => socket.destroy())
  socket.on('data', chunk => {
    buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk])
    for (;;) {
      const head = buffered.indexOf('\r\n\r\n') + 4
      if (head < 4) return
      const length = /content-length: (\d+)/i.exec(buffered.toString('latin1', 0, head))?.[1]
      const end = head + Number(length ?? 0)
      if (buffered.length < end) return
      if (!isHung) {
        if (isCounting) note(endpoint, buffered.subarray(0, end), head)
        socket.write(answer)
      }
      buffered = buffered.subarray(end)
    }
  })
}

/** An event that is not the next of its subscription fails the wait. */
function note(endpoint: number, request: Buffer, head: number): void {
  const body = request.toString('utf8', head)
  const event = JSON.parse(body) as Event
  const sequence = Number(event.sequence)
  const expected = (lastSequences[endpoint] ?? 0) + 1
  if (sequence !== expected) fail(`endpoint ${endpoint} got event ${sequence}, not ${expected}`)
  lastSequences[endpoint] = sequence
  arrivals[endpoint]?.set(event.data.group.settlement, readSharedMs())
  requests += 1
  bodyBytes += request.length - head
  sample ??= { headers: parseHeaders(request.toString('latin1', 0, head - 4)), body }
  if (requests === awaited) arrived.resolve()
}

function fail(message: string): void {
  fault ??= new Error(message)
  arrived.reject(fault)
}

function parseHeaders(head: string): Readonly<Record<string, string>> {
  const lines = head.split('\r\n').slice(1)
  return Object.fromEntries(
    lines.map(line => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()]
    })
  )
}

const calls = {
  async listen({ count, hung }: Listen): Promise<readonly string[]> {
    const servers = await Promise.all(Array.from({ length: count }, (_, i) => listen(i, i < hung)))
    for (let i = 0; i < count; i++) arrivals.push(new Map())
    return servers.map(server => {
      const { port } = server.address() as { readonly port: number }
      return `http://127.0.0.1:${port}/hook`
    })
  },

  /** Resolves once so many requests have come since the last call. */
  async waitForRequests(count: number) {
    awaited = count
    if (requests < count) await arrived.promise
    if (fault !== null) throw fault
    arrived = Promise.withResolvers()
    arrived.promise.catch(() => {})
    const result = { requests, bodyBytes, sample }
    ;[requests, bodyBytes, awaited] = [0, 0, 0]
    return result
  },

  /** When the alert of each settlement came at each endpoint that answers. */
  takeArrivals(): readonly (readonly [settlement: string, atMs: number])[] {
    const taken = arrivals.flatMap(map => [...map])
    for (const map of arrivals) map.clear()
    return taken
  },

  /** Whether requests are noted: those of a bare client are not. */
  setCounting(counts: boolean): void {
    isCounting = counts
  }
}

export type EndpointCalls = typeof calls

serveCalls(calls)
