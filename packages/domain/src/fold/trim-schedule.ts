// Trimming is spread over days: the boundary moves once a week, and every scope has its turn within
// four. Turns depend on names and dates only, so that a theatre that was offline stays in step.

import { dayMs } from '../space-time/event-time.ts'

/** Days between two moves of the boundary. */
const boundaryDays = 7

/**
 * Days in which every scope has one turn. Four moves of the boundary: most scopes then have several
 * incidents to let go, and a trim costs less for each.
 */
export const turnsCount = 4 * boundaryDays

/** The turns of some days. */
export type Turns = ReadonlySet<number>

/** What a tick trims. */
export interface Trim {
  /** Everything that ended before this is trimmed, ms. */
  readonly boundaryMs: number
  /** Scopes without findings since then are removed, ms. Further back than any window reaches. */
  readonly quietMs: number
  readonly turns: Turns
}

/** Step of the boundary, ms: data at the edge of retention is kept a few days longer. */
export const trimEveryMs = boundaryDays * dayMs

/** Within this time after a move of the boundary every scope has had its turn. */
export const cycleMs = turnsCount * dayMs

/**
 * The start of a theatre's window at this time, ms: a report that ended before it changes nothing.
 * Pure.
 */
export function windowStartMs(nowMs: number, retentionMs: number): number {
  return Math.floor((nowMs - retentionMs) / trimEveryMs) * trimEveryMs
}

/** What a tick trims; `retentionMs`: the theatre's retention. Pure. */
export function trimOf(turns: Turns, boundaryMs: number, retentionMs: number): Trim {
  return { boundaryMs, quietMs: boundaryMs - retentionMs, turns }
}

/** True once a week: what no scope holds any more may be dropped. Pure. */
export function dropsIn(turns: Turns): boolean {
  for (const turn of turns) if (turn % boundaryDays === 0) return true
  return false
}

/** The turn of a rule's scope. Pure. */
export function turnOf(ruleId: string, scope: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < ruleId.length; at++)
    hash = Math.imul(hash ^ ruleId.charCodeAt(at), 0x01000193)
  for (let at = 0; at < scope.length; at++)
    hash = Math.imul(hash ^ scope.charCodeAt(at), 0x01000193)
  return (hash >>> 0) % turnsCount
}

/** The turn of a day, counted from the epoch. Pure. */
export function turnOfDay(day: number): number {
  return ((day % turnsCount) + turnsCount) % turnsCount
}

const noTurns: Turns = new Set()

/**
 * The turns of the days that began after one tick and up to the next; none within one day. Pure.
 */
export function turnsBetween(fromMs: number, toMs: number): Turns {
  // Before the first tick there is no day.
  if (!Number.isFinite(toMs)) return noTurns
  const last = Math.floor(toMs / dayMs)
  const first = Number.isFinite(fromMs) ? Math.floor(fromMs / dayMs) + 1 : last
  if (first > last) return noTurns
  const turns = new Set<number>()
  for (let day = Math.max(first, last - turnsCount + 1); day <= last; day++)
    turns.add(turnOfDay(day))
  return turns
}
