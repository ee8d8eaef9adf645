import { describe, expect, it } from 'vitest'
import { noticeFrame } from '../src/stream-protocol.ts'
import { settle } from './manual-clock.ts'
import { aPrincipal, type FakeSocket, Harness, ownerKey } from './notifier-harness.ts'

async function started(config: Record<string, unknown> = {}): Promise<Harness> {
  return new Harness({ config }).start()
}

const subscribe = (from: string, filter: object = {}, id = 's1') => JSON.stringify({ type: 'subscribe', id, filter, from })

/** Every frame's prev is the cursor of the one before it. */
function checkChain(socket: FakeSocket, id = 's1'): void {
  const frames = socket.frames.filter(frame => frame.id === id && frame.cursor !== undefined)
  frames.slice(1).forEach((frame, i) => {
    expect(frame.prev).toBe(frames[i]?.cursor)
  })
}

describe('a subscription', () => {
  it('from latest gets the open alerts of that very position, then every event after it', async () => {
    const h = await started()
    await h.alerts.write('raised', 'a1')
    await h.alerts.write('raised', 'a2', { status: 'resolved' })
    await settle()
    const { socket, session } = h.connect()
    session.receive(subscribe('latest'))
    await settle()
    const subscribed = socket.of('subscribed')[0]
    expect(subscribed).toMatchObject({ recovered: false })
    expect(subscribed?.snapshot.map((alert: { alertId: string }) => alert.alertId)).toEqual(['a1'])
    await h.alerts.write('escalated', 'a1', { severity: 'severe' })
    await settle()
    expect(socket.of('alert').map(frame => frame.event.type)).toEqual(['tocsin.alert.escalated.v1'])
    expect(socket.of('alert')[0]).toMatchObject({ prev: subscribed?.cursor, event: { data: { severity: 'severe', seq: 3 } } })
    await h.close()
  })
  it('from earliest gets all there ever was, in order', async () => {
    const h = await started()
    for (const id of ['a1', 'a2', 'a3']) await h.alerts.write('raised', id)
    await h.alerts.write('retracted', 'a2', { status: 'retracted', reason: 'withdrawn' })
    await settle()
    const { socket, session } = h.connect()
    session.receive(subscribe('earliest'))
    await settle()
    expect(socket.of('subscribed')[0]).toMatchObject({ recovered: true })
    expect(socket.of('subscribed')[0]).not.toHaveProperty('snapshot')
    expect(socket.of('alert').map(frame => frame.event.data.seq)).toEqual([1, 2, 3, 4])
    checkChain(socket)
    await h.close()
  })
  it('from a cursor gets exactly what it missed, then what comes', async () => {
    const h = await started()
    await h.alerts.write('raised', 'a1')
    const first = h.connect()
    first.session.receive(subscribe('earliest'))
    await settle()
    const cursor = first.socket.of('alert')[0]?.cursor as string
    first.session.closed()
    await h.alerts.write('revised', 'a1')
    await settle()
    const second = h.connect()
    second.session.receive(subscribe(cursor))
    await settle()
    await h.alerts.write('confirmed', 'a1', { status: 'confirmed' })
    await settle()
    expect(second.socket.of('subscribed')[0]).toMatchObject({ recovered: true, cursor })
    expect(second.socket.of('alert').map(frame => frame.event.data.seq)).toEqual([2, 3])
    expect(second.socket.of('alert')[0]?.prev).toBe(cursor)
    checkChain(second.socket)
    await h.close()
  })
  it('from a cursor that is not ours, or of a log that was replaced, is told so and gets the whole state', async () => {
    const h = await started()
    await h.alerts.write('raised', 'a1')
    await settle()
    const { socket, session } = h.connect()
    session.receive(subscribe('nonsense'))
    await settle()
    expect(socket.of('subscribed')[0]).toMatchObject({ recovered: false, snapshot: [{ alertId: 'a1' }] })
    const cursor = socket.of('subscribed')[0]?.cursor as string
    await h.close()

    const other = await new Harness({ store: undefined as never }).start()
    const again = other.connect()
    again.session.receive(subscribe(cursor))
    await settle()
    // The same life is written into both test logs, so this position lies beyond the end of the new one.
    expect(again.socket.of('subscribed')[0]).toMatchObject({ recovered: false, snapshot: [] })
    await other.close()
  })
  it('that is further behind than the limit gets a snapshot, never a part', async () => {
    const h = await started({ 'stream.catchUpRecordsMax': 2 })
    const { socket, session } = h.connect()
    session.receive(subscribe('latest'))
    await settle()
    const cursor = socket.of('subscribed')[0]?.cursor as string
    for (const id of ['a1', 'a2', 'a3']) await h.alerts.write('raised', id)
    await settle()
    const late = h.connect()
    late.session.receive(subscribe(cursor))
    await settle()
    expect(late.socket.of('subscribed')[0]).toMatchObject({ recovered: false })
    expect(late.socket.of('subscribed')[0]?.snapshot).toHaveLength(3)
    expect(late.socket.of('alert')).toHaveLength(0)
    await h.close()
  })
  it('may stand beside others on one connection, each with its own chain, and end alone', async () => {
    const h = await started()
    const { socket, session } = h.connect()
    session.receive(subscribe('latest', { severity: ['severe'] }, 'severe'))
    session.receive(subscribe('latest', { severity: ['moderate'] }, 'moderate'))
    await settle()
    await h.alerts.write('raised', 'a1', { severity: 'severe' })
    await h.alerts.write('raised', 'a2', { severity: 'moderate' })
    await settle()
    session.receive(JSON.stringify({ type: 'unsubscribe', id: 'severe' }))
    await settle()
    await h.alerts.write('raised', 'a3', { severity: 'severe' })
    await h.alerts.write('raised', 'a4', { severity: 'moderate' })
    await settle()
    expect(socket.of('alert', 'severe').map(frame => frame.event.data.alertId)).toEqual(['a1'])
    expect(socket.of('alert', 'moderate').map(frame => frame.event.data.alertId)).toEqual(['a2', 'a4'])
    checkChain(socket, 'severe')
    checkChain(socket, 'moderate')
    await h.close()
  })
})

