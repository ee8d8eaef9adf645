// One request about many alerts: some run concurrently, within the time of one.

import { outcomeWaitMs } from './alert-operations.ts'

/** Alerts per request. Source: interface.md#alerts-and-incidents. */
export const bulkMax = 100
/** Maximum number of them in parallel. */
const atOnce = 20

/**
 * Asks for each, and returns the results in the order of `all`. `ask` gets how long it may wait for
 * the rules: if they did not decide one in time, the others do not wait for them again.
 */
export async function inTurns<T, A>(
  all: readonly T[],
  ask: (each: T, waitMs: number) => Promise<{ readonly answer: A; readonly isPending: boolean }>
): Promise<readonly A[]> {
  const answers: A[] = new Array(all.length)
  const queue = all.entries()
  let isDecided = true
  const work = async () => {
    for (const [i, each] of queue) {
      const { answer, isPending } = await ask(each, isDecided ? outcomeWaitMs : 0)
      isDecided &&= !isPending
      answers[i] = answer
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return answers
}
