// How much work a theatre's fold has done, by kind. Counted and not timed, so that a test can ask how it grows with what is there.

export class FoldWork {
  /** Incidents folded into the state of a rule's scope. */
  steps = 0
  /** Pairs of reports held against each other. */
  pairs = 0
  /** Pairs of an alert and a finding that could have been its own. */
  matches = 0
}
