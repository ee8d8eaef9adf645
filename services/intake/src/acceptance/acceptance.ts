// Accepts reports: posts, corrections and withdrawals. All rules are here and in what this file
// imports; HTTP is a thin layer above, and the simulator calls it directly. A caller gets success
// only once every record of the report is in the log.

import type { Principal } from '@tocsin/auth/access/principal'
import type { ReportInput } from '@tocsin/contracts/report/posted-report'
import { checkWithdrawal } from '@tocsin/contracts/report/report-shape'
import type { Place } from '@tocsin/contracts/theatre/report'
import { topics } from '@tocsin/event-log/topics'
import {
  type KnownReport,
  type KnownRevision,
  theatresBehind
} from '@tocsin/read-model/reports/known-report'
import {
  type Correction,
  findSame,
  type IncomingReport,
  IncomingReports,
  isSame,
  type LocatedReport,
  type Post
} from '../report/incoming-report.ts'
import {
  checkReporter,
  checkSameReport,
  checkTimes,
  idTaken,
  invalidBody,
  keyTaken,
  stoppedReading,
  tooManyAtOnce,
  withdrawnForGood
} from '../report/refusals.ts'
import { type Answer, makeAnswer, readPosition } from '../report/report-answer.ts'
import { erasureRequest, withdrawalRecords } from '../report/report-records.ts'
import {
  isVisible,
  type VisibleReport,
  visiblePart,
  visibleReport
} from '../report/visible-reports.ts'
import type { IntakeParts } from '../wiring/intake-parts.ts'
import { LogWrites } from './log-writes.ts'
import { type FoundPlaces, locate, ReportPlaces } from './report-places.ts'
import { ReportWriting } from './report-writing.ts'
import { WriteQueue } from './write-queue.ts'

export interface ForeseenReport {
  readonly input: ReportInput
  readonly place: Place
  readonly isDuplicate: boolean
}

/** Judges one body after the other. Throws the ProblemError that the sender of a post would get. */
export type Foresight = (body: unknown) => ForeseenReport

/**
 * With several instances, a post is decided on knowledge at most this old, ms: new reports need not
 * wait for a read of the log, and an instance that was suspended does not decide on stale
 * knowledge.
 */
const postKnowledgeMaxAgeMs = 1000

export class ReportAcceptance {
  readonly #parts: IntakeParts
  readonly #incoming: IncomingReports
  readonly #queue: WriteQueue
  readonly #writes: LogWrites
  readonly #places: ReportPlaces
  readonly #writing: ReportWriting
  /** False if this is the only writing instance: its own knowledge is then complete. */
  readonly #isShared: boolean

  constructor(parts: IntakeParts) {
    const { inFlightMax, requestDeadlineMs } = parts.config.intake
    this.#parts = parts
    this.#incoming = new IncomingReports(parts)
    this.#queue = new WriteQueue(parts.clock, inFlightMax, requestDeadlineMs)
    this.#writes = new LogWrites(parts)
    this.#places = new ReportPlaces(parts)
    this.#writing = new ReportWriting(parts, this.#writes)
    this.#isShared = parts.log.capabilities.sharedRoles
  }

  get inFlight(): number {
    return this.#queue.running
  }

  /** Why the log takes no writes; null if it does. */
  get logTrouble(): string | null {
    return this.#writes.trouble
  }

