// A link by which nothing comes any more, and nobody says so.

import { expect, it } from 'vitest'
import { ModelServer } from './model-server.ts'
import { clientOf, notes } from './noted-client.ts'

it.each([
  [{ heartbeatSeconds: 2 }, 10],
  [{}, 25]
])(
  'gives up pages that are answered no more as soon as other links: %o',
  async (asked, seconds) => {
    const server = new ModelServer()
    const { client, states } = clientOf(server, { transports: ['pull'] })
    client.subscribe(asked, notes().listener)
    await server.pass(8_000)
    server.isSilent = true
    // What is asked already is answered.
    await server.pass(2_000)
    await server.pass((seconds - 3) * 1_000)
    expect(states.map(({ kind }) => kind)).toEqual(['connecting', 'live'])
    await server.pass(4_000)
    expect(states).toContainEqual(
      expect.objectContaining({ kind: 'waiting', why: `nothing was heard for ${seconds} s` })
    )
    client.close()
  }
)

it.each([-400 * 24, -1, 1, 400 * 24])(
  'gives up a link that never answers on a clock that was set by %i hours',
  async hours => {
    const server = new ModelServer()
    const { client, states } = clientOf(server, { transports: ['websocket'] })
    client.subscribe({}, notes().listener)
    await server.pass(4_000)
    expect(client.state.kind).toBe('live')
    server.isSilent = true
    server.clockOffMs = hours * 3_600_000
    await server.pass(60_000)
    expect(states).toContainEqual(
      expect.objectContaining({ kind: 'waiting', why: 'nothing was heard for 25 s' })
    )
    server.isSilent = false
    await server.pass(60_000)
    expect(client.state.kind).toBe('live')
    client.close()
  }
)
