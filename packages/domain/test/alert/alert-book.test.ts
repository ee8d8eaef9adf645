// Alerts at the edge of retention: pending events, and removal by age. An alert goes on with a
// finding that could raise none.

import { describe, expect, it } from 'vitest'
import { AlertBook } from '../../src/alert/alert-book.ts'
import type { RecordContext } from '../../src/alert/alert-decision.ts'
import type { Finding } from '../../src/finding/finding.ts'
import type { RuleChange } from '../../src/finding/finding-continuity.ts'
import { assembleIncident, viewOf } from '../../src/incident/incident.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { revisionOf, testDigest } from '../fold-story.ts'

const startMs = Date.parse('2023-01-01T00:00:00.000Z')
const rule = { ruleId: 'seen', ruleVersion: 1, pattern: 'seen', parameters: {} }
const trigger = assembleIncident([viewOf(revisionOf({ id: 'a', at: '2023-01-01' }), startMs, 'B')])

const ended: Finding = {
  group: { admin1: 'ML-4' },
  situation: null,
  fromMs: startMs,
  toMs: startMs + 9 * dayMs,
  levels: [{ level: 1, atMs: startMs, reason: 'entry' }],
  measure: { name: 'attacks', value: 1, threshold: 1, baseline: null },
  triggers: [trigger],
  support: [],
  omitted: 0,
  headline: 'Seen in ML-4',
  explanation: 'It was seen.'
}

const change = (removed: readonly Finding[], added: readonly Finding[]): RuleChange => ({
  rule,
  severities: ['moderate'],
  removed,
  added
})

const at = (days: number): RecordContext => ({
  recordId: `r${days}`,
  time: formatTime(startMs + days * dayMs),
  quiet: false,
  horizonMs: startMs + days * dayMs,
  nowMs: startMs + days * dayMs,
  watermarkMs: null,
  watermarkAt: () => null,
  handling: 'public',
  watermarkMoved: false,
  newDay: false,
  revisions: { revisionOf: () => 1, changes: 0, changedSince: () => null }
})

/**
 * One record reports an episode that is long over: its alert is raised, and its end is still
 * pending when the theatre removes it.
 */
function withEndUnsaid(): AlertBook {
  const book = new AlertBook('sahel', testDigest)
  expect(book.reconcile([change([], [ended])], at(900)).map(({ type }) => type)).toEqual([
    'alert.raised'
  ])
  book.archive(startMs + 80 * dayMs)
  return book
}

function restored(book: AlertBook, standing: readonly Finding[]): AlertBook {
  const away = new AlertBook('sahel', testDigest)
  away.restore(JSON.parse(JSON.stringify(book.snapshot())), new Map([['seen', standing]]))
  return away
}

describe('an alert that is older than the retention', () => {
  it('publishes its pending event and is removed; it is not retracted because its evidence aged out', () => {
    for (const book of [withEndUnsaid(), restored(withEndUnsaid(), [])]) {
      // The fold removes what the boundary passed: the finding is gone from it.
      expect(book.reconcile([change([ended], [])], at(901)).map(({ type }) => type)).toEqual([
        'alert.resolved'
      ])
      expect(book.size).toBe(0)
      expect(book.reconcile([change([ended], [])], at(902))).toEqual([])
    }
  })

  it('is not continued by an episode that begins after it', () => {
    for (const book of [withEndUnsaid(), restored(withEndUnsaid(), [])]) {
      const again = { ...ended, headline: 'Seen in ML-4 again' }
      const said = book.reconcile([change([], [again])], at(901))
      expect(said.map(({ type }) => type)).toEqual(['alert.resolved', 'alert.raised'])
      expect(said[1]?.data).toMatchObject({ references: [] })
      expect(book.size).toBe(1)
    }
  })
})

describe('a finding that may raise no alert', () => {
  const here: Finding = {
    ...ended,
    toMs: null,
    situation: { keys: ['at Dioura'], around: null, untilMs: startMs + 90 * dayMs }
  }
  const elsewhere = assembleIncident([
    viewOf(revisionOf({ id: 'b', at: '2023-01-02' }), startMs, 'B')
  ])
  const silent: Finding = {
    ...here,
    fromMs: startMs + dayMs,
    triggers: [elsewhere],
    headline: 'Seen before it knew'
  }

  it('continues the alert of its situation that loses its own, also after a restart', () => {
    const book = new AlertBook('sahel', testDigest)
    const raised = book.reconcile(
      [{ ...change([], [here, silent]), mayRaise: finding => finding === here }],
      at(2)
    )
    expect(raised).toMatchObject([{ type: 'alert.raised', data: { headline: here.headline } }])
    const alertId = raised[0]?.data.alertId
    for (const each of [restored(book, [here, silent]), book])
      expect(each.reconcile([change([here], [])], at(3))).toMatchObject([
        { type: 'alert.revised', data: { alertId, headline: silent.headline } }
      ])
  })
})
