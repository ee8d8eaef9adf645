// Predicates over one incident, as rule authors write them: CEL (Common Expression Language),
// compiled once, type-checked, bounded in size and work (predicate-limits.ts), over the variables
// of incident-variables.ts. A failed evaluation is reported and counts as no match. Never throws.

import { Environment } from '@marcbachmann/cel-js'
import type { Incident } from '../incident/incident.ts'
import {
  Deaths,
  Persons,
  predicateFields,
  predicateVariables,
  valuesOf
} from './incident-variables.ts'
import {
  depthMax,
  faultsOf,
  type LimitFault,
  listElementsMax,
  nodesMax,
  type PredicateError,
  positionOf,
  readsIncident,
  textMax,
  typedFaultsOf
} from './predicate-limits.ts'

export type { PredicateError } from './predicate-limits.ts'

/** Receives each failed evaluation: the reason in plain words, and the incident. */
export type OnFailure = (message: string, incident: Incident) => void

export interface IncidentPredicate {
  readonly ok: true
  readonly text: string
  /**
   * True if the incident matches. Never throws: a failed evaluation is false and reported to
   * `onFailure`.
   */
  test(incident: Incident, onFailure?: OnFailure): boolean
}

export type CompiledPredicate =
  | IncidentPredicate
  | { readonly ok: false; readonly errors: readonly PredicateError[] }

const environment = makeEnvironment()

/**
 * Compiles a predicate, or returns all its faults. Never throws. The CEL library reports one error
 * at a time.
 */
export function compilePredicate(text: string): CompiledPredicate {
  if (text.length > textMax)
    return refused(text, [{ message: `it is longer than ${textMax} characters`, start: 0 }])
  if (text.trim() === '') return refused(text, [{ message: 'it is empty', start: 0 }])
  try {
    const run = environment.parse(text)
    const faults = faultsOf(run.ast)
    if (faults.length > 0) return refused(text, faults)
    const { valid, type, error } = run.check()
    if (!valid) return refusedBy(text, error)
    const typed = typedFaultsOf(run.ast)
    if (typed.length > 0) return refused(text, typed)
    if (type !== 'bool')
      return refused(text, [{ message: `it gives ${type}, and must say true or false`, start: 0 }])
    return { ok: true, text, test: (incident, onFailure) => answer(run, incident, onFailure) }
  } catch (error) {
    return refusedBy(text, error)
  }
}

/**
 * How a valid predicate of constants alone fails, which it does for every incident; null for any
 * other. Only for new rules: one that is in force goes on, and counts its failures. Pure; never
 * throws.
 */
export function constantFailure(text: string): PredicateError | null {
  if (!compilePredicate(text).ok) return null
  try {
    const run = environment.parse(text)
    if (!readsIncident(run.ast)) run({})
    return null
  } catch (error) {
    const start = (error as { range?: { start?: number } } | null)?.range?.start ?? 0
    return {
      message: `it fails for every incident: ${summaryOf(error)}`,
      ...positionOf(text, start)
    }
  }
}

function answer(
  run: (values: Record<string, unknown>) => unknown,
  incident: Incident,
  onFailure: OnFailure | undefined
): boolean {
  try {
    const result = run(valuesOf(incident))
    if (typeof result === 'boolean') return result
    onFailure?.('it gave neither true nor false', incident)
  } catch (error) {
    onFailure?.(summaryOf(error), incident)
  }
  return false
}

function refused(text: string, faults: readonly LimitFault[]): CompiledPredicate {
  return {
    ok: false,
    errors: faults.map(({ message, start }) => ({ message, ...positionOf(text, start) }))
  }
}

function refusedBy(text: string, error: unknown): CompiledPredicate {
  const start = (error as { range?: { start?: number } } | null)?.range?.start ?? 0
  return refused(text, [{ message: summaryOf(error), start }])
}

/**
 * The summary of the library's errors, without the excerpt of the text. Null stands for an unknown
 * value, which has no order.
 */
function summaryOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it failed'
  const summary = (error as { summary?: string }).summary ?? error.message
  const index = /index out of bounds, index (-?\d+)/.exec(summary)
  if (index) return `a list has no item ${index[1]}: the first is 0`
  const operator =
    /^no such overload: .*null.* ([<>=!+*/%-]+) |^no such overload: .* ([<>=!+*/%-]+) .*null/.exec(
      summary
    )
  return operator
    ? `a value that is not known can't be used with ${operator[1] ?? operator[2]}`
    : summary
}

function makeEnvironment(): Environment {
  const made = new Environment({
    homogeneousAggregateLiterals: true,
    limits: {
      maxAstNodes: nodesMax,
      maxDepth: depthMax,
      maxListElements: listElementsMax,
      maxMapEntries: listElementsMax,
      maxCallArguments: 8
    }
  })
  made.registerType('Deaths', { ctor: Deaths, fields: predicateFields.Deaths })
  made.registerType('Persons', { ctor: Persons, fields: predicateFields.Persons })
  for (const [name, { type }] of Object.entries(predicateVariables))
    made.registerVariable(name, type)
  return made
}
