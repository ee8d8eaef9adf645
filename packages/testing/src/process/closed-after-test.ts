// What a test opens is closed when the test ends, however it ends: what was opened last first.

import { onTestFinished } from 'vitest'

/** Gives back what it is given. To be called in a test, or in a hook that runs before each test. */
export function closedAfterTest<T extends { close(): unknown }>(opened: T): T {
  onTestFinished(async () => void (await opened.close()))
  return opened
}
