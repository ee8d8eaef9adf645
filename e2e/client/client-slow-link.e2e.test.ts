// The client on a link of 4 kB/s: 80 open alerts take it longer than any silence it allows, and it
// is live all the while.

import type { Transport } from '@tocsin/client'
import { TcpProxy } from '@tocsin/testing/process/tcp-proxy'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'
import { massacre, RunningClient, until } from './running-client.ts'

const bytesPerSecond = 4_000
const alertsCount = 80

/** Each at a place of its own, so that each is an alert. */
function attackAt(i: number) {
  const place = { lat: 12 + (i % 10) * 0.7, lon: -8 + Math.floor(i / 10) * 0.7, radiusKm: 2 }
  return { ...massacre(`slow-${i}`, 20 + i), location: place }
}

let suite: WholeSuite
let proxy: TcpProxy
beforeAll(async () => {
  suite = await WholeSuite.start()
  for (let i = 0; i < alertsCount; i++)
    await suite.api.call('POST', '/v1/reports', { body: attackAt(i) })
  await until('the alerts', async () => (await suite.alerts()).length >= alertsCount)
  proxy = await TcpProxy.listen({ target: `127.0.0.1:${suite.port}` })
  proxy.throttle(bytesPerSecond)
})
afterAll(async () => {
  await proxy.close()
  await suite.end()
})

it('is live by each transport, and has all open alerts and the next event', async () => {
  const url = `http://${proxy.address}`
  const each = (['websocket', 'sse', 'pull'] as const).map(
    (transport: Transport) => new RunningClient({ url, token: suite.key, transports: [transport] })
  )
  try {
    const open = (await suite.alerts()).length
    const beganMs = Date.now()
    await until(
      'the open alerts',
      () => each.every(({ headlines }) => headlines.length >= open),
      150_000
    )
    // Else the link was too fast to show anything.
    expect(Date.now() - beganMs).toBeGreaterThan(28_000)
    await suite.api.call('POST', '/v1/reports', { body: attackAt(alertsCount) })
    await until('the next event', () => each.every(({ events }) => events.length > 0), 150_000)
    for (const { states } of each) {
      expect(states[0]?.kind).toBe('connecting')
      expect(states.slice(1).every(({ kind }) => kind === 'live')).toBe(true)
    }
  } finally {
    for (const { client } of each) client.close()
  }
}, 300_000)
