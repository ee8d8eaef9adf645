// Whether the declaration of a watch is a hand-over. Its record says so; of older records it is
// told by what they change: the shift that is on ends, and another one begins, at the same moment,
// now. Pure.

import type {
  ShiftRecord,
  WatchDeclared,
  WatchRecord
} from '@tocsin/contracts/record/control-record'

export interface HandOver {
  /** The officer whose shift ended; null: nobody was on. */
  readonly from: string | null
  readonly to: string
}

/**
 * A record is written a moment after what it says was asked, ms. A roster that is typed has whole
 * minutes.
 */
const writtenWithinMs = 5_000

/**
 * Who handed a watch over to whom; null if the declaration is another change. `before`: the watch
 * as it was, if it was known. O(shifts).
 */
export function handOverOf(
  before: WatchRecord | undefined,
  { data, time }: { readonly data: WatchDeclared; readonly time: string }
): HandOver | null {
  if (data.handOver !== undefined) return data.handOver
  if (before === undefined || before.name !== data.name || before.lineMinutes !== data.lineMinutes)
    return null
  const known = new Set(before.shifts.map(identityOf))
  const begun = data.shifts.filter(
    each => !known.has(identityOf(each)) && !endsOneOf(before.shifts, each)
  )
  const [shift] = begun
  if (shift === undefined || begun.length > 1) return null
  const now = shift.from
  const sinceMs = Date.parse(time) - Date.parse(now)
  if (!(sinceMs >= 0 && sinceMs <= writtenWithinMs)) return null
  const on = before.shifts.filter(each => each.from <= now && now < each.until)
  const ended = data.shifts.filter(
    each => each.until === now && on.some(known => isOf(known, each))
  )
  // A shift that began in the same moment is replaced whole.
  const replaced = on.filter(each => each.from === now)
  if (ended.length + replaced.length !== on.length) return null
  // What is still to come, or is over, was not touched.
  const kept = new Set(data.shifts.map(identityOf))
  if (before.shifts.some(each => each.from > now && !kept.has(identityOf(each)))) return null
  return { from: on[0]?.officer ?? null, to: shift.officer }
}

function endsOneOf(shifts: readonly ShiftRecord[], each: ShiftRecord): boolean {
  return shifts.some(known => isOf(known, each) && each.until < known.until)
}

function isOf(known: ShiftRecord, each: ShiftRecord): boolean {
  return known.officer === each.officer && known.from === each.from
}

function identityOf({ officer, from, until, lines, note }: ShiftRecord): string {
  return JSON.stringify([officer, from, until, lines, note])
}
