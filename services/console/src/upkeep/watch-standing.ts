// State of a watch: who is on shift, and when no one is. Pure.

import type { Shift, Watch } from '../shown/answers.ts'

/**
 * `reached`: somebody is on shift. `unheard`: somebody is on shift, but cannot be reached.
 * `untold`: somebody is on shift, but no subscription visible to the reader follows it. `nobody`:
 * the watch is empty, and its followers are notified. `unfollowed`: the watch is empty and has no
 * followers.
 */
export type WatchStanding = 'reached' | 'unheard' | 'untold' | 'nobody' | 'unfollowed'

export function watchStanding(
  { onWatch, isUnstaffed, isFollowed }: Watch,
  nowMs: number
): WatchStanding {
  // Data from during a shift is out of date once it is over.
  const on = onWatch.filter(each => !isOver(each, nowMs))
  if (on.length < onWatch.length && on.length === 0) return 'nobody'
  if (on.length > 0) return isUnstaffed ? 'unheard' : isFollowed === false ? 'untold' : 'reached'
  return isUnstaffed ? 'nobody' : 'unfollowed'
}

/**
 * Names of the watches that somebody relies on and on which no one can be reached, in their order.
 */
export function unstaffedAmong(watches: readonly Watch[], nowMs: number): readonly string[] {
  const isHole = (watch: Watch) =>
    ['nobody', 'unheard'].includes(watchStanding(watch, nowMs)) && watch.isFollowed !== false
  return watches.filter(isHole).map(({ name }) => name)
}

interface Hole {
  readonly fromMs: number
  /** Null: for good. */
  readonly toMs: number | null
}

/** Intervals from now on without a planned shift, the first first. The last has no end. */
export function holesIn(shifts: readonly Shift[], nowMs: number): readonly Hole[] {
  const holes: Hole[] = []
  let coveredMs = nowMs
  const ahead = shifts.map(({ from, until }) => ({
    fromMs: Date.parse(from),
    untilMs: Date.parse(until)
  }))
  for (const { fromMs, untilMs } of ahead.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (untilMs <= nowMs) continue
    if (fromMs > coveredMs) holes.push({ fromMs: coveredMs, toMs: fromMs })
    coveredMs = Math.max(coveredMs, untilMs)
  }
  return [...holes, { fromMs: coveredMs, toMs: null }]
}

/** Whether it is over: its time has passed. */
export function isOver({ until }: Shift, nowMs: number): boolean {
  return Date.parse(until) <= nowMs
}
