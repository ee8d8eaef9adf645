// Who may write reports to a whole suite: others get a problem at every entry point, and nothing of
// theirs reaches a log.

import { encodeRecord } from '@tocsin/contracts/record/records'
import type { KeyRecord } from '@tocsin/domain/control/control-record'
import { type Topic, topics } from '@tocsin/event-log/topics'
import type { Suite } from '@tocsin/host/suite/suite'
import { keyHash } from '@tocsin/service-kit/access/api-key'
import { createLogger } from '@tocsin/service-kit/telemetry/logger'
import { IdentityProvider } from '@tocsin/testing/client/identity-provider'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningSuite } from '../support/running-suite.ts'

let running: RunningSuite
let suite: Suite
let provider: IdentityProvider
let lines = ''
let reportId: string
const write = (line: string): void => {
  lines += line
}

const aReport = {
  source: { id: 'wire-1' },
  externalId: 'W-1',
  occurred: { from: '2025-06-01', to: '2025-06-01' },
  category: 'attack',
  location: { name: 'Dioura', country: 'ML', lat: 14.8252, lon: -5.2547 },
  handling: 'partners',
  private: { narrative: 'canary-narrative' }
}

beforeAll(async () => {
  provider = await IdentityProvider.start()
  await provider.addKey('evil', 'ES256', false)
  const issuer = await provider.listen()
  running = await RunningSuite.start({
    settings: { 'oidc.issuer': issuer, 'oidc.audience': 'tocsin' },
    logger: createLogger({ level: 'trace', name: 'test', destination: { write } })
  })
  suite = running.suite
  for (const [id, countries] of Object.entries({ sahel: ['ML'], lake: ['TD'] }))
    expect((await asOwner('PUT', `/v1/theatres/${id}`, { countries })).statusCode).toBe(201)
  expect(
    (await asOwner('PUT', '/v1/sources/closed', { reliability: 'B', reporters: ['key_nobody'] }))
      .statusCode
  ).toBe(201)
  const posted = await asOwner('POST', '/v1/reports', aReport)
  expect(posted.statusCode).toBe(202)
  reportId = (posted.json() as { reportId: string }).reportId
})
afterAll(async () => {
  await running?.end()
  await provider?.close()
})

type Method = 'POST' | 'PUT' | 'DELETE'
type Headers = Readonly<Record<string, string>>

let callers = 0
/** From a separate address, so that no attempt is refused because of an earlier one. */
function call(method: Method, url: string, headers: Headers, payload: object | string) {
  const remoteAddress = `10.0.${++callers >> 8}.${callers & 255}`
  const type = {
    'content-type': typeof payload === 'string' ? 'application/x-ndjson' : 'application/json'
  }
  return suite.host.app.inject({
    method,
    url,
    remoteAddress,
    headers: { host: 'localhost', ...type, ...headers },
    payload
  })
}
const bearer = (secret: string): Headers => ({ authorization: `Bearer ${secret}` })
const asOwner = (method: Method, url: string, payload: object) =>
  call(method, url, bearer(suite.secrets.ownerKey), payload)

const writer = {
  name: 'feed',
  scopes: ['reports:write'],
  theatres: ['sahel'],
  handling: 'partners'
}
async function madeKey(more: object = {}): Promise<{ secret: string; keyId: string }> {
  const made = await asOwner('POST', '/v1/keys', { ...writer, ...more })
  expect(made.statusCode).toBe(201)
  return made.json() as { secret: string; keyId: string }
}
const keyWith = async (more: object) => bearer((await madeKey(more)).secret)
const token = async (claims: object = {}, more: object = {}) =>
  bearer(
    await provider.token(Date.now(), {
      claims: { scope: 'tocsin:reports:write', tocsin_theatres: ['sahel'], ...claims },
      ...more
    })
  )

/** An expired key, as it is in the log. */
async function expiredKey(): Promise<Headers> {
  const secret = 'tk_expired-key-of-this-test'
  const data: KeyRecord = {
    ...writer,
    scopes: ['reports:write'],
    handling: 'partners',
    keyId: 'key_old',
    secretHash: keyHash(secret),
    expiresAt: '2020-01-01T00:00:00.000Z'
  }
  const envelope = {
    id: 'expired-key',
    source: '/test',
    time: '2019-01-01T00:00:00.000Z',
    cause: null
  }
  await suite.log.append(topics.control, [
    {
      id: envelope.id,
      key: 'control',
      value: encodeRecord(envelope, { type: 'key.created', data })
    }
  ])
  await expect
    .poll(async () => (await call('POST', '/v1/reports', bearer(secret), aReport)).json())
    .toMatchObject({ detail: 'The key has expired.' })
  return bearer(secret)
}

