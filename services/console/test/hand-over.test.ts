// What is handed over, and its text.

import { describe, expect, it } from 'vitest'
import { handOverOf, handOverParts, shiftHours, sinceIn } from '../src/change/hand-over.ts'
import { sitrepOf } from '../src/change/sitrep.ts'
import type { ShownAlert, ShownRevision } from '../src/shown/shown-alert.ts'
import { anAlert } from './support/an-alert.ts'

const at = (minute: number) => `2026-03-01T12:${String(minute).padStart(2, '0')}:00.000Z`
const sinceMs = Date.parse(at(10))
const nobody = {
  acknowledgedBy: null,
  acknowledgedUntil: null,
  assignedTo: null,
  disposition: null
}
const event = (name: string, minute: number, data: Partial<ShownAlert> = {}): ShownRevision => ({
  id: `${name} ${minute}`,
  type: `tocsin.alert.${name}.v1`,
  time: at(minute),
  data: anAlert(data)
})
const ids = (items: readonly { readonly alert: ShownAlert }[]) =>
  items.map(({ alert }) => alert.alertId)

describe('a hand-over', () => {
  it('tells under each heading what happened since, and only then', () => {
    const revisions = [
      event('raised', 5),
      event('acknowledged', 9, { action: { by: 'Ama', text: 'Before.' } }),
      event('escalated', 11),
      event('assigned', 12, { operator: nobody, action: { by: 'Ben', text: 'End of shift.' } }),
      event('revised', 13)
    ]
    const told = handOverOf([
      { alert: anAlert(), revisions, omitted: 0, sinceMs, isUnanswered: false }
    ])
    const idsBy = handOverParts.map(part => [
      part,
      ...told[part].flatMap(({ events }) => events.map(({ id }) => id))
    ])
    // What waits for somebody first, what is over last.
    expect(idsBy).toEqual([
      ['unanswered'],
      ['escalated', 'escalated 11'],
      ['raised'],
      ['nobody'],
      ['taken', 'assigned 12'],
      ['done'],
      ['noted', 'assigned 12'],
      ['closed'],
      ['changed'],
      ['unknown']
    ])
    expect(ids(told.nobody)).toEqual(['a1'])
  })

  it('tells what was revised and nothing else once, by its last change', () => {
    const revisions = [
      event('revised', 8),
      event('revised', 12),
      event('confirmed', 13),
      event('revised', 14)
    ]
    const told = handOverOf([
      { alert: anAlert(), revisions, omitted: 0, sinceMs, isUnanswered: false }
    ])
    expect(told.changed.map(({ events }) => events.map(({ id }) => id))).toEqual([['revised 14']])
    const quiet = handOverOf([
      {
        alert: anAlert(),
        revisions: [event('revised', 8)],
        omitted: 0,
        sinceMs,
        isUnanswered: false
      }
    ])
    expect(quiet.changed).toEqual([])
  })

  it('says how many events were not loaded, where some of them may be since then', () => {
    const revisions = [event('acknowledged', 12), event('revised', 13)]
    const of = (omitted: number, ...more: readonly ShownRevision[]) =>
      handOverOf([
        {
          alert: anAlert(),
          revisions: [...more, ...revisions],
          omitted,
          sinceMs,
          isUnanswered: false
        }
      ])
    expect(of(7).taken).toMatchObject([{ omitted: 7 }])
    expect(of(0).taken).toMatchObject([{ omitted: 0 }])
    // What was loaded goes further back than that.
    expect(of(7, event('raised', 5)).taken).toMatchObject([{ omitted: 0 }])
    expect(sitrepOf(of(7), 'Since 12:10.', [])).toContain('7 earlier events were not loaded')
    expect(sitrepOf(of(0), 'Since 12:10.', [])).not.toContain('not loaded;')
    const unsaid = handOverOf([
      { alert: anAlert(), revisions: [], omitted: 3, sinceMs, isUnanswered: false }
    ])
    expect(unsaid.unknown).toMatchObject([{ omitted: 3 }])
  })

  it('names what changed and could not be loaded, whoever has it', () => {
    const operator = { ...nobody, assignedTo: 'Ama' }
    const told = handOverOf([
      {
        alert: anAlert({ alertId: 'taken', operator }),
        revisions: null,
        omitted: 0,
        sinceMs,
        isUnanswered: false
      },
      {
        alert: anAlert({ alertId: 'closed', status: 'resolved' }),
        revisions: null,
        omitted: 0,
        sinceMs,
        isUnanswered: false
      },
      {
        alert: anAlert({ alertId: 'free' }),
        revisions: null,
        omitted: 0,
        sinceMs,
        isUnanswered: false
      }
    ])
    expect([ids(told.unknown), ids(told.nobody)]).toEqual([['closed', 'free', 'taken'], ['free']])
  })

  it('has what was done under a heading of its own, with what, when and by whom', () => {
    const done = { kind: 'warned', at: at(5), recordedAt: at(12) } as const
    const operator = { ...nobody, responses: { count: 1, first: done, last: done } }
    const action = { by: 'Ama', text: 'Called the elders.' }
    const alert = anAlert({ operator })
    const revisions = [
      event('responded', 12, { action, operator }),
      event('commented', 13, { action })
    ]
    const told = handOverOf([{ alert, revisions, omitted: 0, sinceMs, isUnanswered: false }])
    expect(
      [told.done, told.noted].map(items =>
        items.flatMap(({ events }) => events.map(({ id }) => id))
      )
    ).toEqual([['responded 12'], ['commented 13']])
    const text = sitrepOf(told, 'From a to b.', ['The page was not live.', 'Answers are missing.'])
    expect(text.split('\n').slice(1, 3)).toEqual([
      '! The page was not live.',
      '! Answers are missing.'
    ])
    expect(text).toContain(
      '    Response recorded by Ama, 1 Mar 2026, 12:12 UTC (1 Mar, 12:12 there): People were warned, 1 Mar 2026, 12:05 UTC (1 Mar, 12:05 there): Called the elders.'
    )
    expect(text).toContain(
      '; not taken; People were warned, 1 Mar 2026, 12:05 UTC (1 Mar, 12:05 there))'
    )
  })

  it('has what nobody answered, of equals what waits longest first, whether it changed or not', () => {
    const waiting = (
      alertId: string,
      day: number,
      severity: ShownAlert['severity'] = 'moderate'
    ) => {
      const alert = anAlert({
        ...{ alertId, severity, levels: [] },
        times: { firstReportedAt: `2026-02-2${day}T00:00:00.000Z` }
      })
      return { alert, revisions: [], omitted: 0, sinceMs, isUnanswered: true }
    }
    const told = handOverOf([
      waiting('late', 5),
      waiting('early', 3),
      waiting('grave', 6, 'extreme')
    ])
    expect(ids(told.unanswered)).toEqual(['grave', 'early', 'late'])
    expect(sitrepOf(told, 'Now.', [])).toContain(
      '; not taken; raised about 23 Feb 2026, 00:00 UTC (23 Feb, 00:00 there))'
    )
  })

  it('has what is closed under closed, gravest first, and never under what nobody has', () => {
    const closed = anAlert({ alertId: 'closed', status: 'resolved' })
    const grave = anAlert({ alertId: 'grave', status: 'retracted', severity: 'extreme' })
    const told = handOverOf([
      {
        alert: closed,
        revisions: [event('resolved', 20)],
        omitted: 0,
        sinceMs,
        isUnanswered: false
      },
      {
        alert: grave,
        revisions: [event('retracted', 15)],
        omitted: 0,
        sinceMs,
        isUnanswered: false
      }
    ])
    expect([ids(told.closed), ids(told.nobody)]).toEqual([['grave', 'closed'], []])
  })

  it('is a text in which nothing that was reported begins a line of its own', () => {
    const operator = { ...nobody, acknowledgedBy: 'Ama' }
    const alert = anAlert({ headline: 'Siege\n- EXTREME invented', operator, drill: true })
    const revisions = [
      event('acknowledged', 20, { operator, action: { by: 'Ama', text: 'Called.\nTwice.' } })
    ]
    const text = sitrepOf(
      handOverOf([{ alert, revisions, omitted: 0, sinceMs, isUnanswered: false }]),
      'From a to b.',
      []
    )
    expect(text.split('\n')).toContain(
      '- DRILL MODERATE Siege - EXTREME invented (Diosso · ML-4; Provisional; acknowledged by Ama)'
    )
    expect(text).toContain(
      '    Acknowledged by Ama, 1 Mar 2026, 12:20 UTC (1 Mar, 12:20 there): Called. Twice.'
    )
    // What is empty has no heading, and is named once.
    expect(text).not.toContain('NEW')
    expect(text).toMatch(
      /\n\nNothing under: Called people, and nobody answered; Escalated; New; .*Changed otherwise/
    )
  })

  it('begins a shift before it was opened unless the address says when, and refuses what is no time or still to come', () => {
    const shown = Date.parse(at(30))
    const since = (text: string, now = shown) => sinceIn(new URLSearchParams(text), shown, now)
    const ms = shown - shiftHours * 3_600_000
    expect(since('')).toEqual({ ms, isRefused: false })
    for (const text of ['since=nonsense', 'since=', `since=${at(31)}`])
      expect(since(text)).toEqual({ ms, isRefused: true })
    expect(since(`since=${at(10)}`)).toEqual({ ms: sinceMs, isRefused: false })
  })

  it('takes each time that is over, however long the page is open', () => {
    const opened = Date.parse(at(0))
    const fourHoursAgo = opened + 68 * 3_600_000
    const query = new URLSearchParams({ since: new Date(fourHoursAgo).toISOString() })
    expect(sinceIn(query, opened, fourHoursAgo + 4 * 3_600_000)).toEqual({
      ms: fourHoursAgo,
      isRefused: false
    })
  })
})
