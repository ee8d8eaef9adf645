// What is handed over beside the alerts.

import { describe, expect, it } from 'vitest'
import { listAround } from '../src/records/shift-report.ts'
import type { Silence } from '../src/shown/answers.ts'
import { aSilence, aSource, aWatch } from './support/records.ts'

const at = (hour: number) => `2026-03-01T${String(hour).padStart(2, '0')}:00:00.000Z`
const span = {
  sinceMs: Date.parse(at(6)),
  atMs: Date.parse(at(14)),
  nowIn: () => Date.parse(at(14))
}
const nothing = { silences: null, watches: null, sources: null }

const shift = (officer: string, from: number, until: number, note: string | null = null) => ({
  ...{ officer, from: at(from), until: at(until), lines: ['sub_1'], note }
})
const silenceBy = (id: string, members: Partial<Silence>) =>
  aSilence({
    id,
    reason: id,
    alertId: 'a1',
    startsAt: at(1),
    endsAt: at(20),
    createdAt: at(1),
    ...members
  })
const linesOf = (around: Partial<Parameters<typeof listAround>[0]>) =>
  listAround({ ...nothing, ...around }, span).flatMap(({ lines }) =>
    lines.map(({ text, isGrave }) => (isGrave ? `! ${text}` : text))
  )

describe('beside the alerts is handed over', () => {
  it('who is on watch, who came on since with which words, and first the watch that nobody is on', () => {
    const on = shift('Kofi', 12, 20, 'Road north is shut.')
    const staffed = aWatch({
      name: 'Night desk',
      shifts: [shift('Ama', 4, 12), on],
      onWatch: [on],
      next: shift('Efe', 20, 23)
    })
    const hole = aWatch({ id: 'w2', name: 'Day desk', isUnstaffed: true })
    expect(linesOf({ watches: [staffed, hole] })).toEqual([
      '! Day desk: nobody is on; nobody is planned after that',
      'Night desk: Kofi is on until 1 Mar 2026, 20:00 UTC; next Efe, from 1 Mar 2026, 20:00 UTC',
      'Night desk: Kofi came on at 1 Mar 2026, 12:00 UTC: Road north is shut.'
    ])
  })

  it('each silence that stands, and those that ended in this time alone', () => {
    const over = (endedAt: number) => ({ standing: 'over' as const, endedAt: at(endedAt) })
    expect(
      linesOf({
        silences: [
          silenceBy('old', {}),
          silenceBy('new', { createdAt: at(9) }),
          silenceBy('ended', over(8)),
          silenceBy('long over', over(5)),
          silenceBy('gone', { isBacked: false })
        ]
      })
    ).toEqual([
      'Held back until 1 Mar 2026, 20:00 UTC: one alert (Ama: old)',
      'New: held back until 1 Mar 2026, 20:00 UTC: one alert (Ama: new)',
      'Ended at 1 Mar 2026, 08:00 UTC: one alert (Ama: ended)',
      'Held back until 1 Mar 2026, 20:00 UTC: one alert (Ama: gone) (holds nothing: the key that made it is no longer valid)'
    ])
  })

  it('each source that is silent, first those that became so in this time by the time of their theatre', () => {
    const silent = (lastReportedAt: string) => [
      { theatre: 'sahel', lastReportedAt, state: 'silent' as const, reportsADay: [] }
    ]
    const sources = [
      aSource('long', { heard: silent('2026-02-20T00:00:00.000Z') }),
      aSource('lately', { heard: silent('2026-02-28T08:00:00.000Z') }),
      aSource('heard', {
        heard: [{ theatre: 'sahel', lastReportedAt: at(13), state: 'live', reportsADay: [] }]
      })
    ]
    expect(linesOf({ sources })).toEqual([
      '! lately in sahel went silent in this time: its last report came 1 d ago, 28 Feb 2026, 08:00 UTC',
      'long in sahel is silent still: its last report came 9 d ago, 20 Feb 2026, 00:00 UTC'
    ])
    expect(linesOf({ sources: [...sources, aSource('untold')] })).toEqual([])
  })

  it('nothing that the key may not know of', () => {
    expect(listAround(nothing, span)).toEqual([])
  })
})
