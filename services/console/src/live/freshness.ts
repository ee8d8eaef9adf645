// Whether what is shown is known to be the suite's own state, and since when not. Pure: times are
// passed in.

import type { ClientState } from '@tocsin/client'

/**
 * The suite reports its age in steps of 5 s and looks every 2.5 s: a pause of that kind is no news,
 * ms.
 */
export const behindToldMs = 30_000
/** Once shown, the state stays until this age: a label that comes and goes is not read, ms. */
export const caughtUpMs = 15_000

/**
 * Since when, ms, reports that the suite received may be unprocessed; null: it is not behind, or
 * has not reported. `asOfMs`: the time as of which its data is complete, by its own message;
 * `wasBehind`: it was behind by its last message.
 */
export function behindSince(
  asOfMs: number | null,
  nowMs: number,
  wasBehind: boolean
): number | null {
  return asOfMs !== null && nowMs - asOfMs >= (wasBehind ? caughtUpMs : behindToldMs)
    ? asOfMs
    : null
}

export type Freshness =
  /** The page is still empty. */
  | { readonly kind: 'beginning' }
  | { readonly kind: 'live' }
  /** `sinceMs`: the last time at which it was known to be complete; null: never. */
  | {
      readonly kind: 'stale'
      readonly sinceMs: number | null
      readonly isCutOff: boolean
      readonly retryAtMs: number | null
      readonly isOver: boolean
      /** The link is good, and what happened meanwhile is on its way. */
      readonly isCatchingUp: boolean
    }

/** What the console asks of the stream, s. */
export const heartbeatSeconds = 2
/**
 * A live link that was heard this long ago is not live, whatever its state, ms: two heartbeats. So
 * a cut is shown within 5 s, also where pages are pulled, for which the suite waits at most one
 * heartbeat.
 */
export const silenceMs = 4_000
/** How long the first connection may take before the page is shown as not live, ms. */
const firstWaitMs = 5_000

/**
 * `heardAtMs`: when the server was last heard; null before. `openedAtMs`: when the page was opened.
 * `completeAtMs`: when the server was last heard and all had come.
 */
export function computeFreshness(
  state: ClientState,
  heardAtMs: number | null,
  openedAtMs: number,
  nowMs: number,
  completeAtMs = heardAtMs
): Freshness {
  // A clock that was set back would make the last word lie in the future, and every age right.
  const isHeard = heardAtMs !== null && Math.abs(nowMs - heardAtMs) < silenceMs
  const isLinked = state.kind === 'live' && isHeard
  if (isLinked && state.isCaughtUp) return { kind: 'live' }
  const hasBegun = heardAtMs !== null && !(isLinked && completeAtMs === null)
  if (!hasBegun && (state.kind === 'connecting' || isLinked) && nowMs - openedAtMs < firstWaitMs)
    return { kind: 'beginning' }
  // A link that existed and no longer asks has failed in this page.
  if (state.kind === 'idle' && heardAtMs === null) return { kind: 'beginning' }
  const staleSince =
    state.kind === 'waiting' && state.staleSince !== null ? Date.parse(state.staleSince) : null
  const known = [completeAtMs, staleSince].filter(at => at !== null)
  return {
    kind: 'stale',
    sinceMs: known.length === 0 ? null : Math.min(...known),
    isCutOff: staleSince !== null,
    retryAtMs: state.kind === 'waiting' ? state.retryAt : null,
    isOver: state.kind === 'ended',
    isCatchingUp: isLinked
  }
}

const shortestMs = 100
/** What is new is seen within this time, however slow the machine is, ms. */
const longestMs = 1_000
/** Pauses are this many times as long as the work between them. */
const pausesPerWork = 30

export function pauseAfter(workMs: number): number {
  return Math.min(longestMs, Math.max(shortestMs, workMs * pausesPerWork))
}
