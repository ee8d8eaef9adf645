// Ordered shutdown with a deadline: one step after another, each with a time limit.

import type { Clock } from '@tocsin/domain/ports'
import { within } from './within.ts'

export interface ClosingStep {
  readonly name: string
  readonly close: () => Promise<void>
}

export interface CloseReport {
  /** Steps that exceeded their time and were abandoned. */
  readonly late: readonly string[]
  readonly failed: readonly { readonly name: string; readonly error: unknown }[]
}

/** Minimum time of a step, even after the deadline: long enough for a log to write its buffers. */
const graceMs = 500

/**
 * Runs the steps in order. Always resolves, at the latest `deadlineMs` plus a short grace period
 * per later step.
 */
export async function closeInOrder(
  steps: readonly ClosingStep[],
  deadlineMs: number,
  clock: Clock
): Promise<CloseReport> {
  const endMs = clock.monotonicMs() + deadlineMs
  const late: string[] = []
  const failed: { name: string; error: unknown }[] = []
  for (const { name, close } of steps) {
    const closed = (async () => close())().then(
      () => 'closed' as const,
      (error: unknown) => ({ error })
    )
    const outcome = await within(clock, Math.max(graceMs, endMs - clock.monotonicMs()), closed)
    if (outcome === null) late.push(name)
    else if (outcome !== 'closed') failed.push({ name, error: outcome.error })
  }
  return { late, failed }
}
