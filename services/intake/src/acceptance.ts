// The acceptance of reports: what a post, a correction and a withdrawal become. All rules are here and in what this file imports; HTTP is a thin
// layer over it, and the simulator drives it without. A caller is told of success only when the log holds every record of it.

import { type FieldError, ProblemError } from '@tocsin/contracts/problem-catalogue'
import { contentHashOf, reportIdOf } from '@tocsin/contracts/report-identity'
import { checkReportTimes, parseReportInput, type ReportInput } from '@tocsin/contracts/report-input'
import { checkWithdrawal } from '@tocsin/contracts/report-shape'
import type { ControlState } from '@tocsin/domain/control-state'
import { maySee } from '@tocsin/domain/handling'
import type { Clock } from '@tocsin/domain/ports'
import type { Lane, Place } from '@tocsin/domain/report'
import { theatreOf } from '@tocsin/domain/theatre-assignment'
import { EventLogError } from '@tocsin/event-log/errors'
import { backoffMs } from '@tocsin/event-log/follow'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { Gazetteer } from '@tocsin/gazetteer/port'
import { mayReadTheatre, type Principal } from '@tocsin/service-kit/principal'
import type { PrivateVault } from '@tocsin/service-kit/private-vault'
import type { BackfillGate } from './backfill-gate.ts'
import { deriveKeys, noDerivedKeys } from './derived-keys.ts'
import { type KnownReport, type KnownReports, type LogPlace, winsOver } from './known-reports.ts'
import { OneAtATime } from './one-at-a-time.ts'
import { resolvePlaces } from './report-places.ts'
import {
  type Acceptance as Accepted,
  type DraftRecord,
  revisionOf,
  revisionRecords,
  withdrawalRecords
} from './report-records.ts'
import type { TheatreTime } from './theatre-time.ts'

export interface AcceptanceDeps {
  readonly log: EventLog
  readonly clock: Clock
  readonly gazetteer: Gazetteer
  readonly vault: Pick<PrivateVault, 'seal' | 'erase'>
  readonly control: { readonly state: ControlState }
  readonly reports: KnownReports
  readonly time: TheatreTime
  readonly backfill: Pick<BackfillGate, 'opens'>
  /** The suite's secret for `persons`. */
  readonly personsSecret: Buffer
  /** Resolves with true once the fold of the incidents log has passed what the log holds now; false when it can't. */
  readonly catchUp: (timeoutMs: number) => Promise<boolean>
  readonly limits: AcceptanceLimits
  /** False once a log that decisions rest on is followed no more: then nothing is decided. */
  readonly isFollowing: () => boolean
  /** Told of every append that is tried again because its outcome is not known. */
  readonly onRetry?: () => void
}

export interface AcceptanceLimits {
  readonly inFlightMax: number
  readonly requestDeadlineMs: number
}

export interface Post {
  readonly body: unknown
  readonly idempotencyKey: string | null
  readonly lane: Lane
  readonly principal: Principal
}
export type Correction = Omit<Post, 'idempotencyKey'>

export interface Answer {
  readonly reportId: string
  /** How many revisions of the report are known, this one among them. */
  readonly revision: number
  /** Where the report counts now. */
  readonly theatre: string
  /** Nothing was written: the log holds all of it already. */
  readonly duplicate: boolean
  /** Where the report stands in the incidents log, by partition. */
  readonly places: readonly LogPlace[]
}

export class ReportAcceptance {
  readonly #deps: AcceptanceDeps
  readonly #work: OneAtATime
  /** Appends whose outcome was not known when they were made, and how many of them the fold has passed since. */
  #doubts = 0
  #doubtsSettled = 0

  constructor(deps: AcceptanceDeps) {
    this.#deps = deps
    this.#work = new OneAtATime(deps.limits.inFlightMax)
  }

  get inFlight(): number {
    return this.#work.running
  }

