// Predicates over one incident, as rule authors write them: CEL (Common Expression Language),
// compiled once, type-checked, bounded in size and work, over the variables of
// predicate-variables.ts. A failed evaluation is counted, and is no match.

import { Environment } from '@marcbachmann/cel-js'
import type { Incidents } from '../data/incidents.ts'
import {
  depthMax,
  findLimitFaults,
  findTypeFaults,
  type LimitFault,
  listElementsMax,
  nodesMax,
  textMax
} from './predicate-limits.ts'
import {
  Deaths,
  IncidentValues,
  Persons,
  predicateFields,
  predicateVariables
} from './predicate-variables.ts'

export interface PredicateError {
  /** In plain words. */
  readonly message: string
  /** In the predicate's own text; both from 1. */
  readonly line: number
  readonly column: number
}

/** Counts evaluations that failed. */
export class PredicateFailures {
  count = 0
  lastMessage: string | null = null

  add(message: string): void {
    this.count += 1
    this.lastMessage = message
  }
}

export interface IncidentPredicate {
  readonly ok: true
  readonly text: string
  /** True if the incident matches; false if the evaluation fails. */
  matches(incidents: Incidents, row: number, failures: Pick<PredicateFailures, 'add'>): boolean
}

export type CompiledPredicate =
  | IncidentPredicate
  | { readonly ok: false; readonly errors: readonly PredicateError[] }

type Run = (values: unknown) => unknown

const environment = makeEnvironment()

/** Compiles a predicate, or lists its faults. Never throws. The CEL library reports one at a time. */
export function compilePredicate(text: string): CompiledPredicate {
  if (text.length > textMax)
    return refuse(text, [{ message: `it is longer than ${textMax} characters`, start: 0 }])
  if (text.trim() === '') return refuse(text, [{ message: 'it is empty', start: 0 }])
  try {
    const run = environment.parse(text)
    const limitFaults = findLimitFaults(run.ast)
    if (limitFaults.length > 0) return refuse(text, limitFaults)
    const { valid, type, error } = run.check()
    if (!valid) return refuse(text, [describeError(error)])
    const typeFaults = findTypeFaults(run.ast)
    if (typeFaults.length > 0) return refuse(text, typeFaults)
    if (type !== 'bool')
      return refuse(text, [{ message: `it gives ${type}, and must say true or false`, start: 0 }])
    return makePredicate(text, run as Run)
  } catch (error) {
    return refuse(text, [describeError(error)])
  }
}

function makePredicate(text: string, run: Run): IncidentPredicate {
  return {
    ok: true,
    text,
    matches(incidents, row, failures) {
      try {
        const result = run(new IncidentValues(incidents, row))
        if (typeof result === 'boolean') return result
        failures.add('it gave neither true nor false')
      } catch (error) {
        failures.add(describeError(error).message)
      }
      return false
    }
  }
}

function refuse(text: string, faults: readonly LimitFault[]): CompiledPredicate {
  return { ok: false, errors: faults.map(fault => placeError(text, fault)) }
}

function placeError(text: string, { message, start }: LimitFault): PredicateError {
  const before = text.slice(0, start).split('\n')
  return { message, line: before.length, column: before.at(-1)!.length + 1 }
}

function describeError(error: unknown): LimitFault {
  const start = (error as { range?: { start?: number } } | null)?.range?.start ?? 0
  return { message: summarizeError(error), start }
}

/** The library's error without the excerpt of the text. Null is an unknown value: it has no order. */
function summarizeError(error: unknown): string {
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
