// Trimming is spread over days: the boundary moves once a week, and within the following days every scope and calendar day has
// its turn. Turns depend on names and dates only, so that a theatre that was offline stays in step.

import { dayMs } from '../space-time/event-time.ts'

/** Days between two moves of the boundary; everything has one turn in them. */
export const turnsCount = 7

/**
 * Moves of the boundary between two trims of a scope's own memory: these cost more than folding ended incidents into the base.
 */
const forgetEvery = 4

/** The turns of some days. */
export type Turns = ReadonlySet<number>

/** What a tick trims. */
export interface Trim {
  /** Everything that ended before this is trimmed, ms. */
  readonly boundaryMs: number
  /** Scopes without findings since then are removed, ms. Further back than any window reaches. */
  readonly quietMs: number
  readonly turns: Turns
  /** The turns whose scope folds also trim their own memory. */
  readonly forgetting: Turns
}

/** Step of the boundary, ms: data at the edge of retention is kept a few days longer. */
export const trimEveryMs = turnsCount * dayMs

/** The start of a theatre's window at this time, ms: a report that ended before it changes nothing. Pure. */
export function windowStartMs(nowMs: number, retentionMs: number): number {
  return Math.floor((nowMs - retentionMs) / trimEveryMs) * trimEveryMs
}

/** What a tick trims if the boundary was elsewhere before; `retentionMs`: the theatre's retention. Pure. */
export function trimOf(turns: Turns, beforeMs: number, boundaryMs: number, retentionMs: number): Trim {
  const move = Math.floor(boundaryMs / trimEveryMs)
  const moves = Math.min(forgetEvery, Math.max(1, (boundaryMs - beforeMs) / trimEveryMs))
  const forgetting = new Set<number>()
  for (const turn of turns)
    for (let back = 0; back < moves; back++) if ((move - back + turn) % forgetEvery === 0) forgetting.add(turn)
  return { boundaryMs, quietMs: boundaryMs - retentionMs, turns, forgetting }
}

/** The turn of a rule's scope. Pure. */
export function turnOf(ruleId: string, scope: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < ruleId.length; at++) hash = Math.imul(hash ^ ruleId.charCodeAt(at), 0x01000193)
  for (let at = 0; at < scope.length; at++) hash = Math.imul(hash ^ scope.charCodeAt(at), 0x01000193)
  return (hash >>> 0) % turnsCount
}

/** The turn of a day, counted from the epoch. Pure. */
export function turnOfDay(day: number): number {
  return ((day % turnsCount) + turnsCount) % turnsCount
}

/** The turns of the days that began after one tick and up to the next; none within one day. Pure. */
export function turnsBetween(fromMs: number, toMs: number): Turns {
  // Before the first tick there is no day.
  if (!Number.isFinite(toMs)) return new Set()
  const last = Math.floor(toMs / dayMs)
  const first = Number.isFinite(fromMs) ? Math.floor(fromMs / dayMs) + 1 : last
  const turns = new Set<number>()
  for (let day = Math.max(first, last - turnsCount + 1); day <= last; day++) turns.add(turnOfDay(day))
  return turns
}
