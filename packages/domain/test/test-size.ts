// How often a property runs: in every build a part of the runs, in the long form (`.ci/run --full`)
// all of them, with the same assertions. TOCSIN_TEST_RUNS replaces the number.

const asked = Number(process.env.TOCSIN_TEST_RUNS)

/** The runs of this build; `full` are those of the long form. */
export function runsOf(full: number, part = 5): number {
  if (Number.isInteger(asked) && asked > 0) return asked
  return process.env.TOCSIN_TEST_FULL === '1' ? full : Math.ceil(full / part)
}
