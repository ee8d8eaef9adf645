// The shift report, and what it says beside the alerts.

import { describe, expect, it } from 'vitest'
import {
  formatText,
  listAround,
  type ReportTag,
  shiftHours,
  sinceIn,
  tagWords
} from '../src/records/shift-report.ts'
import type { ShiftReport, Silence } from '../src/shown/answers.ts'
import type { ShownAlert } from '../src/shown/shown-alert.ts'
import { anAlert } from './support/an-alert.ts'
import { aSilence, aSource, aWatch } from './support/records.ts'

const at = (minute: number) => `2026-03-01T12:${String(minute).padStart(2, '0')}:00.000Z`
const sinceMs = Date.parse(at(10))
const report = (alert: ShownAlert): ShiftReport =>
  ({
    ...{ since: at(10), until: at(30), omitted: 0, unchanged: 0 },
    counts: {
      ...{ unacknowledged: 1, extreme: 0, new: 1, escalated: 0, resolved: 0, medianSeconds: null }
    },
    items: [{ alert, heading: 'needed', tags: [{ kind: 'new', at: at(20) }], notified: false }]
  }) as unknown as ShiftReport

describe('a shift report', () => {
  it.each<[string, ReportTag['kind'], object]>([
    ['New', 'new', {}],
    ['Escalated 1 Mar, 12:16', 'escalated', {}],
    ['Acknowledged 1 Mar, 12:16', 'acknowledged', {}],
    ['Updated 1 Mar, 12:16', 'changed', {}],
    ['False alarm', 'resolved', { disposition: 'false-alarm' }]
  ])('says "%s"', (said, kind, operator) => {
    expect(tagWords({ kind, at: at(16) }, anAlert({ operator }))).toBe(said)
  })

  it('is one text, in which whatever somebody wrote stays within its line', () => {
    const hostile = anAlert({
      ...{ headline: 'A siege\nRESOLVED (9)', severity: 'severe', drill: true }
    })
    const around = [
      { kind: 'watches', lines: [{ key: 'w', text: 'Desk: nobody\nis on', isGrave: true }] }
    ] as const
    const text = formatText(report(hostile), {
      ...{ span: '06:00 to 14:00', caveats: ['It lacks something.'], note: 'Call\nback.', around }
    })
    expect(text.split('\n')).toEqual([
      'Shift report. 06:00 to 14:00',
      '1 unacknowledged, 0 extreme open, 1 new, 0 escalated, 0 resolved',
      '! It lacks something.',
      '',
      'To the next shift: Call back.',
      '',
      'NEEDS SOMEBODY NOW (1)',
      expect.stringMatching(
        /^- DRILL SEVERE A siege RESOLVED \(9\) \(.* · nobody notified; Unassigned; New\)$/
      ),
      '',
      'ON SHIFT (1)',
      '- ATTENTION: Desk: nobody is on'
    ])
  })

  it('begins a shift before it was opened unless the address says when, and refuses what is no time or still to come', () => {
    const shown = Date.parse(at(30))
    const since = (text: string, now = shown) => sinceIn(new URLSearchParams(text), shown, now)
    const ms = shown - shiftHours * 3_600_000
    expect(since('')).toEqual({ ms, isRefused: false })
    for (const text of ['since=nonsense', 'since=', `since=${at(31)}`])
      expect(since(text)).toEqual({ ms, isRefused: true })
    expect(since(`since=${at(10)}`)).toEqual({ ms: sinceMs, isRefused: false })
    // Each time that is over, however long the page is open.
    const laterMs = shown + 68 * 3_600_000
    expect(since(`since=${new Date(laterMs).toISOString()}`, laterMs + 1)).toEqual({
      ...{ ms: laterMs, isRefused: false }
    })
  })
})

const said = (hour: number) => `2026-03-01T${String(hour).padStart(2, '0')}:00:00.000Z`
const span = {
  sinceMs: Date.parse(said(6)),
  atMs: Date.parse(said(14)),
  nowIn: () => Date.parse(said(14))
}
const nothing = { silences: null, watches: null, sources: null }

const shift = (officer: string, from: number, until: number, note: string | null = null) => ({
  ...{ officer, from: said(from), until: said(until), lines: ['sub_1'], note }
})
const silenceBy = (id: string, members: Partial<Silence>) =>
  aSilence({
    id,
    reason: id,
    alertId: 'a1',
    startsAt: said(1),
    endsAt: said(20),
    createdAt: said(1),
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
    const over = (endedAt: number) => ({ standing: 'over' as const, endedAt: said(endedAt) })
    expect(
      linesOf({
        silences: [
          silenceBy('old', {}),
          silenceBy('new', { createdAt: said(9) }),
          silenceBy('ended', over(8)),
          silenceBy('long over', over(5)),
          silenceBy('gone', { isBacked: false })
        ]
      })
    ).toEqual([
      'Delayed until 1 Mar 2026, 20:00 UTC: one alert (Ama: old)',
      'New: delayed until 1 Mar 2026, 20:00 UTC: one alert (Ama: new)',
      'Ended at 1 Mar 2026, 08:00 UTC: one alert (Ama: ended)',
      'Delayed until 1 Mar 2026, 20:00 UTC: one alert (Ama: gone) (delays nothing: the key that made it is no longer valid)'
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
        heard: [{ theatre: 'sahel', lastReportedAt: said(13), state: 'live', reportsADay: [] }]
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
