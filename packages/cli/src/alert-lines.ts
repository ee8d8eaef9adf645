// Alerts as lines for people at a terminal. Pure.

import type { AlertState } from '@tocsin/domain/alert'
import { oneLine, tableLines } from './table.ts'

/** An alert event as transports carry it. */
export interface AlertEventView {
  readonly id: string
  readonly type: string
  readonly data: AlertState
}

const eventWords: Readonly<Record<string, string>> = {
  raised: 'RAISED',
  revised: 'revised',
  confirmed: 'confirmed',
  escalated: 'ESCALATED',
  resolved: 'resolved',
  reopened: 'REOPENED',
  retracted: 'RETRACTED'
}

/** One line for an event: when, what happened, how severe, and the headline. */
export function eventLine({ type, data }: AlertEventView): string {
  const name = type.replace(/^tocsin\.alert\.|\.v\d+$/g, '')
  const when = (data.times?.detectedAt ?? '').slice(0, 16).replace('T', ' ')
  const what = `${(eventWords[name] ?? name).padEnd(10)} ${(data.severity ?? '').padEnd(8)} ${data.pattern ?? ''}`
  return oneLine(
    `${when}  ${what}: ${data.headline ?? data.alertId} (revision ${data.revision}, ${data.evidence?.length ?? 0} incidents)`
  )
}

const columns = ['severity', 'status', 'pattern', 'since', 'rev', 'headline', 'id'] as const

/** A table of alerts, in the order given. */
export function alertTable(alerts: readonly AlertState[]): readonly string[] {
  const rows = alerts.map(alert => [
    alert.severity,
    alert.status,
    alert.pattern,
    alert.window.from.slice(0, 10),
    String(alert.revision),
    alert.headline,
    alert.alertId
  ])
  return tableLines(columns, rows)
}
