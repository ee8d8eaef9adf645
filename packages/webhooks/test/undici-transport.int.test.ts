// The real sender against real listeners on loopback: what it refuses, what it does not follow, and
// how it names each failure.

import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server as TcpServer
} from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { parseNetworks } from '../src/address-vetting.ts'
import type { Resolve } from '../src/name-resolver.ts'
import { openUndiciTransport, type UndiciTransportOptions } from '../src/undici-transport.ts'
import type { WebhookTransport } from '../src/webhook-transport.ts'
import { selfSigned } from './self-signed.ts'

const loopback = { allowHttp: true, allowNetworks: parseNetworks(['127.0.0.0/8']) }
const opened: { close(): unknown }[] = []
const never = new AbortController().signal

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

function transport(options: UndiciTransportOptions): WebhookTransport {
  const made = openUndiciTransport(options)
  opened.push(made)
  return made
}

async function listen<S extends Server | TcpServer>(server: S): Promise<number> {
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  opened.push({
    close: () => {
      if ('closeAllConnections' in server) server.closeAllConnections()
      server.close()
    }
  })
  return (server.address() as AddressInfo).port
}

const serve = (listener: RequestListener) => listen(createServer(listener))

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const message = (url: string) => ({
  url,
  headers: { 'content-type': 'application/cloudevents+json', 'webhook-id': 'm1' },
  body: Buffer.from('{"z":1,"a":"é"}')
})

describe('a request', () => {
  it('sends the given bytes and headers unchanged', async () => {
    let seen: { body: Buffer; headers: IncomingMessage['headers'] } | undefined
    const port = await serve(async (request, response) => {
      seen = { body: await bodyOf(request), headers: request.headers }
      response.writeHead(204).end()
    })
    const outcome = await transport({ policy: loopback }).send(
      message(`http://127.0.0.1:${port}/hook`),
      never
    )
    expect(outcome).toMatchObject({ kind: 'response', status: 204, retryAfter: null })
    expect(seen?.body.toString()).toBe('{"z":1,"a":"é"}')
    expect(seen?.headers['webhook-id']).toBe('m1')
  })
  it('does not follow a redirect: the second listener is never visited', async () => {
    let visits = 0
    const second = await serve((_, response) => {
      visits++
      response.end()
    })
    const first = await serve((_, response) =>
      response.writeHead(308, { location: `http://127.0.0.1:${second}/` }).end()
    )
    const outcome = await transport({ policy: loopback }).send(
      message(`http://127.0.0.1:${first}/`),
      never
    )
    expect(outcome).toMatchObject({ kind: 'response', status: 308 })
    expect(visits).toBe(0)
  })
  it('stops reading an endless answer, and returns its status', async () => {
    const port = await serve((_, response) => {
      response.writeHead(200)
      const more = () => {
        while (response.write('x'.repeat(8192)));
        response.once('drain', more)
      }
      more()
    })
    const sender = transport({ policy: loopback, responseBytesMax: 20_000, excerptCharsMax: 100 })
    const outcome = await sender.send(message(`http://127.0.0.1:${port}/`), never)
    expect(outcome).toMatchObject({ kind: 'response', status: 200, excerpt: 'x'.repeat(100) })
  })
  it('accepts an answer that is not UTF-8, and one that is cut off', async () => {
    const bytes = await serve((_, response) => response.end(Buffer.from([0xff, 0xfe, 0x41])))
    const broken = await serve((_, response) => {
      response.writeHead(202, { 'content-length': '100' })
      response.write('part', () => response.destroy())
    })
    const sender = transport({ policy: loopback })
    expect(await sender.send(message(`http://127.0.0.1:${bytes}/`), never)).toMatchObject({
      status: 200,
      excerpt: '��A'
    })
    expect(await sender.send(message(`http://127.0.0.1:${broken}/`), never)).toMatchObject({
      kind: 'response',
      status: 202
    })
  })
})

