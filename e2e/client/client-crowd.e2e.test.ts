// An operations centre behind one address and a long link: all its clients connect at once, in each
// way of saying who they are.

import type { Ports } from '@tocsin/client/ports'
import { platformPorts } from '@tocsin/client/ports'
import { TcpProxy } from '@tocsin/testing/process/tcp-proxy'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'
import { RunningClient, until } from './running-client.ts'

const clientsCount = 200
const delayMs = 100

const noTickets: typeof fetch = async (input, init) =>
  String(input).endsWith('/v1/tickets') ? new Response('', { status: 404 }) : fetch(input, init)
const ways: Readonly<Record<'header' | 'ticket' | 'message', Partial<Ports>>> = {
  header: {},
  ticket: {
    sendsHeaders: false,
    openSocket: (url, protocol) => platformPorts.openSocket(url, protocol, {})
  },
  message: {
    sendsHeaders: false,
    openSocket: (url, protocol) => platformPorts.openSocket(url, protocol, {}),
    fetch: noTickets
  }
}

let suite: WholeSuite
let proxy: TcpProxy
beforeAll(async () => {
  suite = await WholeSuite.start()
  proxy = await TcpProxy.listen({ target: `127.0.0.1:${suite.port}` })
  proxy.delay(delayMs)
})
afterAll(async () => {
  await proxy.close()
  await suite.end()
})

describe.each(['header', 'ticket', 'message'] as const)(
  '200 clients behind one address, by %s',
  way => {
    it('all get in at once', async () => {
      const url = `http://${proxy.address}`
      const clients = Array.from(
        { length: clientsCount },
        () =>
          new RunningClient({ url, token: suite.key, transports: ['websocket'], ports: ways[way] })
      )
      try {
        await until('all clients', () =>
          clients.every(({ transport }) => transport === 'websocket')
        )
        expect(
          clients.flatMap(({ states }) => states).filter(({ kind }) => kind === 'waiting')
        ).toEqual([])
      } finally {
        for (const { client } of clients) client.close()
      }
    })
  }
)
