// A session is over, and another key signs in on the same page.

import './a-suite.ts'
import './a-stream.ts'
import { expect, it } from 'vitest'
import { caller, freshness, missed, nowMs, picture } from '../../src/state/console-state.ts'
import { startClock } from '../../src/state/live-link.ts'
import { begin } from '../../src/state/session.ts'
import { anAlert } from '../support/an-alert.ts'
import { Socket } from './a-stream.ts'
import { aProblem, held, soon, suiteAnswers } from './a-suite.ts'

const signedIn = (name: string, handling: string) => ({
  ...{ id: `key_${name}`, name, scopes: ['alerts:read'], theatres: '*', handling, expiresAt: null }
})
const known = () => [...picture.alerts.keys()]

it('is shown what this key is told, and nothing that comes late or was missed of the one before', async () => {
  const late = held()
  let me = signedIn('Ama', 'restricted')
  suiteAnswers(path => {
    if (path === '/v1/me') return Response.json(me)
    if (path.startsWith('/v1/alerts?status=retracted') && me.name === 'Ama') return late.promise
    return path.startsWith('/v1/') ? Response.json({ items: [], next: null }) : aProblem(404)
  })
  await begin()
  await Socket.last.open()
  Socket.last.subscribed([anAlert({ alertId: 'hidden', handling: 'restricted' })])
  await soon(known).toEqual(['hidden'])
  const former = Socket.last
  former.close(4504)
  me = signedIn('Ben', 'public')
  await begin()
  expect([known(), caller.value?.name]).toEqual([[], 'Ben'])
  late.answer(
    Response.json({
      items: [anAlert({ alertId: 'closed', status: 'resolved', handling: 'restricted' })],
      next: null
    })
  )
  await soon(() => Socket.all.length).toBe(2)
  await Socket.last.open()
  expect(Socket.last.from).toBe('latest')
  Socket.last.subscribed([anAlert({ alertId: 'open' })])
  const endClock = startClock()
  await soon(() => freshness.value.kind).toBe('live')
  const looked = nowMs.value
  // A look of the clock would tell what was missed.
  await soon(() => nowMs.value).toBeGreaterThan(looked)
  expect([known(), missed.value]).toEqual([['open'], null])
  endClock()
})
