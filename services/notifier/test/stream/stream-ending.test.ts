import { describe, expect, it } from 'vitest'
import { makeNotice, socketForm } from '../../src/stream/stream-protocol.ts'
import { settle } from '../support/manual-clock.ts'
import { aPrincipal, type FakeSocket, Harness, ownerKey } from '../support/notifier-harness.ts'
import { checkChain, subscribe } from '../support/streaming.ts'

describe('a connection ends with a notice and its code', () => {
  async function ends(
    drive: (
      h: Harness,
      socket: FakeSocket,
      session: ReturnType<Harness['connect']>['session']
    ) => unknown,
    code: number,
    principal: Parameters<Harness['connect']>[0] = aPrincipal(),
    config = {}
  ) {
    await using h = await new Harness({ config: config }).start()
    const { socket, session } = h.connect(principal)
    await drive(h, socket, session)
    await settle()
    expect(socket.closed?.code).toBe(code)
    expect(socket.frames.at(-1)).toMatchObject({ type: 'notice', code, reconnect: code < 4500 })
    await h.clock.advance(2_000)
    expect(socket.isTerminated).toBe(true)
    expect(h.notifier.hub.sessions.size).toBe(0)
  }
  const never = null
  it('4000 at shutdown', () => ends(h => h.notifier.hub.close(), 4000))
  it('4001 for a client that does not read', () =>
    ends(
      async (h, socket, session) => {
        session.receive(subscribe('latest'))
        await settle()
        socket.isStuck = true
        for (let i = 0; i < 20; i++) {
          await h.alerts.write(i === 0 ? 'raised' : 'revised', 'a1')
          await settle(3)
        }
        // Its queue is bounded: the rest stays in the log.
        expect(socket.buffered).toBeLessThan(4096 + 4096)
        expect(socket.of('alert').length).toBeLessThan(20)
        expect(socket.closed).toBeNull()
        await h.clock.advance(h.config.stream.slowMs + 2_000)
      },
      4001,
      aPrincipal(),
      { 'stream.queueBytesMax': 4096 }
    ))
  it('a slow client that keeps reading gets everything in one chain, however small its queue', async () => {
    await using h = await new Harness({ config: { 'stream.queueBytesMax': 4096 } }).start()
    const { socket, session } = h.connect()
    session.receive(subscribe('latest'))
    await settle()
    socket.isStuck = true
    for (let i = 0; i < 30; i++) await h.alerts.write(i === 0 ? 'raised' : 'revised', 'a1')
    for (let i = 0; i < 60; i++) {
      await h.clock.advance(1_000)
      socket.buffered = Math.max(0, socket.buffered - 2_000)
      session.pong()
    }
    expect(socket.closed).toBeNull()
    expect(socket.of('alert').map(frame => frame.event.data.revision)).toEqual(
      Array.from({ length: 30 }, (_, i) => i + 1)
    )
    checkChain(socket)
  })
  it('4002 without a pong', () =>
    ends(async (h, socket) => {
      await h.clock.advance(h.config.stream.pingMs + 1000)
      expect(socket.pings).toBe(1)
      await h.clock.advance(h.config.stream.pongMs + 1000)
    }, 4002))
  it('a ping has the time that what was sent before it takes at 2 kB/s', async () => {
    await using h = await new Harness().start()
    const { socket, session } = h.connect()
    session.receive(subscribe('latest'))
    for (let i = 0; i < 20; i++) await h.alerts.write('raised', `a${i}`)
    const { pingMs, pongMs } = h.config.stream
    await h.clock.advance(pingMs)
    expect(socket.pings).toBe(1)
    const linkMs = socket.sentBytes() / 2.048
    expect(linkMs).toBeGreaterThan(5_000)
    await h.clock.advance(pongMs + linkMs - 2_000)
    expect(socket.closed).toBeNull()
    await h.clock.advance(4_000)
    expect(socket.closed?.code).toBe(4002)
  })
  it('4029 beyond the limit of subscriptions', () =>
    ends(
      (_, __, session) => {
        for (const id of ['1', '2', '3']) session.receive(subscribe('latest', {}, id))
      },
      4029,
      aPrincipal(),
      { 'stream.subscriptionsMax': 2 }
    ))
  it('4029 beyond the limit of connections, and for a flood of messages', async () => {
    await using h = await new Harness({ config: { 'stream.connectionsMax': 1 } }).start()
    const first = h.connect()
    const second = h.connect()
    expect(second.socket.closed?.code).toBe(4029)
    for (let i = 0; i < 100; i++)
      first.session.receive(JSON.stringify({ type: 'unsubscribe', id: 'x' }))
    await settle()
    expect(first.socket.closed?.code).toBe(4029)
  })
  it.each([
    'no json',
    '[]',
    '{"type":"shout"}',
    '{"type":["unsubscribe"],"id":"s"}',
    '{"type":"subscribe"}',
    '{"type":"subscribe","id":"","from":"latest"}',
    '{"type":"subscribe","id":"s","from":7}',
    '{"type":"subscribe","id":"s","filter":{"severty":"x"}}',
    '{"type":"authenticate","token":"again"}'
  ])('4500 for %s', text => ends((_, __, session) => session.receive(text), 4500))
  it('4500 for a subscription that already exists', async () => {
    await ends((_, __, session) => [1, 2].map(() => session.receive(subscribe('latest'))), 4500)
  })
  it('4501 without an authenticate message within ten seconds, for another first message, and for a bad token', async () => {
    await ends(h => h.clock.advance(10_000), 4501, never)
    await ends((_, __, session) => session.receive(subscribe('latest')), 4501, never)
    await ends(
      (_, __, session) => session.receive('{"type":"authenticate","token":"tk_wrong"}'),
      4501,
      never
    )
  })
  it('4503 for a key without the scope', () =>
    ends(() => {}, 4503, aPrincipal({ scopes: ['reports:write'] })))
  it('tells reconnecting clients to spread out', () => {
    const notice = socketForm.write(makeNotice(4000, 'x', 1200, null))
    expect(JSON.parse(notice)).toMatchObject({ reconnect: true, retryAfterMs: 1200 })
  })
})

