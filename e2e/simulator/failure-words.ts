// Describes a failed run: the seed, the broken promise, how to repeat it, and the end of the trace
// of the smallest failing run.

import { shrink } from './shrink.ts'
import type { SimulationOptions, SimulationResult } from './simulation.ts'

/** Lines of the trace before the first broken promise. */
const linesBefore = 25
const violationsShown = 5

/** Describes a failed run, after searching for a smaller one. */
export async function tellFailure(
  options: SimulationOptions,
  failed: SimulationResult,
  runsMax: number
): Promise<string> {
  const { result, runs } = await shrink(options, failed, runsMax)
  const first = result.trace.findIndex(line => line.includes('VIOLATION'))
  return [
    `seed ${failed.seed} broke ${failed.violations.length} promises:`,
    ...failed.violations.slice(0, violationsShown).map(each => `  ${each}`),
    `repeat: node e2e/simulator/run.ts --seed ${failed.seed} --verbose${options.like === 'kafka' ? ' --like kafka' : ''}`,
    `after ${runs} more runs ${result.steps.length} of ${failed.steps.length} steps remain, which break:`,
    ...result.violations.slice(0, violationsShown).map(each => `  ${each}`),
    `numbers of the steps: ${result.steps.map(step => step.number).join(',')}`,
    ...result.trace.slice(Math.max(0, first - linesBefore), first + 1)
  ].join('\n')
}
