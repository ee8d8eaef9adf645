// Long runs are asked for by name: `.ci/run --full` sets this for all tests.

/** Whether long forms of the tests are wanted. */
export const fullRun = process.env.TOCSIN_TEST_FULL === '1'

/** The count for a run: the long form's where it is wanted, else what fits into every build; TOCSIN_TEST_ROUNDS replaces both. */
export function rounds(usual: number, full: number): number {
  const asked = Number(process.env.TOCSIN_TEST_ROUNDS)
  return Number.isInteger(asked) && asked > 0 ? asked : fullRun ? full : usual
}
