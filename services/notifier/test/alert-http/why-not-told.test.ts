// Causes of not being told that rest on the subscription, its key and its log rather than on its
// filter: each is brought about, and asked for over HTTP.

import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { describe, expect, it } from 'vitest'
import { deliveryRecord } from '../../src/delivery/delivery-record.ts'
import { heardAt } from '../support/delivery-story.ts'
import { Suite } from '../support/http-suite.ts'
import { ManualClock, settle } from '../support/manual-clock.ts'
import { accepted, FakeNetwork, failing } from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'

const dayMs = 86_400_000

async function subscribe(suite: Suite, key = suite.owner, more: object = {}): Promise<string> {
  const made = await suite.ask('POST', '/v1/subscriptions', {
    body: { url: 'https://desk.example/hook', ...more },
    key
  })
  expect(made.status).toBe(201)
  return made.body.id
}
async function write(suite: Suite, alertId: string, more: object = {}): Promise<void> {
  await suite.h.alerts.write('raised', alertId, more)
  await settle(30)
}
const why = async (suite: Suite, id: string, alertId: string) =>
  (await suite.ask('GET', `/v1/subscriptions/${id}/why?alertId=${alertId}`)).body
/** Of what was never planned. */
const unplanned = (cause: string) => ({
  cause,
  unmet: [],
  sequence: null,
  because: null,
  held: null,
  waited: null,
  toldAt: null
})

describe('why a subscription was not told of what came', () => {
  it('after its key was revoked: not-authorized, of what waits as of what was never planned', async () => {
    const suite = await Suite.start()
    suite.h.network.answer = () => failing
    const key = await suite.key(['subscriptions:manage', 'alerts:read'])
    const id = await subscribe(suite, key)
    await write(suite, 'siege')
    expect(await why(suite, id, 'siege')).toMatchObject({ cause: 'waiting', status: 'active' })
    const [{ id: keyId }] = (await suite.ask('GET', '/v1/keys')).body.items
    expect((await suite.ask('DELETE', `/v1/keys/${keyId}`)).status).toBe(204)
    await write(suite, 'toll')
    expect(await why(suite, id, 'siege')).toMatchObject({
      cause: 'not-authorized',
      status: 'suspended',
      sequence: 1
    })
    expect(await why(suite, id, 'toll')).toMatchObject({
      ...unplanned('not-authorized'),
      status: 'suspended'
    })
  })

  it('before its endpoint has said that it wants webhooks: unconfirmed, and told once it has', async () => {
    const suite = await Suite.start({ 'webhooks.consent': 'public' })
    suite.h.network.handshake = () => failing
    suite.h.network.answer = () => failing
    const id = await subscribe(suite)
    await write(suite, 'siege')
    expect(await why(suite, id, 'siege')).toMatchObject({
      ...unplanned('unconfirmed'),
      status: 'unconfirmed'
    })
    suite.h.network.handshake = () => ({ ...accepted, allowedOrigin: '*' })
    suite.h.network.answer = () => accepted
    await suite.h.clock.advance(60_000)
    await settle(40)
    expect(await why(suite, id, 'siege')).toMatchObject({
      cause: 'told',
      status: 'active',
      sequence: 1
    })
  })

  it('after its endpoint had answered 410: ended', async () => {
    const suite = await Suite.start()
    suite.h.network.answer = () => ({ ...failing, status: 410 })
    const id = await subscribe(suite)
    await write(suite, 'siege')
    await suite.h.clock.advance(1_000)
    await write(suite, 'toll')
    expect(await why(suite, id, 'toll')).toMatchObject({ ...unplanned('ended'), status: 'ended' })
  })

  it('while so much waits that nothing more is planned: not-yet; and then it is planned', async () => {
    const suite = await Suite.start({ 'notifier.pendingMax': 2 })
    suite.h.network.answer = () => failing
    const id = await subscribe(suite)
    for (const alertId of ['first', 'second']) await write(suite, alertId)
    await write(suite, 'third')
    expect(await why(suite, id, 'second')).toMatchObject({ cause: 'waiting', sequence: 2 })
    expect(await why(suite, id, 'third')).toMatchObject({
      ...unplanned('not-yet'),
      status: 'active'
    })
    suite.h.network.answer = () => accepted
    await suite.h.clock.advance(600_000)
    await settle(40)
    expect(await why(suite, id, 'third')).toMatchObject({ cause: 'told', sequence: 3 })
  })

  it('after retention took what was told of it: forgotten', async () => {
    const options = { store: new MemoryStore(), config: { 'notifier.deliveriesDays': 7 } }
    const before = await Suite.open(options)
    const id = await subscribe(before)
    await write(before, 'siege')
    await before.h.clock.advance(100)
    expect(await why(before, id, 'siege')).toMatchObject({ cause: 'told', sequence: 1 })
    // Age is known by the hour: what is of another hour than the newest old record can go.
    before.h.clock.jump(3 * 3_600_000)
    await write(before, 'toll')
    await before.h.clock.advance(100)
    await before.close()
    const later = new Date(before.h.clock.nowMs() + 8 * dayMs).toISOString()
    // A record of that day vouches for the clock.
    await new MemoryLog({}, options.store).append(topics.deliveries, [
      deliveryRecord(heardAt(later))
    ])
    const suite = await Suite.on({ ...options, clock: new ManualClock(later) })
    await settle(30)
    await suite.h.notifier.dispatcher.retention.look()
    await settle(20)
    expect(await why(suite, id, 'siege')).toMatchObject({
      ...unplanned('forgotten'),
      status: 'active'
    })
  })
})

describe('what came under other settings', () => {
  /**
   * `toll` is not what the filter wants; the plan of `massacre` is after it; then the filter wants
   * everything.
   */
  async function widened(suite: Suite): Promise<string> {
    const { subscriptionId: id } = await subscribed(suite.h, { filter: { severity: ['extreme'] } })
    await write(suite, 'toll', { severity: 'minor' })
    await write(suite, 'massacre', { severity: 'extreme' })
    expect(
      (await suite.ask('PATCH', `/v1/subscriptions/${id}`, { body: { filter: {} } })).status
    ).toBe(200)
    await settle(40)
    return id
  }

  it('is not said to be planned yet while no room is left for what came after it', async () => {
    const suite = await Suite.start({ 'notifier.pendingMax': 1 })
    suite.h.network.answer = () => failing
    const id = await widened(suite)
    await write(suite, 'newest')
    expect(await why(suite, id, 'newest')).toMatchObject(unplanned('not-yet'))
    expect(await why(suite, id, 'toll')).toMatchObject(unplanned('earlier-settings'))
  })

  it('is not said to be planned yet by an instance that plans nothing for the subscription', async () => {
    const shared = {
      store: new MemoryStore({ partitions: 3 }),
      clock: new ManualClock(),
      network: new FakeNetwork()
    }
    const a = await Suite.on({ ...shared, like: 'kafka' })
    const b = await Suite.on({ ...shared, like: 'kafka', instance: 1 }, { rules: false })
    await settle(60)
    const id = await widened(a)
    await a.h.clock.advance(5_000)
    await settle(60)
    const causes = await Promise.all(
      [a, b].map(async suite => (await why(suite, id, 'toll')).cause)
    )
    expect([a, b].map(({ h }) => h.notifier.dispatcher.served.includes(id)).toSorted()).toEqual([
      false,
      true
    ])
    expect(causes).toEqual(['earlier-settings', 'earlier-settings'])
  })
})
