// The shift report: counts, and each alert once under the first heading that fits.

import { describe, expect, it } from 'vitest'
import {
  makeShiftReport,
  shiftHours,
  sinceIn,
  timesIn,
  timesWanted
} from '../../src/derived/shift-report.ts'
import { formatText, tagWords } from '../../src/derived/shift-report-text.ts'
import type { AlertDetail, ShownAlert } from '../../src/shown/shown-alert.ts'
import { type AlertMembers, anAlert } from '../support/an-alert.ts'

const at = (minute: number) => `2026-03-01T12:${String(minute).padStart(2, '0')}:00.000Z`
const sinceMs = Date.parse(at(10))
const nobody = anAlert().operator
const times = (first: number, detected: number) => ({
  ...{ occurredFrom: at(0), firstReportedAt: at(first), detectedAt: at(detected) }
})
const level = (minute: number) => ({ level: 1, at: at(minute), reason: 'r' })
const alert = (alertId: string, first: number, detected: number, more: AlertMembers = {}) =>
  anAlert({
    ...{ alertId, headline: alertId, times: times(first, detected), levels: [level(first)] },
    ...{ severity: 'severe', operator: nobody },
    ...more
  })
const report = (...alerts: readonly ShownAlert[]) =>
  makeShiftReport(alerts, {
    sinceOf: () => sinceMs,
    isUnacknowledged: ({ operator }) => operator.acknowledgedBy === null
  })
const taken = { ...nobody, acknowledgedBy: 'Ama', acknowledgedFirstAt: at(24) }

it('has the times of the history of an alert, where that is asked for', () => {
  const grown = alert('grown', 1, 16, { levels: [level(2), level(3)] })
  const revisions = [
    { type: 'tocsin.alert.raised.v1', time: at(2) },
    { type: 'tocsin.alert.escalated.v1', time: at(16) }
  ] as unknown as AlertDetail['revisions']
  const known = timesIn({ raisedAt: at(2), revisions })
  const { needed } = makeShiftReport([grown], {
    ...{ sinceOf: () => sinceMs, isUnacknowledged: () => true },
    times: new Map([['grown', known]])
  })
  expect(needed[0]?.tags).toEqual([{ kind: 'escalated', at: at(16) }])
  expect(timesIn({ raisedAt: at(2), revisions: revisions.slice(0, 1) }).escalatedAt).toBeNull()
  const wanted = timesWanted([alert('old', 1, 2), grown, alert('new', 20, 20)], () => sinceMs, 1)
  expect(wanted.map(({ alertId }) => alertId)).toEqual(['grown'])
})

describe('a shift report', () => {
  const escalated = { levels: [level(2), level(16)], severity: 'extreme' } as const
  const made = report(
    alert('old', 1, 2, { severity: 'minor' }),
    alert('moved', 1, 12, { severity: 'minor' }),
    alert('new', 20, 20),
    alert('grown', 2, 16, escalated),
    alert('taken', 20, 24, { operator: taken }),
    alert('kept', 1, 2, { operator: { ...nobody, assignedTo: 'Ben', acknowledgedBy: 'Ben' } }),
    alert('done', 1, 30, {
      status: 'resolved',
      operator: { ...nobody, disposition: 'false-alarm' }
    }),
    alert('done before', 1, 5, { status: 'resolved' })
  )

  it('names each alert once, under the first heading that fits, the gravest first', () => {
    const { needed, inHand, others, over } = made
    const named = [needed, inHand, others, over].map(part => part.map(each => each.alert.alertId))
    expect(named).toEqual([['grown', 'new'], ['taken', 'kept'], ['moved'], ['done']])
    expect(made.unchanged).toBe(1)
  })

  it('counts what waits, what came, grew and ended, and how soon it was acknowledged', () => {
    expect(made.counts).toEqual({
      ...{ unacknowledged: 4, extreme: 1, new: 2, escalated: 1, resolved: 1 },
      medianMs: 4 * 60_000
    })
    expect(report().counts.medianMs).toBeNull()
  })

  it('says of each what became of it in this time, and when', () => {
    const tagsOf = (id: string) =>
      [...made.needed, ...made.inHand, ...made.others, ...made.over]
        .filter(each => each.alert.alertId === id)
        .flatMap(each => each.tags.map(tag => tagWords(tag, each.alert)))
    expect(['new', 'grown', 'taken', 'kept', 'moved', 'done'].map(tagsOf)).toEqual([
      ['New'],
      ['Escalated 1 Mar, 12:16'],
      ['New', 'Acknowledged 1 Mar, 12:24'],
      [],
      ['Updated 1 Mar, 12:12'],
      ['False alarm']
    ])
  })

  it('is one text, in which whatever somebody wrote stays within its line', () => {
    const hostile = alert('x', 20, 20, { headline: 'A siege\nRESOLVED (9)', drill: true })
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
      expect.stringMatching(/^- DRILL SEVERE A siege RESOLVED \(9\) \(.*; Unassigned; New\)$/),
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
