// Writes queued calls to disk: one transaction for all calls of a turn of the event loop, with
// retries while another process has the file, and maps failures to errors of the callers.
// commit-group.ts runs the transaction.

import type { Clock } from '@tocsin/domain/ports'
import { EventLogError } from '../errors.ts'
import { AppendQueue, type Call, type QueueLimits } from './append-queue.ts'
import type { CommitGroup, GroupOutcome } from './commit-group.ts'
import { classifyFailure, isFailedWrite } from './store/sqlite-failure.ts'
import type { WriteFault } from './write-fault.ts'

/** Counts since the log was opened, and the current queue. */
export interface WriterStats {
  readonly waitingRecords: number
  readonly waitingBytes: number
  readonly transactions: number
  readonly appendedRecords: number
  /** Calls refused because the queue was full. */
  readonly overloaded: number
  /** Retries because another process had the file. */
  readonly busyRetries: number
}

export interface WriterHooks {
  /**
   * What became of the files that were written to, in words; null: they are there. Asked before
   * callers are answered.
   */
  lost(): string | null
  /**
   * Why files cannot be written, as far as that can be found; null: it cannot. Asked once a write
   * has failed.
   */
  fault(): WriteFault | null
  /**
   * True while the disk has no space but the reserve for tables: calls are refused as on a full
   * disk.
   */
  isOnReserve(): boolean
  /** Called when a transaction is durable, before its callers are answered. */
  committed(outcome: GroupOutcome): void
  /** Called when the handle has failed for good. */
  failed(error: EventLogError): void
}

/** Most turns of the event loop for which a transaction waits to gather calls. */
const gatherTurnsMax = 8
/**
 * Retries for a busy file come in cycles: the first of each cycle turn by turn, the others a
 * millisecond apart.
 */
const eagerEvery = 24
const eagerTries = 16

/**
 * For how long after a refused write the disk counts as full, ms: nothing but a write can tell
 * whether there is space again.
 */
const fullForMs = 30_000

type Unsubmitted<C extends Call> = C extends Call ? Omit<C, 'deadlineMs'> : never

