// A subscription that its owner has paused: nothing is sent, nothing is lost.

import { MemoryStore } from '@tocsin/event-log/memory-log'
import { describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { Harness } from '../support/notifier-harness.ts'
import { checkChain, subscribed } from '../support/subscribing.ts'

const body = { url: 'https://partner.example/hook', order: 'strict' }
const made = async (suite: Suite, more: object = {}): Promise<string> =>
  (await suite.ask('POST', '/v1/subscriptions', { body: { ...body, ...more } })).body.id
const shown = async (suite: Suite, id: string) =>
  (await suite.ask('GET', `/v1/subscriptions/${id}`)).body
const change = (suite: Suite, id: string, asked: object) =>
  suite.ask('PATCH', `/v1/subscriptions/${id}`, { body: asked })

describe('a disabled subscription', () => {
  it('is sent nothing, and gets all that waited once it is active', async () => {
    const suite = await Suite.start()
    const id = await made(suite, { heartbeatSeconds: 60, fallbackUrl: 'https://desk.example/' })
    expect((await change(suite, id, { state: 'disabled' })).body).toMatchObject({
      state: 'disabled',
      status: 'disabled'
    })
    for (let i = 0; i < 3; i++) await suite.h.alerts.write('raised', `a${i}`)
    await suite.h.clock.advance(3_600_000)
    expect(suite.h.network.requests).toEqual([])
    expect(await shown(suite, id)).toMatchObject({ status: 'disabled', sequence: 3, pending: 3 })
    expect((await change(suite, id, { state: 'active' })).body).toMatchObject({
      state: 'active',
      status: 'active'
    })
    await settle(60)
    expect(suite.h.network.events.map(({ sequence }) => sequence)).toEqual([1, 2, 3])
    checkChain(suite.h.network)
  })

  it('stays so over a kill', async () => {
    const store = new MemoryStore()
    const first = await new Harness({ store }).start()
    await subscribed(first, { state: 'disabled' })
    await first.alerts.write('raised', 'a1')
    await settle(40)
    await first.kill()
    await using second = await new Harness({ store }).start()
    await second.clock.advance(3_600_000)
    expect(second.network.requests).toEqual([])
    expect(second.notifier.dispatcher.of('sub_1')).toMatchObject({
      table: { pendingCount: 1 },
      chain: { lastSequence: 1 }
    })
  })
})
