import { MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { describe, expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import { aPrincipal, type FakeSocket, Harness } from '../support/notifier-harness.ts'

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
  it('may come with a cursor that is ahead of this instance: nothing comes twice', async () => {
    const store = new MemoryStore()
    const ahead = await new Harness({ store }).start()
    let release = () => {}
    const held = new Promise<void>(done => {
      release = done
    })
    const behind = await new Harness({
      store,
      hooks: { beforeDelivery: page => (page.records[0]?.topic === topics.alerts ? held : undefined) }
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
    await behind.close()
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
    expect(frame?.event.data.evidence).toEqual([{ incidentId: 'i1', role: 'trigger', handling: 'public' }])
    await h.close()
  })
  it('alerts above the level are not named by others either, neither live nor read again', async () => {
    const h = await started()
    const partner = aPrincipal({ id: 'key_p', handling: 'partners' })
    const live = h.connect(partner)
    live.session.receive(subscribe('latest'))
    await settle()
    await h.alerts.write('raised', 'hidden', { handling: 'internal' })
    await h.alerts.write('raised', 'open', { handling: 'partners' })
    await h.alerts.write('raised', 'a1', { handling: 'partners', references: ['hidden', 'open'], partOf: 'hidden' })
    // What becomes of the others later changes nothing of what this event says.
    await h.alerts.write('revised', 'hidden', { handling: 'public' })
    await settle()
    const again = h.connect(partner)
    again.session.receive(subscribe('earliest'))
    await settle()
    for (const { socket } of [live, again]) {
      expect(socket.of('alert').find(frame => frame.event.data.alertId === 'a1')?.event.data).toMatchObject({
        references: ['open'],
        partOf: null
      })
    }
    await h.close()
  })
  it('nothing is said when an alert leaves a whole that was never named, though that may be named by now', async () => {
    const h = await started()
    const { socket, session } = h.connect(aPrincipal({ id: 'key_p', handling: 'partners' }))
    session.receive(subscribe('latest'))
    await settle()
    await h.alerts.write('raised', 'hidden', { handling: 'internal' })
    await h.alerts.write('raised', 'a1', { handling: 'partners', partOf: 'hidden' })
    await h.alerts.write('revised', 'hidden', { handling: 'public' })
    await h.alerts.write('revised', 'a1', { partOf: null, notify: 'quiet' })
    await settle()
    const told = socket.of('alert').filter(frame => frame.event.data.alertId === 'a1')
    expect(told.map(frame => frame.event.type)).toEqual(['tocsin.alert.raised.v1'])
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
