// The handling of a count: the strictest of what it counts, although not every counted incident is
// a trigger. Counts are kept by day without their incidents: of each handling, the incident that
// ends last tells whether a window still contains one.

import type { Incident } from '../../incident/incident.ts'
import { type Handling, handlings, stricter } from '../../report/handling.ts'
import { type Evidence, evidenceOf } from './episode-evidence.ts'

/** Of each handling the incident that ends last, after one more incident. Pure. */
export function withCounted(counted: readonly Incident[], incident: Incident): readonly Incident[] {
  const known = counted.find(({ handling }) => handling === incident.handling)
  if (known === undefined) return [...counted, incident]
  return known.toMs > incident.toMs ? counted : counted.map(one => (one === known ? incident : one))
}

/**
 * The one with the strictest handling among those that end at `fromMs` or later; null if there is
 * none. Pure.
 */
export function strictestSince(counted: readonly Incident[], fromMs: number): Incident | null {
  const still = counted.filter(({ toMs }) => toMs >= fromMs)
  return still.reduce<Incident | null>(
    (a, b) => (a === null || rankOf(b.handling) > rankOf(a.handling) ? b : a),
    null
  )
}

/** The triggers, and with them a counted incident whose handling is stricter than theirs. Pure. */
export function triggersWith(triggers: Evidence, counted: Incident | null): Evidence {
  const known = triggers.kept.map(({ handling }) => handling).reduce(stricter, 'public')
  if (counted === null || rankOf(counted.handling) <= rankOf(known)) return triggers
  const { kept, omitted } = evidenceOf([...triggers.kept, counted])
  return { kept, omitted: triggers.omitted + omitted }
}

function rankOf(handling: Handling): number {
  return handlings.indexOf(handling)
}
