// What is asked of many alerts in one request: some at once, answered within the time of one.

import { outcomeWaitMs } from './alert-operations.ts'

/** Alerts of one request. Source: interface.md#alerts-and-incidents. */
export const bulkMax = 100
/** Of these, asked for at once. */
const atOnce = 20

/**
 * Asks for each, and gives what came of it in the order of `all`. `ask` gets how long it may wait
 * for the rules: those that did not decide one in time are not waited for again.
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
