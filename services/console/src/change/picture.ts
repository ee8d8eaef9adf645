// Pictures over time: of an alert, with the incidents in its area, what the rule counts, how grave it
// was when, and its levels; and of an area, by category, with its alerts as bands. Pure.

import {
  isOpen,
  type Severity,
  type ShownAlert,
  type ShownIncident,
  type ShownRevision
} from '../shown/shown-alert.ts'
import { readReasons } from '../words/alert-words.ts'

export const dayMs = 86_400_000
export type BucketDays = 1 | 7 | 30

/** Bars of `bucketDays` days each; `at` gives the index of the bar of an instant. */
function barsOver(beginMs: number, nowMs: number) {
  const days = (nowMs - beginMs) / dayMs
  const bucketDays: BucketDays = days <= 92 ? 1 : days <= 400 ? 7 : 30
  const toMs = Math.floor(nowMs / dayMs) * dayMs + dayMs
  const count = Math.ceil((toMs - Math.floor(beginMs / dayMs) * dayMs) / (bucketDays * dayMs))
  const fromMs = toMs - count * bucketDays * dayMs
  const at = (ms: number) => Math.floor((ms - fromMs) / (bucketDays * dayMs))
  return { fromMs, toMs, bucketDays, count, at }
}

export const spans = [90, 365, 0] as const
/** Days up to now; 0: all that is known. */
export type Span = (typeof spans)[number]

export interface Lane {
  readonly fromMs: number
  readonly toMs: number
  readonly severity: Severity
}

export type Picture = ReturnType<typeof makePicture>

interface Pictured {
  readonly alert: ShownAlert
  readonly revisions: readonly ShownRevision[]
  readonly own: readonly ShownIncident[]
  readonly area: readonly ShownIncident[]
  readonly nowMs: number
}

/** The shortest span that contains the whole situation. */
export function computeSpan({ alert, own, nowMs }: Omit<Pictured, 'area' | 'revisions'>): Span {
  const firstMs = Math.min(
    Date.parse(alert.window.from),
    ...own.map(({ occurred }) => Date.parse(occurred.to))
  )
  return spans.find(days => days > 0 && firstMs >= nowMs - days * dayMs) ?? 0
}

/** Each bucket counts own incidents and others; those that may be of several bars are `unsure`. */
export function makePicture(of: Pictured, span: Span) {
  const { alert, revisions, own, area, nowMs } = of
  const ownIds = new Set(own.map(({ incidentId }) => incidentId))
  const all = [...own, ...area.filter(({ incidentId }) => !ownIds.has(incidentId))]
    .filter(({ withdrawn }) => !withdrawn)
    .map(({ incidentId, occurred }) => ({
      fromMs: Date.parse(occurred.from),
      toMs: Date.parse(occurred.to),
      isOwn: ownIds.has(incidentId)
    }))
  const reasons = readReasons(alert)
  const levels = alert.levels.map(({ at }, i) => ({
    ms: Date.parse(at),
    reason: reasons[i] ?? ''
  }))
  const firstMs = Math.min(
    ...all.filter(({ isOwn }) => isOwn).map(({ fromMs }) => fromMs),
    ...levels.map(({ ms }) => ms),
    nowMs - 90 * dayMs
  )
  const beginMs = span === 0 ? firstMs : nowMs - (span - 1) * dayMs
  const { fromMs, toMs, bucketDays, count, at } = barsOver(beginMs, nowMs)
  const buckets = Array.from({ length: count }, (_, i) => ({
    fromMs: fromMs + i * bucketDays * dayMs,
    own: 0,
    other: 0
  }))
  const unsure: typeof all = []
  for (const each of all) {
    if (each.toMs < fromMs || each.fromMs >= toMs) continue
    const bucket = buckets[at(each.fromMs)]
    if (bucket === undefined || at(each.fromMs) !== at(each.toMs)) unsure.push(each)
    else if (each.isOwn) bucket.own += 1
    else bucket.other += 1
  }
  return {
    ...{ fromMs, toMs, bucketDays, buckets, unsure },
    running: findRunning(alert.measure, own, fromMs, toMs),
    lanes: listLanes(revisions, alert, nowMs).filter(lane => lane.toMs > fromMs),
    levels: levels.filter(({ ms }) => ms >= fromMs && ms < toMs)
  }
}

