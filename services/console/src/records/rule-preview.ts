// What a preview or a backtest of a rule found: its entries one by one, over time, and by month. Pure.

import type { PlacedAlert } from '../map/shown-places.ts'
import type { AlertSketch, NearMiss, PreviewedMonth, RulePreview } from '../shown/answers.ts'
import { type Severity, severityRank } from '../shown/shown-alert.ts'

export const previewKinds = ['appear', 'change', 'vanish'] as const
export type PreviewKind = (typeof previewKinds)[number]

export interface NamedSketch {
  /** Unique in a preview. */
  readonly id: string
  readonly theatre: string
  readonly sketch: AlertSketch
  /** Its present state, for an alert that would change. */
  readonly before: AlertSketch | null
}

/** All listed differences of a kind, theatre by theatre. */
export function computeSketches(
  { theatres }: Pick<RulePreview, 'theatres'>,
  kind: PreviewKind
): readonly NamedSketch[] {
  return theatres.flatMap(preview => {
    const { theatre } = preview
    const pairs =
      kind === 'change'
        ? preview.change.map(({ before, after }) => ({ sketch: after, before }))
        : preview[kind].map(sketch => ({ sketch, before: null }))
    return pairs.map((pair, i) => ({ id: `${kind}-${theatre}-${i}`, theatre, ...pair }))
  })
}

/** The first kind with entries; null if the preview changes no alert. */
export function findFirstKind(preview: Pick<RulePreview, 'theatres'>): PreviewKind | null {
  return (
    previewKinds.find(kind => preview.theatres.some(theatre => theatre[kind].length > 0)) ?? null
  )
}

/** What the map draws for them. */
export function placedSketches(sketches: readonly NamedSketch[]): readonly PlacedAlert[] {
  return sketches.map(({ id, sketch: { severity, area, triggers, pattern } }) => ({
    ...{ alertId: id, severity, area, ...(pattern == null ? {} : { pattern }) },
    evidenceCount: { triggers }
  }))
}

export interface ChartPoint {
  readonly id: string
  readonly ms: number
  readonly value: number
  readonly threshold: number
  /** `vanish`: it would be retracted; `near`: it did not reach the threshold. */
  readonly kind: 'alert' | 'vanish' | 'near'
  /** Null for what nearly fired. */
  readonly severity: Severity | null
  readonly what: string
}

export interface RuleChart {
  /** In order of time. */
  readonly points: readonly ChartPoint[]
  readonly measure: string
  /** Null: each alert has a separate threshold, such as a multiple of the usual value. */
  readonly threshold: number | null
}

/** Null: no data to draw. `near`: what nearly fired by the rule in force. */
export function makeChart(
  preview: Pick<RulePreview, 'theatres'> | null,
  near: readonly NearMiss[]
): RuleChart | null {
  const listed =
    preview === null
      ? []
      : [
          ...(['appear', 'change'] as const).flatMap(kind => computeSketches(preview, kind)),
          ...computeSketches(preview, 'vanish')
        ]
  const points = [
    ...listed.map(({ id, sketch }) => computePoint(id, sketch)),
    ...near.map(({ group, measure, lastAt }, i) => ({
      ...{ id: `near-${i}`, ms: Date.parse(lastAt), severity: null, kind: 'near' as const },
      ...{ value: measure.value, threshold: measure.threshold },
      what: Object.values(group).join(', ')
    }))
  ].sort((a, b) => a.ms - b.ms)
  const measure = listed[0]?.sketch.measure ?? near[0]?.measure
  if (measure === undefined) return null
  const threshold = points.every(each => each.threshold === measure.threshold)
    ? measure.threshold
    : null
  return { points, measure: measure.name, threshold }
}

function computePoint(
  id: string,
  { measure, window, severity, headline }: AlertSketch
): ChartPoint {
  return {
    ...{ id, ms: Date.parse(window.from), value: measure.value, threshold: measure.threshold },
    ...{ severity, what: headline, kind: id.startsWith('vanish') ? 'vanish' : 'alert' }
  }
}

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
