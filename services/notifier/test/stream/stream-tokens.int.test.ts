// Bearer tokens on the stream: real sockets, and an identity provider on loopback.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import { buildHost, type Host } from '@tocsin/service-kit/http/host'
import { secretsFrom } from '@tocsin/service-kit/privacy/secrets'
import { systemClock, systemRandom } from '@tocsin/service-kit/process/clock'
import { ControlView } from '@tocsin/service-kit/projection/control-view'
import { baseSettings } from '@tocsin/service-kit/settings/base-settings'
import { defaultConfig } from '@tocsin/service-kit/settings/config'
import { createLogger } from '@tocsin/service-kit/telemetry/logger'
import { IdentityProvider } from '@tocsin/testing/client/identity-provider'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createNotifier } from '../../src/notifier-service.ts'
import { notifierSettings } from '../../src/settings/config.ts'

let provider: IdentityProvider
let host: Host
let url: string
let log: MemoryLog
let control: ControlView

async function open({ isAway = false } = {}): Promise<void> {
  provider = await IdentityProvider.start()
  provider.isAway = isAway
  const issuer = await provider.listen()
  const config = defaultConfig(
    { ...baseSettings, ...notifierSettings },
    { port: 0, 'oidc.issuer': issuer, 'oidc.audience': 'tocsin', 'oidc.theatres': ['*'], 'oidc.clockToleranceS': 0 }
  )
  const logger = createLogger({ level: 'silent', name: 'test' })
  const shared = { clock: systemClock, random: systemRandom, logger, metrics: new Registry() }
  const secrets = secretsFrom(new Uint8Array(32).fill(7), 'tk_owner-key-of-the-tests-0123456789')
  log = new MemoryLog()
  control = new ControlView({ log, clock: systemClock, logger })
  await control.start()
  const notifier = createNotifier({ ...shared, secrets, log, control, config })
  host = await buildHost({ ...shared, secrets, services: [notifier], control, config })
  url = await host.listen()
  await host.start()
}

async function close(): Promise<void> {
  await host.close()
  await control.close()
  await log.close()
  await provider.close()
}

beforeEach(() => open())
afterEach(close)

const token = (claims: object = {}, more: object = {}) =>
  provider.token(Date.now(), { claims: { scope: 'tocsin:alerts:read', ...claims }, ...more })

/** What becomes of a connection: its first frames' types, and the code that it is closed with. */
async function talk(headers: Record<string, string>, ...messages: object[]) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream`, ['tocsin.v1'], { headers })
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
      expect([code, line.end, line.types.filter(type => type !== 'notice')]).toEqual([code, code, []])
    }
    expect((await talk({ authorization: `Bearer ${forged}` }, subscribe)).end).toBe(401)
  })

  it('that can not be judged now sends the client back later, and does not say that it is wrong', async () => {
    await close()
    await open({ isAway: true })
    expect((await talk({}, { type: 'authenticate', token: await token() }, subscribe)).end).toBe(4029)
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

  it('makes no subscription to webhooks, which would outlive it', async () => {
    const answer = await fetch(`${url}/v1/subscriptions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await token({ scope: 'tocsin:subscriptions:manage' })}`,
        'content-type': 'application/json'
      },
      body: JSON.stringify({ url: 'https://partner.example/hook' })
    })
    expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([
      403,
      'A subscription outlives a token: make it with a key.'
    ])
  })
})
