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
