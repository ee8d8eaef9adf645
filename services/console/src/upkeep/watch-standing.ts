// How a watch stands: who is on, and when nobody is. Pure.

import type { Shift, Watch } from '../shown/answers.ts'

/**
 * `reached`: somebody is on. `unheard`: somebody is on, and nothing can reach them. `untold`:
 * somebody is on, and nothing that the reader may know of follows it. `nobody`: nobody is on, and
 * who follows it is told. `unfollowed`: nobody is on, and nobody follows it.
 */
export type WatchStanding = 'reached' | 'unheard' | 'untold' | 'nobody' | 'unfollowed'

export function watchStanding(
  { onWatch, isUnstaffed, isFollowed }: Pick<Watch, 'onWatch' | 'isUnstaffed' | 'isFollowed'>,
  nowMs: number
): WatchStanding {
  // What was told when a shift was on is not so any more once it is over.
  const on = onWatch.filter(each => !isOver(each, nowMs))
  if (on.length < onWatch.length && on.length === 0) return 'nobody'
  if (on.length > 0) return isUnstaffed ? 'unheard' : isFollowed === false ? 'untold' : 'reached'
  return isUnstaffed ? 'nobody' : 'unfollowed'
}

/** Names of those that somebody relies on and on which nobody can be reached, in their order. */
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

/** Times from now on at which nobody is planned, the first first. The last has no end. */
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
export function isOver({ until }: Pick<Shift, 'until'>, nowMs: number): boolean {
  return Date.parse(until) <= nowMs
}