describe('failures are classified', () => {
  it('timeout, for an endpoint that never answers', async () => {
    const port = await serve(() => {})
    const outcome = await transport({ policy: loopback, timeoutMs: 100 }).send(
      message(`http://127.0.0.1:${port}/`),
      never
    )
    expect(outcome.kind).toBe('timeout')
  })
  it('connect, where nothing listens', async () => {
    const server = createServer()
    const port = await listen(server)
    await new Promise(done => server.close(done))
    const outcome = await transport({ policy: loopback }).send(
      message(`http://127.0.0.1:${port}/`),
      never
    )
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'connect' })
  })
  it('connection-lost, when the socket is closed without an answer; protocol, for an answer that is not HTTP', async () => {
    const closing = await listen(
      createTcpServer(socket => socket.once('data', () => socket.destroy()))
    )
    const babbling = await listen(
      createTcpServer(socket => socket.once('data', () => socket.end('hello\r\n\r\n')))
    )
    const sender = transport({ policy: loopback })
    expect(await sender.send(message(`http://127.0.0.1:${closing}/`), never)).toMatchObject({
      reason: 'connection-lost'
    })
    expect(await sender.send(message(`http://127.0.0.1:${babbling}/`), never)).toMatchObject({
      reason: 'protocol'
    })
  })
  it('dns-not-found for the endpoint, dns-unavailable for our side', async () => {
    const failing =
      (code: string): Resolve =>
      () =>
        Promise.reject(Object.assign(new Error(code), { code }))
    for (const [code, reason] of [
      ['ENOTFOUND', 'dns-not-found'],
      ['EAI_AGAIN', 'dns-unavailable']
    ] as const) {
      const sender = transport({ policy: loopback, resolve: failing(code) })
      expect(await sender.send(message('http://partner.example/'), never)).toMatchObject({
        kind: 'failed',
        reason
      })
    }
  })
  it('tls, for an untrusted certificate; it is accepted once trusted, by the name in the URL', async () => {
    const { key, cert } = selfSigned
    const port = await listen(
      createTlsServer({ key, cert }, (_, response) => response.end()) as unknown as Server
    )
    const resolve: Resolve = async () => [{ address: '127.0.0.1', family: 4 }]
    const distrusting = transport({ policy: loopback, resolve })
    expect(
      await distrusting.send(message(`https://partner.example:${port}/`), never)
    ).toMatchObject({ reason: 'tls' })
    const trusting = transport({ policy: loopback, resolve, ca: cert })
    expect(await trusting.send(message(`https://partner.example:${port}/`), never)).toMatchObject({
      status: 200
    })
    expect(await trusting.send(message(`https://other.example:${port}/`), never)).toMatchObject({
      reason: 'tls-name'
    })
    expect(await distrusting.send(message(`https://other.example:${port}/`), never)).toMatchObject({
      reason: 'tls'
    })
  })
})

describe('addresses are checked when they are dialled', () => {
  it('stays out of allowed networks where a request says so, also on a connection that another one has opened', async () => {
    let visits = 0
    const port = await serve((_, response) => {
      visits++
      response.writeHead(204).end()
    })
    const sender = transport({
      policy: loopback,
      resolve: async () => [{ address: '127.0.0.1', family: 4 }]
    })
    const named = message(`http://inside.example:${port}/`)
    expect(await sender.send(named, never)).toMatchObject({ kind: 'response', status: 204 })
    const asked = { ...named, networks: 'public' } as const
    expect(await sender.send(asked, never)).toMatchObject({
      kind: 'refused',
      reason: 'address-not-public'
    })
    const literal = { ...asked, url: `http://127.0.0.1:${port}/` }
    expect(await sender.send(literal, never)).toMatchObject({
      kind: 'refused',
      reason: 'literal-not-public'
    })
    expect(visits).toBe(1)
  })

  it('refuses a URL that the policy no longer allows', async () => {
    const https = { allowHttp: false, allowNetworks: parseNetworks(['127.0.0.0/8']) }
    const outcome = await transport({ policy: https }).send(message('http://127.0.0.1:1/'), never)
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'url-not-allowed' })
  })
})
