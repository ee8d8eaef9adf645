// Who may read of a number: who may read of all that it counts, though not every incident of it is a trigger. Counts are kept by day, and their incidents
// are not: of each handling the incident that ends last is enough to know whether a window holds one.

import type { Incident } from '../../incident/incident.ts'
import { type Handling, handlings, stricter } from '../../report/handling.ts'
import { type Evidence, evidenceOf } from './episode-evidence.ts'

/** Of each handling the incident that ends last. Pure. */
export function withCounted(counted: readonly Incident[], incident: Incident): readonly Incident[] {
  const known = counted.find(({ handling }) => handling === incident.handling)
  if (known === undefined) return [...counted, incident]
  return known.toMs > incident.toMs ? counted : counted.map(one => (one === known ? incident : one))
}

/** The one that the fewest may read of, among those that end at a moment or later; null where there is none. Pure. */
export function strictestSince(counted: readonly Incident[], fromMs: number): Incident | null {
  const still = counted.filter(({ toMs }) => toMs >= fromMs)
  return still.reduce<Incident | null>((a, b) => (a === null || rankOf(b.handling) > rankOf(a.handling) ? b : a), null)
}

/** The triggers, and beside them what is counted with them where fewer may read of it. Pure. */
export function triggersWith(triggers: Evidence, counted: Incident | null): Evidence {
  const known = triggers.kept.map(({ handling }) => handling).reduce(stricter, 'public')
  if (counted === null || rankOf(counted.handling) <= rankOf(known)) return triggers
  const { kept, omitted } = evidenceOf([...triggers.kept, counted])
  return { kept, omitted: triggers.omitted + omitted }
}

function rankOf(handling: Handling): number {
  return handlings.indexOf(handling)
}
