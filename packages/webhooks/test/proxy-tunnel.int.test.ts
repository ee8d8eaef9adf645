// Webhooks through a proxy: what goes through it, what it is never asked for, and its failures.

import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Server } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { parseNetworks } from '../src/address-vetting.ts'
import type { Resolve } from '../src/name-resolver.ts'
import { openUndiciTransport, type UndiciTransportOptions } from '../src/undici-transport.ts'
import { selfSigned } from './self-signed.ts'

const opened: { close(): unknown }[] = []
const never = new AbortController().signal
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

async function listen(server: Server): Promise<number> {
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  opened.push(server)
  return (server.address() as AddressInfo).port
}

interface Asked {
  readonly authority: string
  readonly credentials: string | undefined
}

/** A proxy that leads each name to one port of this machine. */
async function openProxy(port: number, status = '200 OK'): Promise<readonly [string, Asked[]]> {
  const asked: Asked[] = []
  const proxy = createServer()
  proxy.on('connect', ({ url = '', headers }, socket) => {
    asked.push({ authority: url, credentials: headers['proxy-authorization'] })
    socket.on('error', () => {})
    socket.write(`HTTP/1.1 ${status}\r\n\r\n`)
    if (!status.startsWith('200')) return socket.end()
    const target = connect(port, '127.0.0.1')
    target.on('error', () => socket.destroy())
    socket.pipe(target).pipe(socket)
  })
  return [`http://tocsin:p%40ss@127.0.0.1:${await listen(proxy)}`, asked]
}

const openEndpoint = () =>
  listen(createTlsServer(selfSigned, (_, response) => response.writeHead(204).end()))

const unknown: Resolve = async () => {
  throw Object.assign(new Error('unknown'), { code: 'ENOTFOUND' })
}
const leadsTo =
  (address: string): Resolve =>
  async () => [{ address, family: 4 }]

function send(url: string, options: Partial<UndiciTransportOptions>) {
  const policy = { allowHttp: false, allowNetworks: parseNetworks(['127.0.0.0/8']) }
  const sender = openUndiciTransport({ policy, ca: selfSigned.cert, resolve: unknown, ...options })
  opened.push(sender)
  return sender.send({ url, headers: {}, body: Buffer.from('{}'), networks: 'public' }, never)
}

it.each([
  ['that only the proxy can resolve', unknown],
  ['of a public address', leadsTo('93.184.216.34')]
])(
  'is asked for a name %s, with the credentials, and TLS checks the name',
  async (_name, resolve) => {
    const [proxy, asked] = await openProxy(await openEndpoint())
    expect(await send('https://partner.example/hook', { proxy, resolve })).toMatchObject({
      status: 204
    })
    const credentials = `Basic ${Buffer.from('tocsin:p@ss').toString('base64')}`
    expect(asked).toEqual([{ authority: 'partner.example:443', credentials }])
    expect(await send('https://other.example/hook', { proxy, resolve })).toMatchObject({
      reason: 'tls-name'
    })
  }
)

it('waits for a name once, and for the proxy no longer than for a connection', async () => {
  const proxy = createServer().on('connect', () => {})
  let looks = 0
  const sent = await send('https://partner.example/', {
    proxy: `http://127.0.0.1:${await listen(proxy)}`,
    connectTimeoutMs: 200,
    resolve: async name => {
      looks++
      return unknown(name)
    }
  })
  expect(sent).toMatchObject({ kind: 'failed', reason: 'proxy' })
  expect(looks).toBe(1)
})

it('is not asked for a name that leads to a private address', async () => {
  const [proxy, asked] = await openProxy(await openEndpoint())
  const refused = await send('https://partner.example/', { proxy, resolve: leadsTo('10.0.0.7') })
  expect(refused).toMatchObject({ kind: 'refused', reason: 'address-not-public' })
  expect(asked).toEqual([])
})

it('is not used for the networks that the operator has opened', async () => {
  const port = await openEndpoint()
  const [proxy, asked] = await openProxy(1)
  const policy = { allowHttp: false, allowNetworks: parseNetworks(['127.0.0.0/8']) }
  const resolve = leadsTo('127.0.0.1')
  const sender = openUndiciTransport({ policy, ca: selfSigned.cert, resolve, proxy })
  opened.push(sender)
  const request = { url: `https://partner.example:${port}/`, headers: {}, body: Buffer.from('{}') }
  for (const within of [{}, { networks: 'own' } as const])
    expect(await sender.send({ ...request, ...within }, never)).toMatchObject({ status: 204 })
  expect(asked).toEqual([])
})

it('that refuses, or is away, is named as the fault', async () => {
  const [refusing] = await openProxy(1, '403 Forbidden')
  for (const proxy of [refusing, 'http://127.0.0.1:1'])
    expect(await send('https://partner.example/', { proxy })).toMatchObject({
      kind: 'failed',
      reason: 'proxy'
    })
})
