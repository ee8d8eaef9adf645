// alerts.csv: one row for each alert, as its last event states it. Pure.

import { formatTime } from '@tocsin/domain/space-time/event-time'
import { type CsvValue, csvLine } from '@tocsin/service/csv-line'
import { type BacktestAlert, compareRaised } from './backtest-alerts.ts'

/** The alert, and ids of the labels that it met. */
type Row = readonly [alert: BacktestAlert, labels: readonly string[]]

const columns: Readonly<Record<string, (row: Row) => CsvValue>> = {
  id: ([{ alertId }]) => alertId,
  theatre: ([{ theatre }]) => theatre,
  rule: ([{ ruleId }]) => ruleId,
  headline: ([{ headline }]) => headline,
  severity: ([{ severity }]) => severity,
  status: ([{ status }]) => status,
  raised: ([{ atMs }]) => formatTime(atMs),
  ended: ([{ endedMs }]) => (endedMs === null ? null : formatTime(endedMs)),
  place: ([{ place }]) => place,
  lat: ([{ circle }]) => circle?.[0] ?? null,
  lon: ([{ circle }]) => circle?.[1] ?? null,
  radiusKm: ([{ circle }]) => circle?.[2] ?? null,
  triggers: ([{ triggers }]) => triggers,
  deathsLow: ([{ deaths }]) => deaths.low,
  deathsBest: ([{ deaths }]) => deaths.best,
  deathsHigh: ([{ deaths }]) => deaths.high,
  notices: ([{ notices }]) => notices.length,
  updates: ([{ updates }]) => updates,
  partOf: ([{ partOf }]) => partOf,
  labels: ([, labels]) => labels.join(' ')
}

/** By the time at which they were raised, then by id. */
export function formatAlertTable(
  alerts: readonly BacktestAlert[],
  listLabels: (alert: BacktestAlert) => readonly string[] = () => []
): string {
  const sorted = alerts.toSorted(compareRaised)
  const cells = Object.values(columns)
  return [
    csvLine(Object.keys(columns)),
    ...sorted.map(alert => csvLine(cells.map(cell => cell([alert, listLabels(alert)]))))
  ].join('')
}
