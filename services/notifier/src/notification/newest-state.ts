// Newest state first: after an outage a partner gets the current state of each alert, and which
// sequences it replaces. Decides which waiting deliveries are skipped, in which order the others
// are sent, and which range names the skipped ones. Pure.

import type { Severity } from '@tocsin/contracts/theatre/severity'

/**
 * A delivery is only skipped if it waited longer than this, ms: in normal service a partner gets
 * every event.
 */
export const freshForMs = 10_000

export interface Waiting {
  readonly sequence: number
  readonly severity: Severity
  /** It ends the alert for the partner: resolved, retracted or left its view. */
  readonly closes: boolean
  readonly plannedMs: number
  /** Requested by a replay: it is sent even if newer events followed. */
  readonly isAsked: boolean
}

/** What was planned and sent of an alert. */
export interface AlertTrace {
  /** Sequence of the newest event. */
  readonly newest: number
  /** The greatest sequence with an attempt made or chosen; 0 before the first. */
  readonly sent: number
  /** The partner may have received an event of the alert. */
  readonly isHeard: boolean
  /** What was sent last was neither accepted nor given up. */
  readonly isBegun: boolean
  /** A page was skipped, and no page was sent since. */
  readonly owesPage: boolean
  /** When the first event that the partner has not heard was planned, ms; null: none is unheard. */
  readonly unheardSinceMs: number | null
  /**
   * When an event was last accepted, ms, and how grave that was; null: none was. `isOver`: that
   * event, or one skipped since, was the end of the alert.
   */
  readonly accepted: {
    readonly atMs: number
    readonly severity: Severity
    readonly isOver?: true
  } | null
}

/**
 * `superseded`: a newer state of the alert is sent. `expired`: the alert began and ended unheard.
 */
export type SkipReason = 'superseded' | 'expired'

/**
 * Why a waiting delivery is not sent now; null if it is. `freshMs`: for how long it is sent even if
 * newer events followed. Pure.
 */
export function skipReason(
  { sequence, isAsked, plannedMs, closes }: Waiting,
  trace: AlertTrace,
  nowMs: number,
  freshMs = freshForMs
): SkipReason | null {
  if (isAsked) return null
  // An older state never follows a newer one.
  if (trace.sent > sequence) return 'superseded'
  if (nowMs - plannedMs < freshMs) return null
  if (trace.newest > sequence) return 'superseded'
  return closes && !trace.isHeard ? 'expired' : null
}

const lanes: Readonly<Record<Severity, number>> = { extreme: 0, severe: 1, moderate: 2, minor: 2 }
/** Lanes of deliveries that do not page, and of replayed ones. */
export const calmLane = 3
const askedLane = 4

/** The lane of a delivery; the lowest goes first. Pure. */
export function computeLane(
  { severity, isAsked }: Pick<Waiting, 'severity' | 'isAsked'>,
  pages: boolean
): number {
  if (isAsked) return askedLane
  return pages ? lanes[severity] : calmLane
}

export interface SequenceRange {
  readonly from: number
  readonly to: number
}

/** Ascending sequences as ranges, the lowest so many. Pure. */
export function listRanges(
  sequences: readonly number[],
  rangesMax: number
): readonly SequenceRange[] {
  const ranges: { from: number; to: number }[] = []
  for (const sequence of sequences) {
    const last = ranges.at(-1)
    if (last !== undefined && sequence <= last.to + 1) last.to = sequence
    else if (ranges.length === rangesMax) return ranges
    else ranges.push({ from: sequence, to: sequence })
  }
  return ranges
}

/**
 * The range that the next delivery (or null: none) names as superseded: from the lowest skipped
 * sequence up to the last one that can be reached without passing one that is yet to be sent. Null
 * if no sequence before it is skipped. `skipped` ascends. Pure.
 */
export function rangeToName(
  skipped: readonly number[],
  before: number | null,
  isPassable: (sequence: number) => boolean
): SequenceRange | null {
  const from = skipped[0]
  if (from === undefined || (before !== null && from > before)) return null
  let to = from
  for (const next of skipped) {
    if (before !== null && next > before) break
    for (let between = to + 1; between < next; between++)
      if (!isPassable(between)) return { from, to }
    to = next
  }
  return { from, to }
}
