// Limits of keys at the edge: reported in every answer, refused with the time to wait, and shared
// by both secrets of a key.

import type { FastifyPluginAsync } from 'fastify'
import { describe, expect, it } from 'vitest'
import { mintKey } from '../../src/access/api-key.ts'
import {
  controlOf,
  fakeService,
  keyWith,
  repeatableRandom,
  type TestHost,
  testHost
} from '../support/fakes.ts'

const routes: FastifyPluginAsync = async app => {
  app.addContentTypeParser('application/x-ndjson', (_request, body, done) => {
    body.resume()
    body.on('end', () => done(null, null))
  })
  app.get('/v1/alerts', { config: { access: ['alerts:read'] } }, async () => ({ ok: true }))
  app.post(
    '/v1/reports',
    { config: { access: ['reports:write'], counts: 'reports' } },
    async () => ({ ok: true })
  )
}

const random = repeatableRandom(3)
/** The key with a new secret, and the one before it until a time. */
function rotated({ data }: ReturnType<typeof keyWith>, secretHash: string, overlapUntil: string) {
  const { keyId, secretHash: replaces } = data
  const rotation = { keyId, secretHash, replaces, overlapUntil }
  return { type: 'key.rotated', data: rotation, id: 'r', time: '2025-05-31T00:00:00.000Z' } as const
}

let host: TestHost
const hosted = async (key: ReturnType<typeof keyWith>, settings = {}) => {
  host = await testHost([fakeService('notifier', routes)], {
    control: controlOf(key.record),
    settings
  })
}
const get = (secret: string) =>
  host.app.inject({
    method: 'GET',
    url: '/v1/alerts',
    headers: { host: 'localhost', authorization: `Bearer ${secret}` }
  })
const post = (secret: string, payload: string, type = 'application/json') =>
  host.app.inject({
    method: 'POST',
    url: '/v1/reports',
    headers: { host: 'localhost', authorization: `Bearer ${secret}`, 'content-type': type },
    payload
  })

describe('the limits of a key', () => {
  it('are reported in every answer with what remains', async () => {
    const key = keyWith(random)
    await hosted(key, { requestsPerMinute: 100, reportsPerDay: 10 })
    const read = await get(key.secret)
    expect(read.headers['ratelimit-policy']).toBe('"per-minute";q=100;w=60, "per-day";q=10;w=86400')
    expect(read.headers.ratelimit).toBe('"per-minute";r=99;t=60, "per-day";r=10;t=86400')
    expect((await post(key.secret, '{}')).headers.ratelimit).toBe(
      '"per-minute";r=98;t=60, "per-day";r=9;t=86400'
    )
  })

  it('refuse requests beyond them with a problem that says when to retry', async () => {
    const key = keyWith(random, { limits: { perMinute: 2 } })
    await hosted(key)
    for (let i = 0; i < 2; i++) expect((await get(key.secret)).statusCode).toBe(200)
    host.clock.advance(18_000)
    const over = await get(key.secret)
    expect(over.statusCode).toBe(429)
    expect(over.headers).toMatchObject({
      'retry-after': '42',
      ratelimit: expect.stringContaining('"per-minute";r=0;t=42')
    })
    expect(over.json()).toMatchObject({ code: 'too-many', policy: 'per-minute', limit: 2 })
    expect(await host.metrics.metrics()).toContain(
      'tocsin_usage_over_limit_total{policy="per-minute"} 1'
    )
    host.clock.advance(42_000)
    expect((await get(key.secret)).statusCode).toBe(200)
  })

  it('are shared by its old and its new secret', async () => {
    const key = keyWith(random, { limits: { perMinute: 2 } })
    const next = mintKey(random)
    const control = controlOf(key.record, rotated(key, next.secretHash, '2025-06-02T00:00:00.000Z'))
    host = await testHost([fakeService('notifier', routes)], { control })
    const answers = [
      await get(key.secret),
      await get(next.secret),
      await get(key.secret),
      await get(next.secret)
    ]
    expect(answers.map(answer => answer.statusCode)).toEqual([200, 200, 429, 429])
  })

  it('are not consumed by requests refused for their scope', async () => {
    const key = keyWith(random, { scopes: ['reports:write'], limits: { perMinute: 1 } })
    await hosted(key)
    for (let i = 0; i < 3; i++) expect((await get(key.secret)).statusCode).toBe(403)
    expect((await post(key.secret, '{}')).statusCode).toBe(200)
  })

  it('of the body refuse it before reading if its length is announced, otherwise while reading', async () => {
    const key = keyWith(random, { limits: { bodyBytes: 50 } })
    await hosted(key)
    const body = JSON.stringify({ text: 'x'.repeat(50) })
    expect((await post(key.secret, body)).json()).toMatchObject({
      code: 'body-too-large',
      detail: expect.stringContaining('50')
    })
    expect((await post(key.secret, '{}')).statusCode).toBe(200)
    const { Readable } = await import('node:stream')
    const chunked = await host.app.inject({
      method: 'POST',
      url: '/v1/reports',
      headers: {
        host: 'localhost',
        authorization: `Bearer ${key.secret}`,
        'content-type': 'application/json'
      },
      payload: Readable.from([body])
    })
    expect(chunked.json()).toMatchObject({ code: 'body-too-large' })
    expect((await post(key.secret, `${body}\n`, 'application/x-ndjson')).statusCode).toBe(200)
  })
})

describe('a replaced secret', () => {
  it('works until its overlap ends, also for an open connection', async () => {
    const key = keyWith(random)
    const next = mintKey(random)
    const control = controlOf(key.record, rotated(key, next.secretHash, '2025-06-01T00:01:00.000Z'))
    host = await testHost([fakeService('notifier', routes)], { control })
    const { authenticator } = host.app
    const principals = [key.secret, next.secret].map(secret => {
      const answer = authenticator.authenticateKey(secret, '::1')
      if (answer.kind !== 'principal') throw new Error('not authenticated')
      return answer.principal
    })
    expect(principals.map(p => [p.id, authenticator.isStillGood(p)])).toEqual(
      Array(2).fill([key.data.keyId, true])
    )
    host.clock.advance(60_000)
    expect(principals.map(p => authenticator.isStillGood(p))).toEqual([false, true])
    expect([(await get(key.secret)).json().detail, (await get(next.secret)).statusCode]).toEqual([
      'The key has a new secret, and this one has expired.',
      200
    ])
  })
})
