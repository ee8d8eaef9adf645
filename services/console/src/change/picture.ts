// The one picture of an alert: incidents in its area over time, what the rule counts against its
// threshold, how grave the alert was when, and when its levels were reached. Pure.

import {
  isOpen,
  type Severity,
  type ShownAlert,
  type ShownIncident,
  type ShownRevision
} from '../shown/shown-alert.ts'
import { readReasons } from '../words/alert-texts.ts'
import { type BucketDays, barsOver, dayMs } from './bars.ts'

export const spans = [90, 365, 0] as const
/** Days up to now; 0: all that is known. */
export type Span = (typeof spans)[number]

export { dayMs } from './bars.ts'

export interface Bucket {
  readonly fromMs: number
  /** The alert's own incidents, and others in its area. */
  readonly own: number
  readonly other: number
}

export interface Lane {
  readonly fromMs: number
  readonly toMs: number
  readonly severity: Severity
}

export interface Interval {
  readonly fromMs: number
  readonly toMs: number
  readonly isOwn: boolean
}

export interface Picture {
  readonly fromMs: number
  readonly toMs: number
  /** Days per bar. */
  readonly bucketDays: BucketDays
  readonly buckets: readonly Bucket[]
  /** Incidents that may be of several bars. */
  readonly unsure: readonly Interval[]
  /** Null: what the rule counts is not a sum over days of the known data. */
  readonly running: Running | null
  readonly lanes: readonly Lane[]
  readonly levels: readonly { readonly ms: number; readonly reason: string }[]
}

export interface Running {
  readonly days: number
  readonly points: readonly { readonly ms: number; readonly value: number }[]
  readonly threshold: number
}

interface Pictured {
  readonly alert: Pick<ShownAlert, 'levels' | 'inLanguages' | 'measure' | 'window' | 'status'>
  readonly revisions: readonly ShownRevision[]
  /** Of the alert. */
  readonly own: readonly ShownIncident[]
  /** In the alert's area. */
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

export function makePicture(of: Pictured, span: Span): Picture {
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
  const unsure: Interval[] = []
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

/**
 * The sum over the days of the rule, day by day. It is drawn only where it comes to what the rule
 * measured: the rule may count more than is named.
 */
function findRunning(
  { name, value, threshold }: ShownAlert['measure'],
  own: readonly ShownIncident[],
  fromMs: number,
  toMs: number
): Running | null {
  const days = Number(/^attacks in (\d+) days$/.exec(name)?.[1] ?? 0)
  if (days === 0) return null
  const at = own
    .filter(({ withdrawn }) => !withdrawn)
    .map(({ occurred }) => Math.floor(Date.parse(occurred.from) / dayMs) * dayMs)
  const sumAt = (ms: number) => at.filter(each => each <= ms && each > ms - days * dayMs).length
  if (Math.max(...at.map(sumAt), 0) !== value) return null
  const points = []
  for (let ms = fromMs; ms < toMs; ms += dayMs) points.push({ ms, value: sumAt(ms) })
  return { days, points, threshold }
}

/** How grave it was, from its entries: those of the rules alone change that. */
function listLanes(
  revisions: readonly ShownRevision[],
  { status }: Pick<ShownAlert, 'status'>,
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
