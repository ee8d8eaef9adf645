// Who may write reports to a whole suite: everyone who may not is told so with a problem, by every way in, and nothing of it reaches a log.

import { encodeRecord } from '@tocsin/contracts/record/records'
import type { KeyRecord } from '@tocsin/domain/control/control-record'
import { type Topic, topics } from '@tocsin/event-log/topics'
import { keyHash } from '@tocsin/service-kit/access/api-key'
import { systemClock, systemRandom } from '@tocsin/service-kit/process/clock'
import { defaultConfig } from '@tocsin/service-kit/settings/config'
import { createLogger } from '@tocsin/service-kit/telemetry/logger'
import { IdentityProvider } from '@tocsin/testing/client/identity-provider'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Suite, startSuite, suiteRoles } from '../../src/suite/suite.ts'
import { suiteSettings } from '../../src/suite/suite-settings.ts'

let dataDir: string
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
  dataDir = await makeTempDir()
  provider = await IdentityProvider.start()
  await provider.addKey('evil', 'ES256', false)
  const issuer = await provider.listen()
  suite = await startSuite({
    roles: suiteRoles,
    config: defaultConfig(suiteSettings, { port: 0, data: dataDir, 'oidc.issuer': issuer, 'oidc.audience': 'tocsin' }),
    logger: createLogger({ level: 'trace', name: 'test', destination: { write } }),
    metrics: new Registry(),
    clock: systemClock,
    random: systemRandom
  })
  for (const [id, countries] of Object.entries({ sahel: ['ML'], lake: ['TD'] }))
    expect((await asOwner('PUT', `/v1/theatres/${id}`, { countries })).statusCode).toBe(201)
  expect((await asOwner('PUT', '/v1/sources/closed', { reliability: 'B', reporters: ['key_nobody'] })).statusCode).toBe(201)
  const posted = await asOwner('POST', '/v1/reports', aReport)
  expect(posted.statusCode).toBe(202)
  reportId = (posted.json() as { reportId: string }).reportId
}, 60_000)
afterAll(async () => {
  await suite?.host.close()
  await provider?.close()
  await removeDir(dataDir)
})

type Method = 'POST' | 'PUT' | 'DELETE'
type Headers = Readonly<Record<string, string>>

let callers = 0
/** From an address of its own, so that no attempt is refused for the one before it. */
function call(method: Method, url: string, headers: Headers, payload: object | string) {
  const remoteAddress = `10.0.${++callers >> 8}.${callers & 255}`
  const type = { 'content-type': typeof payload === 'string' ? 'application/x-ndjson' : 'application/json' }
  return suite.host.app.inject({ method, url, remoteAddress, headers: { host: 'localhost', ...type, ...headers }, payload })
}
const bearer = (secret: string): Headers => ({ authorization: `Bearer ${secret}` })
const asOwner = (method: Method, url: string, payload: object) => call(method, url, bearer(suite.secrets.ownerKey), payload)

const writer = { name: 'feed', scopes: ['reports:write'], theatres: ['sahel'], handling: 'partners' }
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

