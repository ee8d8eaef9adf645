// Counts the alerts that people were notified of, and how often, by theatre.

import type { AlertStatement } from '@tocsin/contracts/record/alert-event-v3'
import type { Severity } from '@tocsin/contracts/theatre/severity'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import { aReport } from '@tocsin/testing/report/report-builder'
import { describe, expect, it } from 'vitest'
import { AlertCollector } from '../../src/backtest/backtest-alerts.ts'
import type { KnownItem } from '../../src/backtest/known-items.ts'
import { allTime, judgeAlerts } from '../../src/backtest/label-figures.ts'
import type { Label } from '../../src/backtest/label-judgement.ts'
import { computeNotifiedFigures } from '../../src/backtest/notified-figures.ts'

interface Sketch {
  readonly id: string
  readonly at: string
  readonly kind?: string
  readonly notify?: string
  readonly severity?: Severity
  /** What it is part of is severe. */
  readonly partOf?: string
  readonly triggers?: readonly string[]
}

function collect(sketches: readonly Sketch[]) {
  const collector = new AlertCollector(() => null)
  for (const {
    id,
    at,
    kind = 'raised',
    notify = 'page',
    partOf = null,
    triggers = [],
    severity = 'severe'
  } of sketches)
    collector.take(
      `alert.${kind}`,
      {
        ...{
          alertId: id,
          ruleId: 'front',
          pattern: 'front',
          theatre: 'one',
          notify,
          partOf,
          severity
        },
        ...{ status: kind === 'resolved' ? 'resolved' : 'provisional', group: {} },
        area: { country: ['ML'], admin1: [], settlement: null, circle: null },
        evidence: triggers.map(incidentId => ({ incidentId, role: 'trigger' })),
        evidenceOmitted: 0,
        times: { detectedAt: `${at}T00:00:00.000Z`, occurredFrom: `${at}T00:00:00.000Z` }
      } as unknown as AlertStatement,
      partOf === null ? null : 'severe'
    )
  return collector.collect().alerts
}

/** One report a day from 6 January 2020, a Monday. */
const items = Array.from({ length: 28 }, (_, i): KnownItem => {
  const knownMs = Date.parse('2020-01-06') + i * dayMs
  const day = new Date(knownMs).toISOString().slice(0, 10)
  const revision = {
    ...aReport({ externalId: day, occurred: { from: day, to: day } }),
    theatre: 'one'
  }
  return { kind: 'report', row: i + 2, knownMs, recordId: day, revision }
})
const idOn = (day: string) => {
  const item = items.find(({ recordId }) => recordId === day)!
  return item.kind === 'report' ? item.revision.reportId : ''
}

describe('people are notified', () => {
  it('by what raises, escalates or reopens an alert, unless it is quiet or part of one as grave', () => {
    const told = computeNotifiedFigures(
      collect([
        { id: '1', at: '2020-01-07' },
        { id: '1', at: '2020-01-08', kind: 'revised', notify: 'update' },
        { id: '1', at: '2020-01-09', kind: 'escalated', notify: 'update' },
        { id: '1', at: '2020-01-10', kind: 'resolved', notify: 'quiet' },
        { id: '2', at: '2020-01-07', notify: 'quiet' },
        { id: '3', at: '2020-01-07', partOf: '1' },
        { id: '4', at: '2020-01-08', partOf: '1', severity: 'extreme' },
        { id: '5', at: '2020-01-12' },
        { id: '6', at: '2020-01-13' }
      ]),
      items
    )
    expect(told).toEqual({
      alerts: 4,
      notices: 5,
      noticesAWeek: 1.25,
      shareOfWeeksWithMoreThanTwo: 0.25,
      noticesAnAlert: 1,
      updatesAnAlert: 0,
      theatres: {
        one: {
          reports: 28,
          weeks: 4,
          alerts: 4,
          notices: 5,
          noticesAWeek: 1.25,
          weeksWithMoreThanTwo: 1
        }
      }
    })
  })
})

describe('labels', () => {
  const label = (id: string, from: string, to: string, more: Partial<Label> = {}): Label => ({
    ...{ id, kind: null, area: 'one', circle: null, byMs: null, ...more },
    fromMs: Date.parse(from),
    toMs: Date.parse(to) + dayMs
  })

  it('are found by the triggers of notices, with the delay from their first day', () => {
    const alerts = collect([
      { id: '1', at: '2020-01-08', triggers: [idOn('2020-01-07')] },
      { id: '1', at: '2020-01-12', kind: 'escalated', triggers: [idOn('2020-01-11')] },
      { id: '2', at: '2020-01-20', triggers: [idOn('2020-01-19')] },
      { id: '3', at: '2020-01-25', notify: 'quiet', triggers: [idOn('2020-01-24')] }
    ])
    const labels = [
      label('a', '2020-01-07', '2020-01-07', { byMs: Date.parse('2020-01-08') }),
      label('b', '2020-01-09', '2020-01-11', { kind: 'siege', byMs: Date.parse('2020-01-11') }),
      label('c', '2020-01-24', '2020-01-24')
    ]
    const { figures, listLabels } = judgeAlerts(labels, alerts, items, allTime)
    expect(figures).toMatchObject({
      labels: 3,
      found: 2,
      share: 0.6667,
      inTime: { labels: 2, found: 1 },
      delayDays: { median: 1, max: 3 },
      falseAlarms: 1,
      falseAlarmsAYear: 13.04,
      theatreYears: 0.08,
      byKind: { '': { labels: 2, found: 1 }, siege: { labels: 1, found: 1 } }
    })
    expect(figures.list.map(({ id, alertId }) => [id, alertId])).toEqual([
      ['a', '1'],
      ['b', '1'],
      ['c', null]
    ])
    expect(alerts.map(listLabels)).toEqual([['a', 'b'], [], []])
  })

  it('are judged in a period alone, with the years of it', () => {
    const alerts = collect([
      { id: '1', at: '2020-01-08', triggers: [idOn('2020-01-07')] },
      { id: '2', at: '2020-01-20', triggers: [idOn('2020-01-19')] }
    ])
    const labels = [label('a', '2020-01-07', '2020-01-07'), label('b', '2020-01-21', '2020-01-21')]
    const period = { fromMs: Date.parse('2020-01-13'), toMs: Date.parse('2020-01-27') }
    const { figures, listLabels } = judgeAlerts(labels, alerts, items, period)
    expect(figures).toMatchObject({ labels: 1, found: 0, falseAlarms: 1, falseAlarmsAYear: 26.09 })
    expect(alerts.map(listLabels)).toEqual([[], []])
  })
})
