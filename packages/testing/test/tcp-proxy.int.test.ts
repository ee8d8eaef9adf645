// The proxy for network faults behaves as its methods say.

import { connect, createServer, type Server, type Socket } from 'node:net'
import { TcpProxy } from '@tocsin/testing/process/tcp-proxy'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let echo: Server
let proxy: TcpProxy
const sockets: Socket[] = []

interface Client {
  readonly socket: Socket
  got: string
  isEnded: boolean
  isClosed: boolean
}

async function dial(): Promise<Client> {
  const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true })
  sockets.push(socket)
  const client: Client = { socket, got: '', isEnded: false, isClosed: false }
  socket.on('data', bytes => {
    client.got += bytes.toString()
  })
  socket.on('end', () => {
    client.isEnded = true
  })
  socket.on('close', () => {
    client.isClosed = true
  })
  socket.on('error', () => {})
  return client
}

async function say(client: Client, text: string): Promise<void> {
  client.socket.write(text)
  await waitFor(() => client.got.endsWith(text), { what: `echo of ${text.slice(0, 20)}` })
}

describe('a proxy', () => {
  beforeEach(async () => {
    echo = createServer(socket => {
      sockets.push(socket)
      socket.on('error', () => {})
      socket.pipe(socket)
    })
    await new Promise<void>(resolve => echo.listen(0, '127.0.0.1', resolve))
    proxy = await TcpProxy.listen({
      target: `127.0.0.1:${(echo.address() as { port: number }).port}`
    })
  })

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await proxy.close()
    await new Promise(resolve => echo.close(resolve))
  })

  it('forwards large amounts in both directions, in order', async () => {
    const client = await dial()
    const text = Array.from({ length: 200_000 }, (_, i) => `${i},`).join('')
    await say(client, text)
    expect(client.got).toBe(text)
  })

  it('resets existing connections and accepts new ones', async () => {
    const client = await dial()
    await say(client, 'before')
    proxy.cut()
    await waitFor(() => client.isClosed, { what: 'end of the connection' })
    await say(await dial(), 'after')
  })

  it('refuses connections until it resumes', async () => {
    proxy.refuse()
    const client = await dial()
    await waitFor(() => client.isClosed, { what: 'refusal' })
    proxy.resume()
    await say(await dial(), 'well')
  })

  it('holds answers while requests still arrive, and releases them later', async () => {
    const client = await dial()
    await say(client, 'a')
    const heard: string[] = []
    for (const socket of sockets)
      if (socket !== client.socket) socket.on('data', bytes => heard.push(bytes.toString()))
    proxy.blackhole(['answers'])
    client.socket.write('b')
    await waitFor(() => heard.length > 0, { what: 'request at the server' })
    expect(client.got).toBe('a')
    proxy.resume()
    await waitFor(() => client.got === 'ab', { what: 'held answer' })
  })

  it('holds connections made during a blackhole', async () => {
    proxy.blackhole()
    const client = await dial()
    client.socket.write('late')
    await waitFor(() => proxy.connections === 1, { what: 'connection' })
    expect(client.got).toBe('')
    proxy.resume()
    await waitFor(() => client.got === 'late', { what: 'echo' })
  })

  it('slows each connection, and loses nothing', async () => {
    const client = await dial()
    proxy.throttle(20_000)
    const text = Array.from({ length: 2_000 }, (_, i) => `${i},`).join('')
    const beganMs = performance.now()
    client.socket.write(text)
    await waitFor(() => client.got.length === text.length, { what: 'all of it' })
    expect(client.got).toBe(text)
    expect(performance.now() - beganMs).toBeGreaterThan((text.length * 1000) / 20_000)
  })

  it('delays each chunk', async () => {
    const client = await dial()
    await say(client, 'quick')
    proxy.delay(30)
    const began = performance.now()
    await say(client, 'slow')
    expect(performance.now() - began).toBeGreaterThan(55)
  })

  it('half-closes: the client sees the end while the connection stays open', async () => {
    const client = await dial()
    await say(client, 'x')
    proxy.halfClose('answers')
    await waitFor(() => client.isEnded, { what: 'end of answers' })
    expect(client.isClosed).toBe(false)
    expect(proxy.connections).toBe(1)
  })
})
