// The report of one shift for the next: counts, and each alert once, under the first heading that
// fits, with its outcomes as tags. Computed from the present alerts, since the server has no such
// report. Pure.

import {
  type AlertDetail,
  eventName,
  isOpen,
  knownFromMs,
  type ShownAlert,
  severityRank
} from '../shown/shown-alert.ts'

/** In addition to the alerts. */
export interface AroundPart {
  readonly kind: 'watches' | 'sources' | 'silences'
  /** The grave ones first. */
  readonly lines: readonly AroundLine[]
}

export interface AroundLine {
  readonly key: string
  readonly text: string
  /** No one is on shift, or no source is heard any more. */
  readonly isGrave: boolean
}

/** In the order in which they are read. */
export const reportParts = ['needed', 'inHand', 'others', 'over'] as const
export type ReportPart = (typeof reportParts)[number]

/** What became of an alert in this time; `at`: ISO 8601. */
export interface ReportTag {
  readonly kind:
    | 'new'
    | 'escalated'
    | 'acknowledged'
    | 'done'
    | 'partner'
    | 'resolved'
    | 'retracted'
    | 'changed'
  readonly at: string
}

export interface ReportItem {
  readonly alert: ShownAlert
  readonly tags: readonly ReportTag[]
}

export interface ReportCounts {
  readonly unacknowledged: number
  readonly extreme: number
  readonly new: number
  readonly escalated: number
  readonly resolved: number
  /** From raising to the first acknowledgement in this time; null: there was none. */
  readonly medianMs: number | null
}

export interface ShiftReport extends Readonly<Record<ReportPart, readonly ReportItem[]>> {
  readonly counts: ReportCounts
  /** Open alerts that did not change and need no action. */
  readonly unchanged: number
}

/** When an alert was raised and escalated last, by its own history; ISO 8601. */
export interface KnownTimes {
  readonly raisedAt: string
  readonly escalatedAt: string | null
}

/** Alerts that may have been raised or escalated since, the gravest first, at most so many. */
export function timesWanted(
  alerts: Iterable<ShownAlert>,
  sinceOf: Asked['sinceOf'],
  most: number
): readonly ShownAlert[] {
  return [...alerts]
    .filter(alert => Date.parse(alert.times.detectedAt) >= sinceOf(alert))
    .sort((a, b) => severityRank(b.severity) - severityRank(a.severity))
    .slice(0, most)
}

/** Out of an alert with its last events. */
export function timesIn({ raisedAt, revisions }: Pick<AlertDetail, 'raisedAt' | 'revisions'>) {
  const escalated = revisions.findLast(({ type }) => eventName(type) === 'escalated')
  return { raisedAt, escalatedAt: escalated?.time ?? null } satisfies KnownTimes
}

interface Asked {
  /** None for what did not change: its levels then have the times. */
  readonly times?: ReadonlyMap<string, KnownTimes>
  /** When the shift began for an alert, ms: in a replay by the time of the replay. */
  readonly sinceOf: (alert: ShownAlert) => number
  readonly isUnacknowledged: (alert: ShownAlert) => boolean
}

/** Gravest first; then the latest change. */
export function makeShiftReport(alerts: Iterable<ShownAlert>, asked: Asked): ShiftReport {
  const parts: Record<ReportPart, ReportItem[]> = { needed: [], inHand: [], others: [], over: [] }
  const waitsMs: number[] = []
  const counts = { unacknowledged: 0, extreme: 0, new: 0, escalated: 0, resolved: 0 }
  let unchanged = 0
  for (const alert of alerts) {
    const sinceMs = asked.sinceOf(alert)
    const known = asked.times?.get(alert.alertId)
    const tags = listTags(alert, sinceMs, known)
    const isWaiting = isOpen(alert) && asked.isUnacknowledged(alert)
    const has = (kind: ReportTag['kind']) => tags.some(tag => tag.kind === kind)
    if (isWaiting) counts.unacknowledged += 1
    if (isOpen(alert) && alert.severity === 'extreme') counts.extreme += 1
    if (has('new')) counts.new += 1
    if (has('escalated')) counts.escalated += 1
    if (has('resolved')) counts.resolved += 1
    const { acknowledgedFirstAt } = alert.operator
    if (acknowledgedFirstAt !== undefined && has('acknowledged'))
      waitsMs.push(
        Math.max(0, Date.parse(acknowledgedFirstAt) - Date.parse(computeRaisedAt(alert, known)))
      )
    const part = makePart(alert, isWaiting, tags.length > 0)
    if (part === null) unchanged += isOpen(alert) ? 1 : 0
    else parts[part].push({ alert, tags })
  }
  for (const part of reportParts) parts[part].sort(compareItems)
  return { ...parts, counts: { ...counts, medianMs: computeMedian(waitsMs) }, unchanged }
}

/** The first heading that fits; null: it is not named. */
function makePart(alert: ShownAlert, isWaiting: boolean, hasChanged: boolean): ReportPart | null {
  const { operator, severity } = alert
  if (!isOpen(alert)) return hasChanged ? 'over' : null
  if (isWaiting && severityRank(severity) >= severityRank('severe')) return 'needed'
  if (operator.assignedTo !== null || operator.acknowledgedBy !== null) return 'inHand'
  return hasChanged ? 'others' : null
}

const computeRaisedAt = (alert: ShownAlert, known: KnownTimes | undefined) =>
  known?.raisedAt ?? new Date(knownFromMs(alert)).toISOString()

function listTags(
  alert: ShownAlert,
  sinceMs: number,
  known: KnownTimes | undefined
): readonly ReportTag[] {
  const { operator, levels, status, times } = alert
  const isSince = (at: string | undefined): at is string =>
    at !== undefined && Date.parse(at) >= sinceMs
  const tags: ReportTag[] = []
  const put = (kind: ReportTag['kind'], at: string | undefined) => {
    if (isSince(at)) tags.push({ kind, at })
  }
  put('new', computeRaisedAt(alert, known))
  const reachedAt = levels.length > 1 ? levels.at(-1)?.at : undefined
  put('escalated', known === undefined ? reachedAt : (known.escalatedAt ?? undefined))
  put('acknowledged', operator.acknowledgedFirstAt)
  put('done', operator.responses?.last.recordedAt)
  put('partner', operator.answers?.at(-1)?.at)
  if (!isOpen(alert)) put(status === 'retracted' ? 'retracted' : 'resolved', times.detectedAt)
  else if (tags.length === 0) put('changed', times.detectedAt)
  return tags
}

function computeMedian(all: readonly number[]): number | null {
  const sorted = all.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null
}

function compareItems({ alert: a }: ReportItem, { alert: b }: ReportItem): number {
  return (
    severityRank(b.severity) - severityRank(a.severity) ||
    Date.parse(b.times.detectedAt) - Date.parse(a.times.detectedAt) ||
    (a.alertId < b.alertId ? -1 : 1)
  )
}

/** Hours of a shift, for an address without a start. */
export const shiftHours = 8
const hourMs = 3_600_000

/**
 * The start, ms: from the address, else a shift before `shownMs`, when the report was opened.
 * `isRefused`: the address has no valid time, or a future one.
 */
export function sinceIn(
  query: URLSearchParams,
  shownMs: number,
  nowMs: number
): { readonly ms: number; readonly isRefused: boolean } {
  const text = query.get('since')
  const said = Date.parse(text ?? '')
  const isRefused = Number.isNaN(said) || said > nowMs
  return {
    ms: isRefused ? shownMs - shiftHours * hourMs : said,
    isRefused: text !== null && isRefused
  }
}