async function revokedKey(): Promise<Headers> {
  const { secret, keyId } = await madeKey()
  await asOwner('DELETE', `/v1/keys/${keyId}`, {})
  return bearer(secret)
}

async function rotatedKey(): Promise<Headers> {
  const { secret, keyId } = await madeKey()
  expect(
    (await asOwner('POST', `/v1/keys/${keyId}/rotation`, { overlapHours: 0 })).statusCode
  ).toBe(200)
  return bearer(secret)
}

async function unsignedToken(): Promise<Headers> {
  const [, claims = ''] = (await provider.token(Date.now())).split('.')
  return bearer(`${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.AA`)
}

/** Callers that must be refused, with the status of the answer. */
const intruders: readonly (readonly [string, number, () => Promise<Headers> | Headers])[] = [
  ['nobody', 401, () => ({})],
  ['an unknown key', 401, () => bearer('tk_never-made')],
  [
    'a key with a wrong last letter',
    401,
    async () => bearer((await madeKey()).secret.replace(/.$/, last => (last === 'A' ? 'B' : 'A')))
  ],
  ['another scheme', 401, async () => ({ authorization: `Basic ${(await madeKey()).secret}` })],
  [
    'a forged session',
    401,
    () => ({ cookie: `tocsin_session=v1.${'A'.repeat(16)}.9999999999999.${'A'.repeat(43)}` })
  ],
  ['an expired key', 401, expiredKey],
  ['a revoked key', 401, revokedKey],
  ['a secret that was replaced', 401, rotatedKey],
  [
    'a key without the scope',
    403,
    () => keyWith({ scopes: ['reports:read', 'alerts:read', 'alerts:operate', 'rules:manage'] })
  ],
  ["another theatre's key", 403, () => keyWith({ theatres: ['lake'] })],
  ['a key for less than the handling of the report', 403, () => keyWith({ handling: 'public' })],
  [
    'a token signed by another issuer',
    401,
    () => token({}, { kid: 'evil', header: { kid: 'k1' } })
  ],
  ['an unsigned token', 401, unsignedToken],
  ['an expired token', 401, () => token({ exp: 1 })],
  [
    'a token of the day before yesterday',
    401,
    () => token({ iat: Math.floor(Date.now() / 1000) - 172_800 })
  ],
  ['a token for something else', 401, () => token({ aud: 'another' })],
  ['a token of another issuer', 401, () => token({ iss: 'https://id.example.org' })],
  ['a token without the scope', 403, () => token({ scope: 'openid reports:write' })],
  ["another theatre's token", 403, () => token({ tocsin_theatres: ['lake'] })],
  ['a token of no theatre', 403, () => token({ tocsin_theatres: [] })]
]

const ways: readonly (readonly [string, (headers: Headers) => ReturnType<typeof call>])[] = [
  ['POST', headers => call('POST', '/v1/reports', headers, { ...aReport, externalId: 'W-2' })],
  ['POST of an existing report', headers => call('POST', '/v1/reports', headers, aReport)],
  [
    'POST as backfill',
    headers => call('POST', '/v1/reports?lane=backfill', headers, { ...aReport, externalId: 'W-3' })
  ],
  [
    'stream',
    headers =>
      call('POST', '/v1/reports', headers, `${JSON.stringify({ ...aReport, externalId: 'W-4' })}\n`)
  ],
  [
    'PUT',
    headers => call('PUT', `/v1/reports/${reportId}`, headers, { ...aReport, category: 'clash' })
  ],
  ['DELETE', headers => call('DELETE', `/v1/reports/${reportId}`, headers, { reason: 'intruder' })]
]

/** The end of each log. */
async function ends(): Promise<readonly string[]> {
  const written: readonly Topic[] = [
    topics.incidents,
    topics.keys,
    topics.control,
    topics.quarantine
  ]
  const states = await Promise.all(
    written.map(async topic => ({ topic, states: await suite.log.state(topic) }))
  )
  return states.map(({ topic, states: parts }) => `${topic} ${parts.map(({ end }) => end).join()}`)
}

