// Ordered shutdown with a deadline: one step after another, each with a time limit.

import type { Clock } from '@tocsin/domain/ports'

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
    const outcome = await within(Math.max(graceMs, endMs - clock.monotonicMs()), close, clock)
    if (outcome.kind === 'late') late.push(name)
    if (outcome.kind === 'failed') failed.push({ name, error: outcome.error })
  }
  return { late, failed }
}

type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'late' }
  | { readonly kind: 'failed'; readonly error: unknown }

async function within(ms: number, close: () => Promise<void>, clock: Clock): Promise<Outcome> {
  const timeout = new AbortController()
  const done = (async (): Promise<Outcome> => {
    try {
      await close()
      return { kind: 'done' }
    } catch (error) {
      return { kind: 'failed', error }
    }
  })()
  const late = clock.sleep(ms, timeout.signal).then((): Outcome => ({ kind: 'late' }))
  try {
    return await Promise.race([done, late])
  } finally {
    timeout.abort()
  }
}
