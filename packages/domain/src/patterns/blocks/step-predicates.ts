// The steps of a building block: CEL predicates, compiled once per rule and evaluated once per
// incident.

import type { ParameterFault } from '../../detection/pattern.ts'
import type { Incident } from '../../incident/incident.ts'
import {
  compilePredicate,
  type IncidentPredicate,
  type OnFailure
} from '../../predicate/incident-predicate.ts'
import {
  noFailures,
  type PredicateFailures,
  withFailure
} from '../../predicate/predicate-failures.ts'

/** Maximum number of steps of one rule. */
export const stepsMax = 8

/**
 * The predicates of one list of texts. One that does not compile matches nothing: rules with such
 * steps are refused earlier.
 */
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

  /** Evaluations that failed; each incident is evaluated once. */
  get failures(): PredicateFailures {
    return this.#failures
  }

  /** The predicates that an incident fulfils, as bits: bit i is the i-th. */
  matches(incident: Incident): number {
    const known = this.#asked.get(incident)
    if (known !== undefined) return known
    const bits = this.#predicates.reduce(
      (sum, p, i) => sum | (p?.test(incident, this.#fails[i]) ? 1 << i : 0),
      0
    )
    this.#asked.set(incident, bits)
    return bits
  }
}

const compiledSteps = new WeakMap<readonly unknown[], StepPredicates>()

/** The predicates of a parameter; the same list object gives the same predicates. */
export function stepPredicates(
  list: readonly unknown[],
  textOf: (step: unknown) => string = String
): StepPredicates {
  const known = compiledSteps.get(list) ?? new StepPredicates(list.map(textOf))
  compiledSteps.set(list, known)
  return known
}

/** Faults of the texts of steps. `pathOf` gives the path of the i-th. */
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
