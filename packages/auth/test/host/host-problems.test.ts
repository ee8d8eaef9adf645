import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { EventLogError } from '@tocsin/event-log/errors'
import { pointerLengthMax } from '@tocsin/service/http/http-problems'
import type { FastifyPluginAsync } from 'fastify'
import { describe, expect, it } from 'vitest'
import { asOwner, fakeService, type TestHost, testHost } from '../support/fakes.ts'

const report = {
  type: 'object',
  required: ['source'],
  additionalProperties: false,
  properties: {
    source: {
      type: 'object',
      required: ['id'],
      additionalProperties: false,
      properties: { id: { type: 'string', maxLength: 8 } }
    },
    deaths: { type: 'integer', minimum: 0 },
    category: { enum: ['attack', 'clash'] }
  }
}

let thrown: unknown
const routes: FastifyPluginAsync = async app => {
  const config = { access: ['reports:write'] } as const
  const echo = async (request: { body: unknown }) => ({ body: request.body })
  app.post('/v1/reports', { config, schema: { body: report } }, echo)
  app.post('/v1/anything', { config }, echo)
  app.delete(
    '/v1/reports/:id',
    {
      config,
      schema: {
        params: { type: 'object', properties: { id: { type: 'string', pattern: '^[0-9a-f]+$' } } }
      }
    },
    echo
  )
  app.get(
    '/v1/alerts',
    {
      config,
      schema: {
        querystring: {
          type: 'object',
          additionalProperties: false,
          properties: { limit: { type: 'integer', maximum: 100 } }
        }
      }
    },
    async request => request.query
  )
  app.get(
    '/v1/headers',
    {
      config,
      schema: {
        headers: {
          type: 'object',
          properties: { 'if-match': { type: 'string', pattern: '^"?[0-9]+"?$' } }
        }
      }
    },
    async () => ({})
  )
  app.get('/v1/fails', { config }, async () => {
    throw thrown
  })
}

let host: TestHost
const start = async (settings = {}) => {
  host = await testHost([fakeService('intake', routes)], { settings })
}

interface Sent {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH'
  url?: string
  body?: string | Buffer
  headers?: Record<string, string>
}
const send = async ({ method = 'POST', url = '/v1/reports', body, headers = {} }: Sent) =>
  host.app.inject({
    method,
    url,
    headers: {
      ...asOwner,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers
    },
    ...(body === undefined ? {} : { body })
  })

const json = (body: string | Buffer, headers: Record<string, string> = {}): Sent => ({
  body,
  headers
})
const get = (url: string): Sent => ({ method: 'GET', url })
const remove = (url: string): Sent => ({ method: 'DELETE', url })
const as = (type: string) => ({ 'content-type': type })
const packed = (encoding: string) => ({ 'content-encoding': encoding })