describe('a connection that ends while its subscription waits for its turn', () => {
  it('looks at no alert any more', async () => {
    await using h = await new Harness().start()
    const { scans, projection } = h.notifier
    const search = projection.alerts.search.bind(projection.alerts)
    let searches = 0
    const counted = (...args: Parameters<typeof search>) => {
      searches++
      return search(...args)
    }
    Object.assign(projection.alerts, { search: counted })
    await h.alerts.write('raised', 'a1')
    await settle()
    const look = async (ends: boolean) => {
      const ahead = Array.from({ length: 30 }, () => scans.next())
      const { socket, session } = h.connect()
      session.receive(JSON.stringify({ type: 'subscribe', id: 's1', from: 'latest' }))
      await settle(3)
      expect(socket.frames).toEqual([])
      if (ends) session.closed()
      await Promise.all(ahead)
      await settle()
      session.closed()
      return searches
    }
    expect(await look(true)).toBe(0)
    expect(await look(false)).toBeGreaterThan(0)
  })
})

describe('behind a host', () => {
  it('a token in the first message works like a header; a revoked key ends its connections with 4504', async () => {
    const h = new Harness()
    const host = await h.host()
    const made = await host.app.inject({
      method: 'POST',
      url: '/v1/keys',
      headers: { authorization: `Bearer ${ownerKey}` },
      payload: { name: 'desk', scopes: ['alerts:read'] }
    })
    const { secret, id } = made.json()
    const { socket, session } = h.connect(null)
    session.receive(JSON.stringify({ type: 'authenticate', token: secret }))
    session.receive(subscribe('latest'))
    await settle()
    expect(socket.frames.map(frame => frame.type)).toEqual(['authenticated', 'subscribed'])
    await host.app.inject({
      method: 'DELETE',
      url: `/v1/keys/${id}`,
      headers: { authorization: `Bearer ${ownerKey}` }
    })
    await settle()
    expect(socket.closed?.code).toBe(4504)
    await host.close()
    await h.log.close()
  })
})
