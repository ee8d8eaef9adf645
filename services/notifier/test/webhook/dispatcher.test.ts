import { parseVerifyingKey } from '@tocsin/webhooks/signing-keys'
import { verifyWebhook } from '@tocsin/webhooks/verification'
import { describe, expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import { accepted, FakeNetwork, failing, Harness } from '../support/notifier-harness.ts'
import { checkChain, secret, subscribed } from '../support/subscribing.ts'

describe('a delivery', () => {
  it('is one signed CloudEvent with its sequence and the previous id', async () => {
    await using h = await new Harness().start()
    await subscribed(h)
    await h.alerts.write('raised', 'a1')
    await h.alerts.write('revised', 'a1')
    await settle(30)
    expect(h.network.events.map(({ sequence, previousid }) => ({ sequence, previousid }))).toEqual([
      { sequence: 1, previousid: null },
      { sequence: 2, previousid: h.network.events[0]?.id }
    ])
    const [request] = h.network.requests
    expect(request?.headers).toMatchObject({
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'webhook-id': h.network.events[0]?.id
    })
    const verified = verifyWebhook(
      { headers: request?.headers ?? {}, body: request?.body ?? Buffer.alloc(0) },
      [parseVerifyingKey(secret)],
      h.clock.nowMs() / 1000
    )
    expect(verified.ok).toBe(true)
    expect(h.network.events[0]).toMatchObject({
      specversion: '1.0',
      type: 'tocsin.alert.raised.v1',
      data: { alertId: 'a1', seq: 1 }
    })
    checkChain(h.network)
  })
  it('is retried by the schedule, with the same id and body and a new timestamp and signature; nothing overtakes it', async () => {
    await using h = await new Harness().start()
    await subscribed(h)
    h.network.answer = () => failing
    await h.alerts.write('raised', 'a1')
    await h.alerts.write('revised', 'a1')
    await settle(30)
    expect(h.network.requests).toHaveLength(1)
    await h.clock.advance(1_000)
    await h.clock.advance(2_000)
    expect(h.network.requests).toHaveLength(3)
    h.network.answer = () => accepted
    await h.clock.advance(5_000)
    await settle(30)
    const [first, , third, fourth, fifth] = h.network.requests
    expect(third?.body).toEqual(first?.body)
    expect(third?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(third?.headers['webhook-timestamp']).not.toBe(first?.headers['webhook-timestamp'])
    expect(third?.headers['webhook-signature']).not.toBe(first?.headers['webhook-signature'])
    expect(h.network.events.map(event => event.sequence)).toEqual([1, 1, 1, 1, 2])
    expect([fourth, fifth].every(each => each !== undefined)).toBe(true)
    // From the acceptance of the record to the 2xx: 8 s of retries, two events.
    const delay = await h.metrics.getSingleMetricAsString('tocsin_webhook_alert_delay_seconds')
    expect(delay).toMatch(
      /_bucket\{le="5",severity="(\w+)"\} 0\n.*_bucket\{le="10",severity="\1"\} 2\n/
    )
    expect(delay).toContain('tocsin_webhook_alert_delay_seconds_count{severity="extreme"} 0')
  })
  it('is parked when its schedule is exhausted, and the next one is sent; a replay sends it again under its id', async () => {
    await using h = await new Harness().start()
    const { subscriptionId } = await subscribed(h, { schedule: [1] })
    h.network.answer = ({ body }) =>
      JSON.parse(Buffer.from(body).toString()).sequence === 1 ? failing : accepted
    await h.alerts.write('raised', 'a1')
    await h.alerts.write('revised', 'a1')
    await settle(30)
    await h.clock.advance(1_000)
    await settle(30)
    expect(h.network.events.map(event => event.sequence)).toEqual([1, 1, 2])
    const deliveries = h.notifier.dispatcher.of(subscriptionId)
    expect({
      parked: deliveries.table.parkedCount,
      pending: deliveries.table.pendingCount
    }).toEqual({
      parked: 1,
      pending: 0
    })
    h.network.answer = () => accepted
    expect(await h.notifier.dispatcher.replay(subscriptionId, [1], 'officer')).toBe(1)
    await settle(30)
    expect(h.network.events.at(-1)).toEqual(h.network.events[0])
    expect(deliveries.table.parkedCount).toBe(0)
  })
  it('410 ends the subscription: nothing more is sent or planned until someone replays', async () => {
    await using h = await new Harness().start()
    const { subscriptionId } = await subscribed(h)
    h.network.answer = () => ({ ...accepted, status: 410 })
    await h.alerts.write('raised', 'a1')
    await settle(30)
    await h.alerts.write('revised', 'a1')
    await h.clock.advance(3_600_000)
    expect(h.network.requests).toHaveLength(1)
    const deliveries = h.notifier.dispatcher.of(subscriptionId)
    expect(deliveries.isEnded).toBe(true)
    h.network.answer = () => accepted
    await h.notifier.dispatcher.replay(subscriptionId, [], 'officer')
    await settle(30)
    // Events in between were waiting in the alerts log.
    expect(h.network.events.map(event => event.sequence)).toEqual([1, 1, 2])
  })
})

describe('who gets which event', () => {
  it('quiet alerts are held back until the alert was delivered or an officer took it; then every later event is sent', async () => {
    await using h = await new Harness().start()
    await subscribed(h)
    await h.alerts.write('raised', 'quiet', { notify: 'quiet' })
    await h.alerts.write('revised', 'quiet', { notify: 'quiet' })
    await h.alerts.write('escalated', 'quiet', { notify: 'page' })
    await h.alerts.write('revised', 'quiet', { notify: 'quiet' })
    await h.alerts.write('raised', 'taken', { notify: 'quiet' })
    await h.alerts.write('acknowledged', 'taken', {
      notify: 'quiet',
      operator: {
        acknowledgedBy: 'officer',
        acknowledgedUntil: null,
        assignedTo: null,
        disposition: null
      }
    })
    await settle(40)
    expect(
      h.network.events.map(({ type, data }) => `${data.alertId} ${type.split('.')[2]}`)
    ).toEqual(['quiet escalated', 'quiet revised', 'taken acknowledged'])
    checkChain(h.network)
  })
  it('a revoked key sends nothing more', async () => {
    await using h = await new Harness().start()
    const key = {
      keyId: 'key_1',
      name: 'p',
      secretHash: 'ab'.repeat(32),
      scopes: ['subscriptions:manage' as const],
      theatres: '*' as const,
      handling: 'partners' as const,
      expiresAt: null
    }
    await h.declare({ type: 'key.created', data: key }, 'key')
    await subscribed(h, { ownerKeyId: 'key_1' })
    await h.alerts.write('raised', 'a1')
    await settle(30)
    await h.declare({ type: 'key.revoked', data: { keyId: 'key_1' } }, 'revoked')
    await settle(10)
    await h.alerts.write('revised', 'a1')
    await h.clock.advance(120_000)
    expect(h.network.requests).toHaveLength(1)
  })
  it('a deleted subscription gets nothing more, and a new one begins at 1 with later events', async () => {
    await using h = await new Harness().start()
    await subscribed(h)
    await h.alerts.write('raised', 'a1')
    await settle(30)
    await h.declare({ type: 'subscription.deleted', data: { subscriptionId: 'sub_1' } }, 'deleted')
    await subscribed(h, { subscriptionId: 'sub_2' })
    await h.alerts.write('raised', 'a2')
    await settle(30)
    expect(h.network.events.map(({ sequence, data }) => [sequence, data.alertId])).toEqual([
      [1, 'a1'],
      [1, 'a2']
    ])
  })
})

describe('subscriptions do not wait for each other', () => {
  it('however many endpoints hang, a healthy one is served at once', async () => {
    await using h = await new Harness({ config: { 'notifier.attemptsMax': 4 } }).start()
    for (let i = 0; i < 10; i++)
      await subscribed(h, { subscriptionId: `hung_${i}`, url: 'https://hung.example/' })
    await settle(30)
    // Each takes 15 s to fail.
    h.network.answer = async ({ url }, signal) => {
      if (!url.includes('hung')) return accepted
      await h.clock.sleep(15_000, signal)
      return { kind: 'timeout', durationMs: 15_000 }
    }
    await h.alerts.write('raised', 'a1')
    await settle(30)
    // After the first round all hanging endpoints count as failing.
    for (let i = 0; i < 4; i++) await h.clock.advance(15_000)
    await subscribed(h, { subscriptionId: 'healthy', url: 'https://healthy.example/' })
    await h.alerts.write('revised', 'a1', { notify: 'page' })
    await settle(30)
    expect(h.network.requests.filter(({ url }) => url.includes('healthy'))).toHaveLength(1)
    expect(h.notifier.dispatcher.deps.slots.running).toBeLessThanOrEqual(6)
  })
  it('events of a full one wait in the alerts log, and the others continue', async () => {
    await using h = await new Harness({ config: { 'notifier.pendingMax': 4 } }).start()
    await subscribed(h, { subscriptionId: 'stuck', url: 'https://stuck.example/' })
    await subscribed(h, { subscriptionId: 'free' })
    let isStuck = true
    h.network.answer = ({ url }) => (url.includes('stuck') && isStuck ? failing : accepted)
    for (let i = 0; i < 30; i++) {
      await h.alerts.write(i === 0 ? 'raised' : 'revised', 'a1')
      await settle(4)
    }
    await settle(30)
    expect(h.notifier.dispatcher.of('free').chain.lastSequence).toBe(30)
    expect(h.notifier.dispatcher.of('stuck').chain.lastSequence).toBeLessThan(30)
    isStuck = false
    await h.clock.advance(60_000)
    await settle(200)
    expect(h.notifier.dispatcher.of('stuck').chain.lastSequence).toBe(30)
    // The other one was not planned again for events that the full one still lacked.
    expect(h.notifier.dispatcher.of('free').chain.lastSequence).toBe(30)
    for (const endpoint of ['stuck', 'partner']) {
      const one = new FakeNetwork()
      one.requests.push(...h.network.requests.filter(({ url }) => url.includes(endpoint)))
      checkChain(one)
    }
  })
})
