// A machine whose browser says that it has no network, beside a suite that is heard: on the machine
// itself, or in its building.

import '../a-suite.ts'
import '../a-stream.ts'
import { beforeAll, expect, it } from 'vitest'
import { silenceMs } from '../../../src/live/freshness.ts'
import { anAlert } from '../../support/an-alert.ts'
import { Socket } from '../a-stream.ts'
import { aProblem, soon, suiteAnswers } from '../a-suite.ts'

Object.defineProperty(navigator, 'onLine', { value: false, configurable: true })
const { freshness, isLive, nowMs } = await import('../../../src/state/console-state.ts')
const { begin } = await import('../../../src/state/session.ts')
const { retryNow } = await import('../../../src/state/live-link.ts')

const ama = {
  id: 'k1',
  name: 'Ama',
  scopes: ['alerts:read'],
  theatres: '*',
  handling: 'internal',
  expiresAt: null
}

beforeAll(async () => {
  suiteAnswers(path => {
    if (path === '/v1/me') return Response.json(ama)
    return path.startsWith('/v1/') ? Response.json({ items: [], next: null }) : aProblem(404)
  })
  await begin()
  await Socket.last.open()
})

it('is live from its first word', async () => {
  Socket.last.subscribed([anAlert({ alertId: 'a' })])
  await soon(() => isLive.value).toBe(true)
})

it('is live again with the first word after the browser said so once more', async () => {
  dispatchEvent(new Event('offline'))
  nowMs.value = Date.now()
  expect(freshness.value.kind).toBe('stale')
  retryNow()
  await soon(() => Socket.all.length).toBe(2)
  await Socket.last.open()
  Socket.last.subscribed('recovered')
  Socket.last.heartbeat()
  await soon(() => isLive.value).toBe(true)
})

it('is not live once it is silent', () => {
  nowMs.value = Date.now() + silenceMs
  expect(freshness.value.kind).toBe('stale')
})
