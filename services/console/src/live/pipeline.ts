// Whether reports become alerts: shown by the canary, an exercise that is reported again and again
// and must change its alert each time. That services answer shows only that they answer. Pure:
// times are passed in.

import type { Readiness } from '../shown/answers.ts'

/**
 * The canary corrects its report every eight minutes; with two missing something is wrong, ms.
 */
export const overdueMs = 15 * 60_000

export type Pipeline =
  | { readonly kind: 'unknown' | 'hidden' | 'none' }
  | { readonly kind: 'faults'; readonly names: readonly string[] }
  | { readonly kind: 'through' | 'overdue' | 'behind'; readonly ageMs: number }

export interface PipelineSigns {
  /** Null: it did not answer; undefined: it was not asked yet. */
  readonly ready: Readiness | null | undefined
  /** When the last canary that came through was reported, ms; null for none. */
  readonly canaryAtMs: number | null
  readonly mayReadAlerts: boolean
  readonly isLive: boolean
  /**
   * For how long, at most, what the suite took in may not have been looked at, ms; null: it is not
   * behind.
   */
  readonly behindMs: number | null
  readonly nowMs: number
}

/** Good is only what a canary shows, and only on a page that would have heard of the next one. */
export function createPipeline({
  ready,
  canaryAtMs,
  mayReadAlerts,
  isLive,
  behindMs,
  nowMs
}: PipelineSigns): Pipeline {
  if (ready?.ready === false) return { kind: 'faults', names: listFaults(ready) }
  // The stream shows how far it is behind, whether or not the other checks answer. A canary proves
  // nothing about reports after it. An overdue canary is the graver state.
  const ageMs = canaryAtMs === null ? null : nowMs - canaryAtMs
  const isOverdue = ageMs !== null && ageMs > overdueMs
  if (behindMs !== null && !isOverdue) return { kind: 'behind', ageMs: behindMs }
  if (ready === undefined || ready === null) return { kind: 'unknown' }
  if (!mayReadAlerts) return { kind: 'hidden' }
  if (!isLive) return { kind: 'unknown' }
  if (ageMs === null) return { kind: 'none' }
  return { kind: isOverdue ? 'overdue' : 'through', ageMs: Math.max(0, ageMs) }
}

function listFaults({ log, checks }: Readiness): readonly string[] {
  const faults = Object.entries(checks).flatMap(([service, states]) =>
    Object.entries(states).flatMap(([check, state]) =>
      state === 'ok' ? [] : [`${service} ${check}`]
    )
  )
  return log === 'ok' ? faults : [log, ...faults]
}
