// Cursors of a log that was copied into another: they keep their meaning where positions stayed the same. What was copied stands in the control log.

import type { ControlState } from '@tocsin/domain/control/control-state'
import type { Cursor } from '@tocsin/event-log/port'

/**
 * The cursor in the epoch of the log that its own was copied into, through as many copies as there were. Comes back as it was where no copy knows
 * its epoch, where positions moved, or where it lies behind what was copied: the log then says `log-replaced` to it, as to any foreign one.
 * Pure; O(copies), which are few.
 */
export function translateCursor(state: Pick<ControlState, 'copies'>, cursor: Cursor): Cursor {
  let moved = cursor
  for (const { topic, from, to, ends, shift = 0 } of state.copies) {
    if (topic !== cursor.topic || from !== moved.epoch) continue
    if (ends === null || !isWithin(moved.positions, ends)) return cursor
    moved = { ...moved, epoch: to, positions: moved.positions.map(position => position + BigInt(shift)) }
  }
  return moved
}

function isWithin(positions: readonly bigint[], ends: readonly string[]): boolean {
  return positions.length === ends.length && positions.every((position, i) => position <= BigInt(ends[i]!))
}