describe('problems', () => {
  it.each<[string, Sent, status: number, code: string, pointers?: readonly string[]]>([
    [
      'all wrong fields at once',
      json('{"source":{"id":"123456789"},"deaths":-1.5,"category":"war","x":1}'),
      422,
      'body-invalid',
      ['/x', '/source/id', '/deaths', '/deaths', '/category']
    ],
    ['no body', { method: 'POST' }, 422, 'body-invalid', ['']],
    ['broken JSON', json('{"source":'), 400, 'body-malformed'],
    ['a key given twice', json('{"x":{"id":"a","id":"b"}}'), 400, 'body-malformed', ['/x/id']],
    ['__proto__', json('{"__proto__":{"x":1}}'), 400, 'body-malformed', ['/__proto__']],
    ['bytes that are not UTF-8', json(Buffer.from('{"\xff":1}', 'latin1')), 400, 'body-malformed'],
    ['unlimited nesting', json('['.repeat(100_000)), 400, 'body-malformed'],
    ['a body over the limit', json(`"${'x'.repeat(1_048_576)}"`), 413, 'body-too-large'],
    [
      'a form',
      json('a=1', as('application/x-www-form-urlencoded')),
      415,
      'content-type-unsupported'
    ],
    ['an unsupported compression', json('{}', packed('br')), 415, 'content-encoding-unsupported'],
    ['a body not compressed as announced', json('{}', packed('gzip')), 400, 'body-malformed'],
    ['an unknown route', get('/v1/nothing'), 404, 'route-unknown'],
    ['a path that cannot be decoded', get('/v1/%zz'), 404, 'route-unknown'],
    ['a name that is too long', remove(`/v1/reports/${'a'.repeat(300)}`), 404, 'not-found'],
    ['an invalid name', remove('/v1/reports/zz'), 404, 'not-found', ['id']],
    ['an unknown method', { method: 'PATCH', url: '/v1/reports' }, 405, 'method-not-allowed'],
    ['a parameter out of range', get('/v1/alerts?limit=1000'), 400, 'query-invalid', ['limit']],
    ['an unknown parameter', get('/v1/alerts?limt=10'), 400, 'query-invalid', ['limt']],
    [
      'a wrong header',
      { ...get('/v1/headers'), headers: { 'if-match': 'x' } },
      400,
      'header-invalid',
      ['if-match']
    ]
  ])('answers %s', async (_name, sent, status, code, pointers = []) => {
    await start()
    const answer = await send(sent)
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([
      status,
      'application/problem+json'
    ])
    const problem = answer.json()
    expect(problem).toMatchObject({
      status,
      code,
      type: `urn:tocsin:problem:${code}`,
      title: expect.any(String),
      detail: expect.any(String)
    })
    expect((problem.errors ?? []).map((e: { pointer: string }) => e.pointer)).toEqual(pointers)
  })

  it('limits the size of an answer, whatever names the body has', async () => {
    await start()
    const long = 'k'.repeat(10_000)
    const many = JSON.stringify(
      Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`${long.slice(0, 100)}${i}`, 1]))
    )
    expect((await send({ body: many })).json().errors).toHaveLength(20)
    const [error] = (await send({ body: `{"${long}":1,"${long}":2}` })).json().errors
    expect(error.pointer).toHaveLength(pointerLengthMax)
  })

  it('puts the request id into header, problem and log line; a well-formed id of the caller is kept', async () => {
    await start()
    const own = await send({ url: '/v1/nothing', headers: { 'x-request-id': 'partner-7_0001' } })
    expect([own.headers['x-request-id'], own.json().instance]).toEqual([
      'partner-7_0001',
      'urn:tocsin:request:partner-7_0001'
    ])
    const forged = await send({
      url: '/v1/nothing',
      headers: { 'x-request-id': 'a"},{"level":"fatal' }
    })
    expect(forged.headers['x-request-id']).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    // If two ids had a common prefix, the rest would count the requests in between.
    const next = await send({ url: '/v1/nothing' })
    expect(String(next.headers['x-request-id']).slice(0, 8)).not.toBe(
      String(forged.headers['x-request-id']).slice(0, 8)
    )
    expect(host.log.lines.filter(line => line.requestId === 'partner-7_0001')).not.toEqual([])
  })

  it('counts problems by code', async () => {
    await start()
    await send({ url: '/v1/nothing' })
    await send({ body: '{' })
    const figures = await host.metrics.metrics()
    expect(figures).toContain('tocsin_http_problems_total{code="route-unknown"} 1')
    expect(figures).toContain('tocsin_http_problems_total{code="body-malformed"} 1')
    expect(figures).toContain(
      'tocsin_http_request_duration_seconds_count{method="POST",route="/v1/reports",status="4xx"} 1'
    )
    expect(figures).toContain(
      'tocsin_http_request_duration_seconds_count{method="POST",route="unknown",status="4xx"} 1'
    )
  })

  it.each([
    ['disk-full', 507, 'disk-full', '30'],
    ['log-busy', 503, 'log-unavailable', '1'],
    ['log-unavailable', 503, 'log-unavailable', '1'],
    ['append-unknown', 503, 'log-unavailable', '1'],
    ['append-overloaded', 503, 'log-unavailable', '1'],
    ['closed', 503, 'shutting-down', '5'],
    ['record-too-large', 413, 'body-too-large', undefined],
    ['record-corrupt', 500, 'internal', undefined]
  ] as const)('answers for a log that fails with %s', async (code, status, problem, retryAfter) => {
    await start()
    thrown = new EventLogError(code, 'internal details')
    const answer = await send({ method: 'GET', url: '/v1/fails' })
    expect([answer.statusCode, answer.json().code, answer.headers['retry-after']]).toEqual([
      status,
      problem,
      retryAfter
    ])
    expect(answer.body).not.toContain('internal details')
  })

  it('states the limit when a record is too large', async () => {
    await start()
    const body = JSON.stringify('x'.repeat(1_048_576))
    const headers = { 'content-type': 'application/json' }
    expect(
      (await send({ method: 'POST', url: '/v1/reports', body, headers })).json().detail
    ).toContain('1048576 bytes')
    thrown = new EventLogError('record-too-large', 'internal details', { bytesMax: 777 })
    expect((await send({ method: 'GET', url: '/v1/fails' })).json().detail).toContain('777 bytes')
  })

  it('does not mention writing to a reader while the log is unreachable', async () => {
    await start()
    thrown = new EventLogError('log-unavailable', 'x')
    const away = (await send({ method: 'GET', url: '/v1/fails' })).json()
    expect([away.title, away.detail].join()).not.toMatch(/writ/)
    thrown = new EventLogError('append-overloaded', 'x')
    expect((await send({ method: 'GET', url: '/v1/fails' })).json().detail).toContain(
      'does not accept this write'
    )
  })

  it('says when to retry wherever waiting helps', async () => {
    await start()
    thrown = new ProblemError('projection-behind', 'not yet')
    expect((await send({ method: 'GET', url: '/v1/fails' })).headers['retry-after']).toBe('1')
    thrown = new ProblemError('too-many', 'wait', { retryAfterS: 7 })
    expect((await send({ method: 'GET', url: '/v1/fails' })).headers['retry-after']).toBe('7')
  })

  it.each([
    new TypeError('x.private is undefined'),
    Object.assign(new Error('odd'), { statusCode: 200 }),
    'a string',
    null,
    undefined,
    42
  ])('answers an unexpected error with a bare 500, and logs it: %s', async error => {
    await start()
    thrown = error
    const answer = await send({ method: 'GET', url: '/v1/fails' })
    expect(answer.statusCode).toBe(500)
    expect(answer.json()).toMatchObject({ code: 'internal' })
    expect(answer.body).not.toMatch(/private|odd|string|\n +at /)
    const line = host.log.lines.find(
      entry => entry.msg === 'a request failed with an internal error'
    )
    expect(line).toMatchObject({ level: 'error', requestId: answer.headers['x-request-id'] })
  })
})

describe('the log', () => {
  it('contains nothing of bodies, headers, queries, keys or cookies, at any level', async () => {
    await start()
    const canary = 'canary-0451'
    thrown = new SyntaxError(`Unexpected token in ${canary}`)
    await send({ body: JSON.stringify({ source: { id: canary }, [canary]: canary }) })
    await send({ body: `{"${canary}": ${canary}}` })
    await send({ method: 'GET', url: `/v1/alerts?limit=${canary}` })
    await send({ method: 'GET', url: `/${canary}?ticket=${canary}` })
    for (const method of ['GET', 'POST'] as const)
      await send({ method, url: `/sign-in?token=${canary}` })
    await send({
      method: 'GET',
      url: '/v1/fails',
      headers: { cookie: `tocsin_session=${canary}`, 'if-match': canary, 'user-agent': canary }
    })
    await send({ method: 'GET', url: '/v1/alerts', headers: { authorization: `Bearer ${canary}` } })
    await host.app.inject({
      url: '/v1/alerts',
      headers: { host: `${canary}.example`, origin: `https://${canary}.example` }
    })
    expect(host.log.lines.length).toBeGreaterThan(8)
    expect(host.log.text).not.toContain(canary)
  })
})