  /**
   * Takes a report. Resolves when it is durable, or was before. Rejects with a ProblemError, or with the log's own error; then either nothing was
   * written, or sending it again writes nothing twice.
   */
  accept({ body, idempotencyKey, lane, principal }: Post): Promise<Answer> {
    return this.#within(() => {
      const input = this.#parse(body)
      const { sourceId, externalId } = input
      const reportId = reportIdOf({ sourceId, externalId, idempotencyKey, body })
      return { reportId, work: () => this.#post(reportId, input, contentHashOf(body), lane, principal) }
    })
  }

  /** Takes a correction of a report that is known. Promises as `accept` does. */
  correct(reportId: string, { body, lane, principal }: Correction): Promise<Answer> {
    return this.#within(() => {
      const input = this.#parse(body)
      return { reportId, work: () => this.#put(reportId, input, contentHashOf(body), lane, principal) }
    })
  }

  /** Withdraws a report for good. Promises as `accept` does. */
  withdraw(reportId: string, { body, lane, principal }: Correction): Promise<Answer> {
    return this.#within(() => {
      const shaped = checkWithdrawal(body)
      if (!shaped.ok) throw invalid(shaped.errors)
      const reason = shaped.report.reason.normalize('NFC').trim()
      return { reportId, work: () => this.#delete(reportId, reason, lane, principal) }
    })
  }

  /** Erases the key of a report's private texts: they can be read nowhere any more, and no alert changes. False where there was none. */
  async erase(reportId: string): Promise<boolean> {
    return this.#work.run(reportId, () => this.#deps.vault.erase(reportId))
  }

  /** Resolves when nothing is being written any more. */
  settled(): Promise<void> {
    return this.#work.settled()
  }

  /** The report, if it is known and the principal may see it; else a problem that does not tell the two apart. */
  visible(reportId: string, principal: Principal): KnownReport & { readonly winner: NonNullable<KnownReport['winner']> } {
    const known = this.#deps.reports.get(reportId)
    const winner = known?.winner
    if (!known || !winner || !mayReadTheatre(principal, winner.theatre) || !maySee(principal.handling, winner.handling)) {
      throw new ProblemError('not-found', 'There is no report with this id.')
    }
    return { ...known, winner }
  }

  async #post(reportId: string, input: ReportInput, contentHash: string, lane: Lane, principal: Principal): Promise<Answer> {
    const known = this.#deps.reports.get(reportId)
    const winner = known?.winner
    // Who may not see the report that has this id may not add to it either.
    if (winner && !(mayReadTheatre(principal, winner.theatre) && maySee(principal.handling, winner.handling))) {
      throw new ProblemError('forbidden', 'The key may not write to this report.')
    }
    const { place, alsoAt, theatre } = this.#assign(input, principal)
    if (known?.withdrawal) throw withdrawn()
    if (known?.revisions.some(revision => revision.contentHash === contentHash)) return this.#duplicate(known)
    const nowMs = this.#now(theatre)
    checkTimes(input, nowMs)
    const reportedAt = input.reportedAt ?? new Date(nowMs).toISOString()
    const externalId = known?.externalId ?? input.externalId
    return this.#revise({
      reportId,
      input,
      contentHash,
      externalId,
      reportedAt,
      place,
      alsoAt,
      theatre,
      lane,
      isCorrection: false
    })
  }

  async #put(reportId: string, input: ReportInput, contentHash: string, lane: Lane, principal: Principal): Promise<Answer> {
    const known = this.visible(reportId, principal)
    if (known.withdrawal) throw withdrawn()
    checkSameReport(known, input)
    const { place, alsoAt, theatre } = this.#assign(input, principal)
    if (known.winner.contentHash === contentHash) return this.#duplicate(known)
    const nowMs = this.#now(theatre)
    checkTimes(input, nowMs)
    const reportedAt = this.#correctedAt(known.winner.reportedAt, input.reportedAt, nowMs)
    const { externalId } = known
    return this.#revise({
      reportId,
      input,
      contentHash,
      externalId,
      reportedAt,
      place,
      alsoAt,
      theatre,
      lane,
      isCorrection: true
    })
  }

  async #delete(reportId: string, reason: string, lane: Lane, principal: Principal): Promise<Answer> {
    const known = this.visible(reportId, principal)
    if (known.withdrawal) return this.#duplicate(known)
    await this.#awaitBackfill(lane, [...known.theatres.keys()])
    const drafts = withdrawalRecords(reportId, reason, lane, this.#acceptances(known.theatres.keys()))
    return this.#write(reportId, drafts)
  }

  /** A correction that states no later time than the winner is stamped with now; if even that is not later, with the next moment after the winner. */
  #correctedAt(winner: string, stated: string | null, nowMs: number): string {
    if (stated !== null && stated > winner) return stated
    return new Date(Math.max(nowMs, Date.parse(winner) + 1)).toISOString()
  }

  /** Writes a revision: a winner to every theatre that the report was ever in and to its own, another only to where the report already is. */
  async #revise(parts: {
    readonly reportId: string
    readonly input: ReportInput
    readonly contentHash: string
    readonly externalId: string | null
    readonly reportedAt: string
    readonly place: Place
    readonly alsoAt: readonly Place[]
    readonly theatre: string
    readonly lane: Lane
    readonly isCorrection: boolean
  }): Promise<Answer> {
    const { reportId, input, theatre, lane } = parts
    const known = this.#deps.reports.get(reportId)
    const targets = new Set(known?.theatres.keys() ?? [])
    if (!known?.winner || winsOver(parts, known.winner)) targets.add(theatre)
    await this.#awaitBackfill(lane, [...targets])
    const texts = input.private
    const sealed = texts === null ? null : await this.#untilKnown(() => this.#deps.vault.seal(reportId, texts))
    const keys = texts === null ? noDerivedKeys : deriveKeys(texts, this.#deps.personsSecret)
    const revision = revisionOf({ ...parts, keys, sealed })
    return this.#write(reportId, revisionRecords(revision, parts.isCorrection, this.#acceptances(targets)))
  }

  async #write(reportId: string, drafts: readonly DraftRecord[]): Promise<Answer> {
    const { log, reports } = this.#deps
    const stored = drafts.map(draft => draft.stored)
    const doubtsBefore = this.#doubts
    const appended = await this.#untilKnown(() => log.append(topics.incidents, stored))
    // What the log found to be there already is learnt from the log, not from here: it may be other bytes than these.
    if (appended.some(a => a.duplicate)) await this.#settleDoubts()
    for (const [i, at] of appended.entries()) if (!at.duplicate) reports.apply((drafts[i] as DraftRecord).record, at)
    // After a doubt, what is there already is most likely what this very call has written.
    const isDuplicate = appended.every(a => a.duplicate) && this.#doubts === doubtsBefore
    const known = reports.get(reportId)
    return {
      reportId,
      revision: known?.revisions.length ?? 0,
      theatre: known?.winner?.theatre ?? (drafts[0] as DraftRecord).record.theatre,
      duplicate: isDuplicate,
      places: appended
    }
  }

  #duplicate(known: KnownReport): Answer {
    const { reportId, revisions, winner, theatres } = known
    const places = [...theatres.values()]
    return { reportId, revision: revisions.length, theatre: winner?.theatre ?? '', duplicate: true, places }
  }

  #parse(body: unknown): ReportInput {
    const parsed = parseReportInput(body)
    if (!parsed.ok) throw invalid(parsed.errors)
    return parsed.report
  }

  /** The places of a report and the theatre that they lie in, if the principal may write there. */
  #assign(input: ReportInput, principal: Principal): { place: Place; alsoAt: readonly Place[]; theatre: string } {
    const resolved = resolvePlaces(input, this.#deps.gazetteer)
    if (!resolved.ok) throw invalid(resolved.errors)
    const theatre = theatreOf(resolved.place, this.#deps.control.state.theatres.values())
    if (!mayReadTheatre(principal, theatre)) throw forbiddenTheatre()
    if (!maySee(principal.handling, input.handling)) {
      throw new ProblemError('forbidden', `The key is limited to ${principal.handling}, and the report is ${input.handling}.`, {
        errors: [{ pointer: '/handling', detail: `must be ${principal.handling} or more open for this key` }]
      })
    }
    return { place: resolved.place, alsoAt: resolved.alsoAt, theatre }
  }

  #now(theatre: string): number {
    const { time, control, clock } = this.#deps
    const nowMs = time.nowMs(theatre, control.state, clock.nowMs())
    if (nowMs !== null) return nowMs
    const detail = `The replay clock of the theatre ${theatre} has not begun: tick it first.`
    throw new ProblemError('projection-behind', detail, { retryAfterS: 1 })
  }

  #acceptances(theatres: Iterable<string>): Accepted[] {
    return [...theatres].sort().map(theatre => ({ theatre, at: new Date(this.#now(theatre)).toISOString() }))
  }

  async #awaitBackfill(lane: Lane, theatres: readonly string[]): Promise<void> {
    if (lane !== 'backfill') return
    for (const theatre of theatres) {
      if (await this.#deps.backfill.opens(await this.#deps.log.partitionOf(topics.incidents, theatre))) continue
      throw new ProblemError('projection-behind', `The rules of the theatre ${theatre} are behind: old news waits for them.`, {
        retryAfterS: 2
      })
    }
  }

  /**
   * Does something to the log again until its outcome is known. What is done again must carry the same ids, or be harmless twice. After a doubt a
   * refusal proves nothing: the doubt stays, and is what the caller is told of if it can't be settled.
   */
  async #untilKnown<T>(write: () => Promise<T>): Promise<T> {
    const { clock, limits, onRetry } = this.#deps
    const untilMs = clock.monotonicMs() + limits.requestDeadlineMs
    let doubt: EventLogError | null = null
    for (let attempt = 0; ; attempt++) {
      try {
        return await write()
      } catch (error) {
        if (!(error instanceof EventLogError)) throw error
        if (error.code === 'append-unknown') {
          doubt = error
          this.#doubts++
        }
        if (doubt === null) throw error
        if (!error.retryable || clock.monotonicMs() >= untilMs) throw doubt
        onRetry?.()
        await clock.sleep(backoffMs(attempt))
      }
    }
  }

  /** Waits until the fold has passed everything that may have been written so far. */
  async #settleDoubts(): Promise<void> {
    const { limits, catchUp } = this.#deps
    const doubts = this.#doubts
    if (await catchUp(limits.requestDeadlineMs)) {
      this.#doubtsSettled = Math.max(this.#doubtsSettled, doubts)
      return
    }
    throw new ProblemError('projection-behind', 'Intake has not read its own log to the end. Send the report again.', {
      retryAfterS: 1
    })
  }

  /** Runs one piece of work within the limits: not too many at once, one at a time for a report, and answered within the deadline. */
  async #within(prepare: () => { readonly reportId: string; readonly work: () => Promise<Answer> }): Promise<Answer> {
    if (!this.#deps.isFollowing()) {
      throw new ProblemError('log-unavailable', 'Intake has stopped reading its logs. Nothing was written.', { retryAfterS: 5 })
    }
    if (this.#work.isFull) {
      throw new ProblemError('log-unavailable', 'Too many reports are being written at once. Nothing was written.', {
        retryAfterS: 1
      })
    }
    const { reportId, work } = prepare()
    const done = this.#work.run(reportId, async () => {
      if (this.#doubts > this.#doubtsSettled) await this.#settleDoubts()
      return work()
    })
    return this.#answeredInTime(done)
  }

  async #answeredInTime(done: Promise<Answer>): Promise<Answer> {
    const { clock, limits } = this.#deps
    const answered = new AbortController()
    const late = clock.sleep(limits.requestDeadlineMs, answered.signal).then(() => {
      if (answered.signal.aborted) return done
      const detail = 'The log did not answer in time. The report may be written: sent again, it counts once.'
      throw new ProblemError('log-unavailable', detail, { retryAfterS: 1 })
    })
    try {
      return await Promise.race([done, late])
    } finally {
      answered.abort()
    }
  }
}

function invalid(errors: readonly FieldError[]): ProblemError {
  const [first] = errors
  const detail =
    first === undefined ? 'The report does not match the contract.' : `${first.pointer || 'The body'} ${first.detail}.`
  return new ProblemError('body-invalid', detail, { errors })
}

function withdrawn(): ProblemError {
  return new ProblemError('report-withdrawn', 'The report was withdrawn. A withdrawal is final: post it as a new report.')
}

function forbiddenTheatre(): ProblemError {
  return new ProblemError('forbidden', 'The key is limited to other theatres than the one that the report lies in.')
}

function checkTimes(input: ReportInput, nowMs: number): void {
  const errors = checkReportTimes(input, nowMs)
  if (errors.length > 0) throw invalid(errors)
}

/** A correction may change what a report says, never whose it is. */
function checkSameReport(known: KnownReport, input: ReportInput): void {
  const errors: FieldError[] = []
  if (input.sourceId !== known.sourceId)
    errors.push({ pointer: '/source/id', detail: 'is not the source of the report that is corrected' })
  if (input.externalId !== null && input.externalId !== known.externalId) {
    errors.push({ pointer: '/externalId', detail: 'is not that of the report that is corrected' })
  }
  if (errors.length > 0) throw invalid(errors)
}
