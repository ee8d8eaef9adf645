// Evaluations of predicates that failed.

import { type Handling, strictest } from '../report/handling.ts'

/** Failed evaluations: such an incident does not match. */
export interface PredicateFailures {
  readonly count: number
  readonly lastMessage: string | null
}

export const noFailures: PredicateFailures = { count: 0, lastMessage: null }

/** One more failure. Pure. */
export function withFailure({ count }: PredicateFailures, message: string): PredicateFailures {
  return { count: count + 1, lastMessage: message }
}

/** The failures of both; the last message is that of `later` if it has one. Pure. */
export function bothFailures(
  earlier: PredicateFailures,
  later: PredicateFailures
): PredicateFailures {
  return {
    count: earlier.count + later.count,
    lastMessage: later.lastMessage ?? earlier.lastMessage
  }
}

/**
 * The failures that a reader may know: none without full clearance. An incident is evaluated again
 * whenever a report joins or leaves it, so any count would reveal hidden reports. Pure.
 */
export function failuresSeen(failures: PredicateFailures, clearance: Handling): PredicateFailures {
  return clearance === strictest ? failures : noFailures
}
