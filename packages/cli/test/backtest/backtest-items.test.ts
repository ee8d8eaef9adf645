// Times of knowledge, and the log that a theatre would have had: ticks, set-up, reports and
// withdrawals in order.

import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { defaultRules } from '@tocsin/engine/rules/default-rules'
import { aReport } from '@tocsin/testing/report/report-builder'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type BacktestPlan,
  createTheatreRecords,
  type NextDue
} from '../../src/backtest/backtest-records.ts'
import {
  deriveKnowledge,
  type KnownItem,
  resolveTheatre,
  selectRules,
  sortByKnowledge
} from '../../src/backtest/known-items.ts'

const day = (from: string, to = from) => ({ from, to })

describe('the time of knowledge', () => {
  it('is the end of the last day if the file states none', () => {
    expect(deriveKnowledge(day('2020-03-01', '2020-03-05'), null)).toEqual({
      knownMs: Date.parse('2020-03-05T23:59:59.999Z'),
      by: 'event'
    })
  })

  it('is as stated in the file, also on the last day itself', () => {
    expect(deriveKnowledge(day('2020-03-01'), '2020-04-09T23:59:59Z')).toEqual({
      knownMs: Date.parse('2020-04-09T23:59:59Z'),
      by: 'stated'
    })
    expect(deriveKnowledge(day('2020-03-01'), '2020-03-01T23:59:59Z').by).toBe('stated')
  })

  it('is never before the end of the event: such a date is an error', () => {
    expect(deriveKnowledge(day('2020-03-01', '2020-03-05'), '2020-03-04T23:59:59Z')).toEqual({
      knownMs: Date.parse('2020-03-05T23:59:59.999Z'),
      by: 'event-later'
    })
  })
})

function known(row: number, knownMs: number): KnownItem {
  return {
    kind: 'report',
    row,
    knownMs,
    recordId: `r-${row}`,
    revision: aReport({ externalId: `e-${row}`, theatre: 'backtest' })
  }
}

const plan = (items: readonly KnownItem[]) =>
  ({
    items,
    rules: defaultRules,
    sources: ['a', 'b'],
    reliability: 'B',
    theatres: 'one'
  }) as const

it('excludes rules about silent reporters, only for an archive', () => {
  const rules = defaultRules
  const silence = rules.filter(({ pattern }) => pattern === 'reporting-blackout')
  expect(silence).toHaveLength(1)
  for (const format of ['ucdp-ged', 'acled'] as const)
    expect(selectRules(format, rules)).toEqual({
      shown: rules.filter(rule => rule !== silence[0]),
      leftOut: silence
    })
  for (const format of ['ndjson', 'csv', 'gdelt'] as const)
    expect(selectRules(format, rules)).toEqual({ shown: rules, leftOut: [] })
})

const never = () => null

const recordsOf = (whole: BacktestPlan, nextDue: NextDue): readonly TheatreRecord[] =>
  [...createTheatreRecords(whole, nextDue)].map(({ record }) => record)

