// Shrinks a failing run: repeats it with fewer steps as long as it breaks the same promise. Faults
// and event order change with every removed step, so this is only a search; its result has really
// failed.

import { type SimulationOptions, type SimulationResult, simulate } from './simulation.ts'

export interface Shrunk {
  readonly result: SimulationResult
  /** Runs used. */
  readonly runs: number
}

/**
 * The smallest failing run found within `runsMax` further runs. The given result must have failed.
 */
export async function shrink(
  options: SimulationOptions,
  failed: SimulationResult,
  runsMax: number
): Promise<Shrunk> {
  const promise = promiseOf(failed)
  let [best, runs, pieces] = [failed, 0, 2]
  while (runs < runsMax && pieces <= best.steps.length) {
    const numbers = best.steps.map(step => step.number)
    const smaller = await firstFailing(splits(numbers, pieces), async kept => {
      if (runs >= runsMax) return null
      runs++
      const result = await simulate({ ...options, only: new Set(kept) })
      return result.violations.length > 0 && promiseOf(result) === promise ? result : null
    })
    if (smaller === null) {
      if (pieces === best.steps.length) break
      pieces = Math.min(best.steps.length, pieces * 2)
    } else {
      best = smaller
      pieces = Math.max(2, pieces - 1)
    }
  }
  return { result: best, runs }
}

function promiseOf({ violations }: SimulationResult): string {
  return (violations[0] ?? '').split(':')[0] ?? ''
}

/** The list without one of `pieces` equal pieces, for each piece. */
function* splits(numbers: readonly number[], pieces: number): Generator<number[]> {
  const size = Math.ceil(numbers.length / pieces)
  for (let from = 0; from < numbers.length; from += size)
    yield [...numbers.slice(0, from), ...numbers.slice(from + size)]
}

async function firstFailing<T, R>(
  candidates: Iterable<T>,
  attempt: (candidate: T) => Promise<R | null>
): Promise<R | null> {
  for (const candidate of candidates) {
    const result = await attempt(candidate)
    if (result !== null) return result
  }
  return null
}
