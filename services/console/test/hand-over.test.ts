// What is handed over, and its text.

import { describe, expect, it } from 'vitest'
import { handOverOf, handOverParts, shiftHours, sinceIn } from '../src/change/hand-over.ts'
import { sitrepOf } from '../src/change/sitrep.ts'
import type { ShownAlert, ShownRevision } from '../src/shown/shown-alert.ts'
import { type AlertMembers, anAlert } from './support/an-alert.ts'

const at = (minute: number) => `2026-03-01T12:${String(minute).padStart(2, '0')}:00.000Z`
const sinceMs = Date.parse(at(10))
const event = (name: string, minute: number, data: AlertMembers = {}): ShownRevision => ({
  id: `${name} ${minute}`,
  type: `tocsin.alert.${name}.v1`,
  time: at(minute),
  data: anAlert(data)
})
/** An alert with its events since the shift began; null: they could not be loaded. */
const known = (
  members: AlertMembers,
  revisions: readonly ShownRevision[] | null = [],
  omitted = 0,
  isUnanswered = false
) => ({ alert: anAlert(members), revisions, omitted, sinceMs, isUnanswered })
const handedOver = (...revisions: readonly ShownRevision[]) => handOverOf([known({}, revisions)])
const ids = (items: readonly { readonly alert: ShownAlert }[]) =>
  items.map(({ alert }) => alert.alertId)
const eventIds = (items: readonly { readonly events: readonly ShownRevision[] }[]) =>
  items.flatMap(({ events }) => events.map(({ id }) => id))

describe('a hand-over', () => {
  it('tells under each heading what happened since, and only then', () => {
    const told = handedOver(
      event('raised', 5),
      event('acknowledged', 9, { action: { by: 'Ama', text: 'Before.' } }),
      event('escalated', 11),
      event('assigned', 12, { action: { by: 'Ben', text: 'End of shift.' } }),
      event('revised', 13)
    )
    // What waits for somebody first, what is over last.
    expect(handOverParts.map(part => [part, ...eventIds(told[part])])).toEqual([
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
    const before = event('revised', 8)
    const since = [event('revised', 12), event('confirmed', 13), event('revised', 14)]
    expect(eventIds(handedOver(before, ...since).changed)).toEqual(['revised 14'])
    expect(handedOver(before).changed).toEqual([])
  })

  it('says how many events were not loaded, where some of them may be since then', () => {
    const revisions = [event('acknowledged', 12), event('revised', 13)]
    const of = (omitted: number, ...more: readonly ShownRevision[]) =>
      handOverOf([known({}, [...more, ...revisions], omitted)])
    expect(of(7).taken).toMatchObject([{ omitted: 7 }])
    expect(of(0).taken).toMatchObject([{ omitted: 0 }])
    // What was loaded goes further back than that.
    expect(of(7, event('raised', 5)).taken).toMatchObject([{ omitted: 0 }])
    expect(sitrepOf(of(7), 'Since 12:10.', [])).toContain('7 earlier events were not loaded')
    expect(sitrepOf(of(0), 'Since 12:10.', [])).not.toContain('not loaded;')
    expect(handOverOf([known({}, [], 3)]).unknown).toMatchObject([{ omitted: 3 }])
  })

  it('names what changed and could not be loaded, whoever has it', () => {
    const told = handOverOf([
      known({ alertId: 'taken', operator: { assignedTo: 'Ama' } }, null),
      known({ alertId: 'closed', status: 'resolved' }, null),
      known({ alertId: 'free' }, null)
    ])
    expect([ids(told.unknown), ids(told.nobody)]).toEqual([['closed', 'free', 'taken'], ['free']])
  })

  it('has what was done under a heading of its own, with what, when and by whom', () => {
    const done = { kind: 'warned', at: at(5), recordedAt: at(12) } as const
    const operator = { responses: { count: 1, first: done, last: done } }
    const action = { by: 'Ama', text: 'Called the elders.' }
    const events = [
      event('responded', 12, { action, operator }),
      event('commented', 13, { action })
    ]
    const told = handOverOf([known({ operator }, events)])
    expect([told.done, told.noted].map(eventIds)).toEqual([['responded 12'], ['commented 13']])
    const text = sitrepOf(told, 'From a to b.', ['The page was not live.', 'Answers are missing.'])
    const warned = 'People were warned, 1 Mar 2026, 12:05 UTC (1 Mar, 12:05 there)'
    expect(text).toContain('\n! The page was not live.\n! Answers are missing.\n')
    expect(text).toContain(
      `    Response recorded by Ama, 1 Mar 2026, 12:12 UTC (1 Mar, 12:12 there): ${warned}: Called the elders.`
    )
    expect(text).toContain(`; not taken; ${warned})`)
  })

  it('has what nobody answered, of equals what waits longest first, whether it changed or not', () => {
    const waiting = (alertId: string, day: number, more: AlertMembers = {}) => {
      const times = { firstReportedAt: `2026-02-2${day}T00:00:00.000Z` }
      return known({ alertId, levels: [], times, ...more }, [], 0, true)
    }
    const told = handOverOf([
      ...[waiting('late', 5), waiting('early', 3), waiting('grave', 6, { severity: 'extreme' })]
    ])
    expect(ids(told.unanswered)).toEqual(['grave', 'early', 'late'])
    expect(sitrepOf(told, 'Now.', [])).toContain(
      '; not taken; raised about 23 Feb 2026, 00:00 UTC (23 Feb, 00:00 there))'
    )
  })

  it('has what is closed under closed, gravest first, and never under what nobody has', () => {
    const grave = { alertId: 'grave', status: 'retracted', severity: 'extreme' } as const
    const told = handOverOf([
      known({ alertId: 'closed', status: 'resolved' }, [event('resolved', 20)]),
      known(grave, [event('retracted', 15)])
    ])
    expect([ids(told.closed), ids(told.nobody)]).toEqual([['grave', 'closed'], []])
  })

  it('is a text in which nothing that was reported begins a line of its own', () => {
    const operator = { acknowledgedBy: 'Ama' }
    const action = { by: 'Ama', text: 'Called.\nTwice.' }
    const alert = { headline: 'Siege\n- EXTREME invented', operator, drill: true }
    const told = handOverOf([known(alert, [event('acknowledged', 20, { operator, action })])])
    const text = sitrepOf(told, 'From a to b.', [])
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
    // Each time that is over, however long the page is open.
    const laterMs = shown + 68 * 3_600_000
    expect(since(`since=${new Date(laterMs).toISOString()}`, laterMs + 1)).toEqual({
      ...{ ms: laterMs, isRefused: false }
    })
  })
})
