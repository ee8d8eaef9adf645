// A suite that is minutes behind its reports, over a good link: the page says so, wherever quiet
// would pass for peace.

import '../a-link.ts'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { behindToldMs } from '../../../src/live/standing.ts'
import {
  behindSinceMs,
  freshness,
  isLive,
  nowMs,
  pipeline,
  suiteAsOfMs
} from '../../../src/state/console-state.ts'
import { madeReport, makeReport } from '../../../src/state/shift-report.ts'
import { arm, disarm, isLost } from '../../../src/state/sound.ts'
import { anAlert } from '../../support/an-alert.ts'
import { comesBack, signIn } from '../a-link.ts'
import { Socket } from '../a-stream.ts'
import { soon, suiteHas } from '../a-suite.ts'

/** What the page says the age is, s; null: it is not behind. */
const behindS = () =>
  behindSinceMs.value === null ? null : (nowMs.value - behindSinceMs.value) / 1_000

async function beats(ageSeconds: number): Promise<void> {
  Socket.last.heartbeat(ageSeconds)
  await soon(() => suiteAsOfMs.value).toBe(Date.now() - ageSeconds * 1_000)
  nowMs.value = Date.now()
}

// The clock stands still.
beforeAll(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }))
afterAll(() => void vi.useRealTimers())

describe('a page on a good link to a suite that is behind', () => {
  it('says so from half a minute on, by the light, in the tab and by the sound', async () => {
    suiteHas()
    await signIn()
    Socket.last.subscribed([anAlert({ alertId: 'a' })])
    await soon(() => isLive.value).toBe(true)
    await arm()
    await beats(behindToldMs / 1_000 - 5)
    expect([behindSinceMs.value, isLost.value]).toEqual([null, false])
    await beats(90)
    expect(behindS()).toBe(90)
    expect([isLive.value, isLost.value]).toEqual([true, true])
    expect(pipeline.value).toMatchObject({ kind: 'behind' })
    expect(document.title).toMatch(/^⚠ behind · /)
    // It is said until it is over for certain: a banner that comes and goes is not read.
    await beats(20)
    expect(behindS()).toBe(20)
    await beats(10)
    expect(behindSinceMs.value).toBeNull()
    await beats(25)
    expect(behindSinceMs.value).toBeNull()
    await beats(90)
    expect(behindS()).toBe(90)
    disarm()
  })

  it('dates by it what it shows: a shift report, and the page itself when the link is lost', async () => {
    await makeReport()
    expect(madeReport.value?.caveats).toContainEqual(expect.stringMatching(/^Tocsin was behind/))
    Socket.last.close(1006)
    await soon(() => freshness.value.kind).toBe('stale')
    const state = freshness.value
    expect(
      nowMs.value - ((state.kind === 'stale' ? state.sinceMs : null) ?? 0)
    ).toBeGreaterThanOrEqual(90_000)
    expect(behindSinceMs.value).toBeNull()
  })

  it('does not take the age of a link that is gone for that of the next one', async () => {
    ;(await comesBack()).subscribed('recovered')
    await beats(5)
    await soon(() => isLive.value).toBe(true)
    expect(behindSinceMs.value).toBeNull()
    await beats(60)
    expect(behindS()).toBe(60)
    ;(await comesBack()).subscribed([anAlert({ alertId: 'a' })])
    await soon(() => isLive.value).toBe(true)
    expect(behindSinceMs.value).toBeNull()
  })
})