describe('once an alert was shown', () => {
  it('each later event follows, though the filter no longer holds; also after a reconnection', async () => {
    const h = await started()
    const first = h.connect()
    first.session.receive(subscribe('latest', { minSeverity: 'severe' }))
    await settle()
    await h.alerts.write('raised', 'a1', { severity: 'moderate' })
    await h.alerts.write('escalated', 'a1', { severity: 'severe' })
    await h.alerts.write('revised', 'a1', { severity: 'moderate' })
    await settle()
    expect(first.socket.of('alert').map(frame => frame.event.data.severity)).toEqual(['severe', 'moderate'])
    const cursor = first.socket.of('alert')[1]?.cursor as string
    first.session.closed()
    await h.alerts.write('retracted', 'a1', { status: 'retracted' })
    const second = h.connect()
    second.session.receive(subscribe(cursor, { minSeverity: 'severe' }))
    await settle()
    expect(second.socket.of('alert').map(frame => frame.event.type)).toEqual(['tocsin.alert.retracted.v1'])
    await h.close()
  })
  it('it leaves the view by one event that tells nothing of why, and comes back by its next visible one', async () => {
    const h = await started()
    const partner = aPrincipal({ id: 'key_p', handling: 'partners' })
    const { socket, session } = h.connect(partner)
    session.receive(subscribe('latest'))
    await settle()
    await h.alerts.write('raised', 'a1', { handling: 'partners' })
    await h.alerts.write('revised', 'a1', { handling: 'internal', headline: 'secret' })
    await h.alerts.write('revised', 'a1', { handling: 'internal', headline: 'secret too' })
    await h.alerts.write('revised', 'a1', { handling: 'partners', headline: 'open again' })
    await settle()
    const events = socket.of('alert').map(frame => frame.event)
    expect(events.map(event => event.type)).toEqual([
      'tocsin.alert.raised.v1',
      'tocsin.alert.left-view.v1',
      'tocsin.alert.revised.v1'
    ])
    expect(events[1]?.data).toEqual({ alertId: 'a1', theatre: 'sahel' })
    expect(JSON.stringify(socket.frames)).not.toContain('secret')
    checkChain(socket)
    await h.close()
  })
  it('the leaving also reaches a client that was away', async () => {
    const h = await started()
    const partner = aPrincipal({ id: 'key_p', handling: 'partners' })
    const first = h.connect(partner)
    first.session.receive(subscribe('latest'))
    await settle()
    await h.alerts.write('raised', 'a1', { handling: 'partners' })
    await settle()
    const cursor = first.socket.of('alert')[0]?.cursor as string
    first.session.closed()
    await h.alerts.write('revised', 'a1', { handling: 'restricted' })
    await settle()
    const second = h.connect(partner)
    second.session.receive(subscribe(cursor))
    await settle()
    expect(second.socket.of('alert').map(frame => frame.event.type)).toEqual(['tocsin.alert.left-view.v1'])
    await h.close()
  })
})

