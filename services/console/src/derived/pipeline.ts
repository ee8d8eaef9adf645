// Whether reports become alerts: shown by the canary, an exercise that is reported again and again
// and must change its alert each time. That services answer shows only that they answer. Pure:
// times are passed in.

import type { Readiness } from '../shown/answers.ts'
import type { ShownAlert, ShownEvidence } from '../shown/shown-alert.ts'

/** The rule that raises the canary's alerts. Source: operations.md#canary. */
const canaryRule = 'canary'
/**
 * The canary corrects its report every eight minutes; with two missing something is wrong, ms.
 */
export const overdueMs = 15 * 60_000

/** Alerts of the canary are no news: no list shows them, and they never sound. */
export function isCanary({ ruleId, drill }: Pick<ShownAlert, 'ruleId' | 'drill'>): boolean {
  return drill && ruleId === canaryRule
}

/**
 * When the newest report that became evidence of a canary was made, ms; null for none. The alert
 * itself does not show this: it changes too when an old canary leaves its window.
 */
export function newestReportMs(evidence: readonly ShownEvidence[]): number | null {
  const times = evidence.flatMap(({ incident }) =>
    (incident?.reports ?? []).map(({ reportedAt }) => Date.parse(reportedAt))
  )
  return times.length === 0 ? null : Math.max(...times)
}

/**
 * The oldest of the newest canaries of all theatres, ms; null for none: a stopped theatre is not
 * well because another is. `theatres`: the existing ones; null: not received. A removed one is not
 * waited for.
 */
export function oldestCanaryMs(
  newestByTheatre: ReadonlyMap<string, number>,
  theatres: readonly { readonly id: string }[] | null
): number | null {
  const waited = [...newestByTheatre].filter(
    ([theatre]) => theatres === null || theatres.some(({ id }) => id === theatre)
  )
  return waited.length === 0 ? null : Math.min(...waited.map(([, atMs]) => atMs))
}

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
  // The stream shows it, whether or not the rest answers; and a canary that came through proves
  // only that it came through, not what came since. An overdue one is the graver state.
  const ageMs = canaryAtMs === null ? null : nowMs - canaryAtMs
  const isOverdue = ageMs !== null && ageMs > overdueMs
  if (behindMs !== null && !isOverdue) return { kind: 'behind', ageMs: behindMs }
  if (ready === undefined || ready === null) return { kind: 'unknown' }
  if (!mayReadAlerts) return { kind: 'hidden' }
  if (!isLive) return { kind: 'unknown' }
  if (ageMs === null) return { kind: 'none' }
  // Far in the future: a clock is wrong, and the age means little.
  if (ageMs < -overdueMs) return { kind: 'unknown' }
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