export class GroupWriter {
  readonly #group: CommitGroup
  readonly #queue: AppendQueue
  readonly #limits: QueueLimits
  readonly #clock: Clock
  readonly #hooks: WriterHooks
  readonly #counts = {
    transactions: 0,
    appendedRecords: 0,
    overloaded: 0,
    busyRetries: 0
  }
  #isScheduled = false
  #isPaused = false
  /** State of gathering: the size of the queue at the last turn, and the number of turns. */
  #gathered = { calls: 0, turns: 0 }
  #busyTries = 0
  #failure: EventLogError | null = null
  #refusedFullMs = Number.NEGATIVE_INFINITY

  constructor(group: CommitGroup, limits: QueueLimits, clock: Clock, hooks: WriterHooks) {
    this.#group = group
    this.#queue = new AppendQueue(limits)
    this.#limits = limits
    this.#clock = clock
    this.#hooks = hooks
  }

  /** The error that ended the handle, or null while it works. */
  get failure(): EventLogError | null {
    return this.#failure
  }

  /**
   * True if a write was refused for want of space a short time ago. Small writes may succeed where
   * reports do not.
   */
  get isFull(): boolean {
    return this.#clock.monotonicMs() - this.#refusedFullMs < fullForMs
  }

  stats(): WriterStats {
    const { records, bytes } = this.#queue.waiting
    return { ...this.#counts, waitingRecords: records, waitingBytes: bytes }
  }

  /**
   * Adds a call to the next transaction. Throws `append-overloaded` or `record-too-large` if it
   * does not fit.
   */
  submit(call: Unsubmitted<Call>): void {
    this.#checkAppendLimit(call.kind === 'append' ? call.records.length : 0, call.bytes)
    this.#queue.push({ ...call, deadlineMs: this.#clock.monotonicMs() + this.#limits.busyMsMax })
    this.#schedule()
  }

  /** Ends the handle: no more records are written. */
  fail(detail: string, cause?: unknown): void {
    if (this.#failure !== null) return
    this.#failure = new EventLogError(
      'closed',
      `the log failed and must be opened again: ${detail}`,
      { cause }
    )
    rejectAll(
      this.#queue.takeAll(),
      new EventLogError('log-unavailable', `the log failed before this was written: ${detail}`)
    )
    this.#hooks.failed(this.#failure)
  }

  /** Starts no transaction until `resume`. */
  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    if (this.#queue.length > 0) this.#schedule()
  }

  /** Resolves when the queue is empty. */
  async drain(): Promise<void> {
    while (this.#failure === null && this.#queue.length > 0)
      await new Promise(resolve => setImmediate(resolve))
  }

  /**
   * Runs a change under the writer's lock, in order with the calls. Rejects `log-busy` after the
   * deadline.
   */
  async administer<T>(change: () => T): Promise<T> {
    const deadlineMs = this.#clock.monotonicMs() + this.#limits.busyMsMax
    for (;;) {
      const begun = this.#begin()
      if (begun === 'begun') break
      if (begun !== 'busy') throw begun
      if (this.#clock.monotonicMs() > deadlineMs) throw createBusyError(this.#limits.busyMsMax)
      await this.#clock.sleep(1)
    }
    try {
      return this.#group.finish(change)
    } catch (error) {
      throw this.#judge(error)
    }
  }

  #checkAppendLimit(records: number, bytes: number): void {
    try {
      this.#queue.checkAppendLimit(records, bytes)
    } catch (error) {
      if (error instanceof EventLogError && error.code === 'append-overloaded')
        this.#counts.overloaded++
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

  /**
   * One transaction with the whole queue. If another process has the file, it does not block but
   * is retried.
   */
  #flush(): void {
    if (this.#isPaused || this.#failure !== null || this.#queue.length === 0 || this.#isGathering())
      return
    if (this.#hooks.isOnReserve()) {
      this.#refusedFullMs = this.#clock.monotonicMs()
      rejectAll(
        this.#queue.takeAll(),
        new EventLogError('disk-full', 'the disk is nearly full: nothing was written')
      )
      return
    }
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
   * True while waiting another turn of the event loop pays off: several calls wait, and the last
   * turn brought more. Under load this makes fewer and larger transactions, whose fixed cost is
   * high; a single call does not wait.
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
      return classifyFailure(error) === 'busy' ? 'busy' : this.#judge(error)
    }
  }

  #retryBusy(): void {
    rejectAll(
      this.#queue.takeExpired(this.#clock.monotonicMs()),
      createBusyError(this.#limits.busyMsMax)
    )
    if (this.#queue.length === 0) return
    // A commit takes a fraction of a millisecond: retry in the next turns first, then every
    // millisecond, with eager phases in between, as a busy neighbour leaves only short gaps. Not
    // longer: each try costs as much as a record, and the neighbour may need this processor.
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
    const lost = this.#hooks.lost()
    if (lost !== null) {
      rejectAll(calls, new EventLogError('append-unknown', `what is durable is not known: ${lost}`))
      this.fail(lost)
      return
    }
    if (outcome.bytes > 0) this.#counts.transactions++
    this.#counts.appendedRecords += outcome.records
    this.#hooks.committed(outcome)
    for (const settle of outcome.settle) settle()
  }

  /**
   * The callers' error for a failed transaction. After an I/O error the handle is not used again:
   * what was written is unknown.
   */
  #judge(error: unknown): EventLogError {
    if (error instanceof EventLogError) return error
    const failure = classifyFailure(error)
    const fault = failure === 'io' || failure === 'other' ? this.#hooks.fault() : null
    // A used-up quota is no full disk to SQLite. Only where it wrote: what a flush left is not
    // known.
    if (failure === 'full' || (isFailedWrite(error) && fault?.isOutOfSpace === true)) {
      this.#refusedFullMs = this.#clock.monotonicMs()
      return new EventLogError('disk-full', 'the disk is full: nothing was written', {
        cause: error
      })
    }
    if (failure === 'busy') return createBusyError(0, error)
    const what = error instanceof Error ? error.message : String(error)
    const detail = fault === null ? what : `${what} (${fault.message})`
    const isInDoubt = this.#group.phase === 'commit'
    this.fail(detail, error)
    return isInDoubt
      ? new EventLogError(
          'append-unknown',
          `the log failed while committing, what is durable is not known: ${detail}`,
          {
            cause: error
          }
        )
      : new EventLogError('log-unavailable', `the log failed, nothing was written: ${detail}`, {
          cause: error
        })
  }
}

function createBusyError(afterMs: number, cause?: unknown): EventLogError {
  return new EventLogError(
    'log-busy',
    `another process holds the log (waited ${afterMs} ms): nothing was written`,
    { cause }
  )
}

function rejectAll(calls: readonly Call[], error: EventLogError): void {
  for (const call of calls) call.reject(error)
}
