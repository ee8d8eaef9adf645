// Endpoints on loopback that behave as badly as a partner's may: by accident, or because they want
// to slow the sender down. Each can be made well again.

import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server,
  type Socket
} from 'node:net'
import type { SecureContextOptions } from 'node:tls'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls'
import { expiredCertificate, untrustedCertificate, validCertificate } from './test-certificates.ts'

/** What it does with a connection once the request has come. */
export type Misdeed = (socket: Socket, endpoint: HostileEndpoint) => void

/**
 * `tls-mute`: never answers the handshake. `tls-clear`: answers it in plain text. `tls-other`: is
 * not the name in the URL.
 */
export type Lair = 'tcp' | 'tls-mute' | 'tls-clear' | 'tls-expired' | 'tls-untrusted' | 'tls-other'
const withoutTls: ReadonlySet<Lair> = new Set(['tcp', 'tls-mute', 'tls-clear'])

export class HostileEndpoint {
  readonly name: string
  readonly #misdeed: Misdeed
  readonly #server: Server | TlsServer
  readonly #sockets = new Set<Socket>()
  readonly #timers = new Set<NodeJS.Timeout>()
  /** From now on it answers 204. */
  isWell = false
  /** Requests that came whole or in part. */
  requests = 0
  /** Bytes that it could push at the sender, over all connections. */
  pushedBytes = 0
  /** Sequences of what it accepted while well, in order. */
  readonly accepted: number[] = []

  private constructor(name: string, lair: Lair, misdeed: Misdeed) {
    this.name = name
    this.#misdeed = misdeed
    const serve = (socket: Socket) => this.#serve(socket, lair)
    this.#server = withoutTls.has(lair)
      ? createTcpServer(serve)
      : createTlsServer(certificateOf(lair), serve)
    this.#server.on('tlsClientError', () => {})
  }