/** Sums day by day; null if they miss what the rule measured: it may count more than is named. */
function findRunning(
  { name, value, threshold }: ShownAlert['measure'],
  own: readonly ShownIncident[],
  fromMs: number,
  toMs: number
) {
  const days = Number(/^attacks in (\d+) days$/.exec(name)?.[1] ?? 0)
  if (days === 0) return null
  const at = own
    .filter(({ withdrawn }) => !withdrawn)
    .map(({ occurred }) => Math.floor(Date.parse(occurred.from) / dayMs) * dayMs)
  const sumAt = (ms: number) => at.filter(each => each <= ms && each > ms - days * dayMs).length
  if (Math.max(...at.map(sumAt), 0) !== value) return null
  const points: { readonly ms: number; readonly value: number }[] = []
  for (let ms = fromMs; ms < toMs; ms += dayMs) points.push({ ms, value: sumAt(ms) })
  return { days, points, threshold }
}

/** How grave it was, from its entries: those of the rules alone change that. */
function listLanes(
  revisions: readonly ShownRevision[],
  { status }: ShownAlert,
  nowMs: number
): readonly Lane[] {
  const lanes: Lane[] = []
  for (const [i, { time, data }] of revisions.entries()) {
    if (!isOpen(data)) continue
    const next = revisions[i + 1]
    const toMs =
      next === undefined ? (isOpen({ status }) ? nowMs : Date.parse(time)) : Date.parse(next.time)
    const last = lanes.at(-1)
    if (last?.severity === data.severity && last.toMs === Date.parse(time))
      lanes[lanes.length - 1] = { ...last, toMs }
    else lanes.push({ fromMs: Date.parse(time), toMs, severity: data.severity })
  }
  return lanes.filter(({ fromMs, toMs }) => toMs > fromMs)
}

/** Steps of a scale from 0, at most `most`; the last is at least the greatest value. */
export function computeScale(greatest: number, most = 4): readonly number[] {
  const least = Math.max(1, greatest) / most
  const unit = 10 ** Math.floor(Math.log10(least))
  const step = [1, 2, 3, 5, 10].map(factor => factor * unit).find(each => each >= least) ?? least
  const whole = greatest <= most ? 1 : Math.max(1, step)
  return Array.from({ length: Math.ceil(Math.max(greatest, 1) / whole) + 1 }, (_, i) => i * whole)
}

/** Beginnings of months, about `most` with names. */
export function monthsIn(fromMs: number, toMs: number, most: number): readonly number[] {
  const months: number[] = []
  const first = new Date(fromMs)
  for (let i = 1; ; i += 1) {
    const ms = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + i, 1)
    if (ms >= toMs) break
    months.push(ms)
  }
  const every = [1, 2, 3, 6, 12, 24].find(n => months.length / n <= most) ?? 60
  return every === 1
    ? months
    : months.filter(
        ms => (new Date(ms).getUTCMonth() + new Date(ms).getUTCFullYear() * 12) % every === 0
      )
}

/** Categories with a colour of their own; the rest is one. */
const ownColours = 3

export type AreaPicture = ReturnType<typeof makeAreaPicture>
export type Band = AreaPicture['bands'][number]

interface AreaPictured {
  readonly incidents: readonly ShownIncident[]
  /** Whether those are all. */
  readonly areAll: boolean
  readonly alerts: readonly ShownAlert[]
  /** Null: from the first incident on. */
  readonly fromMs: number | null
  readonly nowMs: number
}

/** `unsure`: of several bars. `before`: incidents in as many days before; null: not known. */
export function makeAreaPicture({ incidents, areAll, alerts, fromMs, nowMs }: AreaPictured) {
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
  const bars = [...own, ...(rest.length > 0 ? [[null, rest] as const] : [])].map(
    ([category, of]) => ({ category, counts: count(of, over) })
  )
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

function count(incidents: readonly ShownIncident[], over: ReturnType<typeof barsOver>) {
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
  { fromMs, toMs }: ReturnType<typeof barsOver>,
  nowMs: number
) {
  const computeEnd = (alert: ShownAlert) =>
    isOpen(alert) ? nowMs : Date.parse(alert.window.to ?? alert.times.detectedAt)
  return alerts
    .filter(({ partOf, drill }) => partOf === null && !drill)
    .map(alert => ({ alert, fromMs: Date.parse(alert.window.from), toMs: computeEnd(alert) }))
    .filter(band => band.toMs >= fromMs && band.fromMs < toMs)
    .toSorted((a, b) => Number(isOpen(b.alert)) - Number(isOpen(a.alert)) || a.fromMs - b.fromMs)
}
