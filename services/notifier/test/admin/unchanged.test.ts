// What is asked for and changes nothing leaves no record: what is kept for ever stays small.

import { MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Answer, Suite } from '../support/http-suite.ts'
import { ManualClock } from '../support/manual-clock.ts'

const hook = (host: string) => ({ url: `https://${host}.example/hook`, filter: {} })

let suite: Suite
beforeEach(async () => {
  suite = await Suite.on({
    store: new MemoryStore({ partitions: 1 }),
    clock: new ManualClock()
  })
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
