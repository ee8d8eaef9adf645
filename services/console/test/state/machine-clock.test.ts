// A machine whose clock is wrong, seen by what the suite's answers say.

import './a-suite.ts'
import { describe, expect, it } from 'vitest'
import { type Caller, suite } from '../../src/http/suite.ts'
import { bodyOf } from '../../src/state/acts.ts'
import {
  canariesAtMs,
  clockAheadMs,
  heardAtMs,
  link,
  nowIn,
  nowMs,
  pipeline,
  readiness,
  signedIn
} from '../../src/state/console-state.ts'
import { blankDraft } from '../../src/state/drafts.ts'
import { aProblem, soon, suiteAnswers } from './a-suite.ts'

const hourMs = 3_600_000
const tellsTime = (aheadMs: number) =>
  suiteAnswers(() => {
    const answer = aProblem(503)
    answer.headers.set('date', new Date(Date.now() + aheadMs).toUTCString())
    return answer
  })

function goesLive(): void {
  signedIn.value = { kind: 'caller', caller: { scopes: ['alerts:read'] } as unknown as Caller }
  link.value = { kind: 'live', transport: 'websocket', isCaughtUp: true }
  heardAtMs.value = nowMs.value
  readiness.value = { ready: true, log: 'ok', checks: {} }
}

describe('the clock of this machine', () => {
  it('is taken for right within a minute', async () => {
    for (const aheadMs of [0, 50_000, -50_000]) {
      tellsTime(aheadMs)
      await suite.me()
      expect(clockAheadMs.value).toBe(0)
    }
  })

  it('that is wrong is said, and ages and ends go by the suite', async () => {
    tellsTime(5 * hourMs)
    await suite.me()
    await soon(() => Math.round(clockAheadMs.value / hourMs)).toBe(5)
    const { until } = bodyOf({ ...blankDraft, until: '240' }, nowIn('sahel')) as { readonly until: string }
    expect(Math.round((Date.parse(until) - nowMs.value) / hourMs)).toBe(9)
    tellsTime(-3 * hourMs)
    await suite.me()
    expect(Math.round(clockAheadMs.value / hourMs)).toBe(-3)
    // Reported two hours ago by the suite's clock, an hour ahead of it by this one's: no canary is young by a wrong clock.
    goesLive()
    canariesAtMs.value = new Map([['sahel', nowMs.value - 5 * hourMs]])
    expect(pipeline.value).toEqual({ kind: 'overdue', ageMs: 2 * hourMs + (clockAheadMs.value + 3 * hourMs) })
    tellsTime(0)
    await suite.me()
    expect(clockAheadMs.value).toBe(0)
  })

  it('is not judged by an answer without a time', async () => {
    suiteAnswers(() => aProblem(503))
    await suite.me()
    expect(clockAheadMs.value).toBe(0)
  })
})
