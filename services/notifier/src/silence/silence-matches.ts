// Of silences, how many open alerts that a reader sees each holds back, as far as it can: one that does not include what is
// extreme is for nothing extreme. Most is asked of kinds of alerts, each once: of 100,000 alerts few are looked at.

import type { AlertState } from '@tocsin/domain/alert/alert'
import { holdsBack, type Silence } from '@tocsin/domain/notification/silence'
import { eachShown, isOpen, SilencedKinds } from '../policy/silenced-kinds.ts'
import type { AlertIndex } from '../projection/alert-index.ts'
import type { ScanScheduler } from '../projection/scan-scheduler.ts'
import type { AlertKind } from '../reader/level-order.ts'
import { isTheatreInView, type ReaderView } from '../reader/reader-view.ts'

export interface MatchesDeps {
  readonly alerts: Pick<AlertIndex, 'get' | 'orderAt'>
  readonly scans: ScanScheduler
}

/** By silence. As the reader was told: what is hidden moves no count. The scan yields to other work. */
export async function matchesOf(
  { alerts, scans }: MatchesDeps,
  view: ReaderView,
  silences: readonly Silence[]
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map(silences.map(({ silenceId }) => [silenceId, 0]))
  const scan = scans.begin()
  const add = (silenceId: string, count: number) => counts.set(silenceId, (counts.get(silenceId) ?? 0) + count)
  for (const each of silences) {
    const outline = each.alertId === null ? null : openIn(alerts, view, each.alertId)
    if (outline !== null && holdsBack(each, { alertId: outline.alertId, facts: outline }, scan)) add(each.silenceId, 1)
  }
  const ofMany = silences.filter(({ alertId }) => alertId === null)
  if (ofMany.length === 0) return counts
  const order = alerts.orderAt(view.handling)
  const silenced = new SilencedKinds(view, ofMany, scan)
  let hasAreas = false
  for (const kind of [...order.kinds]) {
    scan.units++
    for (const { silenceId, area } of silenced.over(kind)) {
      if (area === null) add(silenceId, kind.rows)
      else hasAreas = true
    }
    if (scan.mustYield) await scan.yieldTurn()
  }
  if (!hasAreas) return counts
  const mayMeet = (kind: AlertKind) => silenced.over(kind).some(({ area }) => area !== null)
  await eachShown(order, scan, mayMeet, ({ circle }, kind) => {
    for (const { silenceId, area } of silenced.over(kind)) {
      scan.units++
      if (area?.meets(circle, scan)) add(silenceId, 1)
    }
  })
  return counts
}

function openIn(alerts: MatchesDeps['alerts'], view: ReaderView, alertId: string): AlertState | null {
  const entry = alerts.get(alertId)
  const outline = entry && isTheatreInView(view, entry.theatre) ? entry.outlineAt(view.handling) : null
  return outline !== null && isOpen(outline) ? outline : null
}
