// How often a property runs: in every build a part of the runs, in the long form (`.ci/run --full`)
// all of them, with the same assertions. TOCSIN_TEST_RUNS replaces the number.

const asked = Number(process.env.TOCSIN_TEST_RUNS)

/** The runs of this build; `full` are those of the long form. */
export function computeRuns(full: number, part = 5): number {
  if (Number.isInteger(asked) && asked > 0) return asked
  return process.env.TOCSIN_TEST_FULL === '1' ? full : Math.ceil(full / part)
}

/**
 * The share of a count in this build, for a property that must have seen so much in `full` runs.
 */
export function computeShare(count: number, full: number, part = 5): number {
  return Math.floor((count * computeRuns(full, part)) / full)
}
