// A link by which nothing comes any more, and nobody says so.

import { expect, it } from 'vitest'
import { ModelServer } from './model-server.ts'
import { clientOf, notes } from './noted-client.ts'

it.each([
  [{ heartbeatSeconds: 2 }, 10],
  [{}, 25]
])('gives up pages that are answered no more as soon as other links: %o', async (asked, seconds) => {
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
  expect(states).toContainEqual(expect.objectContaining({ kind: 'waiting', why: `nothing was heard for ${seconds} s` }))
  client.close()
})
