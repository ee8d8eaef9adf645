// What an instance of intake owes the others, where several write at once. Write, then read: of two that write to one report at the same time, at
// least one reads what the other wrote before it answers, and makes good what a theatre lacks by then. So all theatres come to hold what stands,
// whoever won; only an instance that dies in between leaves something behind (partial-write-repair.ts).

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Clock } from '@tocsin/domain/ports'
import { EventLogError } from '@tocsin/event-log/errors'
import { backoffMs } from '@tocsin/event-log/follow'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { theatresBehind } from '../known/known-report.ts'
import type { KnownReports } from '../known/known-reports.ts'
import type { TheatreMoments } from '../time/theatre-moments.ts'
import type { ConfirmedWrites } from './confirmed-writes.ts'
import { whatStands } from './what-stands.ts'

export interface SharedReportsOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly reports: KnownReports
  readonly moments: TheatreMoments
  readonly writes: ConfirmedWrites
  /** How long the fold is waited for, and how long theatres are made good, ms. */
  readonly deadlineMs: number
  /** True once the fold of the incidents log has passed what the log held `maxAgeMs` ago; false after the timeout. Shared by all who ask at once. */
  readonly catchUp: (timeoutMs: number, maxAgeMs: number) => Promise<boolean>
}

export class SharedReports {
  readonly #options: SharedReportsOptions

  constructor(options: SharedReportsOptions) {
    this.#options = options
  }

  /**
   * Resolves once all that the log held `maxAgeMs` ago is known here; 0 = all that it holds now. Rejects with `projection-behind`, or with the log's
   * error, when that takes longer than the deadline.
   */
  async learn(maxAgeMs: number): Promise<void> {
    const { clock, deadlineMs, catchUp } = this.#options
    const untilMs = clock.monotonicMs() + deadlineMs
    for (let attempt = 0; ; attempt++) {
      const leftMs = untilMs - clock.monotonicMs()
      try {
        if (leftMs > 0 && (await catchUp(leftMs, maxAgeMs))) return
        throw behind()
      } catch (error) {
        if (!(error instanceof EventLogError) || !error.retryable || clock.monotonicMs() >= untilMs) throw error
        await clock.sleep(backoffMs(attempt))
      }
    }
  }

  /**
   * Reads what was written, and writes what stands of a report to the theatres that lack it, until none does. Resolves with the number of records
   * written. Rejects as `learn` does, or with the log's error: the report is then left for a later attempt, by anyone.
   */
  async settle(reportId: string): Promise<number> {
    const { clock, deadlineMs, reports } = this.#options
    const untilMs = clock.monotonicMs() + deadlineMs
    for (let written = 0; ; ) {
      await this.learn(0)
      const known = reports.get(reportId)
      const theatres = known === undefined ? [] : theatresBehind(known)
      if (known === undefined || theatres.length === 0) return written
      if (clock.monotonicMs() >= untilMs) throw behind()
      const drafts = await whatStands(this.#options.log, known, await this.#options.moments.acceptances(theatres))
      await this.#options.writes.untilConfirmed(() =>
        this.#options.log.append(
          topics.incidents,
          drafts.map(draft => draft.stored)
        )
      )
      written += drafts.length
    }
  }
}

function behind(): ProblemError {
  const detail = 'Intake has not read its own log to the end. The report may be written: sent again, it counts once.'
  return new ProblemError('projection-behind', detail, { retryAfterS: 1 })
}
