// A flood of invalid input at a running suite: none of it is answered with 5xx or reaches a log, and
// memory does not grow. Each refusal is tested at intake's routes and at the host.

import { topics } from '@tocsin/event-log/topics'
import { readHeldMiB, tellsHeldMemory } from '@tocsin/testing/process/held-memory-of'
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
    const held = [await readHeldMiB(suite.process)]
    for (let thousand = 6; thousand <= 8; thousand++) {
      await flood(1000)
      held.push(await readHeldMiB(suite.process))
    }
    console.log(
      `held after 5,000 bad requests and each 1,000 more: ${held.map(mib => mib.toFixed(1)).join(', ')} MiB`
    )
    expect(held.at(-1)! - held[0]!).toBeLessThan(0.5)
    expect(await written()).toEqual(before)
  })
})
