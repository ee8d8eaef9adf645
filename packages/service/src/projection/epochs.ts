// The epochs of a log, which tell its lives apart, and cursors that outlive one: in a copy of their
// log they stay valid where positions did not change. The control log records the copies.

import { createHash } from 'node:crypto'
import type { Cursor } from '@tocsin/event-log/port'
import type { ControlState } from '../control/control-state.ts'

/** Four bytes are enough, and a frame for a bad link has few. */
const shortEpochCharacters = 8

/** The epoch of a log as the cursors of the stream name it, hexadecimal. Pure. */
export function shortEpoch(epoch: string): string {
  const digest = createHash('sha256').update(`tocsin/epoch/${epoch}`).digest('hex')
  return digest.slice(0, shortEpochCharacters)
}

/** The epoch that webhooks and heartbeats carry: another one after each restore. Pure. */
export function readPublicEpoch({ epoch }: Pick<ControlState, 'epoch'>): string {
  return shortEpoch(epoch ?? '')
}

/** Whether a cursor names this epoch, whole or short. */
export function namesEpoch(named: string, epoch: string): boolean {
  return named === epoch || (named.length === shortEpochCharacters && named === shortEpoch(epoch))
}

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
    const { positions } = moved
    const isWithin = positions.every((position, i) => position <= BigInt(ends?.[i] ?? -1))
    if (positions.length !== ends?.length || !isWithin) return cursor
    moved = { ...moved, epoch: to, positions: positions.map(each => each + BigInt(shift)) }
  }
  return moved
}
