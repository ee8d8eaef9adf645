// Incidents of an area over time by category, its alerts as bands, and its numbers. Pure.

import { type Bars, type BucketDays, barsOver, dayMs } from '../change/bars.ts'
import { isOpen, type ShownAlert, type ShownIncident } from '../shown/shown-alert.ts'

/** Categories with a colour of their own; the rest is one. */
const ownColours = 3

export interface CategoryBars {
  /** Null: all the others. */
  readonly category: string | null
  readonly counts: readonly number[]
}

export interface Band {
  readonly alert: ShownAlert
  readonly fromMs: number
  readonly toMs: number
}

export interface Unsure {
  readonly fromMs: number
  readonly toMs: number
  /** Its place among the bars. */
  readonly kind: number
}

export interface AreaPicture {
  readonly fromMs: number
  readonly toMs: number
  readonly bucketDays: BucketDays
  /** The category with most first. */
  readonly bars: readonly CategoryBars[]
  /** Incidents that may be of several bars. */
  readonly unsure: readonly Unsure[]
  readonly bands: readonly Band[]
  readonly incidents: number
  /** In as many days before; null: not known. */
  readonly before: number | null
  /** The least, of incidents that count. */
  readonly deaths: number
}

interface Pictured {
  readonly incidents: readonly ShownIncident[]
  /** Whether those are all. */
  readonly areAll: boolean
  readonly alerts: readonly ShownAlert[]
  /** Null: from the first incident on. */
  readonly fromMs: number | null
  readonly nowMs: number
}

export function makeAreaPicture({
  incidents,
  areAll,
  alerts,
  fromMs,
  nowMs
}: Pictured): AreaPicture {
  const known = incidents.filter(({ withdrawn }) => !withdrawn)
  const beganAt = (incident: ShownIncident) => Date.parse(incident.occurred.from)
  const firstMs = known.reduce((first, each) => Math.min(first, beganAt(each)), nowMs - 90 * dayMs)
  const over = barsOver(fromMs ?? firstMs, nowMs)
  const shown = known.filter(each => fromMs === null || beganAt(each) >= fromMs)
  const byCategory = Map.groupBy(shown, ({ category }) => category)
  const ranked = [...byCategory].toSorted(([, a], [, b]) => b.length - a.length)
  const isOne = ranked.length === ownColours + 1
  const own = ranked.slice(0, isOne ? ownColours + 1 : ownColours)
  const rest = ranked.slice(own.length).flatMap(([, each]) => each)
  const bars: CategoryBars[] = own.map(([category, of]) => ({ category, counts: count(of, over) }))
  if (rest.length > 0) bars.push({ category: null, counts: count(rest, over) })
  return {
    ...over,
    bars,
    unsure: shown
      .map(({ occurred, category }) => {
        const kind = own.findIndex(([each]) => each === category)
        const [from, to] = [Date.parse(occurred.from), Date.parse(occurred.to)]
        return { fromMs: from, toMs: to, kind: kind < 0 ? own.length : kind }
      })
      .filter(each => over.at(each.fromMs) !== over.at(each.toMs)),
    bands: computeBands(alerts, over, nowMs),
    incidents: shown.length,
    before: fromMs === null || !areAll ? null : known.length - shown.length,
    deaths: shown.reduce(
      (sum, { mayBe = [], fatalities }) => sum + (mayBe.length > 0 ? 0 : (fatalities.low ?? 0)),
      0
    )
  }
}

function count(incidents: readonly ShownIncident[], over: Bars): readonly number[] {
  const counts = Array.from({ length: over.count }, () => 0)
  for (const { occurred } of incidents) {
    const [first, last] = [over.at(Date.parse(occurred.from)), over.at(Date.parse(occurred.to))]
    if (first === last && counts[first] !== undefined) counts[first] += 1
  }
  return counts
}

/** What is open first, then by the beginning; parts stand in their whole. */
function computeBands(
  alerts: readonly ShownAlert[],
  { fromMs, toMs }: Bars,
  nowMs: number
): readonly Band[] {
  const computeEnd = (alert: ShownAlert) =>
    isOpen(alert) ? nowMs : Date.parse(alert.window.to ?? alert.times.detectedAt)
  return alerts
    .filter(({ partOf, drill }) => partOf === null && !drill)
    .map(alert => ({ alert, fromMs: Date.parse(alert.window.from), toMs: computeEnd(alert) }))
    .filter(band => band.toMs >= fromMs && band.fromMs < toMs)
    .toSorted((a, b) => Number(isOpen(b.alert)) - Number(isOpen(a.alert)) || a.fromMs - b.fromMs)
}
