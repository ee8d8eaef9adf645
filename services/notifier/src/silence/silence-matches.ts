// Of silences, how many open alerts that a reader sees each holds back, as far as it can: one that
// does not include what is extreme is for nothing extreme. Most is asked of kinds of alerts, each
// once: of 100,000 alerts few are looked at. One for a single subscription is for what that is told
// of, as its notices count (notice-judge.ts).

import type { AlertState } from '@tocsin/contracts/alert/alert'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import { areaTestOf, type Circle } from '@tocsin/domain/space-time/asked-area'
import type { ReadTraces } from '../delivery/alert-traces.ts'
import { holdsBack, type Silence } from '../notification/silence.ts'
import { isOpen, SilencedKinds } from '../policy/silenced-kinds.ts'
import type { AlertIndex } from '../projection/alert-index.ts'
import { alertUnits, type Scan, type ScanScheduler } from '../projection/scan-scheduler.ts'
import type { AlertKind } from '../reader/level-order.ts'
import { isTheatreInView, type ReaderView } from '../reader/reader-view.ts'
import { AreaCounts } from './area-counts.ts'

export interface MatchesDeps {
  readonly alerts: Pick<AlertIndex, 'get' | 'orderAt'>
  readonly scans: ScanScheduler
  /** What is remembered, of readers of a level. */
  readonly areas: (level: Handling) => AreaCounts
}

/**
 * By silence. As the reader was told: what is hidden moves no count. The scan yields to other work.
 */
export async function matchesOf(
  { alerts, scans, areas }: MatchesDeps,
  view: ReaderView,
  silences: readonly Silence[]
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map(silences.map(({ silenceId }) => [silenceId, 0]))
  const scan = scans.begin()
  const add = (silenceId: string, count: number) =>
    counts.set(silenceId, (counts.get(silenceId) ?? 0) + count)
  for (const each of silences) {
    const state = each.alertId === null ? null : openIn(alerts, view, each.alertId)
    if (state !== null && holdsBack(each, { alertId: state.alertId, facts: state }, scan))
      add(each.silenceId, 1)
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
      const isHeld =
        isTheatreInView(view, facts.theatre) &&
        holdsBack({ ...each, filter }, { alertId: '', facts }, scan)
      if (isHeld) add(each.silenceId, count)
    }
    if (scan.mustYield) await scan.yieldTurn()
  }
  return counts
}

/**
 * A subscription that silences are for alone: who may be told what, and of which alerts it was or
 * is to be told.
 */
export interface Silenced {
  readonly view: ReaderView
  readonly told: Pick<ReadTraces, 'ids' | 'standingOf'>
}

/**
 * By silence, each for this subscription alone: of the open alerts that it is told of those that
 * the silence is for. For readers who may know what it is told: they see all of it. O(alerts told)
 * once, then O(kinds) for each silence that asks for no area.
 */
export async function matchesOfOne(
  deps: Pick<MatchesDeps, 'alerts' | 'scans'>,
  subscription: Silenced,
  silences: readonly Silence[]
): Promise<ReadonlyMap<string, number>> {
  const scan = deps.scans.begin()
  const ofMany = silences.filter(({ alertId }) => alertId === null)
  const told: ToldKinds =
    ofMany.length === 0 ? new Map() : await toldKinds(deps.alerts, subscription, scan)
  const counts = new Map<string, number>()
  for (const each of ofMany) counts.set(each.silenceId, await countIn(told, each, scan))
  for (const each of silences) {
    const { alertId, silenceId } = each
    if (alertId === null) continue
    const facts = isTold(subscription, alertId)
      ? openIn(deps.alerts, subscription.view, alertId)
      : null
    counts.set(silenceId, facts !== null && holdsBack(each, { alertId, facts }, scan) ? 1 : 0)
  }
  return counts
}

/** The circles of open alerts that a subscription is told of. */
type ToldKinds = ReadonlyMap<AlertKind, readonly (Circle | null)[]>

async function toldKinds(
  alerts: MatchesDeps['alerts'],
  subscription: Silenced,
  scan: Scan
): Promise<ToldKinds> {
  const { view, told } = subscription
  const order = alerts.orderAt(view.handling)
  const circlesOf = new Map<AlertKind, (Circle | null)[]>()
  for (const alertId of told.ids) {
    scan.units += alertUnits
    if (scan.mustYield) await scan.yieldTurn()
    const entry = isTold(subscription, alertId) ? alerts.get(alertId) : undefined
    const row =
      entry === undefined || !isTheatreInView(view, entry.theatre) ? null : order.rowOf(entry)
    if (row === null || row.kind === null || !isOpen(row.kind.facts)) continue
    const circles = circlesOf.get(row.kind)
    if (circles === undefined) circlesOf.set(row.kind, [row.circle])
    else circles.push(row.circle)
  }
  return circlesOf
}

async function countIn(told: ToldKinds, silence: Silence, scan: Scan): Promise<number> {
  const area = areaTestOf(silence.filter)
  const { circle: _circle, polygon: _polygon, ...filter } = silence.filter
  let count = 0
  for (const [{ facts, box }, circles] of told) {
    scan.units++
    if (scan.mustYield) await scan.yieldTurn()
    if (!holdsBack({ ...silence, filter }, { alertId: '', facts }, scan)) continue
    if (area === null) count += circles.length
    else if (area.mayMeet(box))
      for (const circle of circles) {
        scan.units++
        if (area.meets(circle, scan)) count++
        if (scan.mustYield) await scan.yieldTurn()
      }
  }
  return count
}

function isTold({ told }: Silenced, alertId: string): boolean {
  return told.standingOf(alertId) === 'shown'
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

function openIn(
  alerts: MatchesDeps['alerts'],
  view: ReaderView,
  alertId: string
): AlertState | null {
  const entry = alerts.get(alertId)
  const state = entry && isTheatreInView(view, entry.theatre) ? entry.stateAt(view.handling) : null
  return state !== null && isOpen(state) ? state : null
}