describe('what a reader may not see leaves no trace', () => {
  it('hidden alerts move neither frames nor cursors; support above the level and seq are gone', async () => {
    const h = await started()
    const { socket, session } = h.connect(aPrincipal({ id: 'key_p', handling: 'partners' }))
    session.receive(subscribe('latest'))
    await settle()
    const cursor = socket.of('subscribed')[0]?.cursor
    await h.alerts.write('raised', 'hidden', { handling: 'internal' })
    await settle()
    await h.clock.advance(h.config.stream.heartbeatMs)
    expect(socket.of('heartbeat').at(-1)).toMatchObject({ cursor, prev: cursor })
    await h.alerts.write('raised', 'a1', { handling: 'partners' })
    await settle()
    const [frame] = socket.of('alert')
    expect(frame?.event.data).not.toHaveProperty('seq')
    expect(frame?.event).not.toHaveProperty('previoushash')
    expect(frame?.event.data.evidence).toEqual([{ incidentId: 'i1', revision: 1, role: 'trigger', handling: 'public' }])
    await h.close()
  })
  it('theatres of others are hidden as well', async () => {
    const h = await started()
    const { socket, session } = h.connect(aPrincipal({ id: 'key_p', theatres: ['coast'] }))
    session.receive(subscribe('latest'))
    await settle()
    await h.alerts.write('raised', 'a1', { theatre: 'sahel' })
    await h.alerts.write('raised', 'a2', { theatre: 'coast' })
    await settle()
    expect(socket.of('alert').map(frame => frame.event.data.alertId)).toEqual(['a2'])
    await h.close()
  })
})

describe('heartbeats', () => {
  it('move the cursor past events that the filter held back, and equal positions are equal bytes', async () => {
    const h = await started()
    const one = h.connect()
    const other = h.connect()
    one.session.receive(subscribe('latest', { severity: 'extreme' }))
    other.session.receive(subscribe('latest'))
    await settle()
    await h.alerts.write('raised', 'a1')
    await settle()
    await h.clock.advance(h.config.stream.heartbeatMs)
    const beat = one.socket.of('heartbeat')[0]
    expect(beat?.prev).toBe(one.socket.of('subscribed')[0]?.cursor)
    expect(beat?.cursor).toBe(other.socket.of('alert')[0]?.cursor)
    await h.close()
  })
})

