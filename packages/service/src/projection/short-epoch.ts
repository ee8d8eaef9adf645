// The epoch of a log as the cursors of the stream name it: four bytes tell its lives apart, and a
// frame for a bad link has few.

import { createHash } from 'node:crypto'
import type { ControlState } from '../control/control-state.ts'

const shortEpochCharacters = 8

/** Hexadecimal. Pure. */
export function shortEpoch(epoch: string): string {
  return createHash('sha256')
    .update(`tocsin/epoch/${epoch}`)
    .digest('hex')
    .slice(0, shortEpochCharacters)
}

/** The epoch that webhooks and heartbeats carry: another one after each restore. Pure. */
export function readPublicEpoch({ epoch }: Pick<ControlState, 'epoch'>): string {
  return shortEpoch(epoch ?? '')
}

/** Whether a cursor names this epoch, whole or short. */
export function namesEpoch(named: string, epoch: string): boolean {
  return named === epoch || (named.length === shortEpochCharacters && named === shortEpoch(epoch))
}
