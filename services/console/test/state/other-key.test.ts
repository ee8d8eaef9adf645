// A session is over, and another key signs in on the same page.

import './a-link.ts'
import { afterEach, expect, it, vi } from 'vitest'
import { caller, isLive, missed, nowMs, picture } from '../../src/state/console-state.ts'
import { startClock } from '../../src/state/live-link.ts'
import { begin } from '../../src/state/session.ts'
import { anAlert } from '../support/an-alert.ts'
import { signIn } from './a-link.ts'
import { Socket } from './a-stream.ts'
import { ama, held, soon, suiteHas } from './a-suite.ts'

afterEach(() => void vi.useRealTimers())

it('is shown what this key is told, and nothing that comes late or was missed of the one before', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date', 'performance'] })
  const known = () => [...picture.alerts.keys()]
  const hidden = (alertId: string) => anAlert({ alertId, handling: 'restricted' })
  const late = held()
  let me = ama
  suiteHas(
    path =>
      path.startsWith('/v1/alerts?status=retracted') && me.name === 'Ama' ? late.promise : null,
    () => me
  )
  ;(await signIn()).subscribed([hidden('hidden')])
  await soon(known).toEqual(['hidden'])
  Socket.last.close(4504)
  me = { ...ama, id: 'k2', name: 'Ben', handling: 'public' }
  await begin()
  expect([known(), caller.value?.name]).toEqual([[], 'Ben'])
  late.answer(Response.json({ items: [{ ...hidden('closed'), status: 'resolved' }], next: null }))
  await soon(() => Socket.all.length).toBe(2)
  await Socket.last.open()
  expect(Socket.last.from).toBe('latest')
  Socket.last.subscribed([anAlert({ alertId: 'open' })])
  const endClock = startClock()
  await soon(() => isLive.value).toBe(true)
  const looked = nowMs.value
  // A look of the clock would tell what was missed.
  vi.advanceTimersByTime(1_000)
  expect(nowMs.value).toBeGreaterThan(looked)
  expect([known(), missed.value]).toEqual([['open'], null])
  endClock()
})
