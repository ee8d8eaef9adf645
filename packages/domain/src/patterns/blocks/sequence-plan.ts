// The steps of a sequence as a rule writes them, parsed for the fold: the kinds of incident that
// must come one after another, and what must not follow each of them.

import type { ParameterFault } from '../../detection/pattern.ts'
import { type StepPredicates, stepFaults, stepPredicates, stepsMax } from './step-predicates.ts'

/**
 * A predicate is an incident that must come. `absent` is what must not come before the next step
 * or, as the last step, for `days`.
 */
export type SequenceStep = string | { readonly absent: string; readonly days?: number }

export interface SequencePlan {
  readonly predicates: StepPredicates
  /** Bit of each step that must come, in order. */
  readonly comes: readonly number[]
  /**
   * Bits of what must not come between this step and the next, or in the days after the last one; 0
   * if nothing.
   */
  readonly absent: readonly number[]
  /** Days of absence at the end; null if the sequence ends with an incident. */
  readonly lastDays: number | null
}

const plans = new WeakMap<readonly SequenceStep[], SequencePlan>()

export function planOf(steps: readonly SequenceStep[], withinDays: number): SequencePlan {
  const known = plans.get(steps) ?? makePlan(steps, withinDays)
  plans.set(steps, known)
  return known
}

function makePlan(steps: readonly SequenceStep[], withinDays: number): SequencePlan {
  const comes: number[] = []
  const absent: number[] = []
  for (const [i, step] of steps.slice(0, stepsMax).entries()) {
    if (typeof step === 'string') {
      comes.push(1 << i)
      absent.push(0)
    } else if (absent.length > 0) absent[absent.length - 1] = (absent.at(-1) as number) | (1 << i)
  }
  const last = steps.at(-1)
  const lastDays = last === undefined || typeof last === 'string' ? null : (last.days ?? withinDays)
  return {
    predicates: stepPredicates(steps, step => textOf(step as SequenceStep)),
    comes,
    absent,
    lastDays
  }
}

function textOf(step: SequenceStep): string {
  return typeof step === 'string' ? step : step.absent
}

/** Faults of a value that is not a step; it comes from a file. */
export function stepShapeFaults(step: unknown): readonly ParameterFault[] {
  return isStep(step) ? [] : [{ path: [], detail: shapeWords }]
}

/** Faults of steps whose shapes are right. */
export function sequenceFaults(given: readonly SequenceStep[]): readonly ParameterFault[] {
  if (given.length === 0 || given.length > stepsMax)
    return [{ path: ['steps'], detail: `must be 1 to ${stepsMax} steps` }]
  const first: ParameterFault[] =
    typeof given[0] === 'string'
      ? []
      : [
          {
            path: ['steps', 0],
            detail: 'must come, not be absent: absence is counted from a step before it'
          }
        ]
  const inside = given.slice(0, -1).flatMap((step, i): ParameterFault[] =>
    typeof step !== 'string' && step.days !== undefined
      ? [
          {
            path: ['steps', i, 'days'],
            detail: 'is only for an absence at the end; in the middle the next step ends it'
          }
        ]
      : []
  )
  const alone: ParameterFault[] =
    given.length === 1
      ? [{ path: ['steps'], detail: 'are one step only: a rule of one step is a count' }]
      : []
  return [
    ...first,
    ...inside,
    ...alone,
    ...stepFaults(given.map(textOf), i => pathOf(given[i] as SequenceStep, i))
  ]
}

const shapeWords = 'must be a predicate, or {"absent": predicate} with "days" above 0 at the end'

function pathOf(step: SequenceStep, i: number): readonly (string | number)[] {
  return typeof step === 'string' ? ['steps', i] : ['steps', i, 'absent']
}

function isStep(step: unknown): step is SequenceStep {
  if (typeof step === 'string') return true
  if (typeof step !== 'object' || step === null || Array.isArray(step)) return false
  const { absent, days, ...rest } = step as Record<string, unknown>
  const isDays =
    days === undefined || (typeof days === 'number' && Number.isFinite(days) && days > 0)
  return typeof absent === 'string' && isDays && Object.keys(rest).length === 0
}
