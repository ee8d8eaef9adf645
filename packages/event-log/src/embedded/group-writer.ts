// Brings what waits to the disk: one transaction for all calls of a turn of the event loop, tried again while another process holds the file, and
// the judgement of what a failure means to the callers. What a transaction does is in commit-group.ts.

import type { Clock } from '@tocsin/domain/ports'
import { EventLogError } from '../errors.ts'
import { AppendQueue, type Call, type QueueLimits } from './append-queue.ts'
import type { CommitGroup, GroupOutcome } from './commit-group.ts'
import { sqliteFailure } from './store/sqlite-failure.ts'

/** Counts since the log was opened, and what waits now. */
export interface WriterStats {
  readonly waitingRecords: number
  readonly waitingBytes: number
  readonly transactions: number
  readonly appendedRecords: number
  readonly duplicateRecords: number
  /** Calls refused because too much waited. */
  readonly overloaded: number
  /** Times that another process held the file and the transaction had to be tried again. */
  readonly busyRetries: number
}

export interface WriterHooks {
  /** A transaction is durable; called before its callers are answered. */
  committed(outcome: GroupOutcome): void
  /** The handle has failed for good. */
  failed(error: EventLogError): void
}

/** Most turns of the event loop in which calls are gathered for one transaction. */
const gatherTurnsMax = 8
/** Of so many tries for a file that another process holds, so many come turn by turn; the others a millisecond apart. */
const eagerEvery = 24
const eagerTries = 16

type Unsubmitted<C extends Call> = C extends Call ? Omit<C, 'deadlineMs'> : never

export class GroupWriter {
  readonly #group: CommitGroup
  readonly #queue: AppendQueue
  readonly #limits: QueueLimits
  readonly #clock: Clock
  readonly #hooks: WriterHooks
  readonly #counts = { transactions: 0, appendedRecords: 0, duplicateRecords: 0, overloaded: 0, busyRetries: 0 }
  #isScheduled = false
  #isPaused = false
  /** Of the turns in which calls are gathered: how many waited at the last one, and how many turns it has been. */
  #gathered = { calls: 0, turns: 0 }
  #busyTries = 0
  #failure: EventLogError | null = null

  constructor(group: CommitGroup, limits: QueueLimits, clock: Clock, hooks: WriterHooks) {
    this.#group = group
    this.#queue = new AppendQueue(limits)
    this.#limits = limits
    this.#clock = clock
    this.#hooks = hooks
  }

  /** What ended the handle, or null while it works. */
  get failure(): EventLogError | null {
    return this.#failure
  }

  stats(): WriterStats {
    const { records, bytes } = this.#queue.waiting
    return { ...this.#counts, waitingRecords: records, waitingBytes: bytes }
  }

  /** Puts a call into the next transaction. Throws `append-overloaded` or `record-too-large` when it does not fit. */
  submit(call: Unsubmitted<Call>): void {
    this.#checkRoom(call.kind === 'append' ? call.records.length : 0, call.bytes)
    this.#queue.push({ ...call, deadlineMs: this.#clock.monotonicMs() + this.#limits.busyMsMax })
    this.#schedule()
  }

  /** No transaction begins until `resume`. */
  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    if (this.#queue.length > 0) this.#schedule()
  }

  /** Resolves when nothing waits any more. */
  async drain(): Promise<void> {
    while (this.#failure === null && this.#queue.length > 0) await new Promise(resolve => setImmediate(resolve))
  }

  /** Runs a change of its own under the writer's lock, in turn with the calls. Rejects `log-busy` after the deadline. */
  async administer<T>(change: () => T): Promise<T> {
    const deadlineMs = this.#clock.monotonicMs() + this.#limits.busyMsMax
    for (;;) {
      const begun = this.#begin()
      if (begun === 'begun') break
      if (begun !== 'busy') throw begun
      if (this.#clock.monotonicMs() > deadlineMs) throw busy(this.#limits.busyMsMax)
      await this.#clock.sleep(1)
    }
    try {
      return this.#group.finish(change)
    } catch (error) {
      throw this.#judge(error)
    }
  }

  #checkRoom(records: number, bytes: number): void {
    try {
      this.#queue.checkRoom(records, bytes)
    } catch (error) {
      if (error instanceof EventLogError && error.code === 'append-overloaded') this.#counts.overloaded++
      throw error
    }
  }

  #schedule(afterMs = 0): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    const run = () => {
      this.#isScheduled = false
      this.#flush()
    }
    if (afterMs === 0) setImmediate(run)
    else setTimeout(run, afterMs)
  }

