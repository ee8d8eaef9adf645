// Figures of alert events: alerts raised by rule, year, country and week, delays, and retractions.

import type { AlertStatement } from '@tocsin/contracts/record/alert-event-v3'
import { aReport } from '@tocsin/testing/report/report-builder'
import { describe, expect, it } from 'vitest'
import { computeFigures as figuresOfParts } from '../../src/backtest/alert-figures.ts'
import { AlertCollector } from '../../src/backtest/backtest-alerts.ts'
import type { KnownItem } from '../../src/backtest/known-items.ts'

interface Sketch {
  readonly id: string
  readonly at: string
  readonly rule?: string
  readonly kind?: string
  readonly status?: string
  readonly country?: readonly string[]
  readonly partOf?: string
  readonly since?: string
  readonly notify?: string
  readonly triggers?: readonly string[]
}

function makeStatement(sketch: Sketch): AlertStatement {
  const { id, at, rule = 'siege', status = 'provisional', country = ['ML'], partOf = null } = sketch
  return {
    alertId: id,
    ruleId: rule,
    pattern: rule,
    status,
    notify: sketch.notify ?? 'page',
    area: { country, admin1: [], settlement: null, circle: null },
    group: {},
    evidenceOmitted: 0,
    partOf,
    evidence: (sketch.triggers ?? []).map(incidentId => ({ incidentId, role: 'trigger' })),
    times: {
      detectedAt: `${at}T00:00:00.000Z`,
      occurredFrom: `${sketch.since ?? at}T00:00:00.000Z`
    }
  } as unknown as AlertStatement
}

const known: Readonly<Record<string, number>> = {
  a: Date.parse('2020-01-02'),
  b: Date.parse('2020-01-06')
}
const items: readonly KnownItem[] = ['2020-01-01', '2020-01-10', '2021-12-31'].map((at, i) => ({
  kind: 'report',
  row: i + 2,
  knownMs: Date.parse(at),
  recordId: String(i),
  revision: aReport()
}))

function figuresOf(...sketches: readonly Sketch[]) {
  const figures = new AlertCollector(id => known[id] ?? null)
  for (const sketch of sketches)
    figures.take(`alert.${sketch.kind ?? 'raised'}`, makeStatement(sketch))
  return figuresOfParts([figures.collect()], items)
}

describe('figures', () => {
  it('count what was raised by rule and year, and the events of each kind', () => {
    const { alerts, rules } = figuresOf(
      { id: '1', at: '2020-01-07' },
      { id: '1', at: '2020-01-08', kind: 'escalated', notify: 'page' },
      { id: '1', at: '2020-02-08', kind: 'resolved', status: 'resolved', notify: 'update' },
      { id: '2', at: '2021-01-08', partOf: '1' },
      { id: '3', at: '2021-01-08', rule: 'front' }
    )
    expect(alerts).toEqual({
      raised: 3,
      topLevel: 2,
      paged: 4,
      events: { escalated: 1, raised: 3, resolved: 1 },
      openAtEnd: 2
    })
    expect(rules.siege).toMatchObject({
      raised: 2,
      topLevel: 1,
      escalated: 1,
      byYear: { '2020': 1, '2021': 1 },
      events: { escalated: 1, raised: 2, resolved: 1 }
    })
    expect(Object.keys(rules)).toEqual(['front', 'siege'])
  })

  it('measure delays from the first incident and from when the last trigger was known', () => {
    const { rules } = figuresOf(
      { id: '1', at: '2020-01-07', since: '2020-01-01', triggers: ['a', 'b'] },
      { id: '2', at: '2020-01-03', since: '2020-01-01', triggers: ['a'] },
      // Unknown here: evicted long ago.
      { id: '3', at: '2020-01-05', since: '2020-01-01', triggers: ['z'] }
    )
    expect(rules.siege?.delayFromFirstIncidentDays).toEqual({ median: 4, p90: 6, max: 6 })
    expect(rules.siege?.delayFromReportDays).toEqual({ median: 1, p90: 1, max: 1 })
  })

  it('count reopened and retracted alerts once each', () => {
    const over = { kind: 'resolved', status: 'resolved' } as const
    const { rules, alerts } = figuresOf(
      { id: '1', at: '2020-01-07' },
      { id: '1', at: '2020-01-08', ...over },
      { id: '1', at: '2020-01-09', kind: 'reopened' },
      { id: '1', at: '2020-01-10', ...over },
      { id: '1', at: '2020-01-11', kind: 'reopened' },
      { id: '2', at: '2020-01-07' },
      { id: '2', at: '2020-01-08', kind: 'retracted', status: 'retracted' },
      { id: '3', at: '2020-01-07' },
      { id: '4', at: '2020-01-07' }
    )
    expect(rules.siege?.flicker).toEqual({ reopened: 1, retracted: 1, share: 0.5 })
    expect(alerts.openAtEnd).toBe(3)
  })

  it('count weeks from Monday to Sunday, by country', () => {
    const { weeks, countries } = figuresOf(
      // Monday 6 to Sunday 12 January.
      { id: '1', at: '2020-01-06' },
      { id: '2', at: '2020-01-08', country: ['ML', 'BF'] },
      { id: '3', at: '2020-01-12', partOf: '1' },
      { id: '4', at: '2020-01-13' }
    )
    expect(weeks).toEqual({
      weeks: 105,
      withMoreThanTwo: 1,
      withMoreThanThree: 0,
      most: { weekOf: '2020-01-06', raised: 3 }
    })
    expect(countries.ML?.weeks.withMoreThanTwo).toBe(1)
    expect(countries.ML?.topLevelWeeks).toMatchObject({ withMoreThanTwo: 0, most: { raised: 2 } })
    expect(countries.ML).toMatchObject({ raised: 4, topLevel: 3, reports: 3, byRule: { siege: 4 } })
    expect(countries.ML?.worstYear).toEqual({
      year: '2020',
      raised: 4,
      topLevel: 3,
      topLevelPerWeek: 0.06,
      topLevelMost: { weekOf: '2020-01-06', raised: 2 }
    })
    expect(countries.BF).toMatchObject({ raised: 1, reports: 0 })
  })

  it('count alerts of a country by week and rule', () => {
    const { countries } = figuresOf(
      { id: '1', at: '2020-01-06' },
      { id: '2', at: '2020-01-12', partOf: '1' },
      { id: '3', at: '2020-01-07', rule: 'front' },
      { id: '4', at: '2020-01-13', rule: 'front', country: ['BF'] },
      { id: '5', at: '2020-01-15' }
    )
    expect(countries.ML?.byWeekAndRule).toEqual({
      '2020-01-06': { front: { raised: 1, topLevel: 1 }, siege: { raised: 2, topLevel: 1 } },
      '2020-01-13': { siege: { raised: 1, topLevel: 1 } }
    })
    expect(countries.BF?.byWeekAndRule).toEqual({
      '2020-01-13': { front: { raised: 1, topLevel: 1 } }
    })
  })

  it('are complete without any alert', () => {
    expect(figuresOfParts([new AlertCollector(() => null).collect()], [])).toEqual({
      alerts: { raised: 0, topLevel: 0, paged: 0, events: {}, openAtEnd: 0 },
      rules: {},
      weeks: { weeks: 0, withMoreThanTwo: 0, withMoreThanThree: 0, most: null },
      countries: {}
    })
  })
})
