// How often a rule would have notified, by month, or by quarter or year for long spans. Pure.

import type { PreviewedMonth, RulePreview } from '../shown/answers.ts'
import { type Severity, severityRank } from '../shown/shown-alert.ts'

export interface BacktestBar {
  /** `2026-03`, `2026 Q1` or `2026`. */
  readonly period: string
  readonly total: number
  /** The gravest first. */
  readonly alerts: readonly { readonly severity: Severity; readonly count: number }[]
}

export interface BacktestSum {
  readonly total: number
  /** From the first incident that was looked at; null for none. */
  readonly sinceMs: number | null
  /** Null for less than half a year: that is no rate. */
  readonly perYear: number | null
  /** One for each period from the first to now, also those without an alert. */
  readonly bars: readonly BacktestBar[]
}

const yearMs = 365.25 * 86_400_000
/** With more years than this, the first are left out. */
const yearsMax = 60

const computeYear = (month: string) => month.slice(0, 4)
const computeQuarter = (month: string) =>
  `${computeYear(month)} Q${Math.ceil(Number(month.slice(5)) / 3)}`
/** The finest that does not make a long table, by the number of months. */
const scales = [
  { most: 14, periodOf: (month: string) => month },
  { most: 40, periodOf: computeQuarter }
]

export function backtestSum(
  { theatres }: Pick<RulePreview, 'theatres'>,
  nowMs: number
): BacktestSum {
  const months = theatres.flatMap(theatre => theatre.months)
  const total = months.reduce((all, month) => all + computeCount(month), 0)
  const begins = theatres.flatMap(({ since }) => (since === null ? [] : [Date.parse(since)]))
  if (begins.length === 0) return { total, sinceMs: null, perYear: null, bars: [] }
  // An alert may rest on what its rule brings along: it may begin before the first incident.
  const sinceMs = Math.min(...begins, ...months.map(({ month }) => Date.parse(`${month}-01`)))
  const years = (nowMs - sinceMs) / yearMs
  return {
    total,
    sinceMs,
    perYear: years < 0.5 ? null : total / years,
    bars: computeBars(months, sinceMs, nowMs)
  }
}

function computeBars(
  months: readonly PreviewedMonth[],
  sinceMs: number,
  nowMs: number
): BacktestBar[] {
  const all = monthsBetween(
    sinceMs,
    Math.max(nowMs, ...months.map(({ month }) => Date.parse(`${month}-01`)))
  )
  const periodOf = scales.find(({ most }) => all.length <= most)?.periodOf ?? computeYear
  return [...new Set(all.map(periodOf))].slice(-yearsMax).map(period => {
    const own = months.filter(({ month }) => periodOf(month) === period)
    const alerts = new Map<Severity, number>()
    for (const { alerts: counts } of own)
      for (const [severity, count] of Object.entries(counts) as [Severity, number][])
        alerts.set(severity, (alerts.get(severity) ?? 0) + count)
    const gravestFirst = [...alerts].sort(([a], [b]) => severityRank(b) - severityRank(a))
    return {
      period,
      total: own.reduce((sum, month) => sum + computeCount(month), 0),
      alerts: gravestFirst.map(([severity, count]) => ({ severity, count }))
    }
  })
}

function computeCount({ alerts }: PreviewedMonth): number {
  return Object.values(alerts).reduce((sum, count) => sum + count, 0)
}

function monthsBetween(fromMs: number, toMs: number): string[] {
  const first = new Date(fromMs)
  const months: string[] = []
  for (let n = 0; ; n++) {
    const month = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + n, 1))
    if (month.getTime() > toMs) return months
    months.push(month.toISOString().slice(0, 7))
  }
}
