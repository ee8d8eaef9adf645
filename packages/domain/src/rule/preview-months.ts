// When previewed alerts began, by month: how often a rule would have told somebody something.

import { compareText } from '../incident/incident.ts'
import type { Severity } from '../record/severity.ts'
import type { AlertSketch } from './rule-preview.ts'

export interface PreviewedMonth {
  /** `2026-03`, UTC. */
  readonly month: string
  /** How many alerts began in it, by severity. Severities without one are left out. */
  readonly alerts: { readonly [severity in Severity]?: number }
}

/** The months in which alerts began, in order. Months without one are left out. Pure. */
export function monthsOf(sketches: readonly AlertSketch[]): readonly PreviewedMonth[] {
  const months = new Map<string, { [severity in Severity]?: number }>()
  for (const { window, severity } of sketches) {
    const month = window.from.slice(0, 7)
    const alerts = months.get(month) ?? {}
    alerts[severity] = (alerts[severity] ?? 0) + 1
    months.set(month, alerts)
  }
  return [...months]
    .map(([month, alerts]) => ({ month, alerts }))
    .sort((a, b) => compareText(a.month, b.month))
}
