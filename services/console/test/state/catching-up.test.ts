// A link that comes back where the suite goes on from: what happened meanwhile comes event by
// event, over a slow link for long.

import './a-link.ts'
import { describe, expect, it, vi } from 'vitest'
import {
  freshness,
  isLive,
  lastGapMs,
  missed,
  nowMs,
  picture
} from '../../src/state/console-state.ts'
import { startClock } from '../../src/state/live-link.ts'
import { anAlert } from '../support/an-alert.ts'
import { comesBack, signIn } from './a-link.ts'
import { Socket } from './a-stream.ts'
import { soon, soonAfter, suiteHas } from './a-suite.ts'

const missedIds = () => missed.value?.alerts.map(({ alert }) => alert.alertId)
const known = () => [...picture.alerts.keys()]

describe('a page whose link is back', () => {
  it('is catching up, and tells what was missed, once all of it has come and not before', async () => {
    suiteHas()
    const socket = await signIn()
    // A machine that is busy at the start: the clock of the page has not been looked at for long.
    // That is no gap.
    nowMs.value = Date.now() - 10_000
    socket.subscribed([anAlert({ alertId: 'a' })])
    await soon(() => isLive.value).toBe(true)
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: Date.now() })
    const endClock = startClock()
    ;(await comesBack()).subscribed('recovered')
    Socket.last.event(anAlert({ alertId: 'first' }))
    await soon(known).toContain('first')
    expect(freshness.value).toMatchObject({ kind: 'stale', isCatchingUp: true })
    const looked = nowMs.value
    // The clock of the page passes twice, which shows none of it yet.
    vi.advanceTimersByTime(2_000)
    expect(nowMs.value).toBeGreaterThan(looked + 1_500)
    expect([missed.value, freshness.value.kind]).toEqual([null, 'stale'])
    Socket.last.event(anAlert({ alertId: 'last', severity: 'extreme' }))
    Socket.last.heartbeat()
    await soonAfter(1_000, missedIds).toEqual(['last', 'first'])
    expect(isLive.value).toBe(true)
    endClock()
  })

  it('is catching up while all that is open comes in parts', async () => {
    ;(await comesBack()).subscribed([anAlert({ alertId: 'a' })], true)
    nowMs.value = Date.now()
    await soon(() => freshness.value).toMatchObject({ kind: 'stale', isCatchingUp: true })
    Socket.last.part([anAlert({ alertId: 'b' })], false)
    await soon(() => isLive.value).toBe(true)
  })

  it('tells what came while it was not live, though the link was never given up', async () => {
    const endClock = startClock()
    await soonAfter(1_000, () => missed.value?.alerts.length).toBe(3)
    missed.value = null
    // What was read can be read again, since when it was missed.
    expect(lastGapMs.value).toBeGreaterThan(0)
    nowMs.value = Date.now() + 10_000
    expect(freshness.value.kind).toBe('stale')
    Socket.last.event(anAlert({ alertId: 'while held' }))
    await soonAfter(1_000, missedIds).toEqual(['while held'])
    expect(Socket.all).toHaveLength(3)
    const told = missed.peek()
    expect(told?.toMs).toBeGreaterThan(told?.fromMs ?? Number.POSITIVE_INFINITY)
    endClock()
    vi.useRealTimers()
  })
})
