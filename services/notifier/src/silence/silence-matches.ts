// Of silences, for how many open alerts each is that a reader sees. What names no area is asked of kinds of alerts, each once: a
// list of silences over 100,000 alerts looks at few of them.

import type { AlertState } from '@tocsin/domain/alert/alert'
import { covers, type Silence } from '@tocsin/domain/notification/silence'
import type { AlertIndex } from '../projection/alert-index.ts'
import { alertUnits, type Scan, type ScanScheduler } from '../projection/scan-scheduler.ts'
import { isTheatreInView, type ReaderView } from '../reader/reader-view.ts'

export interface MatchesDeps {
  readonly alerts: AlertIndex
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
  const add = (each: Silence, count: number) => counts.set(each.silenceId, (counts.get(each.silenceId) ?? 0) + count)
  const [ofOne, ofMany] = parted(silences, ({ alertId }) => alertId !== null)
  for (const each of ofOne) {
    const outline = openIn(alerts, view, each.alertId as string)
    if (outline !== null && covers(each, { alertId: outline.alertId, facts: outline }, scan)) add(each, 1)
  }
  const [inAreas, ofKinds] = parted(ofMany, ({ filter }) => filter.circle !== undefined || filter.polygon !== undefined)
  await countKinds({ alerts, view, scan }, ofKinds, add)
  await countAreas({ alerts, view, scan }, inAreas, add)
  return counts
}

interface Counting {
  readonly alerts: AlertIndex
  readonly view: ReaderView
  readonly scan: Scan
}

type Add = (silence: Silence, count: number) => void

async function countKinds({ alerts, view, scan }: Counting, silences: readonly Silence[], add: Add): Promise<void> {
  if (silences.length === 0) return
  for (const { facts, rows } of [...alerts.orderAt(view.handling).kinds]) {
    scan.units++
    if (!isOpen(facts) || !isTheatreInView(view, facts.theatre)) continue
    for (const each of silences) if (covers(each, { alertId: '', facts }, scan)) add(each, rows)
    if (scan.mustYield) await scan.yieldTurn()
  }
}

async function countAreas({ alerts, view, scan }: Counting, silences: readonly Silence[], add: Add): Promise<void> {
  if (silences.length === 0) return
  for (const alertId of [...alerts.openIds]) {
    const outline = openIn(alerts, view, alertId)
    scan.units += alertUnits
    for (const each of outline === null ? [] : silences) {
      if (outline !== null && covers(each, { alertId, facts: outline }, scan)) add(each, 1)
      if (scan.mustYield) await scan.yieldTurn()
    }
    if (scan.mustYield) await scan.yieldTurn()
  }
}

function openIn(alerts: AlertIndex, view: ReaderView, alertId: string): AlertState | null {
  const entry = alerts.get(alertId)
  const outline = entry && isTheatreInView(view, entry.theatre) ? entry.outlineAt(view.handling) : null
  return outline !== null && isOpen(outline) ? outline : null
}

function isOpen({ status }: Pick<AlertState, 'status'>): boolean {
  return status === 'provisional' || status === 'confirmed'
}

function parted<T>(all: readonly T[], isFirst: (each: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(isFirst), all.filter(each => !isFirst(each))]
}
