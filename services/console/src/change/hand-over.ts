// What one officer hands over to the next: what came, grew, closed, was taken and was said since a time, and what nobody has.
// Pure.

import { eventName, isOpen, type ShownAlert, type ShownRevision, severityRank } from '../shown/shown-alert.ts'

export const handOverParts = ['raised', 'escalated', 'closed', 'taken', 'noted', 'nobody'] as const
export type HandOverPart = (typeof handOverParts)[number]

/** An alert under a heading, with the events that brought it there, oldest first. */
export interface HandOverItem {
  readonly alert: ShownAlert
  readonly events: readonly ShownRevision[]
}

export type HandOver = Readonly<Record<HandOverPart, readonly HandOverItem[]>>

/** An alert with its events, as far back as they were asked for. */
export interface KnownAlert {
  readonly alert: ShownAlert
  readonly revisions: readonly ShownRevision[]
  /** From when on its events count, ms: in a replay the time is that of the replay. */
  readonly sinceMs: number
}

const partOf: Readonly<Record<string, Exclude<HandOverPart, 'noted' | 'nobody'>>> = {
  raised: 'raised',
  reopened: 'raised',
  escalated: 'escalated',
  resolved: 'closed',
  retracted: 'closed',
  acknowledged: 'taken',
  assigned: 'taken',
  'acknowledgement-lapsed': 'taken'
}

/** Gravest first under each heading; then the latest change. O(events). */
export function handOverOf(known: readonly KnownAlert[]): HandOver {
  const parts: Record<HandOverPart, HandOverItem[]> = { raised: [], escalated: [], closed: [], taken: [], noted: [], nobody: [] }
  for (const { alert, revisions, sinceMs } of known) {
    const since = revisions.filter(({ time }) => Date.parse(time) >= sinceMs)
    const of = new Map<HandOverPart, ShownRevision[]>()
    const put = (part: HandOverPart, event: ShownRevision) => of.set(part, [...(of.get(part) ?? []), event])
    for (const event of since) {
      const part = partOf[eventName(event.type)]
      if (part !== undefined) put(part, event)
      if (event.data.action?.text) put('noted', event)
    }
    for (const [part, events] of of) parts[part].push({ alert, events })
    if (isOpen(alert) && isNobodys(alert)) parts.nobody.push({ alert, events: [] })
  }
  for (const part of handOverParts) parts[part].sort(compareItems)
  return parts
}

export function isNobodys({ operator }: ShownAlert): boolean {
  return operator.acknowledgedBy === null && operator.assignedTo === null
}

function compareItems({ alert: a }: HandOverItem, { alert: b }: HandOverItem): number {
  const [one, other] = [a.times.detectedAt, b.times.detectedAt]
  return (
    severityRank(b.severity) - severityRank(a.severity) || (one > other ? -1 : one < other ? 1 : a.alertId < b.alertId ? -1 : 1)
  )
}

/** Hours of a shift, where the address does not say since when. */
export const shiftHours = 8
const hourMs = 3_600_000

/** Since when, ms: as the address says, else a shift before `openedMs`. Never later than now. */
export function sinceIn(query: URLSearchParams, openedMs: number): number {
  const said = Date.parse(query.get('since') ?? '')
  return Number.isNaN(said) || said > openedMs ? openedMs - shiftHours * hourMs : said
}
