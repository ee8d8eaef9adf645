// The host on a real port: slow, broken and hostile clients, WebSocket upgrades, and closing while
// requests run.

import { connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import websocket from '@fastify/websocket'
import { systemClock } from '@tocsin/service/process/clock'
import type { FastifyPluginAsync } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { owner } from '../../src/sign-in/authentication.ts'
import { sessionCookie } from '../../src/sign-in/session.ts'
import { fakeService, ownerKey, type TestHost, testHost } from '../support/fakes.ts'

const auth = { authorization: `Bearer ${ownerKey}` }
let held = Promise.withResolvers<void>()
let holding = Promise.withResolvers<void>()

const routes: FastifyPluginAsync = async app => {
  const config = { access: ['reports:write'] } as const
  await app.register(websocket, { options: { maxPayload: 1024 } })
  app.post('/v1/reports', { config }, async () => ({ taken: true }))
  app.get('/v1/held', { config }, async () => {
    holding.resolve()
    await held.promise
    return { done: true }
  })
  app.get('/v1/stream', { config, websocket: true }, socket => {
    socket.on('message', () => socket.send('seen'))
  })
}

let host: TestHost
let url = ''
let port = 0
let calls: string[] = []
afterEach(async () => {
  held.resolve()
  await host.close()
})

async function listening(
  settings: Readonly<Record<string, unknown>> = {},
  close?: () => Promise<void>
) {
  held = Promise.withResolvers<void>()
  holding = Promise.withResolvers<void>()
  calls = []
  const services = [
    fakeService('intake', routes, { calls }),
    fakeService('rules', async () => {}, { calls, ...(close ? { close } : {}) }),
    fakeService('notifier', async () => {}, { calls })
  ]
  const thenClose = ['control', 'log'].map(name => ({
    name,
    close: async () => void calls.push(`${name} closed`)
  }))
  host = await testHost(services, { clock: systemClock, settings, thenClose })
  url = await host.listen()
  port = Number(new URL(url).port)
}

/** Sends raw bytes and reads until the server ends the connection, or for `ms`. */
function raw(text: string, ms = 10_000): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.setTimeout(ms, () => socket.destroy())
    socket.on('data', chunk => {
      answer += chunk.toString()
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', error =>
      (error as NodeJS.ErrnoException).code === 'ECONNRESET' ? resolve(answer) : reject(error)
    )
  })
}

