// Of silences, how many open alerts that a reader sees each holds back, as far as it can: one that does not include what is
// extreme is for nothing extreme. Most is asked of kinds of alerts, each once: of 100,000 alerts few are looked at.

import type { AlertState } from '@tocsin/domain/alert/alert'
import { holdsBack, type Silence } from '@tocsin/domain/notification/silence'
import type { Handling } from '@tocsin/domain/report/handling'
import { isOpen, SilencedKinds } from '../policy/silenced-kinds.ts'
import type { AlertIndex } from '../projection/alert-index.ts'
import type { ScanScheduler } from '../projection/scan-scheduler.ts'
import { isTheatreInView, type ReaderView } from '../reader/reader-view.ts'
import { AreaCounts } from './area-counts.ts'

export interface MatchesDeps {
  readonly alerts: Pick<AlertIndex, 'get' | 'orderAt'>
  readonly scans: ScanScheduler
  /** What is remembered, of readers of a level. */
  readonly areas: (level: Handling) => AreaCounts
}

/** By silence. As the reader was told: what is hidden moves no count. The scan yields to other work. */
export async function matchesOf(
  { alerts, scans, areas }: MatchesDeps,
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
  const [ofAreas, ofKinds] = [ofMany.filter(isOfArea), ofMany.filter(each => !isOfArea(each))]
  if (ofKinds.length > 0) {
    const silenced = new SilencedKinds(view, ofKinds, scan)
    for (const kind of [...alerts.orderAt(view.handling).kinds]) {
      scan.units++
      for (const { silenceId } of silenced.over(kind)) add(silenceId, kind.rows)
      if (scan.mustYield) await scan.yieldTurn()
    }
  }
  const inAreas = areas(view.handling)
  await inAreas.prepare(
    ofAreas.map(({ filter }) => filter),
    scan
  )
  for (const each of ofAreas) {
    const byKind = await inAreas.of(each.filter, scan)
    const { circle: _circle, polygon: _polygon, ...filter } = each.filter
    for (const [{ facts }, count] of byKind) {
      scan.units++
      const isHeld = isTheatreInView(view, facts.theatre) && holdsBack({ ...each, filter }, { alertId: '', facts }, scan)
      if (isHeld) add(each.silenceId, count)
    }
    if (scan.mustYield) await scan.yieldTurn()
  }
  return counts
}

function isOfArea({ filter: { circle, polygon } }: Silence): boolean {
  return circle !== undefined || polygon !== undefined
}

/** What is remembered of areas, by level. */
export function areaCountsOf(alerts: Pick<AlertIndex, 'orderAt'>): MatchesDeps['areas'] {
  const byLevel = new Map<Handling, AreaCounts>()
  return level => {
    const known = byLevel.get(level) ?? new AreaCounts(alerts.orderAt(level))
    byLevel.set(level, known)
    return known
  }
}

function openIn(alerts: MatchesDeps['alerts'], view: ReaderView, alertId: string): AlertState | null {
  const entry = alerts.get(alertId)
  const outline = entry && isTheatreInView(view, entry.theatre) ? entry.outlineAt(view.handling) : null
  return outline !== null && isOpen(outline) ? outline : null
}
