// A subscription that its owner has paused: nothing is sent, nothing is lost.

import { MemoryStore } from '@tocsin/event-log/memory-log'
import { describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { accepted, failing, Harness } from '../support/notifier-harness.ts'
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

  it('gets the state that holds then in newest-state order, with what it replaces', async () => {
    const suite = await Suite.start()
    const id = await made(suite, { order: 'newest-state', state: 'disabled' })
    await suite.h.alerts.write('raised', 'a1')
    await suite.h.alerts.write('revised', 'a1')
    await suite.h.clock.advance(60_000)
    await change(suite, id, { state: 'active' })
    await settle(60)
    expect(suite.h.network.events).toMatchObject([{ sequence: 2, superseded: { from: 1, to: 1 } }])
  })

  it('is tried at once when its pause ends, though its endpoint was down', async () => {
    const suite = await Suite.start()
    const id = await made(suite)
    suite.h.network.answer = () => failing
    await suite.h.alerts.write('raised', 'a1')
    await suite.h.clock.advance(30 * 60_000)
    await change(suite, id, { state: 'disabled' })
    suite.h.network.answer = () => accepted
    suite.h.network.requests.splice(0)
    await suite.h.clock.advance(30 * 60_000)
    expect(suite.h.network.requests).toEqual([])
    await change(suite, id, { state: 'active' })
    await settle(60)
    expect(suite.h.network.events.map(({ sequence }) => sequence)).toEqual([1])
  })

  it('is sent a test, and refuses a replay', async () => {
    const suite = await Suite.start()
    const id = await made(suite, { state: 'disabled' })
    expect((await suite.ask('POST', `/v1/subscriptions/${id}/test`)).body).toMatchObject({
      accepted: true
    })
    const replayed = await suite.ask('POST', `/v1/subscriptions/${id}/replay`, {
      body: { failed: true }
    })
    expect(replayed).toMatchObject({ status: 409, body: { code: 'action-refused' } })
  })

  it('is not asked for its consent, and asked anew when its pause ends after days', async () => {
    const suite = await Suite.start({ 'webhooks.consent': 'public' })
    let asked = 0
    suite.h.network.handshake = () => {
      asked++
      return { ...accepted, allowedOrigin: '*' }
    }
    const id = await made(suite, { state: 'disabled' })
    await suite.h.clock.advance(60_000)
    suite.h.clock.jump(4 * 24 * 3_600_000)
    await suite.h.clock.advance(600_000)
    expect(asked).toBe(0)
    await change(suite, id, { state: 'active' })
    await suite.h.clock.advance(60_000)
    expect(asked).toBe(1)
    expect(await shown(suite, id)).toMatchObject({ status: 'active' })
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
      pendingCount: 1,
      lastSequence: 1
    })
  })
})