describe('a connection ends with a notice and its code', () => {
  async function ends(
    drive: (h: Harness, socket: FakeSocket, session: ReturnType<Harness['connect']>['session']) => unknown,
    code: number,
    principal: Parameters<Harness['connect']>[0] = aPrincipal(),
    config = {}
  ) {
    const h = await started(config)
    const { socket, session } = h.connect(principal)
    await drive(h, socket, session)
    await settle()
    expect(socket.closed?.code).toBe(code)
    expect(socket.frames.at(-1)).toMatchObject({ type: 'notice', code, reconnect: code < 4500 })
    await h.clock.advance(2_000)
    expect(socket.isTerminated).toBe(true)
    expect(h.notifier.hub.sessions.size).toBe(0)
    await h.close()
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
        // What waits for it is bounded: the rest stays in the log.
        expect(socket.buffered).toBeLessThan(4096 + 4096)
        expect(socket.of('alert').length).toBeLessThan(20)
        expect(socket.closed).toBeNull()
        await h.clock.advance(h.config.stream.slowMs + 2_000)
      },
      4001,
      aPrincipal(),
      { 'stream.queueBytesMax': 4096 }
    ))
  it('is slow and reads on: everything reaches it, in one chain, however little may wait for it', async () => {
    const h = await started({ 'stream.queueBytesMax': 4096 })
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
    expect(socket.of('alert').map(frame => frame.event.data.revision)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1))
    checkChain(socket)
    await h.close()
  })
  it('4002 without a pong', () =>
    ends(async (h, socket) => {
      await h.clock.advance(h.config.stream.pingMs + 1000)
      expect(socket.pings).toBe(1)
      await h.clock.advance(h.config.stream.pongMs + 1000)
    }, 4002))
  it('4029 over the number of subscriptions', () =>
    ends(
      (_, __, session) => {
        for (const id of ['1', '2', '3']) session.receive(subscribe('latest', {}, id))
      },
      4029,
      aPrincipal(),
      { 'stream.subscriptionsMax': 2 }
    ))
  it('4029 over the number of connections, and for a flood of messages', async () => {
    const h = await started({ 'stream.connectionsMax': 1 })
    const first = h.connect()
    const second = h.connect()
    expect(second.socket.closed?.code).toBe(4029)
    for (let i = 0; i < 100; i++) first.session.receive(JSON.stringify({ type: 'unsubscribe', id: 'x' }))
    await settle()
    expect(first.socket.closed?.code).toBe(4029)
    await h.close()
  })
  it.each([
    'no json',
    '[]',
    '{"type":"shout"}',
    '{"type":"subscribe"}',
    '{"type":"subscribe","id":"","from":"latest"}',
    '{"type":"subscribe","id":"s","from":7}',
    '{"type":"subscribe","id":"s","filter":{"severty":"x"}}',
    '{"type":"authenticate","token":"again"}'
  ])('4500 for %s', text => ends((_, __, session) => session.receive(text), 4500))
  it('4500 for a message that is no text, for a subscription that is there already, for a snapshot over the limit', async () => {
    await ends((_, __, session) => session.receiveWrong('messages are text'), 4500)
    await ends((_, __, session) => [1, 2].map(() => session.receive(subscribe('latest'))), 4500)
    await ends(
      async (h, _, session) => {
        await h.alerts.write('raised', 'a1')
        await h.alerts.write('raised', 'a2')
        await settle()
        session.receive(subscribe('latest'))
      },
      4500,
      aPrincipal(),
      { 'stream.snapshotAlertsMax': 1 }
    )
  })
  it('4501 for who says nothing within ten seconds, begins with something else, or brings a bad token', async () => {
    await ends(h => h.clock.advance(10_000), 4501, never)
    await ends((_, __, session) => session.receive(subscribe('latest')), 4501, never)
    await ends((_, __, session) => session.receive('{"type":"authenticate","token":"tk_wrong"}'), 4501, never)
  })
  it('4503 for a key without the scope', () => ends(() => {}, 4503, aPrincipal({ scopes: ['reports:write'] })))
  it('tells reconnecting clients to spread out', () => {
    expect(JSON.parse(noticeFrame(4000, 'x', 1200))).toMatchObject({ reconnect: true, retryAfterMs: 1200 })
  })
})

describe('behind a host', () => {
  it('a token in the first message is as good as a header; a revoked key ends its connections with 4504', async () => {
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
    await host.app.inject({ method: 'DELETE', url: `/v1/keys/${id}`, headers: { authorization: `Bearer ${ownerKey}` } })
    await settle()
    expect(socket.closed?.code).toBe(4504)
    await host.close()
    await h.log.close()
  })
})
