// The shift report in words and as text, and when it begins.

import { describe, expect, it } from 'vitest'
import {
  formatText,
  type ReportTag,
  shiftHours,
  sinceIn,
  tagWords
} from '../src/records/shift-report.ts'
import type { ShiftReport } from '../src/shown/answers.ts'
import type { ShownAlert } from '../src/shown/shown-alert.ts'
import { anAlert } from './support/an-alert.ts'

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
