// Posts rows to a suite until each has a final answer: as a stream of lines, sent again from the
// first line without one, with the delays that the suite asks for. A row without an answer may have
// been accepted; sending it again is idempotent.

import type { Problem } from '@tocsin/contracts/problem/problem-catalogue'
import { computeReportId } from '@tocsin/contracts/report/report-identity'
import type { Clock } from '@tocsin/domain/ports'
import {
  type ApiAnswer,
  formatProblem,
  type LinesAnswer,
  type SuiteApi,
  SuiteUnreachableError
} from '@tocsin/host/client/suite-api'
import type { ImportItem, ReportItem, WithdrawalItem } from '@tocsin/importers/item/import-item'
import type { RowResult } from '@tocsin/intake/imports/import-tally'
import { listFaults } from '@tocsin/intake/imports/import-tally'
import { CommandError } from '../terminal/output.ts'
import { type LineAnswer, readAnswerLine, type StreamEnd } from './stream-answers.ts'

/** The part of a suite's client that is needed. */
export type ImportApi = Pick<SuiteApi, 'callPatiently' | 'postLines'>

export interface ReportPosterOptions {
  readonly api: ImportApi
  readonly clock: Clock
  readonly isLive: boolean
  readonly columnOf: (pointer: string) => string | null
  /**
   * Aborts when the import is to end: answers to sent rows are still read, no row is sent again.
   */
  readonly signal: AbortSignal
  /** Gives up after this long without a further answered row, ms. */
  readonly patienceMs: number
  /** Called before each retry, with the reason. */
  readonly onWait?: (why: string, ms: number) => void
}

/** The suite's log is not the one of the cursor: rows answered before may be missing from it. */
export class OtherLogError extends Error {
  override readonly name = 'OtherLogError'
}

/** The import was stopped before all rows were answered. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError'
}

const retryMinMs = 100
const retryMaxMs = 5000
/** Attempts at a row on which the suite itself fails, before it is refused. */
export const failuresMax = 8
/**
 * Consecutive rows refused for that reason before the import ends: then the rows are not the cause.
 */
const failedInARowMax = 20

export class ReportPoster {
  readonly #o: ReportPosterOptions
  #cursor: string | null
  /** Sent until the suite has accepted it. */
  #unproven: string | null
  #failedInARow = 0

  /** `cursor`: of an earlier run, sent first; the suite refuses it if its log is another one. */
  constructor(options: ReportPosterOptions, cursor: string | null) {
    this.#o = options
    this.#cursor = cursor
    this.#unproven = cursor
  }

  /** Covers everything that the suite is known to have accepted. */
  get cursor(): string | null {
    return this.#cursor
  }

  /**
   * The outcomes of the items, in order. Rejects with CommandError, OtherLogError, StoppedError.
   */
  async post(items: readonly ImportItem[]): Promise<readonly RowResult[]> {
    const results = items.map(settleLocally)
    const pending = items.flatMap((item, i) =>
      item.kind === 'report' ? [{ item, i, failures: 0 }] : []
    )
    await this.#postReports(pending, results)
    await Promise.all(
      items.map(async (item, i) => {
        if (item.kind === 'withdrawal') results[i] = await this.#withdraw(item)
      })
    )
    return results as readonly RowResult[]
  }

