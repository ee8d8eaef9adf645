// The total size of bodies that a process holds is limited: requests beyond it are refused before a
// byte is read, and released bytes are available again.

import { connect, type Socket } from 'node:net'
import type { ControlRecord } from '@tocsin/contracts/record/control-record'
import { systemClock } from '@tocsin/service/process/clock'
import type { FastifyPluginAsync } from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { keyHash } from '../../src/access/api-key.ts'
import { controlOf, fakeService, ownerKey, type TestHost, testHost } from '../support/fakes.ts'

const auth = { authorization: `Bearer ${ownerKey}`, 'content-type': 'application/json' }
let host: TestHost
let url = ''
let port = 0
let held = Promise.withResolvers<void>()
const asked = async () => {}
const sockets: Socket[] = []
const keys = ['tk_one-key-of-the-tests-012345', 'tk_another-key-of-the-tests-01'] as const
const keyRecord = (secret: string, number: number): ControlRecord => ({
  type: 'key.created',
  data: {
    keyId: `k-${number}`,
    name: 'a test key',
    secretHash: keyHash(secret),
    scopes: ['reports:write'],
    theatres: '*',
    handling: 'restricted',
    expiresAt: null
  },
  id: `k-${number}`,
  time: '2025-05-01T00:00:00.000Z'
})

const routes: FastifyPluginAsync = async app => {
  const config = { access: ['reports:write'] } as const
  app.post('/v1/reports', { config }, async () => ({ taken: true }))
  app.post('/v1/held', { config }, async () => {
    await held.promise
    return { taken: true }
  })
  app.post('/v1/open', { config: { access: 'open' } }, async () => ({ taken: true }))
  app.post(
    '/v1/asked',
    { config, onRequest: () => asked().then(() => held.promise) },
    async () => ({ taken: true })
  )
  app.get('/v1/held', { config }, () => held.promise)
  app.get('/v1/things', { config }, async () => ({ things: [] }))
}

beforeEach(async () => {
  held = Promise.withResolvers<void>()
  const settings = { bodyBytesMax: 10_000, bodiesBytesMax: 25_000 }
  const control = controlOf(...keys.map(keyRecord))
  const limits = { bodiesBytesPerKeyMax: 10_000 }
  host = await testHost([fakeService('intake', routes)], {
    ...{ clock: systemClock, control, settings, limits }
  })
  url = await host.listen()
  port = Number(new URL(url).port)
})
afterEach(async () => {
  held.resolve()
  for (const socket of sockets.splice(0)) socket.destroy()
  await host.close()
})

/** Announces a body and sends only its first byte. */
async function begin(
  announced: string,
  { line = 'POST /v1/reports', key = ownerKey } = {}
): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => {})
  await new Promise<void>(resolve => socket.once('connect', resolve))
  socket.write(
    `${line} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\n${announced}\r\n\r\n{`
  )
  return socket
}

/** Resolves when the host has seen an earlier request. */
const seen = async () => expect((await fetch(`${url}/livez`)).status).toBe(200)
const heldBytes = async () =>
  Number(
    / (\d+)$/.exec(await host.metrics.getSingleMetricAsString('tocsin_http_body_bytes'))?.[1] ??
      Number.NaN
  )
const post = (path = '/v1/reports', body = '{}', headers = {}) =>
  fetch(`${url}${path}`, { method: 'POST', headers: { ...auth, ...headers }, body })

it('refuses requests beyond it with 503 and Retry-After, and accepts them once there is room', async () => {
  const slow = [await begin('content-length: 9000'), await begin('content-length: 9000')]
  await expect.poll(heldBytes).toBe(18_000)
  expect((await post('/v1/reports', JSON.stringify({ text: 'x'.repeat(5000) }))).status).toBe(200)
  const refused = await post('/v1/reports', JSON.stringify({ text: 'x'.repeat(8000) }))
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(await refused.json()).toMatchObject({ code: 'overloaded' })
  expect((await fetch(`${url}/v1/things`, { headers: auth })).status).toBe(200)
  for (const socket of slow) socket.destroy()
  await expect.poll(heldBytes).toBe(0)
  expect((await post('/v1/reports', JSON.stringify({ text: 'x'.repeat(8000) }))).status).toBe(200)
})

it('counts a body until it is answered, and one of unknown length as the maximum', async () => {
  const waiting = [
    post('/v1/held', `{"text":"${'x'.repeat(4000)}"}`),
    post('/v1/held', `{"text":"${'x'.repeat(4000)}"}`)
  ]
  await expect.poll(heldBytes).toBe(2 * 4011)
  await begin('transfer-encoding: chunked')
  await expect.poll(heldBytes).toBe(2 * 4011 + 10_000)
  expect((await post('/v1/reports', JSON.stringify({ text: 'x'.repeat(8000) }))).status).toBe(503)
  held.resolve()
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200])
  await expect.poll(heldBytes).toBe(10_000)
})

it('reserves nothing for unauthenticated requests, nor for requests without a body', async () => {
  for (let count = 0; count < 4; count++) {
    await begin('transfer-encoding: chunked', { line: 'POST /sign-out' })
    await begin('content-length: 9000', { line: 'POST /sign-out', key: 'tk_nobody' })
    await begin('content-length: 9000', { line: 'GET /v1/held' })
  }
  await seen()
  expect(await heldBytes()).toBe(0)
  expect((await post('/v1/reports', JSON.stringify({ text: 'x'.repeat(8000) }))).status).toBe(200)
})

it('accepts only a tiny body on open routes', async () => {
  expect((await post('/v1/open', JSON.stringify({ text: 'x'.repeat(900) }))).status).toBe(200)
  expect((await post('/v1/open', JSON.stringify({ text: 'x'.repeat(1100) }))).status).toBe(413)
})

it('refuses a key beyond what one key may send at once with 429, and accepts others', async () => {
  const [one, another] = keys
  const as = (key: string) => ({ authorization: `Bearer ${key}` })
  const body = (length: number) => JSON.stringify({ text: 'x'.repeat(length) })
  await begin('content-length: 9000', { key: one })
  await expect.poll(heldBytes).toBe(9000)
  const refused = await post('/v1/reports', body(3000), as(one))
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
  expect(await refused.json()).toMatchObject({ code: 'too-many' })
  expect((await post('/v1/reports', body(500), as(one))).status).toBe(200)
  expect((await post('/v1/reports', body(9000), as(another))).status).toBe(200)
})