describe('who may not report', () => {
  it.each(intruders)(
    '%s is answered %i at every entry point, and nothing is written',
    async (_who, status, headersOf) => {
      const headers = await headersOf()
      const before = await ends()
      for (const [way, go] of ways) {
        const answer = await go(headers)
        // A refused line of a stream is answered in its own line; a report hidden from the key is
        // answered as missing.
        const expected = isLine(way, status, answer)
          ? 200
          : answer.statusCode === 404
            ? 404
            : status
        expect([way, answer.statusCode]).toEqual([way, expected])
        if (expected === 200) expect(answer.body).toContain(`"status":${status}`)
        else
          expect([way, answer.json()]).toEqual([
            way,
            expect.objectContaining({ status: expected, code: codes[expected] })
          ])
        if (expected === 404)
          expect([status, way]).toEqual([403, expect.stringMatching(/^(?:PUT|DELETE)$/)])
        expect(answer.body).not.toContain('canary')
      }
      expect(await ends()).toEqual(before)
    }
  )

  it('a key that is not among the reporters of a source is answered 403, and nothing is written', async () => {
    const headers = await keyWith({})
    const before = await ends()
    const answer = await call('POST', '/v1/reports', headers, {
      ...aReport,
      source: { id: 'closed' }
    })
    expect(answer.json()).toMatchObject({
      status: 403,
      code: 'forbidden',
      errors: [{ pointer: '/source/id' }]
    })
    expect(await ends()).toEqual(before)
  })

  it('leaves no key, no token and nothing private in the log lines', async () => {
    expect(lines.length).toBeGreaterThan(1000)
    expect(lines).not.toMatch(/canary|eyJ|tk_[\w-]{8}/)
  })
})

const codes: Readonly<Record<number, string>> = {
  401: 'not-authenticated',
  403: 'forbidden',
  404: 'not-found'
}

/** True if the stream was accepted, because its key may report, and only its line was refused. */
function isLine(way: string, status: number, answer: { statusCode: number }): boolean {
  return way === 'stream' && status === 403 && answer.statusCode === 200
}

describe('who may not read', () => {
  it.each([
    ["another theatre's key", 404, () => keyWith({ scopes: ['reports:read'], theatres: ['lake'] })],
    [
      'a key for less than the handling of the report',
      404,
      () => keyWith({ scopes: ['reports:read'], handling: 'public' })
    ],
    ['a key that may only write', 403, () => keyWith({})],
    [
      "another theatre's token",
      404,
      () => token({ scope: 'tocsin:reports:read', tocsin_theatres: ['lake'] })
    ]
  ] as const)(
    '%s is answered %i, which does not reveal that the report exists',
    async (_who, status, headersOf) => {
      const headers = { host: 'localhost', ...(await headersOf()) }
      const answer = await suite.host.app.inject({
        method: 'GET',
        url: `/v1/reports/${reportId}`,
        headers
      })
      const none = await suite.host.app.inject({
        method: 'GET',
        url: `/v1/reports/${'0'.repeat(32)}`,
        headers
      })
      const said = [answer, none].map(each => ({ ...(each.json() as object), instance: null }))
      expect([answer.statusCode, said[0]]).toEqual([status, said[1]])
    }
  )
})

describe('who may report', () => {
  it.each([
    ['the key of the theatre', () => keyWith({})],
    ['the holder of a token for it', () => token({ tocsin_handling: 'partners' })]
  ] as const)('%s is accepted at every entry point', async (who, headersOf) => {
    const headers = await headersOf()
    for (const [i, [way, go]] of ways.slice(0, 4).entries()) {
      const answer = await go(headers)
      expect([who, way, answer.statusCode]).toEqual([who, way, way === 'stream' ? 200 : 202])
      expect(answer.headers.ratelimit, `answer ${i}`).toMatch(
        /^"per-minute";r=\d+;t=\d+, "per-day";r=\d+;t=\d+$/
      )
    }
  })
})

describe('a key that has a limit', () => {
  it('may send its daily number of reports in one stream, and is told at which line the limit was reached', async () => {
    const headers = await keyWith({ limits: { perDay: 3 } })
    const lines = Array.from({ length: 6 }, (_, i) =>
      JSON.stringify({ ...aReport, externalId: `limit-${i}` })
    )
    const answer = await call('POST', '/v1/reports', headers, `${lines.join('\n')}\n`)
    const results = answer.body
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(
      results.slice(0, 4).map(({ line, status, code }) => [line, status, code ?? null])
    ).toEqual([
      [1, 202, null],
      [2, 202, null],
      [3, 202, null],
      [4, 429, 'too-many']
    ])
    expect(results.at(-1)).toMatchObject({
      complete: false,
      accepted: 3,
      problem: { status: 429, code: 'too-many', retryAfter: expect.any(Number) }
    })
    expect((await call('POST', '/v1/reports', headers, aReport)).statusCode).toBe(429)
  })
})
