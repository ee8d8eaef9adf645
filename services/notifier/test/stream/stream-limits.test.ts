// One client of the stream cannot affect the others: however it behaves, its queue and its share of
// resources are bounded.

import { afterEach, describe, expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import { aPrincipal, Harness, ownerKey } from '../support/notifier-harness.ts'

let h: Harness

async function started(config: Record<string, unknown> = {}): Promise<void> {
  h = await new Harness({ config }).start()
}
afterEach(() => h.close())

const subscribe = (id = 's1', filter: object = {}) =>
  JSON.stringify({ type: 'subscribe', id, filter, from: 'latest' })
const unsubscribe = (id = 's1') => JSON.stringify({ type: 'unsubscribe', id })

async function refused(reason: string): Promise<number> {
  const metric = await h.metrics.getSingleMetric('tocsin_stream_refusals_total')?.get()
  return metric?.values.find(({ labels }) => labels.reason === reason)?.value ?? 0
}

describe('a client that does not read', () => {
  const queueBytesMax = 65_536
  async function withAlerts(count: number): Promise<void> {
    await started({
      'stream.queueBytesMax': queueBytesMax,
      'stream.messagesPerMinuteMax': 1_000_000
    })
    for (let i = 0; i < count; i++) await h.alerts.write('raised', `a${i}`)
    await settle()
  }

  it('and subscribes repeatedly never exceeds the limit of its queue, and is closed', async () => {
    await withAlerts(100)
    const { socket, session } = h.connect()
    socket.isStuck = true
    let most = 0
    for (let round = 0; round < 100 && socket.closed === null; round++) {
      session.receive(subscribe())
      session.receive(unsubscribe())
      await h.clock.advance(50)
      most = Math.max(most, socket.buffered)
    }
    expect(most).toBeLessThanOrEqual(queueBytesMax)
    expect(socket.closed?.code).toBe(4029)
  })
  it('never exceeds it with the maximum number of subscriptions, each of which begins with the whole state', async () => {
    await withAlerts(100)
    const { socket, session } = h.connect()
    socket.isStuck = true
    for (let i = 0; i < h.config.stream.subscriptionsMax; i++) session.receive(subscribe(`s${i}`))
    for (let round = 0; round < 40; round++) {
      await h.clock.advance(2_000)
      expect(socket.buffered).toBeGreaterThan(0)
      expect(socket.buffered).toBeLessThanOrEqual(queueBytesMax)
      // It reads its queue, and all its subscriptions continue at once.
      socket.buffered = 0
      session.pong()
    }
    // Events are added, one per subscription.
    for (let i = 0; i < 40; i++) await h.alerts.write('revised', 'a1')
    await h.clock.advance(2_000)
    expect(socket.buffered).toBeLessThanOrEqual(queueBytesMax)
  })
  it('gets a heartbeat once it has all that happened before, and not earlier', async () => {
    await withAlerts(100)
    const { socket, session } = h.connect()
    socket.isStuck = true
    session.receive(
      JSON.stringify({ type: 'subscribe', id: 's1', from: 'earliest', heartbeatSeconds: 2 })
    )
    const sent: number[] = []
    for (let i = 0; i < 60 && socket.of('heartbeat').length === 0; i++) {
      await h.clock.advance(2_000)
      sent.push(socket.of('alert').length)
      session.pong()
      socket.buffered = 0
    }
    // It took more than one look: heartbeats were due meanwhile.
    expect(sent.filter(count => count < 100).length).toBeGreaterThan(1)
    expect(socket.frames.findIndex(({ type }) => type === 'heartbeat')).toBe(101)
  })
  it('gets everything once it reads again', async () => {
    await withAlerts(100)
    const { socket, session } = h.connect()
    socket.isStuck = true
    session.receive(subscribe())
    for (let i = 0; i < 60; i++) {
      await h.clock.advance(1_000)
      session.pong()
      socket.buffered = 0
    }
    const shown = socket.frames.flatMap(frame => frame.snapshot ?? [])
    expect(new Set(shown.map(alert => alert.alertId)).size).toBe(100)
    expect(shown).toHaveLength(100)
  })
})

describe('messages of a client', () => {
  it('are counted: exceeding the limit per minute closes it, and the allowance refills with time', async () => {
    await started({ 'stream.messagesPerMinuteMax': 60 })
    const { socket, session } = h.connect()
    for (let i = 0; i < 60; i++) {
      session.receive(unsubscribe())
      await settle(1)
    }
    await h.clock.advance(5_000)
    for (let i = 0; i < 5; i++) session.receive(unsubscribe())
    await settle()
    expect(socket.closed).toBeNull()
    session.receive(unsubscribe())
    await settle()
    expect(socket.closed?.code).toBe(4029)
    expect(await refused('messages-a-minute')).toBe(1)
    expect(socket.isRead).toBe(false)
  })
})

describe('connections that have not authenticated', () => {
  const addresses = {
    'one address': () => '192.0.2.7',
    'forty addresses': (i: number) => `192.0.2.${i}`,
    'one network of IPv6': (i: number) => `2001:db8::${i.toString(16)}`
  }
  it.each(Object.entries(addresses))('never lock an officer out, from %s', async (_, addressOf) => {
    await started({ 'stream.connectionsMax': 40, 'stream.strangersMax': 16 })
    for (let i = 1; i <= 40; i++) h.connect(null, addressOf(i))
    const withKey = h.connect(aPrincipal({ id: 'key_officer' }), addressOf(1))
    withKey.session.receive(subscribe())
    // Authenticates with its first message, from the same address, while the others hold their
    // places.
    const byMessage = h.connect(null, addressOf(1))
    for (let i = 41; i <= 47; i++) h.connect(null, addressOf(i))
    await settle()
    expect(withKey.socket.of('subscribed')).toHaveLength(1)
    expect(byMessage.socket.closed).toBeNull()
    expect(h.notifier.hub.strangers.size).toBeLessThanOrEqual(16)
  })
})

describe('limits per key', () => {
  it('refuse a connection beyond those of its key, and beyond all', async () => {
    await started({ 'stream.connectionsMax': 4 })
    const ofKey = (id: string) => h.connect(aPrincipal({ id })).socket.closed?.code ?? 'open'
    expect([1, 2, 3, 4].map(() => ofKey('key_a'))).toEqual(['open', 'open', 'open', 4029])
    expect([ofKey('key_b'), ofKey('key_c')]).toEqual(['open', 4029])
    expect([await refused('connections-of-key'), await refused('connections')]).toEqual([1, 1])
    for (const session of [...h.notifier.hub.sessions]) session.end(4000, 'over')
    expect([h.notifier.hub.connections.used, ofKey('key_c')]).toEqual([0, 'open'])
  })
  it('bound the filter cost of a key', async () => {
    await started({ 'stream.filterCostPerKeyMax': 5 })
    const { socket, session } = h.connect(aPrincipal({ id: 'key_a' }))
    session.receive(subscribe('s1', { severity: ['severe', 'extreme'], country: ['ML', 'BF'] }))
    session.receive(unsubscribe('s1'))
    session.receive(subscribe('s1', { severity: ['severe', 'extreme'], country: ['ML', 'BF'] }))
    await settle()
    expect(socket.closed).toBeNull()
    const other = h.connect(aPrincipal({ id: 'key_b' }))
    other.session.receive(
      subscribe('s1', { severity: ['severe', 'extreme'], country: ['ML', 'BF'] })
    )
    session.receive(subscribe('s2', { country: ['ML', 'BF'] }))
    await settle()
    expect([socket.closed?.code, other.socket.closed]).toEqual([4029, null])
    expect(await refused('filters-of-key')).toBe(1)
    other.session.closed()
    expect(h.notifier.hub.filters.used).toBe(0)
  })
  it('bound the waiting feed requests of a key', async () => {
    h = new Harness({ config: { 'stream.feedWaitsMax': 2 } })
    const host = await h.host()
    const ask = () =>
      host.app.inject({
        url: '/v1/feed?cursor=latest&wait=10',
        headers: { authorization: `Bearer ${ownerKey}` }
      })
    const waiting = [ask(), ask()]
    await settle()
    const third = await ask()
    expect([third.statusCode, third.json().code, third.headers['retry-after']]).toEqual([
      429,
      'too-many',
      '30'
    ])
    await h.clock.advance(10_000)
    expect((await Promise.all(waiting)).map(({ statusCode }) => statusCode)).toEqual([200, 200])
    expect(h.notifier.feedWaits.used).toBe(0)
    await host.close()
  })
})
