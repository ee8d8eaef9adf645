// Two notifiers behind HTTP on one log with Kafka's promises: a client can continue at the other
// instance, and of two conflicting writes one wins.

import { MemoryStore } from '@tocsin/event-log/memory-log'
import type { Page } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Gate } from './support/gate.ts'
import { Suite } from './support/http-suite.ts'
import { ManualClock, settle } from './support/manual-clock.ts'
import { FakeNetwork } from './support/notifier-harness.ts'
import { checkChain, subscribed } from './support/subscribing.ts'

let a: Suite
let b: Suite
let network: FakeNetwork
/** While closed, the second instance reads nothing. */
let gate: Gate
/** While closed, it reads no deliveries. */
let delivering: Gate
/** While closed, appends of the second instance do not arrive. */
let writing: Gate

beforeEach(async () => {
  const store = new MemoryStore({ partitions: 3 })
  const clock = new ManualClock()
  network = new FakeNetwork()
  gate = new Gate()
  delivering = new Gate()
  writing = new Gate()
  const shared = { store, clock, network, like: 'kafka' } as const
  a = await Suite.on(shared)
  const hooks = {
    beforeDelivery: async ({ records }: Page) => {
      await gate.passage
      if (records[0]?.topic === topics.deliveries) await delivering.passage
    },
    beforeAppend: async () => {
      await writing.passage
      return { kind: 'write' as const }
    }
  }
  b = await Suite.on({ ...shared, instance: 1, hooks }, { rules: false })
})
afterEach(() => {
  for (const each of [gate, delivering, writing]) each.open()
})

describe('continuing at an instance that has not read what the other acknowledged', () => {
  const body = { countries: ['ML'] }
  const hour = (at: number) => `2026-03-01T${at}:00:00Z`
  /** Sends a request to the second instance while it reads nothing, then lets it read. */
  async function goOn(...ask: Parameters<Suite['ask']>) {
    const answer = b.ask(...ask)
    await settle(40)
    gate.open()
    return answer
  }
  it('accepts a key that was created there, and no unknown one', async () => {
    gate.shut()
    const key = await a.key(['alerts:read'])
    expect((await goOn('GET', '/v1/alerts', { key })).status).toBe(200)
    expect((await b.ask('GET', '/v1/alerts', { key: `${key.slice(0, -1)}_` })).status).toBe(401)
  })
  it.each([
    ['GET', ''],
    ['GET', '/deliveries'],
    ['POST', '/test'],
    ['DELETE', '']
  ] as const)('finds a subscription that was created there: %s …%s', async (method, path) => {
    gate.shut()
    const { id } = (
      await a.ask('POST', '/v1/subscriptions', { body: { url: 'https://partner.example/hook' } })
    ).body
    expect((await goOn(method, `/v1/subscriptions/${id}${path}`)).status).toBeLessThan(300)
  })
  it('shows an alert and an action that were shown there', async () => {
    gate.shut()
    await a.h.alerts.write('raised', 'a1')
    await settle(20)
    expect((await a.ask('GET', '/v1/alerts/a1')).status).toBe(200)
    expect((await goOn('GET', '/v1/alerts/a1')).status).toBe(200)
    gate.shut()
    a.rules.isPaused = true
    const asked = await a.askWaiting('POST', '/v1/alerts/a1/acknowledgement', {
      headers: { 'if-match': '0' },
      body: {}
    })
    expect(asked.status).toBe(202)
    expect(await goOn('GET', `/v1/actions/${asked.body.actionId}`)).toMatchObject({
      status: 200,
      body: { state: 'pending' }
    })
    a.rules.isPaused = false
  })
  it('answers projection-behind instead of not-found while it cannot read', async () => {
    gate.shut()
    await a.ask('PUT', '/v1/theatres/lake', { body: { ...body, clock: 'replay' } })
    await a.h.alerts.write('raised', 'a1')
    const behind = { status: 503, body: { code: 'projection-behind' } }
    expect(
      await b.askWaiting('POST', '/v1/theatres/lake/ticks', { body: { to: hour(13) } })
    ).toMatchObject(behind)
    expect(await b.askWaiting('GET', '/v1/alerts/a1')).toMatchObject(behind)
    const acknowledgement = { headers: { 'if-match': '0' }, body: {} }
    expect(
      await b.askWaiting('POST', '/v1/alerts/a1/acknowledgement', acknowledgement)
    ).toMatchObject(behind)
    expect(await b.askWaiting('DELETE', '/v1/subscriptions/none')).toMatchObject(behind)
  })
  it.each([
    ['PUT', '/v1/theatres/lake', { countries: ['TD'] }],
    ['POST', '/v1/theatres/lake/ticks', { to: '2026-03-01T13:00:00Z' }],
    ['PUT', '/v1/sources/wire-1', { reliability: 'A' }],
    ['POST', '/v1/keys', { name: 'k', scopes: ['alerts:read'] }],
    ['DELETE', '/v1/keys/k1', undefined],
    ['POST', '/v1/subscriptions', { url: 'https://partner.example/hook' }],
    ['POST', '/v1/subscriptions/s/replay', { failed: true }],
    ['POST', '/v1/subscriptions/s/test', undefined],
    ['DELETE', '/v1/subscriptions/s', undefined]
  ] as const)('waits for the position that a write brings: %s %s', async (method, url, sent) => {
    const headers = { 'tocsin-cursor': 'nonsense' }
    const answer = await b.ask(method, url, {
      headers,
      ...(sent === undefined ? {} : { body: sent })
    })
    expect(answer).toMatchObject({ status: 400, body: { code: 'cursor-invalid' } })
  })
})

