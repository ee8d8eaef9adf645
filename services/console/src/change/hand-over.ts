// What one officer hands over to the next: what came, grew, closed, was taken, done and said since
// a time, what nobody answered and what nobody has. Pure.

import {
  eventName,
  isOpen,
  knownFromMs,
  partnersDeedIn,
  type ShownAlert,
  type ShownRevision,
  severityRank
} from '../shown/shown-alert.ts'

/** In the order in which they are read out: first what waits for somebody, last what is over. */
export const handOverParts = [
  'unanswered',
  'escalated',
  'raised',
  'nobody',
  'taken',
  'done',
  'noted',
  'closed',
  'changed',
  'unknown'
] as const
export type HandOverPart = (typeof handOverParts)[number]

/** Beside the alerts. */
export interface AroundPart {
  readonly kind: 'watches' | 'sources' | 'silences'
  /** The grave ones first. */
  readonly lines: readonly AroundLine[]
}

export interface AroundLine {
  readonly key: string
  readonly text: string
  /** Nobody is on, or nothing is heard any more. */
  readonly isGrave: boolean
}

/** An alert under a heading, with the events that brought it there, oldest first. */
export interface HandOverItem {
  readonly alert: ShownAlert
  readonly events: readonly ShownRevision[]
  /** Events before these that were not loaded, some of which may be since then. */
  readonly omitted: number
}

export type HandOver = Readonly<Record<HandOverPart, readonly HandOverItem[]>>

/** An alert with its events, as far back as they were asked for. */
export interface KnownAlert {
  readonly alert: ShownAlert
  /** Null: they could not be loaded, so what became of it is not known. */
  readonly revisions: readonly ShownRevision[] | null
  /** How many came before those. */
  readonly omitted: number
  /** From when on its events count, ms: in a replay the time is that of the replay. */
  readonly sinceMs: number
  /** People were called, nobody has it, and nothing was done. */
  readonly isUnanswered: boolean
}

const partOf: Readonly<
  Record<string, Exclude<HandOverPart, 'changed' | 'unknown' | 'unanswered' | 'nobody'>>
> = {
  raised: 'raised',
  reopened: 'raised',
  escalated: 'escalated',
  resolved: 'closed',
  retracted: 'closed',
  acknowledged: 'taken',
  assigned: 'taken',
  'acknowledgement-lapsed': 'taken',
  responded: 'done',
  'response-corrected': 'done',
  answered: 'noted'
}

/** Gravest first under each heading; then the latest change. O(events). */
export function handOverOf(known: readonly KnownAlert[]): HandOver {
  const parts = Object.fromEntries(handOverParts.map(part => [part, []])) as unknown as Record<
    HandOverPart,
    HandOverItem[]
  >
  for (const { alert, revisions, omitted: before, sinceMs, isUnanswered } of known) {
    const omitted = revisions !== null && reachesBack(revisions, sinceMs) ? 0 : before
    const of = revisions === null ? null : partsOf(revisions, sinceMs)
    for (const [part, events] of of ?? []) parts[part].push({ alert, events, omitted })
    // Events that nobody has seen here may be any.
    if (of === null || (of.size === 0 && omitted > 0))
      parts.unknown.push({ alert, events: [], omitted })
    if (isUnanswered) parts.unanswered.push({ alert, events: [], omitted: 0 })
    if (isOpen(alert) && isNobodys(alert)) parts.nobody.push({ alert, events: [], omitted: 0 })
  }
  for (const part of handOverParts)
    parts[part].sort(part === 'unanswered' ? compareWaits : compareItems)
  return parts
}

/** Whether one of them is from before: then all since then are among them. */
function reachesBack(revisions: readonly ShownRevision[], sinceMs: number): boolean {
  const first = revisions[0]
  return first !== undefined && Date.parse(first.time) < sinceMs
}

/** The events of one alert since then, each under every heading that it belongs to. */
function partsOf(
  revisions: readonly ShownRevision[],
  sinceMs: number
): ReadonlyMap<HandOverPart, readonly ShownRevision[]> {
  const of = new Map<HandOverPart, ShownRevision[]>()
  const put = (part: HandOverPart, event: ShownRevision) =>
    of.set(part, [...(of.get(part) ?? []), event])
  let plain: ShownRevision | undefined
  for (const event of revisions.filter(({ time }) => Date.parse(time) >= sinceMs)) {
    const part =
      partnersDeedIn(event.type, event.data.operator) === undefined
        ? partOf[eventName(event.type)]
        : 'done'
    if (part !== undefined) put(part, event)
    if (event.data.action?.text && part !== 'noted' && part !== 'done') put('noted', event)
    if (plainEvents.includes(eventName(event.type))) plain = event
  }
  // What is new, worse or closed is told there as it is now: that it was revised too says no more.
  const isTold = of.has('raised') || of.has('escalated') || of.has('closed')
  if (plain !== undefined && !isTold) put('changed', plain)
  return of
}

/** Of many the last one is told: the alert stands there as it is now. */
const plainEvents: readonly string[] = ['revised', 'confirmed']

export function isNobodys({ operator }: ShownAlert): boolean {
  return operator.acknowledgedBy === null && operator.assignedTo === null
}

/** Of equals what waits longest. */
function compareWaits(a: HandOverItem, b: HandOverItem): number {
  return (
    severityRank(b.alert.severity) - severityRank(a.alert.severity) ||
    knownFromMs(a.alert) - knownFromMs(b.alert) ||
    compareItems(a, b)
  )
}

function compareItems({ alert: a }: HandOverItem, { alert: b }: HandOverItem): number {
  const [one, other] = [a.times.detectedAt, b.times.detectedAt]
  return (
    severityRank(b.severity) - severityRank(a.severity) ||
    (one > other ? -1 : one < other ? 1 : a.alertId < b.alertId ? -1 : 1)
  )
}

/** Hours of a shift, where the address does not say since when. */
export const shiftHours = 8
const hourMs = 3_600_000

/**
 * Since when, ms: as the address says, else a shift before `shownMs`, when the hand-over was
 * opened. `isRefused`: the address says no time, or one that is still to come.
 */
export function sinceIn(query: URLSearchParams, shownMs: number, nowMs: number): Since {
  const text = query.get('since')
  const said = Date.parse(text ?? '')
  const isRefused = Number.isNaN(said) || said > nowMs
  return {
    ms: isRefused ? shownMs - shiftHours * hourMs : said,
    isRefused: text !== null && isRefused
  }
}

export interface Since {
  readonly ms: number
  readonly isRefused: boolean
}
