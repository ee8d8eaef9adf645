// The steps of a building block: predicates in CEL, compiled once for each rule and asked once for each incident.

import type { ParameterFault } from '../../detection/pattern.ts'
import type { Incident } from '../../incident/incident.ts'
import { compilePredicate, type IncidentPredicate, type OnFailure } from '../../predicate/incident-predicate.ts'
import { noFailures, type PredicateFailures, withFailure } from '../../predicate/predicate-failures.ts'

/** Steps of one rule at most. */
export const stepsMax = 8

/** The predicates of one list of texts. One that can't be read matches nothing: rules with such are refused before they are in force. */
export class StepPredicates {
  readonly #predicates: readonly (IncidentPredicate | null)[]
  readonly #fails: readonly OnFailure[]
  readonly #asked = new WeakMap<Incident, number>()
  #failures: PredicateFailures = noFailures

  constructor(texts: readonly string[]) {
    this.#predicates = texts.slice(0, stepsMax).map(text => {
      const compiled = typeof text === 'string' ? compilePredicate(text) : null
      return compiled?.ok ? compiled : null
    })
    this.#fails = this.#predicates.map((_, i) => message => {
      this.#failures = withFailure(this.#failures, `step ${i + 1}: ${message}`)
    })
  }

  /** Evaluations that gave no answer; each incident is asked once. */
  get failures(): PredicateFailures {
    return this.#failures
  }

  /** Which predicates an incident fulfils: bit i is set for the i-th. */
  matches(incident: Incident): number {
    const known = this.#asked.get(incident)
    if (known !== undefined) return known
    const bits = this.#predicates.reduce((sum, p, i) => sum | (p?.test(incident, this.#fails[i]) ? 1 << i : 0), 0)
    this.#asked.set(incident, bits)
    return bits
  }
}

const compiledSteps = new WeakMap<readonly unknown[], StepPredicates>()

/** The predicates of a parameter; the same for the same list. */
export function stepPredicates(list: readonly unknown[], textOf: (step: unknown) => string = String): StepPredicates {
  const known = compiledSteps.get(list) ?? new StepPredicates(list.map(textOf))
  compiledSteps.set(list, known)
  return known
}

/** What is wrong with the texts of steps. `pathOf` tells where the i-th stands. */
export function stepFaults(
  texts: readonly string[],
  pathOf: (i: number) => readonly (string | number)[]
): readonly ParameterFault[] {
  return texts.flatMap((text, i) => {
    const compiled = compilePredicate(text)
    if (compiled.ok) return []
    return compiled.errors.map(({ message, line, column }) => ({
      path: pathOf(i),
      detail: `can not be used, at ${line > 1 ? `line ${line}, ` : ''}character ${column}: ${message}`
    }))
  })
}
