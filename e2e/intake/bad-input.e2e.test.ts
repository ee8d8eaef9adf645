// Invalid input is refused: each bad report with a problem that names its field, each broken
// request with a 4xx, never a 5xx. None of it reaches a log, and a flood of it does not grow
// memory.

import { topics } from '@tocsin/event-log/topics'
import { heldMiBOf, tellsHeldMemory } from '@tocsin/testing/process/held-memory-of'
import { allStored } from '@tocsin/testing/report/stored-records'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { badReports } from '../../services/intake/test/support/bad-reports.ts'
import { withLog } from '../harness/logs.ts'
import { WholeSuite } from '../harness/whole-suite.ts'

interface Sent {
  readonly body: string | Uint8Array
  readonly method?: 'POST' | 'PUT' | 'PATCH'
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
}

const goodReport = {
  source: { id: 'wire-1' },
  occurred: { from: '2025-06-01', to: '2025-06-01' },
  category: 'attack',
  location: { country: 'ML', lat: 14, lon: -5 }
}
const good = JSON.stringify(goodReport)
const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`
const huge = JSON.stringify(
  Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`k${i}`, i]))
)

/** Requests that are refused before a report is checked. */
const badRequests: readonly (readonly [string, Sent, number, string])[] = [
  [
    'a body over the limit',
    { body: JSON.stringify({ ...goodReport, private: { narrative: 'x'.repeat(1_100_000) } }) },
    413,
    'body-too-large'
  ],
  ['broken JSON', { body: good.slice(0, -1) }, 400, 'body-malformed'],
  ['no body', { body: '' }, 400, 'body-malformed'],
  ['two values', { body: `${good}${good}` }, 400, 'body-malformed'],
  ['a duplicate key', { body: good.replace('{', '{"category":"clash",') }, 400, 'body-malformed'],
  ['__proto__', { body: good.replace('{', '{"__proto__":{"admin":true},') }, 400, 'body-malformed'],
  [
    '__proto__ inside',
    { body: good.replace('"location":{', '"location":{"__proto__":{"a":1},') },
    400,
    'body-malformed'
  ],
  [
    'constructor.prototype',
    { body: good.replace('{', '{"constructor":{"prototype":{"a":1}},') },
    400,
    'body-malformed'
  ],
  ['a deep body', { body: deep }, 400, 'body-malformed'],
  ['a deep object', { body: `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}` }, 400, 'body-malformed'],
  [
    'invalid UTF-8',
    {
      body: Buffer.concat([
        Buffer.from('{"source":{"id":"'),
        Buffer.from([0xc3, 0x28, 0xff]),
        Buffer.from('"}}')
      ])
    },
    400,
    'body-malformed'
  ],
  ['a UTF-16 body', { body: Buffer.from(good, 'utf16le') }, 400, 'body-malformed'],
  [
    'another content type',
    { body: '<report/>', headers: { 'content-type': 'application/xml' } },
    415,
    'content-type-unsupported'
  ],
  [
    'text',
    { body: good, headers: { 'content-type': 'text/plain' } },
    415,
    'content-type-unsupported'
  ],
  ['an unknown route', { body: good, path: '/v1/raports' }, 404, 'route-unknown'],
  ['an unsupported method', { body: good, method: 'PATCH' }, 405, 'method-not-allowed'],
  [
    'an unknown key',
    { body: good, headers: { authorization: 'Bearer tk_nobody' } },
    401,
    'not-authenticated'
  ],
  ['no key', { body: good, headers: { authorization: '' } }, 401, 'not-authenticated'],
  ['another host', { body: good, headers: { host: 'evil.example' } }, 421, 'host-refused'],
  [
    'another origin',
    { body: good, headers: { origin: 'https://evil.example' } },
    403,
    'origin-refused'
  ],
  [
    'a forged cursor',
    { body: good, headers: { 'tocsin-cursor': 'c1.AAAA' } },
    400,
    'cursor-invalid'
  ],
  ['an unknown lane', { body: good, path: '/v1/reports?lane=fast' }, 400, 'query-invalid'],
  [
    'a correction of an unknown report',
    { body: good, method: 'PUT', path: '/v1/reports/not-an-id' },
    404,
    'not-found'
  ]
]

describe('bad input', () => {
  let suite: WholeSuite
  beforeAll(async () => {
    suite = await WholeSuite.start({ env: tellsHeldMemory })
  })
  afterAll(() => suite?.end())

  async function send({ body, method = 'POST', path = '/v1/reports', headers = {} }: Sent) {
    const answer = await request(`${suite.url}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${suite.key}`,
        ...headers
      },
      body
    })
    const text = await answer.body.text()
    return {
      status: answer.statusCode,
      problem: JSON.parse(text) as { code: string; errors?: { pointer: string }[] },
      type: answer.headers['content-type']
    }
  }

  /** All report records in any log. */
  const written = () =>
    withLog(suite.dataDir, async log => ({
      incidents: (await allStored(log, topics.incidents)).filter(record =>
        Buffer.from(record.value ?? []).includes('tocsin.report.')
      ).length,
      keys: (await allStored(log, topics.keys)).length,
      quarantine: (await allStored(log, topics.quarantine)).length
    }))

  it('is tested in at least forty ways', () => {
    expect(badReports.length).toBeGreaterThanOrEqual(40)
    expect(new Set(badReports.map(bad => bad.name)).size).toBe(badReports.length)
  })

  it.each(badReports.map(bad => [bad.name, bad] as const))(
    'as %s is refused and its field named',
    async (_name, bad) => {
      const { status, problem, type } = await send({ body: bad.body })
      expect(type).toContain('application/problem+json')
      expect({ status, code: problem.code }).toEqual({ status: bad.status, code: bad.code })
      expect(problem.errors?.map(error => error.pointer)).toContain(bad.pointer)
    }
  )

  it.each(badRequests)('as %s is refused', async (_name, sent, status, code) => {
    const answer = await send(sent)
    expect({ status: answer.status, code: answer.problem.code }).toEqual({ status, code })
    expect(answer.type).toContain('application/problem+json')
  })

  it('does not affect a valid report', async () => {
    expect(await written()).toEqual({ incidents: 0, keys: 0, quarantine: 0 })
    expect((await send({ body: good })).status).toBe(202)
    expect(await written()).toMatchObject({ incidents: 1 })
  })

  it('does not grow memory, however much of it arrives', async () => {
    const bodies = [
      ...badReports.map(bad => bad.body),
      deep,
      huge,
      JSON.stringify({ ...goodReport, private: { narrative: 'x'.repeat(900_000), links: 7 } })
    ]
    const flood = async (count: number) => {
      for (let i = 0; i < count; i += 20) {
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, j) => send({ body: bodies[(i + j) % bodies.length]! }))
        )
        for (const { status } of answers) expect(status).toBeLessThan(500)
      }
    }
    const before = await written()
    // Until then what the start has left is given back, some 6 MiB.
    await flood(5000)
    const held = [await heldMiBOf(suite.process)]
    for (let thousand = 6; thousand <= 8; thousand++) {
      await flood(1000)
      held.push(await heldMiBOf(suite.process))
    }
    console.log(
      `held after 5,000 bad requests and each 1,000 more: ${held.map(mib => mib.toFixed(1)).join(', ')} MiB`
    )
    expect(held.at(-1)! - held[0]!).toBeLessThan(0.5)
    expect(await written()).toEqual(before)
  })
})
