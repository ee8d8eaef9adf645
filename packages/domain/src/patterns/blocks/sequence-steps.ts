// What a sequence knows along the incidents of a scope: of each number of steps the one that began
// last, and until when what must not come has been there. A small automaton: the place after an
// incident follows from the place before it and that incident.

import type { Incident } from '../../incident/incident.ts'
import { dayMs } from '../../space-time/event-time.ts'
import type { SequencePlan } from './sequence-plan.ts'

/** The first steps of a sequence, as far as they have come. */
export type Begun = readonly Incident[]

/** It never changes. */
export interface SequencePlace {
  /**
   * Indexed by the number of steps that have come, less one: the begun sequence that began last, or
   * null.
   */
  readonly begun: readonly (Begun | null)[]
  /** Indexed by step: end of the latest incident that must not come after it. */
  readonly absentToMs: readonly (number | null)[]
}

export interface Step {
  readonly place: SequencePlace
  /** The incidents of a sequence that this incident completed, but for the absence at its end. */
  readonly completed: Begun | null
}

export function firstPlace({ comes }: SequencePlan): SequencePlace {
  const none = comes.map(() => null)
  return { begun: none, absentToMs: none }
}

/**
 * The place after an incident. `bits`: the steps that it fulfils; `comes`: those of them that it
 * may take. It is matched with the last step first, so that it is never two steps of one sequence,
 * and breaks none that it began or continued itself.
 */
export function stepOf(
  place: SequencePlace,
  incident: Incident,
  { bits, comes }: { readonly bits: number; readonly comes: number },
  plan: SequencePlan,
  withinDays: number
): Step {
  const { begun, completed } = withStep(place, incident, comes, plan, withinDays)
  const breaks = (i: number) => (bits & (plan.absent[i] as number)) !== 0
  const isBreaker = plan.absent.some((_, i) => breaks(i))
  if (!isBreaker) return { place: begun === place.begun ? place : { ...place, begun }, completed }
  return {
    place: {
      begun: begun.map((one, i) => (breaks(i) && one === place.begun[i] ? null : one)),
      absentToMs: place.absentToMs.map((toMs, i) =>
        breaks(i) ? Math.max(toMs ?? incident.toMs, incident.toMs) : toMs
      )
    },
    completed
  }
}

/** True if all that follows is the same after both. */
export function areSamePlaces(a: SequencePlace, b: SequencePlace): boolean {
  if (a === b) return true
  return (
    a.absentToMs.every((ms, i) => ms === b.absentToMs[i]) &&
    a.begun.every((one, i) => areSame(one, b.begun[i] ?? null))
  )
}

/** True for the same incidents, as the same objects. */
export function areSame(a: Begun | null, b: Begun | null): boolean {
  if (a === b) return true
  return (
    a !== null && b !== null && a.length === b.length && a.every((incident, i) => incident === b[i])
  )
}

function withStep(
  place: SequencePlace,
  incident: Incident,
  bits: number,
  plan: SequencePlan,
  withinDays: number
): { readonly begun: SequencePlace['begun']; readonly completed: Begun | null } {
  let begun: (Begun | null)[] | null = null
  const last = plan.comes.length - 1
  for (let i = last; i >= 0; i--) {
    const before = i === 0 ? [] : (place.begun[i - 1] ?? null)
    if ((bits & (plan.comes[i] as number)) === 0 || before === null) continue
    const longer = [...before, incident]
    if (incident.fromMs - (longer[0] as Incident).fromMs > withinDays * dayMs) continue
    // The incident that must not come ends after this step begins: it may have come after the step
    // before.
    if ((place.absentToMs[i] ?? Number.NEGATIVE_INFINITY) > incident.fromMs) continue
    if (i === last) return { begun: plan.comes.map(() => null), completed: longer }
    const other = place.begun[i]
    if (other && (longer[0] as Incident).fromMs < (other[0] as Incident).fromMs) continue
    begun ??= [...place.begun]
    begun[i] = longer
  }
  return { begun: begun ?? place.begun, completed: null }
}
