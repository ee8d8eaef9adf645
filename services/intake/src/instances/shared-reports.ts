// Coordination of several writing instances: write, then read. Of two instances that write to one
// report concurrently, at least one reads the other's write before it answers, and copies the
// winner to theatres that lack it. So all theatres converge; only an instance that dies in between
// leaves a partial write (partial-write-repair.ts).

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { retry } from '@tocsin/event-log/retry'
import { topics } from '@tocsin/event-log/topics'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import { theatresBehind } from '../known/known-report.ts'
import type { KnownReports } from '../known/known-reports.ts'
import type { TheatreMoments } from '../time/theatre-moments.ts'
import type { ConfirmedWrites } from './confirmed-writes.ts'
import { winningRecordsFor } from './winning-records.ts'

export interface SharedReportsOptions extends Pick<ServiceDeps, 'log' | 'clock'> {
  readonly reports: KnownReports
  readonly moments: TheatreMoments
  readonly writes: ConfirmedWrites
  /** Timeout for the fold to catch up and for copying to the theatres, ms. */
  readonly deadlineMs: number
  /**
   * True once the fold of the incidents log has passed the end of the log `maxAgeMs` ago; false
   * after the timeout. Concurrent callers share one query.
   */
  readonly catchUp: (timeoutMs: number, maxAgeMs: number) => Promise<boolean>
}

export class SharedReports {
  readonly #options: SharedReportsOptions

  constructor(options: SharedReportsOptions) {
    this.#options = options
  }

  /**
   * Resolves once everything up to the end of the log `maxAgeMs` ago is known here; 0 = its end
   * now. Rejects with `projection-behind`, or with the log's error, after the deadline.
   */
  async learn(maxAgeMs: number): Promise<void> {
    const { clock, deadlineMs, catchUp } = this.#options
    const untilMs = clock.monotonicMs() + deadlineMs
    const learnt = async () => {
      const leftMs = untilMs - clock.monotonicMs()
      if (leftMs <= 0 || !(await catchUp(leftMs, maxAgeMs))) throw behind()
    }
    await retry(learnt, { clock, untilMs })
  }

  /**
   * Reads the log to its end and copies the winner to theatres that lack it, until none does.
   * Resolves with the number of records written. Rejects as `learn` does, or with the log's error:
   * any instance may then complete it later.
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
      const drafts = await winningRecordsFor(
        this.#options.log,
        known,
        await this.#options.moments.acceptances(theatres)
      )
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
  const detail =
    'Intake has not yet read its log to the end. The report may have been written; it counts once if it is sent again.'
  return new ProblemError('projection-behind', detail, { retryAfterS: 1 })
}
