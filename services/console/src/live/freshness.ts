// Whether what is shown is known to be the suite's own state, and since when not. Pure: times are
// passed in.

import type { ClientState } from '@tocsin/client'

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
 * The link of a page that has no stream, since its key may not read alerts: it asks as often as a
 * stream would be heard, and each answer counts as a heartbeat. `answeredAtMs`: when the last one
 * came; null: none did. `isOver`: its session has ended, and later answers do not count.
 */
export function assessAnswersLink(answeredAtMs: number | null, isOver = false): ClientState {
  if (isOver) return { kind: 'ended', why: '', code: 401, heardAt: answeredAtMs }
  return answeredAtMs === null
    ? { kind: 'connecting', transport: 'pull', heardAt: null }
    : { kind: 'live', transport: 'pull', isCaughtUp: true }
}

/**
 * `heardAtMs`: when the server was last heard; null before. `openedAtMs`: when the page was opened.
 * `offlineSinceMs`: since when this machine reports that it has no network; null: it has one. That
 * is known long before the silence shows. But a suite on this machine, or in its building, is still
 * heard: what was heard before no longer counts, what is heard since does. `completeAtMs`: when the
 * server was last heard and all had come. All by the clock of the page; `aheadMs`: by how much the
 * suite's is ahead, which dates its own messages.
 */
export function computeFreshness(
  state: ClientState,
  heardAtMs: number | null,
  openedAtMs: number,
  nowMs: number,
  offlineSinceMs: number | null = null,
  completeAtMs = heardAtMs,
  aheadMs = 0
): Freshness {
  // A clock that was set back would make the last word lie in the future, and every age right.
  const isHeard = heardAtMs !== null && Math.abs(nowMs - heardAtMs) < silenceMs
  const isHeardSince = heardAtMs !== null && (offlineSinceMs === null || heardAtMs > offlineSinceMs)
  const isLinked = state.kind === 'live' && isHeard && isHeardSince
  if (isLinked && state.isCaughtUp) return { kind: 'live' }
  const hasBegun = heardAtMs !== null && !(isLinked && completeAtMs === null)
  if (!hasBegun && (state.kind === 'connecting' || isLinked) && nowMs - openedAtMs < firstWaitMs)
    return { kind: 'beginning' }
  // A link that existed and no longer asks has failed in this page.
  if (state.kind === 'idle' && heardAtMs === null) return { kind: 'beginning' }
  const staleSince =
    state.kind === 'waiting' && state.staleSince !== null
      ? Date.parse(state.staleSince) - aheadMs
      : null
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

/**
 * The outcome of the last try that an officer asked for, while the page is not live since
 * `sinceMs`; null: there was none since then. An earlier gap had its own tries.
 */
export function triedOutcome(
  triedAtMs: number | null,
  answeredAtMs: number | null,
  sinceMs: number | null
): 'answered' | 'unanswered' | null {
  if (triedAtMs === null || (sinceMs !== null && triedAtMs < sinceMs)) return null
  return answeredAtMs !== null && answeredAtMs >= triedAtMs ? 'answered' : 'unanswered'
}
