// A machine whose browser says that it has no network, beside a suite that is heard: on the machine
// itself, or in its building.

import '../a-suite.ts'
import '../a-stream.ts'
import { expect, it } from 'vitest'
import { anAlert } from '../../support/an-alert.ts'
import { Socket } from '../a-stream.ts'
import { soon, suiteHas } from '../a-suite.ts'

Object.defineProperty(navigator, 'onLine', { value: false, configurable: true })
const { freshness, isLive, nowMs } = await import('../../../src/state/console-state.ts')
const { comesBack, signIn } = await import('../a-link.ts')

it('is live from the first word of the suite, and again after the browser said so once more', async () => {
  suiteHas()
  ;(await signIn()).subscribed([anAlert({ alertId: 'a' })])
  await soon(() => isLive.value).toBe(true)
  dispatchEvent(new Event('offline'))
  nowMs.value = Date.now()
  expect(freshness.value.kind).toBe('stale')
  ;(await comesBack()).subscribed('recovered')
  Socket.last.heartbeat()
  await soon(() => isLive.value).toBe(true)
})
