// How much of an event a reader asks for. The smaller forms are made from what `full` shows the
// same reader, so they cannot reveal more. Pure. Source: formats.md#detail.

import type { VisibleAlert, VisibleEvent } from './reader-view.ts'

export const details = ['full', 'headline', 'ids'] as const
export type Detail = (typeof details)[number]

/** A drill alone says that it is one. */
export type NamedAlert = Pick<VisibleAlert, 'alertId' | 'revision' | 'status' | 'notify'> & {
  readonly drill?: true
}

export type HeadlineAlert = NamedAlert &
  Pick<VisibleAlert, 'severity' | 'certainty'> & {
    /** Cut only on a log of many partitions or with a long name; it then ends in an ellipsis. */
    readonly theatre: string
    /** Those that fit, and an ellipsis for the others. */
    readonly admin1: readonly string[]
    readonly detectedAt: string
    /** Cut at a character, and then ends in an ellipsis. */
    readonly headline: string
  }

export const headlineEventBytesMax = 288
/**
 * Bytes of a headline frame, of the ids of subscriptions that fit in it, and of its other parts
 * except cursor and event.
 */
const headlineFrameBytesMax = 399
const subscriptionIdBytes = 4
const frameBytes = '{"type":"alert","id":"","cursor":"","prev":"","event":}'.length
/** A theatre's name gives way to this much of a headline. */
const headlineBytesMin = 8
/** Room that further areas leave to the headline, bytes. */
const headlineBytesWanted = 40
const ellipsis = '…'
const ellipsisBytes = Buffer.byteLength(ellipsis)

/**
 * Leading characters of a cursor that represent it as `prev` in the smaller details: its MAC makes
 * them as good as all.
 */
const shortPrevLength = 8

/** The previous cursor as a frame of this detail names it: its first characters, or all. */
export function prevIn(detail: Detail, cursor: string): string {
  return detail === 'full' ? cursor : cursor.slice(0, shortPrevLength)
}

/** Bytes that a log's cursors leave to a headline event, so that its frame stays below 400. */
export function headlineBytesBeside(cursorLength: number): number {
  const room =
    headlineFrameBytesMax - frameBytes - subscriptionIdBytes - shortPrevLength - cursorLength
  return Math.min(headlineEventBytesMax, room)
}

export function encodeEvent(event: VisibleEvent, detail: Detail, headlineBytes: number): string {
  return JSON.stringify(eventIn(event, detail, headlineBytes))
}

export function eventIn(event: VisibleEvent, detail: Detail, headlineBytes: number) {
  if (detail === 'full') return event
  const { data } = event
  const { alertId } = data
  if ('revision' in data) return alertIn(data, detail, headlineBytes)
  if (!('actionId' in data)) return { alertId, type: 'alert.left-view' } as const
  const { actionId, reason } = data
  return { alertId, type: 'alert.action-refused', actionId, reason } as const
}

/** The state of an alert in a detail, as snapshots have it. */
export function alertIn(
  alert: VisibleAlert,
  detail: Detail,
  headlineBytes: number
): VisibleAlert | HeadlineAlert | NamedAlert {
  if (detail === 'full') return alert
  return detail === 'headline' ? describeHeadline(alert, headlineBytes) : describeNamed(alert)
}

function describeNamed({ alertId, revision, status, notify, drill }: VisibleAlert): NamedAlert {
  return { alertId, revision, status, notify, ...(drill ? { drill } : {}) }
}

/**
 * What gives way where it does not fit, in this order: further areas, the headline, the theatre's
 * name, the first area.
 */
function describeHeadline(alert: VisibleAlert, bytesMax: number): HeadlineAlert {
  const { alertId, revision, status, severity, certainty, notify, drill, area, headline } = alert
  const describe = (theatre: string, admin1: readonly string[], cut: string) => ({
    ...{ alertId, revision, status, severity, certainty, notify },
    ...(drill ? { drill } : {}),
    ...{ theatre, admin1, detectedAt: alert.times.detectedAt, headline: cut }
  })
  const roomBeside = (theatre: string, admin1: readonly string[]) =>
    bytesMax - encodedBytes(describe(theatre, admin1, ''))
  const { theatre } = alert
  const isBrief = area.admin1.length < 2 || roomBeside(theatre, area.admin1) >= headlineBytesWanted
  const brief = isBrief ? area.admin1 : [...area.admin1.slice(0, 1), ellipsis]
  const admin1 =
    brief.length > 0 && roomBeside(ellipsis, brief) < ellipsisBytes ? [ellipsis] : brief
  const lacking = headlineBytesMin - roomBeside(theatre, admin1)
  const named = lacking <= 0 ? theatre : cutText(theatre, encodedBytes(theatre) - 2 - lacking)
  return describe(named, admin1, cutText(headline, roomBeside(named, admin1)))
}

/**
 * The text, or as many whole characters as fit before an ellipsis. `bytesMax`: of its JSON, without
 * quotes.
 */
export function cutText(text: string, bytesMax: number): string {
  if (encodedBytes(text) - 2 <= bytesMax) return text
  let left = bytesMax - ellipsisBytes
  let end = 0
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    left -= encodedBytes(segment) - 2
    if (left < 0) break
    end += segment.length
  }
  return `${text.slice(0, end).trimEnd()}${ellipsis}`
}

function encodedBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}
