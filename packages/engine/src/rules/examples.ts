// How the rules of this folder write their examples: a report, an expected finding and a short
// example are one line each.

import type { ExampleIncident, RuleExample } from './definition.ts'

type Expected = RuleExample['expect'][number]

/** What is there at the last tick of an example. */
interface Outcome {
  readonly horizon: string
  readonly expect: readonly Expected[]
}

/** An incident on a day, or on days such as `2025-03-01/2025-03-04`; then its place, actor and so on. */
export function reportOn(
  days: string,
  category: ExampleIncident['category'],
  ...parts: readonly Partial<ExampleIncident>[]
): ExampleIncident {
  const [at, to] = days.split('/')
  return Object.assign({ at, ...(to === undefined ? {} : { to }), category }, ...parts)
}

/** All outcomes are of one day. */
export function makeExample(
  name: string,
  given: readonly ExampleIncident[],
  outcome: Outcome,
  ...others: readonly Outcome[]
): RuleExample {
  const expect = [outcome, ...others].flatMap(one => one.expect)
  return { name, given, horizon: outcome.horizon, expect }
}

export function expectOpen(horizon: string, group: Expected['group'], level = 1): Outcome {
  return { horizon, expect: [{ group, level, open: true }] }
}

export function expectEnded(horizon: string, group: Expected['group'], level = 1): Outcome {
  return { horizon, expect: [{ group, level, open: false }] }
}

export function expectNone(horizon: string): Outcome {
  return { horizon, expect: [] }
}

/** A settlement of several examples, and two reports that show its siege. */
export const diosso = { settlement: 'Diosso', admin1: 'ML-4' }
export const siegeOfDiosso: readonly ExampleIncident[] = [
  reportOn('2024-01-01/2024-01-12', 'blockade', diosso),
  reportOn('2024-01-01/2024-01-12', 'movement-denied', diosso, { source: 'b' })
]