  /**
   * Accepts a report. Resolves once it is durable, also if it was before. Rejects with a
   * ProblemError or the log's error: then the report was not written, or a retry by the sender
   * writes no duplicate.
   */
  accept(post: Post): Promise<Answer> {
    return this.#within(postKnowledgeMaxAgeMs, () => {
      const report = this.#incoming.readPost(post)
      return {
        reportId: report.reportId,
        work: () => this.#findPlaces(report, found => this.#post(report, found))
      }
    })
  }

  /** Accepts a correction of a known report. Promises as `accept` does. */
  correct(reportId: string, correction: Correction): Promise<Answer> {
    return this.#within(0, () => {
      const report = this.#incoming.readCorrection(reportId, correction)
      const work = () => this.#findPlaces(report, found => this.#put(report, found))
      return { reportId, work }
    })
  }

  /** Withdraws a report for good. Promises as `accept` does. */
  withdraw(reportId: string, correction: Correction): Promise<Answer> {
    return this.#within(0, () => {
      const shaped = checkWithdrawal(correction.body)
      if (!shaped.ok) throw invalidBody(shaped.errors)
      const reason = shaped.report.reason.normalize('NFC').trim()
      return { reportId, work: () => this.#delete(reportId, reason, correction) }
    })
  }

  /**
   * Erases the key of a report's private texts, which makes them unreadable everywhere; alerts stay
   * unchanged. The control log records beforehand who asked for it. False if the report had no key.
   * Rejects as `accept` does, also for a key that may not report as its source; idempotent.
   */
  async erase(reportId: string, principal: Principal): Promise<boolean> {
    this.#writes.check()
    const { log, clock, vault } = this.#parts
    return this.#queue.run(reportId, async () => {
      await this.#places.learn()
      const report = this.visible(reportId, principal)
      this.#checkReporter(principal, report.sourceId)
      const request = erasureRequest(report, principal, clock.nowMs())
      return this.#writes.run(() =>
        vault.erase(reportId, () => log.append(topics.control, [request]))
      )
    })
  }

  /**
   * The report, if it is shown to the principal; if it is not, the log is read to its end first:
   * another instance may just have written it.
   */
  async found(reportId: string, principal: Principal, isShown = isVisible): Promise<VisibleReport> {
    const { reports } = this.#parts.model
    // Also for a known but hidden report: the response time must not reveal that it exists.
    if (this.#isShared && !isShown(reports.get(reportId), principal)) {
      this.#writes.check()
      await this.#writes.learn(0)
    }
    return visibleReport(reports.get(reportId), principal, isShown)
  }

  /**
   * Resolves when the rules are near enough in these partitions for backfill to continue, or after
   * `patienceMs`: a backfill report is then refused as too early.
   */
  async awaitRules(partitions: readonly number[], patienceMs: number): Promise<void> {
    const { clock, backfill } = this.#parts
    const untilMs = clock.monotonicMs() + patienceMs
    for (const partition of partitions) {
      while (!(await backfill.opens(partition))) if (clock.monotonicMs() >= untilMs) return
    }
  }

  /**
   * What posts of a key would become, by what is known from now on, each as if those before it had
   * been posted: content of an earlier one is a duplicate. Writes no record. Rejects as `accept` does.
   */
  async foresight(principal: Principal): Promise<Foresight> {
    this.#checkFollowing()
    if (this.#writes.isInDoubt || this.#isShared) await this.#writes.learn(0)
    await this.#places.learn()
    const { model, time } = this.#parts
    const said = new Set<string>()
    return body => {
      const post = { body, idempotencyKey: null, lane: 'backfill', principal } as const
      const posted = this.#incoming.readPost(post)
      const { input, content, reportId } = posted
      const found = this.#places.findNow(input)
      this.#checkReporter(principal, input.sourceId)
      const report = locate(posted, found)
      const known = model.reports.get(reportId)
      const foreseen = { input, place: report.place }
      if (this.#findPosted(known, report) !== null) return { ...foreseen, isDuplicate: true }
      checkTimes(input, time.nowMs(report.theatre))
      if (isHidden(known, principal)) throw idTaken()
      const saying = `${reportId} ${content.open} ${content.privateText}`
      const isDuplicate = said.has(saying)
      said.add(saying)
      return { ...foreseen, isDuplicate }
    }
  }

  /** Resolves when no write is in flight any more. */
  settled(): Promise<void> {
    return this.#queue.settled()
  }

  /**
   * The report, if it is known and visible to the principal; throws the same problem if it is
   * unknown or hidden.
   */
  visible(reportId: string, principal: Principal): VisibleReport {
    return visibleReport(this.#parts.model.reports.get(reportId), principal)
  }

  // From here to the append there are no needless awaits or async functions: every report takes
  // this path, and each extra promise cost as much as hashing the report.
  #findPlaces(
    { input }: IncomingReport,
    accept: (found: FoundPlaces) => Promise<Answer>
  ): Promise<Answer> {
    const found = this.#places.find(input)
    return found instanceof Promise ? found.then(accept) : accept(found)
  }

  #post(incoming: IncomingReport, found: FoundPlaces): Promise<Answer> {
    // Not earlier: what was known of the source before this point may be stale.
    this.#checkReporter(incoming.principal, incoming.input.sourceId)
    // Checks of the body alone come first: an error in it must not reveal whether a report with
    // this id exists.
    const report = locate(incoming, found)
    const { reports } = this.#parts.model
    const known = reports.get(report.reportId)
    if (!this.#isShared || known === undefined) return this.#decide(known, report)
    return this.#learnReport(known, report).then(() =>
      this.#decide(reports.get(report.reportId), report)
    )
  }

  /**
   * A post that is answered without a write needs current knowledge: another instance may have
   * withdrawn the report or erased its texts.
   */
  async #learnReport(known: KnownReport, report: IncomingReport): Promise<void> {
    if (report.content.privateText !== null) await this.#parts.vault.learn()
    if (this.#findSame(known, report) !== null) await this.#writes.learn(0)
  }

  #findSame(known: KnownReport, report: IncomingReport): KnownRevision | null {
    return findSame(known, report.content, this.#incoming.computeDigests(report))
  }

  /**
   * The revision with the content of a post; null if none is known to its key. Throws what no key may
   * write.
   */
  #findPosted(known: KnownReport | undefined, report: LocatedReport): KnownRevision | null {
    if (known === undefined) return null
    const { once, principal } = report
    if (isHidden(known, principal)) return this.#findSame(visiblePart(known, principal), report)
    const same = this.#findSame(known, report)
    if (once !== null && same === null && known.winner) throw keyTaken(once)
    if (known.withdrawal) throw withdrawnForGood()
    return same
  }

  #decide(known: KnownReport | undefined, report: LocatedReport): Promise<Answer> {
    const same = this.#findPosted(known, report)
    return known !== undefined && isHidden(known, report.principal)
      ? this.#postOnHidden(known, same, report)
      : this.#revise(known, same, report)
  }

  /**
   * A post under the id of a report that the key may not see. It may not add to that report either.
   * The answer is only that the id is taken, after all checks that a free id would get. A revision
   * that the key may see is a duplicate, even if the report has changed since.
   */
  async #postOnHidden(
    known: KnownReport,
    same: KnownRevision | null,
    report: LocatedReport
  ): Promise<Answer> {
    if (same !== null)
      return {
        ...makeDuplicate(known, report, same),
        theatre: same.theatre,
        places: [readPosition(same.at)]
      }
    checkTimes(report.input, this.#parts.time.nowMs(report.theatre))
    await this.#writing.awaitBackfill(report, [report.theatre])
    throw idTaken()
  }

  async #put(incoming: IncomingReport, found: FoundPlaces): Promise<Answer> {
    const known = this.visible(incoming.reportId, incoming.principal)
    this.#checkReporter(incoming.principal, known.sourceId)
    if (known.withdrawal) throw withdrawnForGood()
    checkSameReport(known, incoming.input)
    const report = locate(incoming, found)
    if (report.content.privateText !== null) await this.#parts.vault.learn()
    const { winner } = known
    // A correction may restore texts that were erased.
    const same = isSame(winner, report.content, this.#incoming.computeDigests(report))
      ? winner
      : null
    return this.#revise(known, same, report)
  }

  /**
   * Writes the new part of a report that may be written. `same`: the revision that already has this
   * content.
   */
  #revise(
    known: KnownReport | undefined,
    same: KnownRevision | null,
    report: LocatedReport
  ): Promise<Answer> {
    if (known && same) return this.#again(known, same, report)
    const { input, theatre } = report
    const nowMs = this.#parts.time.nowMs(theatre)
    checkTimes(input, nowMs)
    return this.#writing.revision({
      ...report,
      externalId: known?.externalId ?? input.externalId,
      reportedAt: dateRevision(report, known?.winner ?? null, nowMs)
    })
  }

  async #delete(reportId: string, reason: string, correction: Correction): Promise<Answer> {
    const { lane, principal } = correction
    await this.#places.learn()
    const known = this.visible(reportId, principal)
    this.#checkReporter(principal, known.sourceId)
    const theatres =
      known.withdrawal === null
        ? known.standings.map(standing => standing.theatre)
        : theatresBehind(known)
    if (theatres.length === 0) return makeAnswer(known, principal, { sent: null, places: null })
    await this.#writing.awaitBackfill(correction, theatres)
    const acceptances = await this.#parts.time.acceptances(theatres)
    const drafts = withdrawalRecords(reportId, reason, lane, acceptances)
    return this.#writing.records(reportId, drafts, principal)
  }

  #checkReporter(principal: Principal, sourceId: string): void {
    checkReporter(principal, this.#parts.control.state.sources.get(sourceId))
  }

  /**
   * Known content is a duplicate. Only the winning revision is written again: to the theatres that
   * lack it after a partial write; or to all as a later revision, if its place is now in another
   * theatre because theatres were declared since.
   */
  async #again(known: KnownReport, same: KnownRevision, report: LocatedReport): Promise<Answer> {
    const { winner } = known
    if (winner?.contentHash !== same.contentHash) return makeDuplicate(known, report, same)
    if (winner.theatre !== report.theatre) {
      const nowMs = this.#parts.time.nowMs(report.theatre)
      return this.#writing.moved(known, report, datedAfter(winner, nowMs))
    }
    const behind = theatresBehind(known)
    return behind.length === 0
      ? makeDuplicate(known, report, same)
      : this.#writing.copy(known, report, behind)
  }

  /** Every request is refused once a log that decisions rest on is no longer followed. */
  #checkFollowing(): void {
    const { vault, model } = this.#parts
    if (vault.failure !== null || model.views.incidents.failure !== null) throw stoppedReading()
  }

  /**
   * Runs one task within the limits: bounded concurrency, one task per report at a time, and an
   * answer within the deadline.
   */
  #within(
    knowledgeMaxAgeMs: number,
    prepare: () => {
      readonly reportId: string
      readonly work: () => Promise<Answer>
    }
  ): Promise<Answer> {
    try {
      this.#checkFollowing()
      if (this.#queue.isFull) throw tooManyAtOnce()
      const { reportId, work } = prepare()
      this.#writes.check()
      const begin = () =>
        this.#writes.isInDoubt || this.#isShared
          ? this.#writes.learn(knowledgeMaxAgeMs).then(work)
          : work()
      return this.#queue.run(reportId, begin)
    } catch (error) {
      return Promise.reject(error)
    }
  }
}

/** True for a report with a winning revision that a key may not see. */
function isHidden(known: KnownReport | undefined, principal: Principal): boolean {
  return known?.winner != null && !isVisible(known, principal)
}

/** The answer to a report that is known with this content. */
function makeDuplicate(
  known: KnownReport,
  { place, alsoAt, principal }: LocatedReport,
  { contentHash }: KnownRevision
): Answer {
  return makeAnswer(known, principal, { sent: { place, alsoAt, contentHash }, places: null })
}

/**
 * When a revision counts as reported. A post without a stated time, and each correction, counts as
 * later than all earlier revisions: the clock of a replay may have stopped meanwhile.
 */
function dateRevision(
  { input, isCorrection }: IncomingReport,
  winner: KnownRevision | null,
  nowMs: number
): string {
  const stated = input.reportedAt
  if (stated !== null && (!isCorrection || winner === null || stated > winner.reportedAt))
    return stated
  return winner === null ? new Date(nowMs).toISOString() : datedAfter(winner, nowMs)
}

/** Now, or 1 ms after a revision if that is later. */
function datedAfter({ reportedAt }: KnownRevision, nowMs: number): string {
  return new Date(Math.max(nowMs, Date.parse(reportedAt) + 1)).toISOString()
}
