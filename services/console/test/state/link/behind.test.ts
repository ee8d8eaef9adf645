// A suite that is minutes behind its reports, over a good link: the page says so, wherever quiet
// would pass for peace.

import '../a-suite.ts'
import '../a-stream.ts'
import { describe, expect, it } from 'vitest'
import { behindToldMs } from '../../../src/live/backlog.ts'
import {
  behindSinceMs,
  freshness,
  isLive,
  nowMs,
  pipeline
} from '../../../src/state/console-state.ts'
import { caveatsOf, handOver, makeHandOver } from '../../../src/state/hand-over.ts'
import { retryNow } from '../../../src/state/live-link.ts'
import { begin } from '../../../src/state/session.ts'
import { arm, disarm, isLost } from '../../../src/state/sound.ts'
import { anAlert } from '../../support/an-alert.ts'
import { Socket } from '../a-stream.ts'
import { aProblem, soon, suiteAnswers } from '../a-suite.ts'

const ama = {
  id: 'k1',
  name: 'Ama',
  scopes: ['alerts:read'],
  theatres: '*',
  handling: 'internal',
  expiresAt: null
}
/** What the page says the age is, s; null: it is not behind. A moment may pass meanwhile. */
const behindS = () =>
  behindSinceMs.value === null ? null : Math.floor((nowMs.value - behindSinceMs.value + 50) / 1_000)

async function beats(ageSeconds: number): Promise<void> {
  const before = nowMs.value
  Socket.last.heartbeat(ageSeconds)
  await soon(() => Date.now()).toBeGreaterThan(before)
  nowMs.value = Date.now()
}

describe('a page on a good link to a suite that is behind', () => {
  it('says so from half a minute on, by the light, in the tab and by the sound', async () => {
    suiteAnswers(path => {
      if (path === '/v1/me') return Response.json(ama)
      return path.startsWith('/v1/') ? Response.json({ items: [], next: null }) : aProblem(404)
    })
    await begin()
    await Socket.last.open()
    Socket.last.subscribed([anAlert({ alertId: 'a' })])
    await soon(() => isLive.value).toBe(true)
    await arm()
    await beats(behindToldMs / 1_000 - 5)
    expect([behindSinceMs.value, isLost.value]).toEqual([null, false])
    await beats(90)
    await soon(behindS).toBe(90)
    expect([isLive.value, isLost.value]).toEqual([true, true])
    expect(pipeline.value).toMatchObject({ kind: 'behind' })
    expect(document.title).toMatch(/^⚠ behind · /)
    // It is said until it is over for certain: a banner that comes and goes is not read.
    await beats(20)
    await soon(behindS).toBe(20)
    await beats(10)
    expect(behindSinceMs.value).toBeNull()
    await beats(25)
    expect(behindSinceMs.value).toBeNull()
    await beats(90)
    await soon(behindS).toBe(90)
    disarm()
  })

  it('dates by it what it shows: a hand-over, and the page itself when the link is lost', async () => {
    await makeHandOver()
    const made = handOver.value
    expect(made.kind === 'made' ? caveatsOf(made.made) : []).toContainEqual(
      expect.stringMatching(/^The suite was behind/)
    )
    Socket.last.close(1006)
    await soon(() => freshness.value.kind).toBe('stale')
    const state = freshness.value
    expect(
      nowMs.value - ((state.kind === 'stale' ? state.sinceMs : null) ?? 0)
    ).toBeGreaterThanOrEqual(90_000)
    expect(behindSinceMs.value).toBeNull()
  })

  it('does not take the age of a link that is gone for that of the next one', async () => {
    retryNow()
    await soon(() => Socket.all.length).toBe(2)
    await Socket.last.open()
    Socket.last.subscribed('recovered')
    await beats(5)
    await soon(() => isLive.value).toBe(true)
    expect(behindSinceMs.value).toBeNull()
    await beats(60)
    await soon(behindS).toBe(60)
    Socket.last.close(1006)
    retryNow()
    await soon(() => Socket.all.length).toBe(3)
    await Socket.last.open()
    Socket.last.subscribed([anAlert({ alertId: 'a' })])
    nowMs.value = Date.now()
    await soon(() => isLive.value).toBe(true)
    expect(behindSinceMs.value).toBeNull()
  })
})