  static async listen(name: string, lair: Lair, misdeed: Misdeed): Promise<HostileEndpoint> {
    const made = new HostileEndpoint(name, lair, misdeed)
    await new Promise<void>(done => made.#server.listen(0, '127.0.0.1', done))
    return made
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** It answers as it should, also with its certificate. */
  recover(): void {
    this.isWell = true
    if ('setSecureContext' in this.#server) this.#server.setSecureContext(validCertificate)
    for (const socket of this.#sockets) socket.destroy()
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer)
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
  }

  /** Writes as fast as the far end reads, until it closes. */
  push(socket: Socket, chunk: string | Buffer): void {
    const more = () => {
      while (!socket.destroyed && socket.write(chunk));
    }
    socket.on('drain', more)
    socket.on('close', () => {
      this.pushedBytes += socket.bytesWritten
    })
    more()
  }

  /** Writes a little, again and again. */
  drip(socket: Socket, chunk: string): void {
    const timer = setInterval(() => socket.write(chunk), 15)
    this.#timers.add(timer)
    socket.on('close', () => {
      clearInterval(timer)
      this.#timers.delete(timer)
    })
  }

  #serve(socket: Socket, lair: Lair): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    // A reset by the sender is what these tests expect.
    socket.on('error', () => {})
    if (lair === 'tls-clear')
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'))
    if (lair === 'tls-clear' || lair === 'tls-mute') return
    let got = Buffer.alloc(0)
    socket.on('data', chunk => {
      got = Buffer.concat([got, chunk])
      const body = bodyIn(got)
      if (body === null) return
      got = Buffer.alloc(0)
      this.requests++
      if (!this.isWell) return this.#misdeed(socket, this)
      this.accepted.push((JSON.parse(body) as { readonly sequence: number }).sequence)
      socket.write('HTTP/1.1 204 No Content\r\n\r\n')
    })
  }
}

function certificateOf(lair: Lair): SecureContextOptions {
  if (lair === 'tls-untrusted') return untrustedCertificate
  return lair === 'tls-expired' ? expiredCertificate : validCertificate
}

/** The body once it is there as a whole; null before. */
function bodyIn(got: Buffer): string | null {
  const end = got.indexOf('\r\n\r\n')
  if (end === -1) return null
  const length = Number(/content-length: *([0-9]+)/i.exec(got.toString('latin1', 0, end))?.[1] ?? 0)
  const body = got.subarray(end + 4)
  return body.length < length ? null : body.toString('utf8', 0, length)
}

const answering =
  (head: string, body = ''): Misdeed =>
  socket =>
    socket.write(`HTTP/1.1 ${head}\r\n\r\n${body}`)

/**
 * What must come of its deliveries while it goes on. `kept`: pending, and tried again. `parked`:
 * kept too, and probed slowly.
 */
export type Fate = 'delivered' | 'kept' | 'parked' | 'ended'

export interface Behaviour {
  readonly name: string
  readonly lair: Lair
  readonly fate: Fate
  readonly misdeed: Misdeed
}

const of = (name: string, fate: Fate, misdeed: Misdeed, lair: Lair = 'tcp'): Behaviour => ({
  name,
  lair,
  fate,
  misdeed
})
const kilobyte = 'x'.repeat(1_024)
const megabyte = 'x'.repeat(1 << 20)

export const behaviours: readonly Behaviour[] = [
  // Hangs, at each stage.
  of('hangs in TLS', 'kept', () => {}, 'tls-mute'),
  of('hangs before its headers', 'kept', () => {}),
  of('hangs in its status line', 'kept', socket => socket.write('HTTP/1.1 20')),
  of('hangs in its headers', 'kept', socket => socket.write('HTTP/1.1 200 OK\r\nserver: x')),
  of('hangs in its body', 'delivered', answering('200 OK\r\ncontent-length: 100', 'part')),
  of('hangs in the body of a failure', 'kept', answering('500 No\r\ncontent-length: 100', 'part')),
  of(
    'hangs in a chunk',
    'delivered',
    answering('200 OK\r\ntransfer-encoding: chunked', '64\r\npart')
  ),
  // Drips.
  of('drips its headers', 'kept', (socket, endpoint) => {
    socket.write('HTTP/1.1 200 OK\r\nserver: ')
    endpoint.drip(socket, 'x')
  }),
  of('drips its body', 'delivered', (socket, endpoint) => {
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
    endpoint.drip(socket, '1\r\nx\r\n')
  }),
  // Resets.
  of('resets at the request', 'kept', socket => socket.resetAndDestroy()),
  of('resets in its headers', 'kept', socket =>
    socket.write('HTTP/1.1 200 OK\r\nse', () => socket.resetAndDestroy())
  ),
  of('closes without a word', 'kept', socket => socket.end()),
  of('closes in its body', 'delivered', socket => {
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart')
  }),
  // Too much.
  of('has an endless body', 'delivered', (socket, endpoint) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    endpoint.push(socket, megabyte)
  }),
  of('has an endless body of a failure', 'kept', (socket, endpoint) => {
    socket.write('HTTP/1.1 503 No\r\n\r\n')
    endpoint.push(socket, megabyte)
  }),
  of('has endless chunks of one byte', 'delivered', (socket, endpoint) => {
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
    endpoint.push(socket, '1\r\nx\r\n'.repeat(10_000))
  }),
  of('has a chunk with an endless extension', 'kept', (socket, endpoint) => {
    socket.write('HTTP/1.1 500 No\r\ntransfer-encoding: chunked\r\n\r\n1;')
    endpoint.push(socket, megabyte)
  }),
  of('has a header of 100 MB', 'kept', (socket, endpoint) => {
    socket.write('HTTP/1.1 200 OK\r\nx: ')
    endpoint.push(socket, megabyte)
  }),
  of('has a million headers', 'kept', (socket, endpoint) => {
    socket.write('HTTP/1.1 200 OK\r\n')
    endpoint.push(socket, 'x: y\r\n'.repeat(10_000))
  }),
  of('has an endless reason phrase', 'kept', (socket, endpoint) => {
    socket.write('HTTP/1.1 200 ')
    endpoint.push(socket, megabyte)
  }),
  of('has endless trailers', 'delivered', (socket, endpoint) => {
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n')
    endpoint.push(socket, 'x: y\r\n'.repeat(10_000))
  }),
  // Wrong framing.
  of('has two lengths', 'kept', answering('200 OK\r\ncontent-length: 1\r\ncontent-length: 2', 'x')),
  of('has a length below zero', 'kept', answering('200 OK\r\ncontent-length: -1', 'x')),
  of(
    'has a length beyond all numbers',
    'kept',
    answering(`200 OK\r\ncontent-length: ${'9'.repeat(40)}`, 'x')
  ),
  of(
    'has a body longer than it says',
    'delivered',
    answering('200 OK\r\ncontent-length: 2', kilobyte)
  ),
  of(
    'has a length and chunks',
    'kept',
    answering('200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked', '0\r\n\r\n')
  ),
  of(
    'has a chunk of no size',
    'delivered',
    answering('200 OK\r\ntransfer-encoding: chunked', 'zz\r\nx\r\n')
  ),
  of('speaks no HTTP', 'kept', socket => socket.end('220 mail.example ESMTP\r\n')),
  of('speaks HTTP of another century', 'kept', socket => socket.end('HTTP/9.9 200 OK\r\n\r\n')),
  of(
    'answers twice',
    'delivered',
    answering('200 OK\r\ncontent-length: 0', 'HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n')
  ),
  of(
    'says that it is gzip, which it is not',
    'delivered',
    answering('200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4', 'nope')
  ),
  // Words before the answer.
  of('says 103 for ever', 'kept', (socket, endpoint) =>
    endpoint.push(socket, 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(1_000))
  ),
  of('says 102 now and then for ever', 'kept', (socket, endpoint) =>
    endpoint.drip(socket, 'HTTP/1.1 102 Processing\r\n\r\n')
  ),
  of('says 103 a few times', 'delivered', socket =>
    socket.write(`${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(5)}HTTP/1.1 204 OK\r\n\r\n`)
  ),
  of(
    'switches protocols',
    'kept',
    answering('101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade')
  ),
  // Statuses.
  of('redirects to itself', 'kept', (socket, { port }) =>
    socket.write(
      `HTTP/1.1 307 Go\r\nlocation: http://127.0.0.1:${port}/\r\ncontent-length: 0\r\n\r\n`
    )
  ),
  of(
    'redirects to who accepts all',
    'kept',
    answering('308 Go\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0')
  ),
  of(
    'answers 200 with a refusal in its body',
    'delivered',
    answering('200 OK\r\ncontent-length: 15', '{"error":"no!"}')
  ),
  of('answers 404', 'kept', answering('404 Not Found\r\ncontent-length: 0')),
  of('is gone', 'ended', answering('410 Gone\r\ncontent-length: 0')),
  of('answers 999', 'kept', answering('999 What\r\ncontent-length: 0')),
  of('flaps', 'delivered', (socket, { requests }) =>
    socket.write(`HTTP/1.1 ${requests % 2 === 1 ? 500 : 200} X\r\ncontent-length: 0\r\n\r\n`)
  ),
  // TLS.
  of('has an expired certificate', 'parked', () => {}, 'tls-expired'),
  of('has a certificate that nobody trusts', 'parked', () => {}, 'tls-untrusted'),
  of('has a certificate for another name', 'parked', () => {}, 'tls-other'),
  of('answers TLS in the clear', 'parked', () => {}, 'tls-clear')
]

/** The lairs that can be made well. */
export function canRecover({ lair, fate }: Behaviour): boolean {
  return fate !== 'ended' && !['tls-mute', 'tls-clear', 'tls-other'].includes(lair)
}
