// A late incident makes a fold go again over all that came after it. Most episodes are not touched by it: where one takes the same incident again, it must
// become the very same object, for then nothing has to be told, compared or published anew.

import type { Incident } from '../../incident/incident.ts'
import { areSame } from './last-made.ts'

interface Made<V> {
  readonly from: readonly unknown[]
  readonly value: V
}

/**
 * Gives what came of an incident when it was taken last, and makes it where it was taken by something else (`from`, compared by identity). What is made
 * must rest on these alone. Keeps `limit` incidents at most.
 */
export function givesAgain<V>(limit = 512): (incident: Incident, from: readonly unknown[], make: () => V) => V {
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
