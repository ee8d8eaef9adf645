// A late incident makes a fold repeat everything after it. Most episodes are unaffected: one that
// takes the same incident again must become the same object, so that nothing is compared, described
// or published anew.

import type { Incident } from '../../src/incident/incident.ts'
import { areSame } from '../../src/patterns/episode/recent-cache.ts'

interface Made<V> {
  readonly from: readonly unknown[]
  readonly value: V
}

/**
 * Returns a cache of what an incident led to, keyed by the incident and by the objects in `from`
 * (compared by identity). `make` must depend on these alone. Keeps at most `limit` incidents.
 */
export function incidentCache<V>(
  limit = 512
): (incident: Incident, from: readonly unknown[], make: () => V) => V {
  const made = new Map<Incident, Made<V>>()
  return (incident, from, make) => {
    const known = made.get(incident)
    if (known !== undefined && areSame(known.from, from)) return known.value
    const value = make()
    if (made.size >= limit) made.clear()
    made.set(incident, { from, value })
    return value
  }
}
