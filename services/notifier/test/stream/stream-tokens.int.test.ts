// Bearer tokens on the stream: real sockets, and an identity provider on loopback.

import { IdentityProvider } from '@tocsin/testing/client/identity-provider'
import { closedAfterTest } from '@tocsin/testing/process/closed-after-test'
import { beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type ListeningNotifier, listenNotifier } from '../support/listening-notifier.ts'

let provider: IdentityProvider
let notifier: ListeningNotifier

async function open({ isAway = false } = {}): Promise<void> {
  provider = closedAfterTest(await IdentityProvider.start())
  provider.isAway = isAway
  const issuer = await provider.listen()
  const oidc = {
    'oidc.issuer': issuer,
    'oidc.audience': 'tocsin',
    'oidc.theatres': ['*'],
    'oidc.clockToleranceS': 0
  }
  notifier = closedAfterTest(await listenNotifier(oidc))
}

beforeEach(() => open())

const token = (claims: object = {}, more: object = {}) =>
  provider.signToken(Date.now(), { claims: { scope: 'tocsin:alerts:read', ...claims }, ...more })

/** The outcome of a connection: the types of its first frames, and its close code. */
async function talk(headers: Record<string, string>, ...messages: object[]) {
  const socket = new WebSocket(`${notifier.url.replace('http', 'ws')}/v1/stream`, ['tocsin.v1'], {
    headers
  })
  const types: string[] = []
  const done = Promise.withResolvers<number>()
  socket.on('message', data => {
    const { type } = JSON.parse(String(data)) as { type: string }
    types.push(type)
    if (type === 'subscribed') done.resolve(0)
  })
  socket.on('unexpected-response', (_request, response) => done.resolve(response.statusCode ?? 0))
  socket.on('error', () => {})
  socket.on('close', code => done.resolve(code))
  socket.on('open', () => {
    for (const message of messages) socket.send(JSON.stringify(message))
  })
  return { socket, types, end: await done.promise }
}
const subscribe = { type: 'subscribe', id: 's', from: 'latest' }

describe('a token on the stream', () => {
  it('in the first message or in a header opens it', async () => {
    const asked = await talk({}, { type: 'authenticate', token: await token() }, subscribe)
    expect([asked.types, asked.end]).toEqual([['authenticated', 'subscribed'], 0])
    const headed = await talk({ authorization: `Bearer ${await token()}` }, subscribe)
    expect([headed.types, headed.end]).toEqual([['subscribed'], 0])
    for (const { socket } of [asked, headed]) socket.terminate()
  })

  it('that is stale, forged or without the scope does not', async () => {
    await provider.addKey('evil', 'ES256', false)
    const forged = await token({}, { kid: 'evil', header: { kid: 'k1' } })
    for (const [secret, code] of [
      [await token({ exp: 1 }), 4501],
      [forged, 4501],
      [await token({ scope: 'openid' }), 4503]
    ] as const) {
      const line = await talk({}, { type: 'authenticate', token: secret }, subscribe)
      expect([code, line.end, line.types.filter(type => type !== 'notice')]).toEqual([
        code,
        code,
        []
      ])
    }
    expect((await talk({ authorization: `Bearer ${forged}` }, subscribe)).end).toBe(401)
  })

  it('that cannot be verified now makes the client reconnect later, and is not called invalid', async () => {
    await notifier.close()
    await open({ isAway: true })
    expect((await talk({}, { type: 'authenticate', token: await token() }, subscribe)).end).toBe(
      4029
    )
    expect((await talk({ authorization: `Bearer ${await token()}` }, subscribe)).end).toBe(503)
  })

  it('ends the connection when it ends', async () => {
    const line = await talk(
      {},
      { type: 'authenticate', token: await token({ exp: Math.floor(Date.now() / 1000) + 2 }) },
      subscribe
    )
    expect(line.types).toContain('subscribed')
    const code = await new Promise(resolve => line.socket.on('close', resolve))
    expect(code).toBe(4504)
  })
})
