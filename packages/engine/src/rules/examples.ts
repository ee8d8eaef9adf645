// How the rules of this folder write their examples: a report, an expected finding and a short
// example are one line each.

import type { ExampleIncident, RuleExample } from './definition.ts'

type Expected = RuleExample['expect'][number]

/** An incident on a day, or on days such as `2025-03-01/2025-03-04`; then its place, actor and so on. */
export function reportOn(
  days: string,
  category: ExampleIncident['category'],
  ...parts: readonly Partial<ExampleIncident>[]
): ExampleIncident {
  const [at, to] = days.split('/')
  return Object.assign({ at, ...(to === undefined ? {} : { to }), category }, ...parts)
}

/** `horizon`: the day of the last tick. Without `expect` the rule has no finding. */
export function makeExample(
  name: string,
  given: readonly ExampleIncident[],
  horizon: string,
  ...expect: readonly Expected[]
): RuleExample {
  return { name, given, horizon, expect }
}

export function expectOpen(group: Expected['group'], level = 1): Expected {
  return { group, level, open: true }
}

export function expectEnded(group: Expected['group'], level = 1): Expected {
  return { group, level, open: false }
}

/** A settlement of several examples, and two reports that show its siege. */
export const diosso = { settlement: 'Diosso', admin1: 'ML-4' }
export const siegeOfDiosso: readonly ExampleIncident[] = [
  reportOn('2024-01-01/2024-01-12', 'blockade', diosso),
  reportOn('2024-01-01/2024-01-12', 'movement-denied', diosso, { source: 'b' })
]
