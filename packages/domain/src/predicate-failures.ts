// Evaluations of predicates that gave no answer, counted by the handling of the incidents that they were about: who may not see an incident is not told
// that anything failed at it.

import { type Handling, maySee } from './handling.ts'

/** Evaluations that gave no answer: such an incident does not match. */
export interface PredicateFailures {
  readonly count: number
  readonly lastMessage: string | null
  /** By handling of the incidents, at most one of each; the one that failed last comes last. */
  readonly byHandling: readonly FailuresOfHandling[]
}

export interface FailuresOfHandling {
  readonly handling: Handling
  readonly count: number
  readonly lastMessage: string
}

export const noFailures: PredicateFailures = { count: 0, lastMessage: null, byHandling: [] }

/** One more failure. Pure; O(handlings). */
export function withFailure({ byHandling }: PredicateFailures, handling: Handling, message: string): PredicateFailures {
  const before = byHandling.find(one => one.handling === handling)?.count ?? 0
  const others = byHandling.filter(one => one.handling !== handling)
  return summed([...others, { handling, count: before + 1, lastMessage: message }])
}

/** The failures of both; the last message is that of `later` where it has one. Pure. */
export function bothFailures(earlier: PredicateFailures, later: PredicateFailures): PredicateFailures {
  const counts = new Map<Handling, FailuresOfHandling>()
  for (const one of [...earlier.byHandling, ...later.byHandling]) {
    const count = (counts.get(one.handling)?.count ?? 0) + one.count
    counts.delete(one.handling)
    counts.set(one.handling, { ...one, count })
  }
  return summed([...counts.values()])
}

/** What a reader may know of failures. Pure. */
export function failuresUpTo({ byHandling }: PredicateFailures, clearance: Handling): PredicateFailures {
  return summed(byHandling.filter(({ handling }) => maySee(clearance, handling)))
}

function summed(byHandling: readonly FailuresOfHandling[]): PredicateFailures {
  const count = byHandling.reduce((sum, one) => sum + one.count, 0)
  return { count, lastMessage: byHandling.at(-1)?.lastMessage ?? null, byHandling }
}
