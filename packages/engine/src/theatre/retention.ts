// Retention. Reports can change for the retained days; their rows stay for as long as a window or a
// baseline of a retained day may need them. What an alert names stays until the alert goes.

import type { AlertBook } from '../alerts/alert-book.ts'
import { evicted } from '../data/reports.ts'
import { scanReachDays } from '../rules/scan/scan.ts'
import type { Engine } from './engine.ts'

/** Sums share an interval out over at most as many days. */
const leastLookBackDays = 400

/** Removes what can no longer change or be read, and moves the cut-off. */
export function evictOld(engine: Engine, book: AlertBook): void {
  const { reports, incidents, assembly, index, rules } = engine
  const changesFrom = engine.today - engine.retentionDays
  const reaches = [
    ...rules.dayRules.map(rule => rule.reachDays),
    ...rules.scanRules.map(() => scanReachDays)
  ]
  const rowsFrom = changesFrom - Math.max(leastLookBackDays, ...reaches)
  engine.cutOffDay = Math.max(engine.cutOffDay, changesFrom)
  const { present } = reports.columns
  const ended = reports.listEndedBefore(rowsFrom)
  // A report stays as long as others of the same incident.
  const rows = assembly.selectWholeIncidents(ended)
  const selected = new Set(rows)
  // A restored engine adds them to its scopes again.
  const staying = new Set(
    ended.filter(row => !selected.has(row)).map(row => assembly.findIncident(row))
  )
  index.evictBefore(rowsFrom, changesFrom, staying)
  for (const one of [...engine.clusters, ...engine.findingFolds]) one.evictBefore(rowsFrom)
  const evictable = rows.filter(row => present[row] !== evicted)
  for (const clusters of engine.clusters) clusters.evict(evictable)
  for (const row of evictable) {
    assembly.evict(row)
    incidents.evict(row)
    engine.incidentEvents?.evict(row)
    present[row] = evicted
  }
  book.evictBefore(rowsFrom)
  const isNamed = new Uint8Array(reports.rowCount)
  for (const { triggers } of book.alerts.values()) for (const row of triggers) isNamed[row] = 1
  for (const row of rows) if (isNamed[row] === 0) reports.releaseRow(row)
}
