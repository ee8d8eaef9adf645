// How the preview of one theatre is computed: in a thread, or in slices between other work.

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Clock } from '@tocsin/domain/ports'
import {
  type AlertDifference,
  type PreviewBase,
  type PreviewedRule,
  type PreviewGround,
  previewRules
} from '@tocsin/domain/rule/rule-preview'

export interface PreviewAsk {
  readonly ground: PreviewGround
  readonly rules: readonly PreviewedRule[]
  readonly against: PreviewBase
}

export interface PreviewWatch {
  /** Called again and again while it is computed. Why it must stop, or null. */
  refusal(): ProblemError | null
  /** How many pauses it has made so far. */
  at(steps: number): void
}

export interface PreviewRunner {
  /** How many theatres it computes side by side. */
  readonly atOnce: number
  /** Rejects with the refusal once there is one. */
  run(ask: PreviewAsk, watch: PreviewWatch): Promise<AlertDifference>
  close(): Promise<void>
}

/** Length of a work slice before other work gets a turn, ms. */
const sliceMs = 5

/** In this thread: for tests, and where time is simulated. */
export function previewsInSlices(clock: Pick<Clock, 'monotonicMs'>): PreviewRunner {
  return {
    atOnce: 1,
    run: ({ ground, rules, against }, watch) =>
      inSlices(previewRules(ground, rules, against), clock, watch),
    close: async () => {}
  }
}

/** Runs a computation with pauses in this thread. */
export async function inSlices<T>(
  work: Generator<void, T>,
  clock: Pick<Clock, 'monotonicMs'>,
  { refusal, at }: PreviewWatch
): Promise<T> {
  for (let steps = 0; ; at(steps)) {
    const sliceEndMs = clock.monotonicMs() + sliceMs
    // At least one step, however slow the machine is.
    do {
      const step = work.next()
      if (step.done) return step.value
      steps += 1
    } while (clock.monotonicMs() < sliceEndMs)
    const refused = refusal()
    if (refused !== null) throw refused
    await nextTurn()
  }
}