  async #postReports(all: readonly Pending[], results: (RowResult | null)[]): Promise<void> {
    let pending = all
    let progressMs = this.#o.clock.monotonicMs()
    for (let attempt = 0; pending.length > 0; attempt++) {
      const end = await this.#sendOnce(pending, results)
      const left = pending.filter(({ i }) => results[i] === null)
      if (left.length < pending.length) {
        progressMs = this.#o.clock.monotonicMs()
        attempt = 0
      }
      pending = left
      if (pending.length > 0) await this.#pause(end, attempt, progressMs)
    }
  }

  /** Sends the pending items once and processes the answers. Resolves with how it ended. */
  async #sendOnce(pending: readonly Pending[], results: (RowResult | null)[]): Promise<AttemptEnd> {
    const body = Buffer.from(
      `${pending.map(({ item }) => item.json ?? JSON.stringify(item.report)).join('\n')}\n`
    )
    let end: AttemptEnd = { why: 'the answer ended before its last line', retryAfterS: null }
    try {
      const path = `/v1/reports${this.#o.isLive ? '' : '?lane=backfill'}`
      const answer = await this.#o.api.postLines(path, body, { cursor: this.#unproven })
      if (answer.problem !== null) return refuseStream(answer, answer.problem)
      this.#unproven = null
      for await (const values of answer.lines) {
        for (const value of values) end = this.#take(value, pending, results) ?? end
      }
    } catch (error) {
      if (!(error instanceof SuiteUnreachableError)) throw error
      return { why: error.message, retryAfterS: null }
    }
    return end
  }

  /** Processes one line of the answer. Returns the end if it is the last line. */
  #take(
    value: unknown,
    pending: readonly Pending[],
    results: (RowResult | null)[]
  ): AttemptEnd | null {
    const line = readAnswerLine(value)
    if (line === null) throw new SuiteUnreachableError('the answer is not that of a suite')
    if (line.kind === 'end') return this.#endAttempt(line)
    const entry = pending[line.line - 1]
    if (entry !== undefined) results[entry.i] = this.#readAnswer(line, entry)
    return null
  }

  #endAttempt({ problem, retryAfterS, cursor }: StreamEnd): AttemptEnd {
    this.#cursor = cursor ?? this.#cursor
    if (problem !== null && !isTemporary(problem.status))
      throw new CommandError(formatProblem(problem))
    return {
      why: problem === null ? 'rows failed with an internal error' : formatProblem(problem),
      retryAfterS
    }
  }

  /** Null if the row is to be sent again. */
  #readAnswer(answer: LineAnswer, entry: Pending): RowResult | null {
    if (answer.kind === 'taken') {
      this.#failedInARow = 0
      const standing = answer.isSuperseded ? { isSuperseded: true } : {}
      if (answer.duplicate) return { kind: 'duplicate', ...standing }
      const place = answer.place === null ? {} : { place: answer.place }
      return {
        kind: 'accepted',
        ...(answer.isRevision ? { isRevision: true } : {}),
        ...standing,
        ...place
      }
    }
    const { problem } = answer
    if (problem.status === 500 && ++entry.failures >= failuresMax) return this.#refuseRow(problem)
    if (isTemporary(problem.status)) return null
    if (problem.code === 'report-withdrawn') return { kind: 'stays-withdrawn' }
    return { kind: 'refused', faults: listFaults(problem, this.#o.columnOf) }
  }

  /** A permanent refusal. Throws CommandError if it applies to every row. */
  #refuseRow(problem: Problem): RowResult {
    if (++this.#failedInARow > failedInARowMax) {
      throw new CommandError(
        `the suite fails at every row: ${formatProblem(problem)}. Accepted rows are kept; run the same command again`
      )
    }
    return {
      kind: 'refused',
      faults: [{ column: null, reason: 'server-error', detail: formatProblem(problem) }]
    }
  }

  async #withdraw(item: WithdrawalItem): Promise<RowResult> {
    const { sourceId, externalId, reason } = item
    const id = computeReportId(sourceId, externalId)
    const call = { body: { reason }, signal: this.#o.signal }
    const patience = { clock: this.#o.clock, patienceMs: this.#o.patienceMs }
    const path = `/v1/reports/${id}${this.#o.isLive ? '' : '?lane=backfill'}`
    let answer = await this.#o.api.callPatiently('DELETE', path, call, patience)
    for (let failures = 1; answer.status === 500 && failures < failuresMax; failures++) {
      await this.#pause(
        { why: `status 500 to a withdrawal`, retryAfterS: null },
        failures,
        this.#o.clock.monotonicMs()
      )
      answer = await this.#o.api.callPatiently('DELETE', path, call, patience)
    }
    if (answer.status === 500 && answer.problem !== null) return this.#refuseRow(answer.problem)
    return readWithdrawal(answer, item)
  }

  async #pause(
    { why, retryAfterS }: AttemptEnd,
    attempt: number,
    progressMs: number
  ): Promise<void> {
    const { clock, signal, patienceMs, onWait } = this.#o
    const askedMs = Math.max(
      (retryAfterS ?? 0) * 1000,
      Math.min(retryMinMs * 2 ** attempt, retryMaxMs)
    )
    if (signal.aborted) throw new StoppedError(why)
    if (clock.monotonicMs() + askedMs > progressMs + patienceMs) {
      throw new CommandError(
        `the suite accepts no more rows: ${why}. Accepted rows are kept; run the same command again to continue`
      )
    }
    onWait?.(why, askedMs)
    await clock.sleep(askedMs, signal)
    if (signal.aborted) throw new StoppedError(why)
  }
}

interface Pending {
  readonly item: ReportItem
  readonly i: number
  /** How often the suite failed on it. */
  failures: number
}

interface AttemptEnd {
  readonly why: string
  readonly retryAfterS: number | null
}

/** What needs no suite. */
function settleLocally(item: ImportItem): RowResult | null {
  if (item.kind === 'refused') return { kind: 'refused', faults: item.faults }
  if (item.kind === 'skipped') return { kind: 'skipped', reason: item.reason }
  return null
}

/** Statuses after which the same request may be repeated. */
function isTemporary(status: number): boolean {
  return [408, 429, 500, 503, 507].includes(status)
}

function refuseStream({ retryAfterS }: LinesAnswer, problem: Problem): AttemptEnd {
  if (problem.code === 'cursor-invalid') throw new OtherLogError(problem.detail)
  if (!isTemporary(problem.status)) throw new CommandError(formatProblem(problem))
  return { why: formatProblem(problem), retryAfterS }
}

function readWithdrawal(
  { status, problem }: ApiAnswer,
  { column, externalId, warnings, ifAbsent }: WithdrawalItem
): RowResult {
  if (problem === null) return { kind: 'withdrawn' }
  if (problem.code === 'not-found' && ifAbsent !== null)
    return { kind: 'skipped', reason: ifAbsent }
  if (problem.code === 'not-found') {
    const detail = `withdraws a report that the suite does not have: ${JSON.stringify(externalId.slice(0, 60))}${
      warnings.includes('chain-unknown')
        ? '; the alerts that it refers to are not in this file, and may have identified it'
        : ''
    }`
    return { kind: 'refused', faults: [{ column, reason: 'unknown-value', detail }] }
  }
  if (isTemporary(status))
    throw new CommandError(
      `${formatProblem(problem)}. Accepted rows are kept; run the same command again`
    )
  return {
    kind: 'refused',
    faults: [{ column: null, reason: 'not-allowed', detail: formatProblem(problem) }]
  }
}
