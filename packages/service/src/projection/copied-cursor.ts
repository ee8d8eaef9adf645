// Translates cursors into a copy of their log: they stay valid where positions did not change. The
// control log records the copies.

import type { Cursor } from '@tocsin/event-log/port'
import type { ControlState } from '../control/control-state.ts'
import { namesEpoch } from './short-epoch.ts'

/**
 * The cursor in the epoch of the log that its own was copied into, through any number of copies.
 * Returned unchanged if no copy knows its epoch, if positions changed, or if it lies beyond what
 * was copied: the log then answers `log-replaced`, as to any foreign cursor. Pure; O(copies), which
 * are few.
 */
export function translateCursor(state: Pick<ControlState, 'copies'>, cursor: Cursor): Cursor {
  let moved = cursor
  for (const { topic, from, to, ends, shift = 0 } of state.copies) {
    if (topic !== cursor.topic || !namesEpoch(moved.epoch, from)) continue
    if (ends === null || !isWithin(moved.positions, ends)) return cursor
    moved = {
      ...moved,
      epoch: to,
      positions: moved.positions.map(position => position + BigInt(shift))
    }
  }
  return moved
}

function isWithin(positions: readonly bigint[], ends: readonly string[]): boolean {
  return (
    positions.length === ends.length &&
    positions.every((position, i) => position <= BigInt(ends[i]!))
  )
}
