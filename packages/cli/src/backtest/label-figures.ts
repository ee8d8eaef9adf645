// What a backtest found of its labels: each notice rests on its triggers, where and when they
// happened. Pure.

import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import { dayMs, formatTime, parseSpan } from '@tocsin/domain/space-time/event-time'
import type { AlertNotice, BacktestAlert } from './backtest-alerts.ts'
import { computeQuantiles, type DayQuantiles, roundHundredths } from './figure-math.ts'
import type { KnownItem } from './known-items.ts'
import { computeWilson, type Judgement, judge, type Label, type Notice } from './label-judgement.ts'
import { groupReports } from './notified-figures.ts'
import { computeRunSpan } from './notified-items.ts'

interface LabelCount {
  readonly labels: number
  readonly found: number
}

export interface LabelFigures extends LabelCount {
  readonly share: number
  /** With 95 % confidence. */
  readonly shareFrom: number
  readonly shareTo: number
  /** Of the labels that state a day `by`; null without any. */
  readonly inTime: LabelCount | null
  /** From the beginning of the label's first day to the first notice; null without any. */
  readonly delayDays: DayQuantiles | null
  /** Notices that met no label. */
  readonly falseAlarms: number
  /** Of a theatre: false alarms by the years of all theatres. */
  readonly falseAlarmsAYear: number
  /** Of all theatres together. */
  readonly theatreYears: number
  readonly byKind: Readonly<Record<string, LabelCount>>
  readonly list: readonly JudgedLabel[]
}

interface JudgedLabel {
  readonly id: string
  readonly kind: string | null
  /** The alert that found it, and when; null if it was missed. */
  readonly alertId: string | null
  readonly at: string | null
  readonly delayDays: number | null
}

interface AlertsNotice extends Notice {
  readonly alert: BacktestAlert
}

export interface JudgedAlerts {
  readonly figures: LabelFigures
  listLabels(alert: BacktestAlert): readonly string[]
}

/** What is judged: labels that begin in it, and notices. */
export interface Period {
  readonly fromMs: number
  readonly toMs: number
}

export const allTime: Period = {
  fromMs: Number.NEGATIVE_INFINITY,
  toMs: Number.POSITIVE_INFINITY
}

const yearMs = 365.25 * dayMs

export function judgeAlerts(
  labels: readonly Label[],
  alerts: readonly BacktestAlert[],
  items: readonly KnownItem[],
  period: Period
): JudgedAlerts {
  const findSites = indexSites(items)
  const notices = alerts.flatMap(alert =>
    alert.notices
      // What became known on a day is published at its end.
      .filter(({ atMs }) => atMs > period.fromMs && atMs <= period.toMs)
      .map(one => ({ alert, atMs: one.atMs, sites: findSites(alert, one) }))
  )
  const judgement = judge(
    labels.filter(({ fromMs }) => fromMs >= period.fromMs && fromMs < period.toMs),
    notices
  )
  const byAlert = Map.groupBy(notices, ({ alert }) => alert)
  const years = countYears(items, period)
  return {
    figures: describe(judgement, years),
    listLabels: alert => [
      ...new Set((byAlert.get(alert) ?? []).flatMap(one => judgement.met.get(one)!))
    ]
  }
}

/** Of all theatres, each from its first report to the end of the run. */
function countYears(items: readonly KnownItem[], { fromMs, toMs }: Period): number {
  const endMs = Math.min(toMs, computeRunSpan(items).lastEndMs)
  return [...groupReports(items).values()].reduce((sum, { firstMs }) => {
    const startMs = Math.max(fromMs, Math.floor(firstMs / dayMs) * dayMs)
    return sum + Math.max(0, endMs - startMs) / yearMs
  }, 0)
}

function describe({ labels, met }: Judgement<AlertsNotice>, years: number): LabelFigures {
  const list = labels.map(({ label, first }): JudgedLabel => {
    const { id, kind } = label
    if (first === null) return { id, kind, alertId: null, at: null, delayDays: null }
    const delayDays = roundHundredths((first.atMs - label.fromMs) / dayMs)
    return { id, kind, alertId: first.alert.alertId, at: formatTime(first.atMs), delayDays }
  })
  const isFound = ({ alertId }: JudgedLabel) => alertId !== null
  const found = list.filter(isFound)
  const [shareFrom, shareTo] = computeWilson(found.length, list.length)
  const due = labels.filter(({ label }) => label.byMs !== null)
  const inTime = due.filter(({ label, first }) => first !== null && first.atMs <= label.byMs!)
  const falseAlarms = [...met.values()].filter(ids => ids.length === 0).length
  return {
    labels: list.length,
    found: found.length,
    share: roundShare(list.length === 0 ? 0 : found.length / list.length),
    shareFrom: roundShare(shareFrom),
    shareTo: roundShare(shareTo),
    inTime: due.length === 0 ? null : { labels: due.length, found: inTime.length },
    delayDays: computeQuantiles(found.map(({ delayDays }) => delayDays!)),
    falseAlarms,
    falseAlarmsAYear: years === 0 ? 0 : roundHundredths(falseAlarms / years),
    theatreYears: roundHundredths(years),
    byKind: Object.fromEntries(
      [...Map.groupBy(list, ({ kind }) => kind ?? '')]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([kind, of]) => [kind, { labels: of.length, found: of.filter(isFound).length }])
    ),
    list
  }
}

/** The sites of a notice: each place of each trigger, on its days. */
function indexSites(items: readonly KnownItem[]) {
  const reports = new Map<string, ReportRevision>()
  for (const item of items)
    if (item.kind === 'report') reports.set(item.revision.reportId, item.revision)
  return ({ theatre }: BacktestAlert, { triggers }: AlertNotice): Notice['sites'] =>
    triggers.flatMap(id => {
      // The id of an incident is that of its first report.
      const { place, alsoAt, occurred } = reports.get(id)!
      const { fromMs, toMs } = parseSpan(occurred)
      return [place, ...alsoAt].map(({ lat, lon, country, admin1 }) => ({
        point: lat === null || lon === null ? null : { lat, lon },
        radiusKm: 0,
        areas: [theatre, country, admin1].filter(area => area !== null),
        fromMs,
        toMs
      }))
    })
}

function roundShare(share: number): number {
  return Math.round(share * 1e4) / 1e4
}
