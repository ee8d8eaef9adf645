// How the WebSocket says who it is, and what a refusal means.

import { describe, expect, it } from 'vitest'
import { ModelServer } from './model-server.ts'
import { clientOf, notes } from './noted-client.ts'

/** A client of a platform whose WebSocket takes headers, or does not. */
function clientThat(sendsHeaders: boolean, server: ModelServer, token?: () => string) {
  const options = token === undefined ? {} : { token }
  return clientOf(server, {
    ...options,
    ports: { ...server.ports, sendsHeaders },
    transports: ['websocket']
  })
}

describe('a WebSocket', () => {
  it.each([
    ['a header where the platform has one', true, 'header'],
    ['a ticket elsewhere', false, 'ticket']
  ] as const)('authenticates by %s, before it opens', async (_how, sendsHeaders, way) => {
    const server = new ModelServer()
    const { client } = clientThat(sendsHeaders, server)
    client.subscribe({}, notes().listener)
    await server.settle()
    expect([client.state.kind, server.signIns]).toEqual(['live', [way]])
    client.close()
  })

  it.each(['givesTickets', 'takesTickets'] as const)(
    'authenticates by its first message where the server is not one that %s',
    async what => {
      const server = new ModelServer()
      server[what] = false
      const { client } = clientThat(false, server)
      const { events, listener } = notes()
      client.subscribe({}, listener)
      await server.pass(1_000)
      server.publish('one')
      await server.settle()
      expect([client.state.kind, server.signIns, events]).toEqual(['live', ['message'], ['one']])
      client.close()
    }
  )

  it.each([true, false])(
    'whose token is refused asks for another one, and ends if that is refused too (header: %s)',
    async sendsHeaders => {
      const server = new ModelServer()
      server.goodToken = 'tk_2'
      const { client, states } = clientThat(sendsHeaders, server, () =>
        server.goodToken.replace('3', '2')
      )
      client.subscribe({}, notes().listener)
      await server.settle()
      expect(client.state.kind).toBe('live')
      server.goodToken = 'tk_3'
      server.drop()
      await server.pass(60_000)
      expect(states.at(-1)).toMatchObject({ kind: 'ended', code: 401 })
    }
  )

  it('opens nothing more once it is closed while it asks for a ticket', async () => {
    const server = new ModelServer()
    const { client } = clientThat(false, server)
    client.subscribe({}, notes().listener)
    client.close()
    await server.pass(5_000)
    expect(server.opened.websocket).toBe(0)
  })
})