describe('the log of a theatre', () => {
  it('begins with a tick and sources', () => {
    const records = recordsOf(plan([known(2, Date.parse('2020-03-01T12:00:00Z'))]), never)
    expect(records.map(({ type }) => type)).toEqual([
      'clock.ticked',
      'source.configured',
      'source.configured',
      'clock.ticked',
      'report.received'
    ])
    expect(records[1]).toMatchObject({
      time: '2020-03-01T00:00:00.000Z',
      data: { id: 'a', reliability: 'B', archive: false }
    })
    expect(records.at(-1)?.time).toBe('2020-03-02T00:00:00.000Z')
  })

  it('is empty if nothing was known', () => {
    expect([...createTheatreRecords(plan([]), never)]).toEqual([])
  })

  it('has a tick for each day on which something became known, and holds nothing earlier', () => {
    const start = Date.parse('2020-01-01T00:00:00Z')
    fc.assert(
      fc.property(fc.array(fc.nat(40 * 86_400_000), { minLength: 1, maxLength: 30 }), offsets => {
        const items = offsets.map((offset, i) => known(i + 2, start + offset))
        sortByKnowledge(items)
        const records = recordsOf(plan(items), never)
        const ticks = records
          .filter(({ type }) => type === 'clock.ticked')
          .map(({ time }) => Date.parse(time))
        const days = new Set(items.map(({ knownMs }) => Math.floor(knownMs / 86_400_000) + 1))
        expect(ticks.slice(1).map(ms => ms / 86_400_000)).toEqual([...days])
        const reports = records.filter(({ type }) => type === 'report.received')
        expect(reports.map(({ id }) => id)).toEqual(items.map(({ recordId }) => recordId))
        for (const [i, { time }] of reports.entries()) {
          const lateMs = Date.parse(time) - (items[i] as KnownItem).knownMs
          expect(lateMs).toBeGreaterThan(0)
          expect(lateMs).toBeLessThanOrEqual(86_400_000)
        }
        expect(new Set(records.map(({ id }) => id)).size).toBe(records.length)
      })
    )
  })

  it('ticks on quiet days when something is due, on the first day that has ended by then', () => {
    const [from, to] = [Date.parse('2020-01-01T12:00:00Z'), Date.parse('2020-02-01T12:00:00Z')]
    const due = [Date.parse('2020-01-10T06:00:00Z'), Date.parse('2020-01-20T00:00:00Z')]
    let nowMs = 0
    const nextDue = () => due.find(ms => ms > nowMs) ?? null
    const days: string[] = []
    for (const { record } of createTheatreRecords(plan([known(2, from), known(3, to)]), nextDue)) {
      const { type, time } = record
      if (type !== 'clock.ticked') continue
      nowMs = Date.parse(time)
      days.push(time.slice(0, 10))
    }
    expect(days).toEqual(['2020-01-01', '2020-01-02', '2020-01-11', '2020-01-20', '2020-02-02'])
  })

  it('keeps the order of the file for equal times of knowledge', () => {
    const items = [known(4, 5), known(3, 5), known(9, 1)]
    sortByKnowledge(items)
    expect(items.map(({ row }) => row)).toEqual([9, 3, 4])
  })

  it('of a country begins with its first report, and reaches every theatre that a report was ever in', () => {
    const inCountry = (row: number, at: string, country: string): KnownItem => {
      const revision = aReport({
        externalId: 'moved',
        contentHash: String(row),
        theatre: resolveTheatre('country', country)
      })
      return { kind: 'report', row, knownMs: Date.parse(at), recordId: `r-${row}`, revision }
    }
    const { reportId } = (inCountry(2, '2020-01-01', 'ML') as KnownItem & { kind: 'report' })
      .revision
    const items: KnownItem[] = [
      inCountry(2, '2020-01-01', 'ML'),
      inCountry(3, '2020-01-03', 'NE'),
      {
        kind: 'withdrawal',
        row: 4,
        knownMs: Date.parse('2020-01-04'),
        recordId: 'w',
        reportId,
        reason: 'cancelled'
      }
    ]
    const records = recordsOf({ ...plan(items), theatres: 'country' }, never)
    const told = records.filter(({ type }) => type.startsWith('report.'))
    expect(told.map(({ theatre, type, time }) => [theatre, type, time.slice(0, 10)])).toEqual([
      ['backtest-ml', 'report.received', '2020-01-02'],
      ['backtest-ml', 'report.received', '2020-01-04'],
      ['backtest-ne', 'report.received', '2020-01-04'],
      ['backtest-ml', 'report.withdrawn', '2020-01-05'],
      ['backtest-ne', 'report.withdrawn', '2020-01-05']
    ])
    expect(new Set(records.map(({ id }) => id)).size).toBe(records.length)
  })
})