describe('clients that violate HTTP', () => {
  it.each([
    ['not HTTP at all', 'hello\r\n\r\n', /^HTTP\/1\.1 400 .*"code":"header-invalid"/s],
    [
      'headers over the limit',
      `GET /livez HTTP/1.1\r\nhost: localhost\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`,
      /^HTTP\/1\.1 431 .*"code":"headers-too-large"/s
    ],
    [
      'two lengths',
      'POST /v1/reports HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
      /^HTTP\/1\.1 400 /
    ],
    [
      'length and chunks',
      'POST /v1/reports HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      /^HTTP\/1\.1 400 /
    ],
    [
      'two hosts',
      'GET /livez HTTP/1.1\r\nhost: localhost\r\nHost: evil.example\r\nconnection: close\r\n\r\n',
      /^HTTP\/1\.1 400 .*"code":"header-invalid"/s
    ],
    ['no host', 'GET /livez HTTP/1.1\r\nconnection: close\r\n\r\n', /^HTTP\/1\.1 400 /],
    [
      'no host in HTTP/1.0',
      'GET /livez HTTP/1.0\r\n\r\n',
      /^HTTP\/1\.1 421 .*"code":"host-refused"/s
    ],
    [
      'a target of another host',
      'GET http://evil.example/livez HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n',
      /^HTTP\/1\.1 421 /
    ]
  ])('answers %s', async (_name, text, answer) => {
    await listening()
    expect(await raw(text)).toMatch(answer)
  })

  it('cuts off headers and bodies that do not arrive in time', async () => {
    await listening({ headersTimeoutMs: 200, requestTimeoutMs: 400 })
    const [headers, body] = await Promise.all([
      raw('GET /livez HTTP/1.1\r\nhost: localhost\r\n'),
      raw(
        `POST /v1/reports HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${ownerKey}\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{`
      )
    ])
    expect(headers).toMatch(/^HTTP\/1\.1 408 .*"code":"request-timeout"/s)
    expect(body).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('closes connections over the limit at once, and counts them', async () => {
    await listening({ connectionsMax: 2 })
    const first = [
      raw('GET /livez HTTP/1.1\r\nhost: localhost\r\n', 300),
      raw('GET /livez HTTP/1.1\r\nhost: localhost\r\n', 300)
    ]
    await expect
      .poll(() => host.metrics.getSingleMetricAsString('tocsin_http_connections'))
      .toMatch(/ 2$/)
    expect(await raw('GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n')).toBe('')
    expect(
      await host.metrics.getSingleMetricAsString('tocsin_http_connections_dropped_total')
    ).toMatch(/ 1$/)
    await Promise.all(first)
  })
})

describe('connections of one address', () => {
  it('are limited to its share: others can still connect', async () => {
    await listening({ connectionsMax: 4 })
    const { port } = new URL(url)
    const open = async (localAddress: string) => {
      const socket = connect({ port: Number(port), host: '127.0.0.1', localAddress })
      const isOpen = await new Promise<boolean>(resolve => {
        socket.on('error', () => {})
        socket.once('close', () => resolve(false))
        socket.once('data', () => resolve(true))
        socket.write('GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n')
      })
      return { socket, isOpen }
    }
    const greedy = []
    for (let i = 0; i < 4; i++) greedy.push(await open('127.0.0.2'))
    expect(greedy.map(({ isOpen }) => isOpen)).toEqual([true, true, true, false])
    const other = await open('127.0.0.3')
    expect(other.isOpen).toBe(true)
    expect(
      await host.metrics.getSingleMetricAsString('tocsin_http_connections_dropped_total')
    ).toMatch(/ 1$/)
    greedy[0]?.socket.destroy()
    await expect
      .poll(() => host.metrics.getSingleMetricAsString('tocsin_http_connections'))
      .toMatch(/ 3$/)
    const again = await open('127.0.0.2')
    expect(again.isOpen).toBe(true)
    for (const { socket } of [...greedy, other, again]) socket.destroy()
  })
})

describe('bodies over the limit', () => {
  it('are refused by their announced length, and in chunks as soon as they exceed the limit', async () => {
    await listening({ bodyBytesMax: 1024 })
    const head = `POST /v1/reports HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${ownerKey}\r\ncontent-type: application/json\r\n`
    expect(await raw(`${head}content-length: 999999999\r\n\r\n{`)).toMatch(
      /^HTTP\/1\.1 413 .*"code":"body-too-large"/s
    )
    const chunk = `400\r\n${' '.repeat(1024)}\r\n`
    expect(await raw(`${head}transfer-encoding: chunked\r\n\r\n${chunk.repeat(3)}`)).toMatch(
      /^HTTP\/1\.1 413 /
    )
    expect((await fetch(`${url}/livez`)).status).toBe(200)
  })

  it('do not increase memory use, as all other bad bodies', async () => {
    await listening({ bodyBytesMax: 262_144 })
    setFlagsFromString('--expose-gc')
    const gc = runInNewContext('gc') as () => void
    const bodies = [
      '['.repeat(200_000),
      `{"a":${'9'.repeat(200_000)}}`,
      `[${'0,'.repeat(110_000)}0]`,
      `{"${'k'.repeat(200_000)}":1,"a":1,"a":2}`,
      ' '.repeat(300_000),
      Buffer.alloc(200_000, 0xff),
      `"${'\\'.repeat(200_001)}`
    ]
    const round = async () => {
      const answers = await Promise.all(
        bodies.map(body =>
          fetch(`${url}/v1/reports`, {
            method: 'POST',
            body,
            headers: { ...auth, 'content-type': 'application/json' }
          }).then(
            async answer => [answer.status, (await answer.text()).length] as const,
            () => [413, 0] as const
          )
        )
      )
      expect(answers.map(([status]) => status)).toEqual([400, 400, 400, 400, 413, 400, 400])
    }
    const kept = () => {
      gc()
      const { heapUsed, arrayBuffers } = process.memoryUsage()
      return heapUsed + arrayBuffers
    }
    for (let i = 0; i < 2; i++) await round()
    const before = kept()
    for (let i = 0; i < 8; i++) await round()
    // 56 bodies of some 200 kB were sent: less than ten of them may remain. Buffers are freed
    // some turns after their release.
    await expect.poll(() => kept() - before, { timeout: 60_000 }).toBeLessThan(2_000_000)
  })
})

describe('WebSocket upgrades', () => {
  const open = (headers: Record<string, string>) =>
    new Promise<string>(resolve => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream`, { headers })
      socket.on('unexpected-response', (_request, response) => {
        resolve(String(response.statusCode))
        response.destroy()
      })
      socket.on('open', () => socket.send('hello'))
      socket.on('message', data => {
        resolve(String(data))
        socket.close()
      })
      socket.on('error', () => {})
    })

  it('pass the same guard as requests', async () => {
    await listening()
    const origin = `http://127.0.0.1:${port}`
    const { authenticator } = host.app
    const cookie = `${sessionCookie}=${authenticator.beginSession(authenticator.makeGrant(owner))?.cookie}`
    expect(await open(auth)).toBe('seen')
    expect(await open({ ...auth, origin })).toBe('seen')
    expect(await open({ cookie, origin })).toBe('seen')
    expect(await open({})).toBe('401')
    expect(await open({ authorization: 'Bearer tk_wrong' })).toBe('401')
    expect(await open({ cookie, origin: 'https://evil.example' })).toBe('403')
    expect(await open({ cookie, origin: `http://127.0.0.1:${port + 1}` })).toBe('403')
    expect(await open({ ...auth, host: 'evil.example' })).toBe('421')
  })
})

describe('refused WebSocket upgrades', () => {
  it.each(['/v1/stream', '/v1/nothing'])(
    'are closed by the server: %s',
    async path => {
      await listening()
      const socket = connect(port, '127.0.0.1')
      const ended = new Promise(resolve => socket.once('end', resolve))
      socket.resume()
      socket.write(
        `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`
      )
      await ended
      socket.destroy()
    },
    5_000
  )
})

describe('start and close', () => {
  it('answers liveness before the services have started, and service routes only after', async () => {
    const started = Promise.withResolvers<void>()
    host = await testHost([fakeService('intake', routes, { start: () => started.promise })], {
      clock: systemClock,
      unstarted: true
    })
    url = await host.listen()
    const starting = host.start()
    expect((await fetch(`${url}/livez`)).status).toBe(200)
    expect((await fetch(`${url}/readyz`)).status).toBe(503)
    const early = await fetch(`${url}/v1/reports`, { method: 'POST', headers: auth })
    expect([
      early.status,
      early.headers.get('retry-after'),
      ((await early.json()) as { code: string }).code
    ]).toEqual([503, '1', 'starting-up'])
    started.resolve()
    await starting
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    expect((await fetch(`${url}/v1/reports`, { method: 'POST', headers: auth })).status).toBe(200)
  })

  it('rejects its start if a service cannot run, and reports the error that ended a service later', async () => {
    const broken = fakeService('rules', async () => {}, {
      start: () => Promise.reject(new Error('no log'))
    })
    host = await testHost([broken], { unstarted: true })
    await expect(host.start()).rejects.toThrow('no log')
    broken.fail(new Error('the loop ended'))
    expect((await host.failed).message).toBe('the loop ended')
  })

  it('reports by service what is missing', async () => {
    await listening()
    const slow = fakeService('rules', async () => {})
    slow.setReady(false)
    await host.close()
    host = await testHost([slow], { clock: systemClock })
    const report = await host.app.inject({ url: '/readyz', headers: { host: 'localhost' } })
    expect([report.statusCode, report.json()]).toEqual([
      503,
      { ready: false, phase: 'serving', log: 'ok', checks: { rules: { loop: 'behind' } } }
    ])
  })

  it('is alive but not ready while the log does not answer, and says since when', async () => {
    await listening()
    await host.close()
    let detail = 'no answer since 2025-06-01T00:00:00.000Z'
    host = await testHost([fakeService('rules', async () => {})], {
      clock: systemClock,
      health: () => ({ ok: detail === 'ok', detail })
    })
    const get = (path: string) => host.app.inject({ url: path, headers: { host: 'localhost' } })
    const report = await get('/readyz')
    expect([report.statusCode, report.json()]).toMatchObject([
      503,
      { ready: false, log: detail, checks: { rules: { loop: 'ok' } } }
    ])
    expect((await get('/livez')).statusCode).toBe(200)
    expect((await get('/metrics')).body).toContain('tocsin_log_up 0')
    detail = 'ok'
    expect((await get('/readyz')).statusCode).toBe(200)
    expect((await get('/metrics')).body).toContain('tocsin_log_up 1')
  })

  it('is not ready once closing starts, and still serves while it drains', async () => {
    host = await testHost([fakeService('intake', routes)], { settings: { drainMs: 300 } })
    url = await host.listen()
    const closing = host.close()
    const ready = await fetch(`${url}/readyz`)
    expect([ready.status, await ready.json()]).toMatchObject([
      503,
      { ready: false, phase: 'draining' }
    ])
    expect((await fetch(`${url}/livez`)).status).toBe(200)
    expect((await fetch(`${url}/v1/reports`, { method: 'POST', headers: auth })).status).toBe(200)
    host.clock.advance(300)
    expect(await closing).toEqual({ late: [], failed: [] })
    await expect(fetch(`${url}/livez`)).rejects.toThrow()
  })

  it('lets requests finish, then closes services, views and log in order, once', async () => {
    await listening()
    const request = fetch(`${url}/v1/held`, { headers: auth })
    await holding.promise
    const closing = host.close()
    expect(host.close()).toBe(closing)
    await expect(fetch(`${url}/livez`)).rejects.toThrow()
    expect(calls.filter(call => call.includes('closed'))).toEqual([])
    held.resolve()
    const answer = await request
    expect([answer.headers.get('connection'), await answer.json()]).toEqual([
      'close',
      { done: true }
    ])
    expect(await closing).toEqual({ late: [], failed: [] })
    expect(calls.filter(call => call.includes('closed'))).toEqual([
      'intake closed',
      'rules closed',
      'notifier closed',
      'control closed',
      'log closed'
    ])
  })

  it('cuts off a request that does not end, and a socket that nobody closes, at half of the deadline', async () => {
    await listening({ closeDeadlineMs: 1_000 })
    const cut = fetch(`${url}/v1/held`, { headers: auth }).then(
      () => 'answered',
      () => 'cut'
    )
    const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream`, { headers: auth })
    await new Promise(resolve => socket.once('open', resolve))
    const ended = new Promise(resolve => socket.once('close', resolve))
    await holding.promise
    expect(await host.close()).toEqual({ late: [], failed: [] })
    expect(await cut).toBe('cut')
    await ended
    expect(calls.at(-1)).toBe('log closed')
  })
})