  /** One transaction with all that waits. When another process holds the file, nobody is made to wait inside it: it is tried again. */
  #flush(): void {
    if (this.#isPaused || this.#failure !== null || this.#queue.length === 0 || this.#isGathering()) return
    const begun = this.#begin()
    if (begun === 'busy') {
      this.#retryBusy()
      return
    }
    this.#busyTries = 0
    if (begun === 'begun') this.#commit(this.#queue.take())
    else rejectAll(this.#queue.takeAll(), begun)
    if (this.#queue.length > 0) this.#schedule()
  }

  /**
   * True while it is worth another turn of the event loop: several wait, and the last turn has brought more. Under load that makes few transactions
   * of many, each of which costs the same whatever it holds; one that comes alone does not wait.
   */
  #isGathering(): boolean {
    const calls = this.#queue.length
    if (calls > 1 && calls > this.#gathered.calls && this.#gathered.turns < gatherTurnsMax) {
      this.#gathered = { calls, turns: this.#gathered.turns + 1 }
      this.#schedule()
      return true
    }
    this.#gathered = { calls: 0, turns: 0 }
    return false
  }

  #begin(): 'begun' | 'busy' | EventLogError {
    try {
      this.#group.begin()
      return 'begun'
    } catch (error) {
      return sqliteFailure(error) === 'busy' ? 'busy' : this.#judge(error)
    }
  }

  #retryBusy(): void {
    rejectAll(this.#queue.takeExpired(this.#clock.monotonicMs()), busy(this.#limits.busyMsMax))
    if (this.#queue.length === 0) return
    // A commit takes a fraction of a millisecond: look again in the next turns first, then every millisecond, and sometimes eagerly again, for
    // a busy neighbour leaves only short gaps. No longer: each look costs as much as a record, and the neighbour may need this very processor.
    this.#busyTries++
    this.#counts.busyRetries++
    this.#schedule(this.#busyTries % eagerEvery < eagerTries ? 0 : 1)
  }

  #commit(calls: readonly Call[]): void {
    let outcome: GroupOutcome
    try {
      outcome = this.#group.run(calls, this.#clock.nowMs())
    } catch (error) {
      rejectAll(calls, this.#judge(error))
      return
    }
    if (outcome.bytes > 0) this.#counts.transactions++
    this.#counts.appendedRecords += outcome.records
    this.#counts.duplicateRecords += outcome.duplicates
    this.#hooks.committed(outcome)
    for (const settle of outcome.settle) settle()
  }

  /** What a failed transaction means to its callers. After an I/O error the handle is never used again: what was written is unknown. */
  #judge(error: unknown): EventLogError {
    if (error instanceof EventLogError) return error
    const failure = sqliteFailure(error)
    if (failure === 'full') return new EventLogError('disk-full', 'the disk is full: nothing was written', { cause: error })
    if (failure === 'busy') return busy(0, error)
    const detail = error instanceof Error ? error.message : String(error)
    const isInDoubt = this.#group.phase === 'commit'
    this.#failure = new EventLogError('closed', `the log failed and must be opened anew: ${detail}`, { cause: error })
    rejectAll(this.#queue.takeAll(), new EventLogError('log-unavailable', `the log failed before this was written: ${detail}`))
    this.#hooks.failed(this.#failure)
    return isInDoubt
      ? new EventLogError('append-unknown', `the log failed while committing, what is durable is not known: ${detail}`, {
          cause: error
        })
      : new EventLogError('log-unavailable', `the log failed, nothing was written: ${detail}`, { cause: error })
  }
}

function busy(afterMs: number, cause?: unknown): EventLogError {
  return new EventLogError('log-busy', `another process holds the log (waited ${afterMs} ms): nothing was written`, { cause })
}

function rejectAll(calls: readonly Call[], error: EventLogError): void {
  for (const call of calls) call.reject(error)
}