describe('operators at two instances', () => {
  const acknowledge = (suite: Suite, key: string, headers: Record<string, string>) =>
    suite.ask('POST', '/v1/alerts/a1/acknowledgement', { headers, body: {}, key })
  let one: string
  let two: string

  beforeEach(async () => {
    one = await a.key(['alerts:operate', 'alerts:read'], {
      handling: 'restricted',
      name: 'officer one'
    })
    two = await a.key(['alerts:operate', 'alerts:read'], {
      handling: 'restricted',
      name: 'officer two'
    })
    await a.h.alerts.write('raised', 'a1')
    await settle(20)
  })

  it('one wins; the other is told who came first, and when', async () => {
    const answers = await Promise.all([
      acknowledge(a, one, { 'if-match': '0' }),
      acknowledge(b, two, { 'if-match': '0' })
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    const winner = answers[0]?.status === 200 ? 'officer one' : 'officer two'
    const loser = answers.find(({ status }) => status === 409)
    expect(loser?.body).toMatchObject({
      code: 'action-refused',
      reason: 'stale-revision',
      operatorRevision: 1,
      by: winner
    })
    expect(loser?.body.at).toMatch(/^2026-/)
  })
})

describe('reading at two instances', () => {
  it('a read at the other with the position of a write shows it, or answers projection-behind', async () => {
    gate.shut()
    const written = await a.ask('PUT', '/v1/sources/wire-1', { body: { reliability: 'B' } })
    const headers = { 'tocsin-cursor': written.headers['tocsin-cursor'] as string }
    const behind = await b.askWaiting('GET', '/v1/sources', { headers })
    expect(behind).toMatchObject({ status: 503, body: { code: 'projection-behind' } })
    const read = b.ask('GET', '/v1/sources', { headers })
    await settle(5)
    gate.open()
    expect((await read).body.items).toHaveLength(1)
  })
})

describe('webhooks of two instances', () => {
  it('are listed and replayed at either, and sent by the one that serves them', async () => {
    for (let i = 0; i < 6; i++)
      await subscribed(a.h, { subscriptionId: `sub_${i}`, url: `https://s${i}.example/` })
    await a.h.alerts.write('raised', 'a1')
    await settle(60)
    expect(network.requests).toHaveLength(6)
    const served = [a, b].map(suite => suite.h.notifier.dispatcher.served.length)
    expect(served[0]).toBeGreaterThan(0)
    expect((served[0] ?? 0) + (served[1] ?? 0)).toBe(6)
    for (const suite of [a, b])
      for (let i = 0; i < 6; i++) {
        const { items } = (await suite.ask('GET', `/v1/subscriptions/sub_${i}/deliveries`)).body
        expect(items).toMatchObject([{ sequence: 1, state: 'delivered' }])
      }
    for (let i = 0; i < 6; i++)
      expect(
        (await b.ask('POST', `/v1/subscriptions/sub_${i}/replay`, { body: { from: 1, to: 1 } }))
          .status
      ).toBe(202)
    await settle(40)
    expect(network.requests).toHaveLength(12)
  })
  it('move to the other at once when one closes', async () => {
    for (let i = 0; i < 6; i++)
      await subscribed(a.h, { subscriptionId: `sub_${i}`, url: `https://s${i}.example/` })
    await settle(20)
    const closing = b.host.close()
    await settle(40)
    await a.h.alerts.write('raised', 'a1')
    await settle(60)
    expect(a.h.notifier.dispatcher.served.length).toBe(6)
    expect(network.requests).toHaveLength(6)
    await a.h.clock.advance(20_000)
    await closing
    for (let i = 0; i < 6; i++) {
      const own = new FakeNetwork()
      own.requests.push(...network.requests.filter(({ url }) => url.includes(`s${i}.`)))
      checkChain(own)
    }
  })
})
