// Totals of a preview over all its alerts: how many began in each month, and how late they came.

import type { Severity } from '@tocsin/contracts/theatre/severity'
import { compareText } from '@tocsin/domain/compare-text'
import type { AlertSketch } from './preview.ts'

export interface PreviewedMonth {
  /** `2026-03`, UTC. */
  readonly month: string
  /** How many alerts began in it. Severities without one are left out. */
  readonly alerts: { readonly [severity in Severity]?: number }
}

/** The months in which alerts began, in order. Those without one are left out. */
export function countByMonth(sketches: readonly AlertSketch[]): readonly PreviewedMonth[] {
  const months = new Map<string, { [severity in Severity]?: number }>()
  for (const { window, severity } of sketches) {
    const month = window.from.slice(0, 'YYYY-MM'.length)
    const alerts = months.get(month) ?? {}
    alerts[severity] = (alerts[severity] ?? 0) + 1
    months.set(month, alerts)
  }
  return [...months]
    .map(([month, alerts]) => ({ month, alerts }))
    .sort((a, b) => compareText(a.month, b.month))
}

/** Whole seconds; shares of a list by the nearest rank. */
export interface PreviewedLateness {
  readonly medianSeconds: number
  readonly p90Seconds: number
  readonly maxSeconds: number
}

/** Null without alerts. */
export function summarizeLateness(sketches: readonly AlertSketch[]): PreviewedLateness | null {
  if (sketches.length === 0) return null
  const sorted = sketches.map(({ lateMs }) => Math.round(lateMs / 1000)).sort((a, b) => a - b)
  const findRank = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]!
  return { medianSeconds: findRank(0.5), p90Seconds: findRank(0.9), maxSeconds: findRank(1) }
}
