// Work done by a theatre's fold, by kind. Counted and not timed, so that tests can check how it
// grows.

export class FoldWork {
  /** Incidents folded into the state of a rule's scope. */
  steps = 0
  /** Pairs of reports compared. */
  pairs = 0
  /**
   * Pairs of alert and finding looked at in matching, and of their situations in the search for
   * what to match.
   */
  matches = 0
}
