// The steps of a sequence as a rule writes them: the kinds of incident that must come one after
// another, and what must not follow each of them.

import type { ParameterFault } from './definition.ts'
import { findStepFaults, StepPredicates, stepsMax } from './step-predicates.ts'

/**
 * A predicate is an incident that must come. `absent` is what must not come before the next step or,
 * as the last step, for `days`.
 */
export type SequenceStep = string | { readonly absent: string; readonly days?: number }

export interface SequencePlan {
  readonly predicates: StepPredicates
  /** Bit of each step that must come, in order. */
  readonly comes: readonly number[]
  /** Bits of what must not come between this step and the next, or after the last one; 0 if there is none. */
  readonly absent: readonly number[]
  /** Days of absence at the end; null if the sequence ends with an incident. */
  readonly lastDays: number | null
}

export function makeSequencePlan(steps: readonly SequenceStep[], withinDays: number): SequencePlan {
  const comes: number[] = []
  const absent: number[] = []
  for (const [i, step] of steps.slice(0, stepsMax).entries())
    if (typeof step === 'string') {
      comes.push(1 << i)
      absent.push(0)
    } else if (absent.length > 0) absent[absent.length - 1]! |= 1 << i
  return {
    predicates: new StepPredicates(steps.map(getText)),
    comes,
    absent,
    lastDays: readLastDays(steps, withinDays)
  }
}

export function readLastDays(steps: readonly SequenceStep[], withinDays: number): number | null {
  const last = steps.at(-1)
  return last === undefined || typeof last === 'string' ? null : (last.days ?? withinDays)
}

function getText(step: SequenceStep): string {
  return typeof step === 'string' ? step : step.absent
}

/** Faults of a value that is not a step; it comes from a file. */
export function findShapeFaults(step: unknown): readonly ParameterFault[] {
  const detail = 'must be a predicate, or {"absent": predicate} with "days" above 0 at the end'
  return isStep(step) ? [] : [{ path: [], detail }]
}

function isStep(step: unknown): step is SequenceStep {
  if (typeof step === 'string') return true
  if (typeof step !== 'object' || step === null || Array.isArray(step)) return false
  const { absent, days, ...rest } = step as Record<string, unknown>
  const isDays = days === undefined || (Number.isFinite(days) && (days as number) > 0)
  return typeof absent === 'string' && isDays && Object.keys(rest).length === 0
}

/** Faults of steps of the right shape. */
export function findSequenceFaults(steps: readonly SequenceStep[]): readonly ParameterFault[] {
  if (steps.length === 0 || steps.length > stepsMax)
    return [{ path: ['steps'], detail: `must be 1 to ${stepsMax} steps` }]
  const faults: ParameterFault[] = []
  if (typeof steps[0] !== 'string') {
    const detail = 'must come, not be absent: absence is counted from a step before it'
    faults.push({ path: ['steps', 0], detail })
  }
  for (const [i, step] of steps.slice(0, -1).entries())
    if (typeof step !== 'string' && step.days !== undefined) {
      const detail = 'is only for an absence at the end; in the middle the next step ends it'
      faults.push({ path: ['steps', i, 'days'], detail })
    }
  if (steps.length === 1)
    faults.push({ path: ['steps'], detail: 'are one step only: a rule of one step is a count' })
  const makePath = (i: number) =>
    typeof steps[i] === 'string' ? ['steps', i] : ['steps', i, 'absent']
  return [...faults, ...findStepFaults(steps.map(getText), makePath)]
}
