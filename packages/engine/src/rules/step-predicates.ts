// The steps of a building block: CEL predicates, compiled once for a rule. An incident is asked once,
// when it is added: its mark has a bit for each predicate that it fulfils.

import type { Incidents } from '../data/incidents.ts'
import type { ParameterFault } from './definition.ts'
import { compilePredicate, type IncidentPredicate, PredicateFailures } from './predicate.ts'

export const stepsMax = 8

interface Step {
  readonly predicate: IncidentPredicate | null
  /** Its failures name it. */
  readonly failures: Pick<PredicateFailures, 'add'>
}

/** A predicate that does not compile never matches: rules with such steps are refused earlier. */
export class StepPredicates {
  readonly failures = new PredicateFailures()
  readonly #steps: readonly Step[]

  constructor(texts: readonly string[]) {
    this.#steps = texts.slice(0, stepsMax).map((text, i) => {
      const compiled = compilePredicate(text)
      const add = (message: string) => this.failures.add(`step ${i + 1}: ${message}`)
      return { predicate: compiled.ok ? compiled : null, failures: { add } }
    })
  }

  /** The predicates that an incident fulfils, as bits. */
  readonly getMark = (incidents: Incidents, row: number): number => {
    let bits = 0
    for (const [i, { predicate, failures }] of this.#steps.entries())
      if (predicate?.matches(incidents, row, failures) === true) bits |= 1 << i
    return bits
  }
}

/** Faults of the texts of steps. `makePath` makes the path of a step. */
export function findStepFaults(
  texts: readonly string[],
  makePath: (index: number) => readonly (string | number)[]
): readonly ParameterFault[] {
  return texts.flatMap((text, i) => {
    const compiled = compilePredicate(text)
    if (compiled.ok) return []
    return compiled.errors.map(({ message, line, column }) => ({
      path: makePath(i),
      detail: `can not be used, at ${line > 1 ? `line ${line}, ` : ''}character ${column}: ${message}`
    }))
  })
}
