import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backtestSum } from '../src/records/rule-preview.ts'
import type { PreviewedMonth } from '../src/shown/answers.ts'
import { aPreview } from './support/records.ts'

const nowMs = Date.parse('2026-06-15')
/** Of theatres, each since when its past is known, and its months. */
const sumOf = (...theatres: readonly [string | null, ...PreviewedMonth[]][]) =>
  backtestSum(
    { theatres: theatres.map(([since, ...months]) => aPreview('sahel', { since, months })) },
    nowMs
  )
const barsOf = ({ bars }: ReturnType<typeof sumOf>) =>
  bars.map(({ period, total }) => `${period}: ${total}`)

describe('a backtest in sum', () => {
  it('has a bar for each month, also for those without an alert, the gravest first', () => {
    const sum = sumOf(
      ['2026-03-20T00:00:00.000Z', { month: '2026-04', alerts: { minor: 2, extreme: 1 } }],
      ['2026-05-01T00:00:00.000Z', { month: '2026-04', alerts: { minor: 1 } }]
    )
    expect([sum.total, sum.perYear]).toEqual([4, null])
    expect(barsOf(sum)).toEqual(['2026-03: 0', '2026-04: 4', '2026-05: 0', '2026-06: 0'])
    expect(sum.bars[1]?.alerts).toEqual([
      { severity: 'extreme', count: 1 },
      { severity: 'minor', count: 3 }
    ])
  })

  it('tells a long past by year, with a rate', () => {
    const sum = sumOf(['2016-06-15', { month: '2020-01', alerts: { severe: 20 } }])
    const years = Array.from({ length: 11 }, (_, i) => String(2016 + i))
    expect(sum.bars.map(({ period }) => period)).toEqual(years)
    expect(sum.perYear).toBeCloseTo(2, 2)
  })

  it('tells two years by quarter', () => {
    const sum = sumOf(['2024-11-15', { month: '2025-08', alerts: { severe: 2 } }])
    expect(barsOf(sum).join(', ')).toBe(
      '2024 Q4: 0, 2025 Q1: 0, 2025 Q2: 0, 2025 Q3: 2, 2025 Q4: 0, 2026 Q1: 0, 2026 Q2: 0'
    )
  })

  it('claims nothing of nothing', () => {
    expect(sumOf([null])).toEqual({ total: 0, sinceMs: null, perYear: null, bars: [] })
  })

  it('counts every alert of the last sixty years in one bar, however long the past', () => {
    const month = fc.record({
      month: fc
        .tuple(fc.integer({ min: 1970, max: 2026 }), fc.integer({ min: 1, max: 6 }))
        .map(([year, each]) => `${year}-0${each}`),
      alerts: fc.record({ severe: fc.integer({ min: 1, max: 9 }) })
    })
    fc.assert(
      fc.property(fc.array(month, { maxLength: 40 }), months => {
        const { bars, total } = sumOf(['2026-05-01T00:00:00.000Z', ...months])
        expect(bars.reduce((sum, bar) => sum + bar.total, 0)).toBe(total)
        expect(total).toBe(months.reduce((sum, { alerts }) => sum + alerts.severe, 0))
        expect(bars.length).toBeLessThanOrEqual(60)
      })
    )
  })
})
