// How far back a theatre's own past reaches, for readers of each handling: what a baseline needs.

import { type Handling, handlings, maySee } from '../report/handling.ts'

/**
 * First moment of the earliest day on which a real incident ended that readers of a handling may
 * see; null if there was none. The same object while nothing changes.
 */
export type PastByHandling = Readonly<Record<Handling, number | null>>

/** A past of which all readers know the same. */
export function samePast(ms: number | null): PastByHandling {
  return pastOf(() => ms)
}

/** From the first moment of each handling alone. */
export function pastOf(firstMsOf: (handling: Handling) => number | null): PastByHandling {
  const firsts = handlings.map(firstMsOf)
  const least = (clearance: Handling) => {
    const seen = firsts.filter(
      (ms, i) => ms !== null && maySee(clearance, handlings[i] as Handling)
    )
    return seen.length === 0 ? null : Math.min(...(seen as number[]))
  }
  return {
    public: least('public'),
    partners: least('partners'),
    internal: least('internal'),
    restricted: least('restricted')
  }
}
