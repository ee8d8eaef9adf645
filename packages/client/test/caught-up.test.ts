// When a client has caught up after a gap, when it says so, and how old what it was told may be.

import { describe, expect, it } from 'vitest'
import { ModelServer } from './model-server.ts'
import { clientOf, notes } from './noted-client.ts'

describe('a client that was away', () => {
  it('says after a gap that it is caught up once the server says so, and at once with a whole snapshot', async () => {
    const server = new ModelServer()
    const { client, states } = clientOf(server)
    client.subscribe({ heartbeatSeconds: 2 }, notes().listener)
    await server.settle()
    expect(states.at(-1)).toMatchObject({ kind: 'live', isCaughtUp: true })
    server.drop()
    server.publish('missed')
    await server.pass(3_000)
    expect(states.at(-1)).toMatchObject({ kind: 'live', isCaughtUp: false })
    server.heartbeat()
    expect(states.at(-1)).toMatchObject({ kind: 'live', isCaughtUp: true })
    client.close()
  })

  it('says that it is not caught up where events come and no heartbeat among them', async () => {
    const server = new ModelServer()
    const { client, states } = clientOf(server)
    client.subscribe({ heartbeatSeconds: 2 }, notes().listener)
    await server.settle()
    for (let i = 0; i < 12; i += 1) {
      server.publish()
      await server.pass(1_000)
    }
    expect(states.at(-1)).toMatchObject({ kind: 'live', isCaughtUp: false })
    server.heartbeat()
    expect(states.map(state => (state.kind === 'live' ? state.isCaughtUp : state.kind))).toEqual([
      'connecting',
      true,
      false,
      true
    ])
    client.close()
  })

  it('is caught up by the feed when a page is empty', async () => {
    const server = new ModelServer()
    server.publish('before')
    const { client, states } = clientOf(server, { transports: ['pull'] })
    client.subscribe({ from: 'earliest' }, notes().listener)
    await server.pass(500)
    expect(states.at(-1)).toMatchObject({ kind: 'live', isCaughtUp: false })
    await server.pass(5_000)
    expect(states.at(-1)).toMatchObject({ kind: 'live', isCaughtUp: true })
    client.close()
  })

  it('is not caught up by an empty page from before a sleep of the machine, which comes first when it wakes', async () => {
    const server = new ModelServer()
    const { client, states } = clientOf(server, { transports: ['pull'] })
    const { listener, events } = notes()
    client.subscribe({ heartbeatSeconds: 2 }, listener)
    await server.pass(3_000)
    expect(states.at(-1)).toMatchObject({ kind: 'live', isCaughtUp: true })
    const { promise, resolve } = Promise.withResolvers<void>()
    server.isCut = promise
    // The page that is held now is empty: what happens next is in the one after it.
    await server.pass(2_500)
    server.publish('missed')
    const before = states.length
    server.sleep(60_000)
    resolve()
    // No timer has fired yet.
    await server.settle()
    expect(states.slice(before)).toEqual([{ kind: 'live', transport: 'pull', isCaughtUp: false }])
    await server.pass(3_000)
    expect(states.at(-1)).toMatchObject({ kind: 'live', isCaughtUp: true })
    expect(events).toEqual([server.log[0]])
    client.close()
  })
})

describe('a client of a suite that is behind', () => {
  it.each(['websocket', 'sse', 'pull'] as const)(
    'hands on how old what was told may be, by %s',
    async transport => {
      const server = new ModelServer()
      const { ages, listener } = notes()
      const { client } = clientOf(server, { transports: [transport] })
      client.subscribe({ heartbeatSeconds: 2 }, listener)
      await server.pass(3_000)
      server.heartbeat(90)
      await server.pass(3_000)
      expect(client.state).toMatchObject({ kind: 'live', transport })
      expect(ages).toContain(transport === 'pull' ? 5 : 90)
      client.close()
    }
  )
})
