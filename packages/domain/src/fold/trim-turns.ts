// What ends falls out of a theatre's memory a little each day: the boundary moves once a week, and in the days after it every track and every day of the calendar
// has its turn. Whose turn it is rests on names and dates alone, so that a theatre which was away goes on in step.

import { dayMs } from '../space-time/event-time.ts'

/** Days between two moves of the boundary, in which everything has one turn. */
export const turnsCount = 7

/** Moves of the boundary in which a track lets go of what it remembers too much of once: it costs more than folding what ended into the base. */
const forgetEvery = 4

/** The turns of some days. */
export type Turns = ReadonlySet<number>

/** What a tick does about what is over. */
export interface Trim {
  /** What ended before it is over, ms. */
  readonly boundaryMs: number
  /** Scopes without a word since then are let go, ms. Further back than any window reaches. */
  readonly quietMs: number
  readonly turns: Turns
  /** Those of the turns that forget as well. */
  readonly forgetting: Turns
}

/** R where a theatre states none. Source: core-idea.md#what-is-known. */
export const defaultRetentionDays = 820
/** R at the least: the longest span that a pattern looks back over (a front's own rate, 364 and 14 days) and 90 days. Source: core-idea.md#what-is-known. */
export const retentionDaysMin = 468

/** How far the boundary moves at a time, ms: what lies at the edge of what is retained is kept a few days longer. */
export const trimEveryMs = turnsCount * dayMs

/** What ended before it is beyond the window of a theatre at this time, ms: nothing rests on a report of it that comes then. Pure. */
export function windowStartMs(nowMs: number, retentionMs: number): number {
  return Math.floor((nowMs - retentionMs) / trimEveryMs) * trimEveryMs
}

/** What a tick does whose boundary was elsewhere before; `retentionMs` is what a theatre retains. Pure. */
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
  const last = Math.floor(toMs / dayMs)
  const first = Number.isFinite(fromMs) ? Math.floor(fromMs / dayMs) + 1 : last
  const turns = new Set<number>()
  for (let day = Math.max(first, last - turnsCount + 1); day <= last; day++) turns.add(turnOfDay(day))
  return turns
}
