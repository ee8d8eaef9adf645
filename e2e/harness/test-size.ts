// How much a test does: every run, by hand and in a build, takes the usual form; `.ci/run --full`
// the long one. Each form keeps every assertion: rounds, seeds and pauses differ.

/** Whether the long forms are wanted. */
export const fullRun = process.env.TOCSIN_TEST_FULL === '1'

/** A count for this run; TOCSIN_TEST_ROUNDS replaces it. */
export function rounds(usual: number, full: number): number {
  const asked = Number(process.env.TOCSIN_TEST_ROUNDS)
  return Number.isInteger(asked) && asked > 0 ? asked : fullRun ? full : usual
}
