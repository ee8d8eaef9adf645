// Repairs partial writes: an instance that dies between two appends leaves a report written to one
// theatre and not to the other, so that it counts twice or nowhere. Any instance completes it,
// after a delay in which its writer would have. Two concurrent repairs write the same records.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Clock, Random } from '@tocsin/domain/ports'
import { EventLogError } from '@tocsin/event-log/errors'
import type { KnownReports } from '../known/known-reports.ts'

export interface PartialWriteRepairOptions {
  readonly clock: Clock
  readonly random: Random
  readonly reports: Pick<KnownReports, 'behind'>
  /** Completes one report; resolves with the number of records written. */
  readonly finish: (reportId: string) => Promise<number>
  /** False while no record can be written. */
  readonly mayWrite: () => boolean
  readonly onFinished: (outcome: 'repaired' | 'failed') => void
}

/**
 * Interval between two rounds, ms; up to half as much again at random, so that instances do not run
 * in step.
 */
const repairEveryMs = 5_000
/**
 * Most reports that one round notes for the next one to complete. The rest wait for a later round.
 */
export const repairsMax = 100

export class PartialWriteRepair {
  readonly #options: PartialWriteRepairOptions
  readonly #stop = new AbortController()
  readonly #failed = Promise.withResolvers<Error>()
  #noted: readonly string[] = []
  #loop: Promise<void> | null = null

  constructor(options: PartialWriteRepairOptions) {
    this.#options = options
  }

  /** Resolves with the unexpected error that ended the loop; stays pending if there is none. */
  get failed(): Promise<Error> {
    return this.#failed.promise
  }

  start(): void {
    this.#loop ??= this.#run().catch(error => this.#failed.resolve(error))
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#loop
  }

  async #run(): Promise<void> {
    const { clock, random, mayWrite } = this.#options
    const { signal } = this.#stop
    while (!signal.aborted) {
      await clock.sleep(repairEveryMs * (1 + random.next() / 2), signal)
      if (!signal.aborted && mayWrite()) await this.#round()
    }
  }

  /**
   * Completes the reports that were behind in the last round and still are, then notes those that
   * are behind now.
   */
  async #round(): Promise<void> {
    const { reports, onFinished } = this.#options
    for (const reportId of this.#noted) {
      if (this.#stop.signal.aborted) return
      if (!reports.behind.has(reportId)) continue
      const outcome = await this.#finish(reportId)
      if (outcome !== null) onFinished(outcome)
      // The log is failing: the rest would fail too.
      if (outcome === 'failed') break
    }
    this.#noted = listFirst(reports.behind, repairsMax)
  }

  async #finish(reportId: string): Promise<'repaired' | 'failed' | null> {
    try {
      return (await this.#options.finish(reportId)) > 0 ? 'repaired' : null
    } catch (error) {
      if (error instanceof ProblemError || error instanceof EventLogError) return 'failed'
      throw error
    }
  }
}

function listFirst(ids: ReadonlySet<string>, max: number): string[] {
  const found: string[] = []
  for (const id of ids) {
    if (found.length === max) break
    found.push(id)
  }
  return found
}
