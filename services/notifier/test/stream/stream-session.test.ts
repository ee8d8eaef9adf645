import { MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { describe, expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import { Harness } from '../support/notifier-harness.ts'
import { checkChain, subscribe } from '../support/streaming.ts'

describe('a subscription', () => {
  it('from latest gets the open alerts at that position, then every event after it', async () => {
    await using h = await new Harness().start()
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
    expect(socket.of('alert')[0]).toMatchObject({
      prev: subscribed?.cursor,
      event: { data: { severity: 'severe', seq: 3 } }
    })
  })
  it('from earliest gets all events in order', async () => {
    await using h = await new Harness().start()
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
  })
  it('from a cursor gets exactly what it missed, then live events', async () => {
    await using h = await new Harness().start()
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
  })
  it('from a forged cursor is closed with 4500', async () => {
    await using h = await new Harness().start()
    for (const forged of ['nonsense', 'AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA']) {
      const { socket, session } = h.connect()
      session.receive(subscribe(forged))
      await settle()
      expect([socket.closed?.code, socket.of('subscribed')]).toEqual([4500, []])
    }
  })
  it('from a cursor of a replaced log is told so and gets the whole state', async () => {
    const h = await new Harness().start()
    await h.alerts.write('raised', 'a1')
    await settle()
    const { socket, session } = h.connect()
    session.receive(subscribe('latest'))
    await settle()
    expect(socket.of('subscribed')[0]).toMatchObject({
      recovered: false,
      snapshot: [{ alertId: 'a1' }]
    })
    const cursor = socket.of('subscribed')[0]?.cursor as string
    await h.close()

    await using other = await new Harness({ store: undefined as never }).start()
    const again = other.connect()
    again.session.receive(subscribe(cursor))
    await settle()
    // Both test logs have the same epoch, so this position lies beyond the end of the new one.
    expect(again.socket.of('subscribed')[0]).toMatchObject({ recovered: false, snapshot: [] })
  })
  it('that is further behind than the limit gets a snapshot, never part of the missed events', async () => {
    await using h = await new Harness({ config: { 'stream.catchUpRecordsMax': 2 } }).start()
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
  })
  it('may resume with a cursor that is ahead of this instance: nothing is sent twice', async () => {
    const store = new MemoryStore()
    const ahead = await new Harness({ store }).start()
    let release = () => {}
    const held = new Promise<void>(done => {
      release = done
    })
    await using behind = await new Harness({
      store,
      hooks: {
        beforeDelivery: page => (page.records[0]?.topic === topics.alerts ? held : undefined)
      }
    }).start()
    await ahead.alerts.write('raised', 'a1')
    await ahead.alerts.write('revised', 'a1')
    const first = ahead.connect()
    first.session.receive(subscribe('earliest'))
    await settle()
    const second = behind.connect()
    second.session.receive(subscribe(first.socket.of('alert')[0]?.cursor as string))
    await settle()
    expect(second.socket.of('subscribed')[0]).toMatchObject({ recovered: true })
    release()
    await settle()
    expect(second.socket.of('alert').map(frame => frame.event.data.revision)).toEqual([2])
    checkChain(second.socket)
    await ahead.notifier.close()
  })
  it('may share a connection with others, each with its own chain, and end separately', async () => {
    await using h = await new Harness().start()
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
    expect(socket.of('alert', 'moderate').map(frame => frame.event.data.alertId)).toEqual([
      'a2',
      'a4'
    ])
    checkChain(socket, 'severe')
    checkChain(socket, 'moderate')
  })
})

describe('once an alert was shown', () => {
  it('each later event follows, though the filter no longer matches; also after a reconnection', async () => {
    await using h = await new Harness().start()
    const first = h.connect()
    first.session.receive(subscribe('latest', { minSeverity: 'severe' }))
    await settle()
    await h.alerts.write('raised', 'a1', { severity: 'moderate' })
    await h.alerts.write('escalated', 'a1', { severity: 'severe' })
    await h.alerts.write('revised', 'a1', { severity: 'moderate' })
    await settle()
    expect(first.socket.of('alert').map(frame => frame.event.data.severity)).toEqual([
      'severe',
      'moderate'
    ])
    const cursor = first.socket.of('alert')[1]?.cursor as string
    first.session.closed()
    await h.alerts.write('retracted', 'a1', { status: 'retracted' })
    const second = h.connect()
    second.session.receive(subscribe(cursor, { minSeverity: 'severe' }))
    await settle()
    expect(second.socket.of('alert').map(frame => frame.event.type)).toEqual([
      'tocsin.alert.retracted.v1'
    ])
  })
})

describe('heartbeats', () => {
  it('come as often as a subscription asks, and to others as the setting says', async () => {
    await using h = await new Harness().start()
    const [often, seldom] = [h.connect(), h.connect()]
    often.session.receive(JSON.stringify({ type: 'subscribe', id: 'a', heartbeatSeconds: 2 }))
    seldom.session.receive(subscribe('latest'))
    await settle()
    await h.clock.advance(4_000)
    expect([often.socket.of('heartbeat').length, seldom.socket.of('heartbeat').length]).toEqual([
      2, 0
    ])
    await h.clock.advance(16_000)
    const many = often.socket.of('heartbeat')
    expect([many.length, seldom.socket.of('heartbeat').length]).toEqual([
      10,
      20_000 / h.config.stream.heartbeatMs
    ])
    for (const [i, beat] of many.slice(1).entries()) expect(beat.prev).toBe(many[i]?.cursor)
  })

  it('move the cursor past filtered events, and equal positions are equal bytes', async () => {
    await using h = await new Harness().start()
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
  })
})