/** A key as it stands in the log when its time is over. */
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
  const envelope = { id: 'expired-key', source: '/test', time: '2019-01-01T00:00:00.000Z', cause: null }
  await suite.log.append(topics.control, [
    { id: envelope.id, key: 'control', value: encodeRecord(envelope, { type: 'key.created', data }) }
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
  expect((await asOwner('POST', `/v1/keys/${keyId}/rotation`, { overlapHours: 0 })).statusCode).toBe(200)
  return bearer(secret)
}

async function unsignedToken(): Promise<Headers> {
  const [, claims = ''] = (await provider.token(Date.now())).split('.')
  return bearer(`${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.AA`)
}

/** Who must not get in, with the status of the answer. */
const intruders: readonly (readonly [string, number, () => Promise<Headers> | Headers])[] = [
  ['nobody', 401, () => ({})],
  ['a key that is none', 401, () => bearer('tk_never-made')],
  [
    'a key that differs in its last letter',
    401,
    async () => bearer((await madeKey()).secret.replace(/.$/, last => (last === 'A' ? 'B' : 'A')))
  ],
  ['another scheme', 401, async () => ({ authorization: `Basic ${(await madeKey()).secret}` })],
  ['a forged session', 401, () => ({ cookie: `tocsin_session=v1.${'A'.repeat(16)}.9999999999999.${'A'.repeat(43)}` })],
  ['an expired key', 401, expiredKey],
  ['a revoked key', 401, revokedKey],
  ['a secret that was replaced', 401, rotatedKey],
  ['a key without the scope', 403, () => keyWith({ scopes: ['reports:read', 'alerts:read', 'alerts:operate', 'rules:manage'] })],
  ["another theatre's key", 403, () => keyWith({ theatres: ['lake'] })],
  ['a key for less than the handling of the report', 403, () => keyWith({ handling: 'public' })],
  ['a token that another has signed', 401, () => token({}, { kid: 'evil', header: { kid: 'k1' } })],
  ['a token that nobody has signed', 401, unsignedToken],
  ['a token that is over', 401, () => token({ exp: 1 })],
  ['a token of the day before yesterday', 401, () => token({ iat: Math.floor(Date.now() / 1000) - 172_800 })],
  ['a token for something else', 401, () => token({ aud: 'another' })],
  ['a token of another issuer', 401, () => token({ iss: 'https://id.example.org' })],
  ['a token without the scope', 403, () => token({ scope: 'openid reports:write' })],
  ["another theatre's token", 403, () => token({ tocsin_theatres: ['lake'] })],
  ['a token of no theatre', 403, () => token({ tocsin_theatres: [] })]
]

const ways: readonly (readonly [string, (headers: Headers) => ReturnType<typeof call>])[] = [
  ['POST', headers => call('POST', '/v1/reports', headers, { ...aReport, externalId: 'W-2' })],
  ['POST of what is there', headers => call('POST', '/v1/reports', headers, aReport)],
  ['POST as backfill', headers => call('POST', '/v1/reports?lane=backfill', headers, { ...aReport, externalId: 'W-3' })],
  ['stream', headers => call('POST', '/v1/reports', headers, `${JSON.stringify({ ...aReport, externalId: 'W-4' })}\n`)],
  ['PUT', headers => call('PUT', `/v1/reports/${reportId}`, headers, { ...aReport, category: 'clash' })],
  ['DELETE', headers => call('DELETE', `/v1/reports/${reportId}`, headers, { reason: 'intruder' })]
]

/** Where each log ends: all that is in them. */
async function ends(): Promise<readonly string[]> {
  const written: readonly Topic[] = [topics.incidents, topics.keys, topics.control, topics.quarantine]
  const states = await Promise.all(written.map(async topic => ({ topic, states: await suite.log.state(topic) })))
  return states.map(({ topic, states: parts }) => `${topic} ${parts.map(({ end }) => end).join()}`)
}

describe('who may not report', () => {
  it.each(intruders)('%s is answered %i by every way in, and nothing is written', async (_who, status, headersOf) => {
    const headers = await headersOf()
    const before = await ends()
    for (const [way, go] of ways) {
      const answer = await go(headers)
      // What the line of a stream may not is told in its own line; what a report hides from the key it is not told of at all.
      const expected = isLine(way, status, answer) ? 200 : answer.statusCode === 404 ? 404 : status
      expect([way, answer.statusCode]).toEqual([way, expected])
      if (expected === 200) expect(answer.body).toContain(`"status":${status}`)
      else expect([way, answer.json()]).toEqual([way, expect.objectContaining({ status: expected, code: codes[expected] })])
      if (expected === 404) expect([status, way]).toEqual([403, expect.stringMatching(/^(?:PUT|DELETE)$/)])
      expect(answer.body).not.toContain('canary')
    }
    expect(await ends()).toEqual(before)
  })

  it('a key that is none of the reporters of a source is answered 403, and nothing is written', async () => {
    const headers = await keyWith({})
    const before = await ends()
    const answer = await call('POST', '/v1/reports', headers, { ...aReport, source: { id: 'closed' } })
    expect(answer.json()).toMatchObject({ status: 403, code: 'forbidden', errors: [{ pointer: '/source/id' }] })
    expect(await ends()).toEqual(before)
  })

  it('leaves no key, no token and nothing private in the log lines', async () => {
    expect(lines.length).toBeGreaterThan(1000)
    expect(lines).not.toMatch(/canary|eyJ|tk_[\w-]{8}/)
  })
})

const codes: Readonly<Record<number, string>> = { 401: 'not-authenticated', 403: 'forbidden', 404: 'not-found' }

/** Whether the stream was opened, because its key may report, and its line alone was refused. */
function isLine(way: string, status: number, answer: { statusCode: number }): boolean {
  return way === 'stream' && status === 403 && answer.statusCode === 200
}

describe('who may not read', () => {
  it.each([
    ["another theatre's key", 404, () => keyWith({ scopes: ['reports:read'], theatres: ['lake'] })],
    ['a key for less than the handling of the report', 404, () => keyWith({ scopes: ['reports:read'], handling: 'public' })],
    ['a key that may write alone', 403, () => keyWith({})],
    ["another theatre's token", 404, () => token({ scope: 'tocsin:reports:read', tocsin_theatres: ['lake'] })]
  ] as const)('%s is answered %i, and not told that the report is there', async (_who, status, headersOf) => {
    const headers = { host: 'localhost', ...(await headersOf()) }
    const answer = await suite.host.app.inject({ method: 'GET', url: `/v1/reports/${reportId}`, headers })
    const none = await suite.host.app.inject({ method: 'GET', url: `/v1/reports/${'0'.repeat(32)}`, headers })
    const said = [answer, none].map(each => ({ ...(each.json() as object), instance: null }))
    expect([answer.statusCode, said[0]]).toEqual([status, said[1]])
  })
})

describe('who may report', () => {
  it.each([
    ['the key of the theatre', () => keyWith({})],
    ['the holder of a token for it', () => token({ tocsin_handling: 'partners' })]
  ] as const)('%s gets in by every way', async (who, headersOf) => {
    const headers = await headersOf()
    for (const [i, [way, go]] of ways.slice(0, 4).entries()) {
      const answer = await go(headers)
      expect([who, way, answer.statusCode]).toEqual([who, way, way === 'stream' ? 200 : 202])
      expect(answer.headers.ratelimit, `answer ${i}`).toMatch(/^"per-minute";r=\d+;t=\d+, "per-day";r=\d+;t=\d+$/)
    }
  })
})

describe('a key that has a limit', () => {
  it('sends as many reports in one stream as it may in a day, and is told from which line on it may not', async () => {
    const headers = await keyWith({ limits: { perDay: 3 } })
    const lines = Array.from({ length: 6 }, (_, i) => JSON.stringify({ ...aReport, externalId: `limit-${i}` }))
    const answer = await call('POST', '/v1/reports', headers, `${lines.join('\n')}\n`)
    const results = answer.body
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(results.slice(0, 4).map(({ line, status, code }) => [line, status, code ?? null])).toEqual([
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
