// A machine whose clock is wrong, seen by what the suite's answers say.

import './a-suite.ts'
import { afterEach, describe, expect, it } from 'vitest'
import { clockAheadMs } from '../../src/http/answers.ts'
import { suite } from '../../src/http/requests.ts'
import { shiftHours } from '../../src/records/shift-report.ts'
import { blankDraft, makeBody } from '../../src/state/acts.ts'
import { setAddress } from '../../src/state/address.ts'
import { advance, nowIn, nowMs } from '../../src/state/console-state.ts'
import { openReport, since } from '../../src/state/shift-report.ts'
import { beginForm, watchForm } from '../../src/state/watches.ts'
import { aWatch } from '../support/records.ts'
import { aShiftReport } from './a-shift-report.ts'
import { aProblem, soon, suiteAnswers } from './a-suite.ts'

const hourMs = 3_600_000
const areSame = (one: number, other: number) => Math.abs(one - other) < 60_000
/** The suite's clock is so far ahead, which an answer tells the page. */
async function suiteIsAhead(aheadMs: number): Promise<void> {
  suiteAnswers(() => {
    const date = new Date(Date.now() + aheadMs).toUTCString()
    return Response.json({ items: [], next: null }, { headers: { date } })
  })
  await suite.me()
  advance()
}

afterEach(() => suiteIsAhead(0))

describe('the clock of this machine', () => {
  it('is taken for right within a minute', async () => {
    for (const aheadMs of [0, 50_000, -50_000]) {
      await suiteIsAhead(aheadMs)
      expect(clockAheadMs.value).toBe(0)
    }
  })

  it('that is wrong is said, and ages and ends go by the suite', async () => {
    await suiteIsAhead(5 * hourMs)
    await soon(() => Math.round(clockAheadMs.value / hourMs)).toBe(5)
    const { until } = makeBody({ ...blankDraft, until: '240' }, nowIn('sahel')) as {
      readonly until: string
    }
    expect(Math.round((Date.parse(until) - Date.now()) / hourMs)).toBe(9)
    expect(Math.round((nowMs.value - Date.now()) / hourMs)).toBe(5)
    await suiteIsAhead(-3 * hourMs)
    expect(Math.round(clockAheadMs.value / hourMs)).toBe(-3)
    await suiteIsAhead(0)
    expect(clockAheadMs.value).toBe(0)
  })

  it.each([5, -3])(
    'that is wrong by %i h dates no shift report, which says so to who reads it',
    async hours => {
      await suiteIsAhead(hours * hourMs)
      const suiteMs = Date.now() + hours * hourMs
      // Of the shift that ends now, and of a link that the officer before made now at a machine
      // that is right.
      for (const [search, fromMs] of [
        ['', suiteMs - shiftHours * hourMs],
        [`?since=${new Date(suiteMs).toISOString()}`, suiteMs]
      ] as const) {
        setAddress({ since: new URLSearchParams(search).get('since') })
        openReport()
        expect([areSame(since.value.ms, fromMs), since.value.isRefused]).toEqual([true, false])
        const { sinceMs, atMs, caveats } = await aShiftReport()
        expect([areSame(sinceMs, fromMs), areSame(atMs, suiteMs)]).toEqual([true, true])
        // Answers tell the second.
        expect(caveats[0]).toMatch(hours > 0 ? /[45] h behind/ : /[23] h ahead of/)
      }
      setAddress({ since: null })
      await suiteIsAhead(0)
      expect((await aShiftReport()).caveats.join(' ')).not.toContain('clock')
    }
  )

  it('that is wrong begins no shift', async () => {
    await suiteIsAhead(30 * hourMs)
    const suiteMs = Date.now() + 30 * hourMs
    beginForm('hand-over', aWatch())
    const untilMs = Date.parse(`${watchForm.typed.value.until}Z`)
    expect(Math.round((untilMs - suiteMs) / hourMs)).toBe(8)
  })

  it('may be behind another officer’s by what counts for the same, and takes the link made there', () => {
    setAddress({ since: new Date(nowMs.value + 40_000).toISOString() })
    expect(since.value.isRefused).toBe(false)
    setAddress({ since: new Date(nowMs.value + 120_000).toISOString() })
    expect(since.value.isRefused).toBe(true)
    setAddress({ since: null })
  })

  it('is not judged by an answer without a time', async () => {
    suiteAnswers(() => aProblem(503))
    await suite.me()
    expect(clockAheadMs.value).toBe(0)
  })
})
