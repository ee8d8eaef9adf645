// What one key may have kept for ever: a flood of it is refused in time, keeps nobody else from
// working, and loses nothing.

import { MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Answer, Suite } from '../support/http-suite.ts'
import { ManualClock } from '../support/manual-clock.ts'

const config = { changesPerHour: 20, actsPerHour: 40 }
const hook = (host: string) => ({ url: `https://${host}.example/hook`, filter: {} })

let store: MemoryStore
let clock: ManualClock
let suite: Suite
beforeEach(async () => {
  ;[store, clock] = [new MemoryStore({ partitions: 1 }), new ManualClock()]
  suite = await Suite.on({ store, clock, config })
})

/** Records of the control log and of what theatres see. */
async function kept(): Promise<number> {
  const states = [
    ...(await suite.h.log.state(topics.control)),
    ...(await suite.h.log.state(topics.incidents))
  ]
  return states.reduce((sum, { end }) => sum + Number(end), 0)
}
/** What is asked, and how many records it left. */
async function records(
  work: () => Promise<Answer>
): Promise<readonly [status: number, records: number]> {
  const before = await kept()
  const { status } = await work()
  return [status, (await kept()) - before]
}
const partner = async () => {
  const key = await suite.key(['subscriptions:manage', 'alerts:read', 'alerts:operate'])
  const { id } = (await suite.ask('POST', '/v1/subscriptions', { body: hook('mine'), key })).body
  const named = (contact: string) =>
    suite.ask('PATCH', `/v1/subscriptions/${id}`, { body: { contact }, key })
  return { key, id, named }
}

describe('a key that changes something without end', () => {
  it('is refused beyond its limit, with when to come again, while another goes on; what was accepted stands', async () => {
    const [flood, other] = [await partner(), await partner()]
    let last = ''
    let refused: Answer | null = null
    for (let n = 0; n < 60; n++) {
      const answer = await flood.named(`Desk ${n}`)
      if (answer.status === 200) last = `Desk ${n}`
      else refused ??= answer
    }
    expect(refused).toMatchObject({
      status: 429,
      body: {
        code: 'too-many',
        policy: 'changes-per-hour',
        limit: 20,
        detail: expect.stringContaining('20 changes an hour')
      },
      headers: { 'retry-after': '180' }
    })
    // One of the twenty made the subscription.
    expect(last).toBe('Desk 18')
    expect(await suite.h.metrics.metrics()).toContain(
      'tocsin_usage_over_limit_total{policy="changes-per-hour"} 41'
    )
    expect((await other.named('Night desk')).status).toBe(200)
    expect(
      (await suite.ask('GET', `/v1/subscriptions/${flood.id}`, { key: flood.key })).body.contact
    ).toBe('Desk 18')
    // Neither a clock that is set back nor one that is set forward changes that.
    clock.jump(-86_400_000)
    expect((await flood.named('Later')).headers['retry-after']).toBe('180')
    clock.jump(2 * 86_400_000)
    expect((await flood.named('Later')).headers['retry-after']).toBe('180')
    await clock.advance(180_000)
    expect((await flood.named('Later')).status).toBe(200)
  })
})

describe('what changes nothing', () => {
  it('leaves no record', async () => {
    const admin = await suite.key(['admin'], { handling: 'restricted' })
    const ask = (
      method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
      url: string,
      body?: object,
      headers = {}
    ) =>
      records(() =>
        suite.ask(method, url, { ...(body === undefined ? {} : { body }), key: admin, headers })
      )
    const source = { reliability: 'B', latenessDays: 2, cadenceDays: 1, archive: false }
    expect(await ask('PUT', '/v1/sources/wire', source)).toEqual([201, 1])
    expect(await ask('PUT', '/v1/sources/wire', source)).toEqual([200, 0])
    expect(await ask('PUT', '/v1/theatres/lake', { countries: ['UG'] })).toEqual([201, 1])
    expect(await ask('PUT', '/v1/theatres/lake', { countries: ['UG'] })).toEqual([200, 0])
    const { id } = (
      await suite.ask('POST', '/v1/subscriptions', {
        body: { ...hook('mine'), contact: 'Desk' },
        key: admin
      })
    ).body
    expect(
      await ask('PATCH', `/v1/subscriptions/${id}`, { ...hook('mine'), contact: 'Desk' })
    ).toEqual([200, 0])
    const shift = {
      officer: 'Ama',
      from: '2026-03-01T12:00:00Z',
      until: '2026-03-01T20:00:00Z',
      lines: [id]
    }
    const roster = { name: 'Joint desk', shifts: [shift] }
    const watch = (await suite.ask('POST', '/v1/watches', { body: roster, key: admin })).body
    expect(await ask('PATCH', `/v1/watches/${watch.id}`, { version: 1, ...roster })).toEqual([
      200, 0
    ])
    expect(await ask('PATCH', `/v1/watches/${watch.id}`, { version: 1, name: 'Day desk' })).toEqual(
      [200, 1]
    )
    expect(
      await ask('PATCH', `/v1/watches/${watch.id}`, { version: 2, handling: 'partners' })
    ).toEqual([200, 1])
    const silence = { reason: 'Generator test', minutes: 5, filter: { theatre: ['lake'] } }
    const made = (await suite.ask('POST', '/v1/silences', { body: silence, key: admin })).body
    expect(await ask('DELETE', `/v1/silences/${made.id}`)).toEqual([204, 1])
    expect(await ask('DELETE', `/v1/silences/${made.id}`)).toEqual([204, 0])
    const held = (
      await suite.ask('POST', '/v1/keys', {
        body: { name: 'feed', scopes: ['reports:write'] },
        key: admin
      })
    ).body
    expect(await ask('DELETE', `/v1/keys/${held.id}`)).toEqual([204, 1])
    expect(await ask('DELETE', `/v1/keys/${held.id}`)).toEqual([204, 0])
  })
})
