import { describe, expect, it } from 'vitest'
import { ModelServer } from './model-server.ts'
import { clientOf, notes } from './noted-client.ts'

describe('the client', () => {
  it('begins with the open alerts, then gives each event, and its cursor resumes in another run', async () => {
    const server = new ModelServer()
    server.publish('before')
    const first = notes()
    const { client, kinds } = clientOf(server)
    const subscription = client.subscribe({}, first.listener)
    await server.settle()
    server.publish('one')
    await server.settle()
    expect(kinds()).toEqual(['connecting', 'live'])
    expect(first).toMatchObject({ events: ['one'], snapshots: [{ isFirst: true, isLast: true }] })
    client.close()
    server.publish('while away')
    const second = notes()
    const again = clientOf(server)
    again.client.subscribe({ from: subscription.cursor ?? 'latest' }, second.listener)
    await server.settle()
    expect(second).toMatchObject({ events: ['while away'], snapshots: [] })
    again.client.close()
  })

  it('comes back after a drop with its cursor, and says meanwhile since when it hears nothing', async () => {
    const server = new ModelServer()
    const { events, listener } = notes()
    const { client, states } = clientOf(server)
    client.subscribe({}, listener)
    await server.settle()
    const heardAt = server.nowMs
    server.isUp = false
    server.drop()
    server.publish('missed')
    await server.pass(60_000)
    expect(client.state.kind === 'ended' || client.state.kind === 'idle').toBe(false)
    expect(
      states
        .filter(({ kind }) => kind === 'waiting')
        .every(state => state.kind === 'waiting' && state.heardAt === heardAt)
    ).toBe(true)
    server.isUp = true
    await server.pass(40_000)
    expect(client.state.kind).toBe('live')
    expect(events).toEqual(['missed'])
    client.close()
  })

  it('falls back to server-sent events, then to the feed, and returns to the WebSocket when that is possible again', async () => {
    const server = new ModelServer()
    server.blocksSockets = true
    const { events, listener } = notes()
    const { client, states } = clientOf(server)
    client.subscribe({ from: 'earliest' }, listener)
    await server.pass(10_000)
    expect(client.state).toMatchObject({ kind: 'live', transport: 'sse' })
    server.publish('by events')
    await server.settle()
    server.blocksSse = true
    server.drop()
    await server.pass(20_000)
    // From the best transport on, each is tried again.
    await server.pass(60_000)
    expect(client.state).toMatchObject({ kind: 'live', transport: 'pull' })
    server.publish('by the feed')
    await server.pass(5_000)
    server.blocksSockets = false
    await server.pass(310_000)
    expect(client.state).toMatchObject({ kind: 'live', transport: 'websocket' })
    server.publish('by the socket')
    await server.settle()
    expect(events).toEqual(['by events', 'by the feed', 'by the socket'])
    expect(states.some(({ kind }) => kind === 'ended')).toBe(false)
    client.close()
  })

  it('reconnects at once when the machine wakes, however long it would have waited', async () => {
    const server = new ModelServer()
    const { events, listener } = notes()
    const { client, states } = clientOf(server)
    client.subscribe({}, listener)
    await server.pass(2_000)
    server.publish('seen')
    await server.settle()
    server.sleep(3_600_000)
    await server.pass(2_000)
    expect(states).toContainEqual(
      expect.objectContaining({ kind: 'waiting', why: 'the machine slept, or its clock was set' })
    )
    expect(client.state.kind).toBe('live')
    server.publish('after the night')
    await server.settle()
    expect(events).toEqual(['seen', 'after the night'])
    client.close()
  })

  it('asks for another token when the last one is refused, and ends when there is no better one', async () => {
    const server = new ModelServer()
    const asked: string[] = []
    const { client, states } = clientOf(server, {
      token: why => {
        asked.push(why)
        return why === 'first' ? 'tk_1' : 'tk_2'
      }
    })
    const { events, listener } = notes()
    const subscription = client.subscribe({}, listener)
    await server.settle()
    server.goodToken = 'tk_2'
    server.drop(4504)
    server.publish('after the change')
    await server.pass(5_000)
    expect(asked).toEqual(['first', 'refused'])
    expect(events).toEqual(['after the change'])
    server.goodToken = 'tk_3'
    server.drop(4504)
    await server.pass(60_000)
    expect(states.at(-1)).toMatchObject({ kind: 'ended', code: 401 })
    await expect(subscription.done).rejects.toThrow()
  })

  it.each([4500, 4503])('does not come back after %i, and tells why', async code => {
    const server = new ModelServer()
    const { client, states } = clientOf(server)
    client.subscribe({}, notes().listener)
    await server.settle()
    server.closeWith(code, { detail: 'in so many words' })
    await server.pass(120_000)
    expect(server.opened.websocket).toBe(1)
    expect(states.at(-1)).toMatchObject({ kind: 'ended', code, why: 'in so many words' })
  })

  it('waits as long as the server asks, and passes on since when the server was stale', async () => {
    const server = new ModelServer()
    const { client, states } = clientOf(server)
    client.subscribe({}, notes().listener)
    await server.settle()
    server.closeWith(4000, { retryAfterMs: 20_000, staleSince: '2026-01-01T00:00:00Z' })
    await server.pass(19_000)
    expect(server.opened.websocket).toBe(1)
    expect(states.at(-1)).toMatchObject({ kind: 'waiting', staleSince: '2026-01-01T00:00:00Z' })
    await server.pass(6_000)
    expect(client.state.kind).toBe('live')
    client.close()
  })

  it('ends a subscription whose listener throws, with its error, and leaves the others', async () => {
    const server = new ModelServer()
    const { client } = clientOf(server)
    const broken = client.subscribe(
      {},
      {
        snapshot: () => {},
        alert: () => {
          throw new Error('no room on the disk')
        }
      }
    )
    const good = notes()
    client.subscribe({}, good.listener)
    await server.settle()
    const before = broken.cursor
    server.publish('one')
    server.publish('two')
    await server.settle()
    await expect(broken.done).rejects.toThrow('no room on the disk')
    expect(broken.cursor).toBe(before)
    expect(good.events).toEqual(['one', 'two'])
    client.close()
  })

  it('holds a bounded number of frames for a slow listener, and loses none', async () => {
    const server = new ModelServer()
    const { client, states } = clientOf(server)
    const events: string[] = []
    let letGo: () => void = () => {}
    const held = new Promise<void>(resolve => {
      letGo = resolve
    })
    client.subscribe(
      {},
      {
        snapshot: () => {},
        alert: async event => {
          await held
          events.push(event.id)
        }
      }
    )
    await server.settle()
    for (let i = 0; i < 1_500; i++) server.publish()
    await server.pass(5_000)
    expect(states).toContainEqual(
      expect.objectContaining({ kind: 'waiting', why: 'the listener is too slow' })
    )
    letGo()
    await server.pass(30_000)
    expect(events).toEqual(server.log)
    client.close()
  })

  it('goes on with the next transport where one throws', async () => {
    const server = new ModelServer()
    const openSocket = () => {
      throw new ReferenceError('WebSocket is not defined')
    }
    const { client } = clientOf(server, { ports: { ...server.ports, openSocket } })
    client.subscribe({}, notes().listener)
    await server.pass(10_000)
    expect(client.state).toMatchObject({ kind: 'live', transport: 'sse' })
    client.close()
  })
})
