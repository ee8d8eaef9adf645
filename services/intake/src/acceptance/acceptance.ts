// Accepts reports: posts, corrections and withdrawals. All rules are here and in what this file
// imports; HTTP is a thin layer above, and the simulator calls it directly. A caller gets success
// only once every record of the report is in the log.

import type { KeyObject } from 'node:crypto'
import { type Principal, seesAll } from '@tocsin/auth/access/principal'
import { checkWithdrawal } from '@tocsin/contracts/report/report-shape'
import { topics } from '@tocsin/event-log/topics'
import type { Gazetteer } from '@tocsin/gazetteer/port'
import {
  type KnownReport,
  type KnownRevision,
  theatresBehind
} from '@tocsin/read-model/reports/known-report'
import type { KnownReports } from '@tocsin/read-model/reports/known-reports'
import type { OwnRecords } from '@tocsin/read-model/reports/own-records'
import type { PrivateVault } from '@tocsin/service/privacy/private-vault'
import type { ControlView } from '@tocsin/service/projection/control-view'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { RulesLagGate } from '../backfill/rules-lag-gate.ts'
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
  tooLate,
  tooManyAtOnce,
  withdrawnForGood
} from '../report/refusals.ts'
import {
  type Answer,
  answerAsSeen,
  answerDuplicate,
  readPosition,
  supersededIn
} from '../report/report-answer.ts'
import { erasureRequest, withdrawalRecords } from '../report/report-records.ts'
import {
  isVisible,
  type VisibleReport,
  visiblePart,
  visibleReport
} from '../report/visible-reports.ts'
import type { IntakeConfig } from '../settings/config.ts'
import type { TheatreTime } from '../time/theatre-time.ts'
import { TheatreMoments } from '../time/theatre-time.ts'
import { DeadlineWatch, KeyedQueue } from './keyed-queue.ts'
import { LogWrites } from './log-writes.ts'
import { ReportForesight } from './report-foresight.ts'
import { type FoundPlaces, locate, ReportPlaces } from './report-places.ts'
import { ReportWriting } from './report-writing.ts'

export interface AcceptanceDeps extends Pick<ServiceDeps, 'log' | 'clock'> {
  readonly gazetteer: Gazetteer
  readonly vault: Pick<PrivateVault, 'makeKey' | 'computeDigests' | 'learn' | 'erase'>
  readonly control: Pick<ControlView, 'state' | 'catchUp' | 'isFresh'>
  readonly reports: KnownReports
  /** Records written by this process, so that they need not be read back. */
  readonly own: OwnRecords
  readonly time: TheatreTime
  readonly backfill: Pick<RulesLagGate, 'isOpen' | 'opens'>
  /** The suite's secret for `persons`. */
  readonly personsSecret: KeyObject
  /** The suite's secret for `reports`. */
  readonly reportsSecret: KeyObject
  /**
   * Resolves with true once the fold of the incidents log has passed the end of the log `maxAgeMs`
   * ago (default: its end now); false when it can't.
   */
  readonly catchUp: (timeoutMs: number, maxAgeMs?: number) => Promise<boolean>
  /** True once the fold has made a condition true; false after the timeout. */
  readonly untilFolded: (isReached: () => boolean, timeoutMs: number) => Promise<boolean>
  readonly limits: IntakeConfig['intake']
  /**
   * False once a log that decisions rest on is no longer followed: then every request is refused.
   */
  readonly isFollowing: () => boolean
}

/**
 * With several instances, a post is decided on knowledge at most this old, ms: new reports need not
 * wait for a read of the log, and an instance that was suspended does not decide on stale
 * knowledge.
 */
const postKnowledgeMaxAgeMs = 1000

export class ReportAcceptance {
  readonly #deps: AcceptanceDeps
  readonly #incoming: IncomingReports
  readonly #queue: KeyedQueue
  readonly #deadlines: DeadlineWatch
  readonly #writes: LogWrites
  readonly #moments: TheatreMoments
  readonly #places: ReportPlaces
  readonly #writing: ReportWriting
  /** False if this is the only writing instance: its own knowledge is then complete. */
  readonly #isShared: boolean

  constructor(deps: AcceptanceDeps) {
    const { log, limits } = deps
    const deadlineMs = limits.requestDeadlineMs
    this.#deps = deps
    this.#incoming = new IncomingReports(deps)
    this.#queue = new KeyedQueue(limits.inFlightMax)
    this.#deadlines = new DeadlineWatch(deps.clock, deadlineMs)
    this.#writes = new LogWrites({
      ...deps,
      deadlineMs,
      patienceMs: limits.logPatienceMs,
      health: () => log.health()
    })
    this.#moments = new TheatreMoments({ ...deps, deadlineMs })
    this.#places = new ReportPlaces({ ...deps, deadlineMs, moments: this.#moments })
    this.#isShared = log.capabilities.sharedRoles
    const isShared = this.#isShared
    this.#writing = new ReportWriting({
      ...deps,
      writes: this.#writes,
      moments: this.#moments,
      isShared
    })
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
    return this.#within(postKnowledgeMaxAgeMs, post, () => {
      const report = this.#incoming.readPost(post)
      return {
        reportId: report.reportId,
        work: () => this.#findPlaces(report, found => this.#post(report, found))
      }
    })
  }

  /** Accepts a correction of a known report. Promises as `accept` does. */
  correct(reportId: string, correction: Correction): Promise<Answer> {
    return this.#within(0, correction, () => {
      const report = this.#incoming.readCorrection(reportId, correction)
      const work = () => this.#findPlaces(report, found => this.#put(report, found))
      return { reportId, work }
    })
  }

  /** Withdraws a report for good. Promises as `accept` does. */
  withdraw(reportId: string, correction: Correction): Promise<Answer> {
    return this.#within(0, correction, () => {
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
    const { log, clock, vault } = this.#deps
    const erased = this.#queue.run(reportId, async () => {
      await this.#places.learn()
      const report = this.visible(reportId, principal)
      this.#checkReporter(principal, report.sourceId)
      const request = erasureRequest(report, principal, clock.nowMs())
      return this.#writes.run(() =>
        vault.erase(reportId, () => log.append(topics.control, [request]))
      )
    })
    return this.#answeredInTime(erased)
  }

  /**
   * The report, if it is shown to the principal; if it is not, the log is read to its end first:
   * another instance may just have written it.
   */
  async found(reportId: string, principal: Principal, isShown = isVisible): Promise<VisibleReport> {
    // Also for a known but hidden report: the response time must not reveal that it exists.
    if (this.#isShared && !isShown(this.#deps.reports.get(reportId), principal)) {
      this.#writes.check()
      await this.#writes.learn(0)
    }
    return visibleReport(this.#deps.reports.get(reportId), principal, isShown)
  }

  /**
   * Resolves when the rules are near enough in these partitions for backfill to continue, or after
   * `patienceMs`: a backfill report is then refused as too early.
   */
  async awaitRules(partitions: readonly number[], patienceMs: number): Promise<void> {
    const { clock, backfill } = this.#deps
    const untilMs = clock.monotonicMs() + patienceMs
    for (const partition of partitions) {
      while (!(await backfill.opens(partition))) if (clock.monotonicMs() >= untilMs) return
    }
  }

  /**
   * What posts of a key would become, by what is known from now on; writes no record. Rejects as
   * `accept` does.
   */
  async foresight(principal: Principal): Promise<ReportForesight> {
    if (!this.#deps.isFollowing()) throw stoppedReading()
    if (this.#writes.isInDoubt || this.#isShared) await this.#writes.learn(0)
    await this.#places.learn()
    return new ReportForesight(principal, {
      incoming: this.#incoming,
      places: this.#places,
      moments: this.#moments,
      reports: this.#deps.reports,
      checkReporter: sourceId => this.#checkReporter(principal, sourceId)
    })
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
    return visibleReport(this.#deps.reports.get(reportId), principal)
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
    const known = this.#deps.reports.get(report.reportId)
    if (!this.#isShared || known === undefined) return this.#decide(known, report)
    return this.#learnReport(known, report).then(() =>
      this.#decide(this.#deps.reports.get(report.reportId), report)
    )
  }

  /**
   * A post that is answered without a write needs current knowledge: another instance may have
   * withdrawn the report or erased its texts.
   */
  async #learnReport(known: KnownReport, report: IncomingReport): Promise<void> {
    if (report.content.privateText !== null) await this.#deps.vault.learn()
    if (this.#findSame(known, report) !== null) await this.#writes.learn(0)
  }

  #findSame(known: KnownReport, report: IncomingReport): KnownRevision | null {
    return findSame(known, report.content, this.#incoming.computeDigests(report))
  }

  #decide(known: KnownReport | undefined, report: LocatedReport): Promise<Answer> {
    const { once, principal } = report
    if (known?.winner && !isVisible(known, principal)) return this.#postOnHidden(known, report)
    const same = known === undefined ? null : this.#findSame(known, report)
    if (once !== null && same === null && known?.winner) throw keyTaken(once)
    if (known?.withdrawal) throw withdrawnForGood()
    return this.#revise(known, same, report)
  }

  /**
   * A post under the id of a report that the key may not see. It may not add to that report either.
   * The answer is only that the id is taken, after all checks that a free id would get. A revision
   * that the key may see is a duplicate, even if the report has changed since.
   */
  async #postOnHidden(known: KnownReport, report: LocatedReport): Promise<Answer> {
    const { input, lane, principal, theatre } = report
    const same = this.#findSame(visiblePart(known, principal), report)
    if (same !== null)
      return {
        ...answerDuplicate(known, report),
        theatre: same.theatre,
        places: [readPosition(same.at)]
      }
    checkTimes(input, this.#moments.nowMs(theatre))
    if (lane === 'backfill') await this.#writing.awaitBackfill([theatre])
    throw idTaken()
  }

  async #put(incoming: IncomingReport, found: FoundPlaces): Promise<Answer> {
    const known = this.visible(incoming.reportId, incoming.principal)
    this.#checkReporter(incoming.principal, known.sourceId)
    if (known.withdrawal) throw withdrawnForGood()
    checkSameReport(known, incoming.input)
    const report = locate(incoming, found)
    if (report.content.privateText !== null) await this.#deps.vault.learn()
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
    const nowMs = this.#moments.nowMs(theatre)
    checkTimes(input, nowMs)
    return this.#writing.revision({
      ...report,
      externalId: known?.externalId ?? input.externalId,
      reportedAt: dateRevision(report, known?.winner ?? null, nowMs)
    })
  }

  async #delete(
    reportId: string,
    reason: string,
    { lane, principal }: Correction
  ): Promise<Answer> {
    await this.#places.learn()
    const known = this.visible(reportId, principal)
    this.#checkReporter(principal, known.sourceId)
    const theatres =
      known.withdrawal === null
        ? known.standings.map(standing => standing.theatre)
        : theatresBehind(known)
    if (theatres.length === 0) return answerDuplicate(known, null)
    if (lane === 'backfill') await this.#writing.awaitBackfill(theatres)
    return this.#writing.records(
      reportId,
      withdrawalRecords(reportId, reason, lane, await this.#moments.acceptances(theatres))
    )
  }

  #checkReporter(principal: Principal, sourceId: string): void {
    checkReporter(principal, this.#deps.control.state.sources.get(sourceId))
  }

  /**
   * Known content is a duplicate. Only the winning revision is written again: to the theatres that
   * lack it after a partial write; or to all as a later revision, if its place is now in another
   * theatre because theatres were declared since.
   */
  async #again(known: KnownReport, same: KnownRevision, report: LocatedReport): Promise<Answer> {
    const { winner } = known
    if (winner?.contentHash !== same.contentHash)
      return { ...answerDuplicate(known, report), ...supersededIn(known, same.contentHash) }
    if (winner.theatre !== report.theatre) {
      const nowMs = this.#moments.nowMs(report.theatre)
      return this.#writing.moved(known, report, datedAfter(winner, nowMs))
    }
    const behind = theatresBehind(known)
    return behind.length === 0
      ? answerDuplicate(known, report)
      : this.#writing.copy(known, report.lane, behind)
  }

  /**
   * Runs one task within the limits: bounded concurrency, one task per report at a time, and an
   * answer within the deadline.
   */
  #within(
    knowledgeMaxAgeMs: number,
    { principal }: Pick<Post, 'principal'>,
    prepare: () => {
      readonly reportId: string
      readonly work: () => Promise<Answer>
    }
  ): Promise<Answer> {
    try {
      if (!this.#deps.isFollowing()) throw stoppedReading()
      if (this.#queue.isFull) throw tooManyAtOnce()
      const { reportId, work } = prepare()
      this.#writes.check()
      const begin = () =>
        this.#writes.isInDoubt || this.#isShared
          ? this.#writes.learn(knowledgeMaxAgeMs).then(work)
          : work()
      const answer = this.#answeredInTime(this.#queue.run(reportId, begin))
      return seesAll(principal)
        ? answer
        : answer.then(given => answerAsSeen(given, this.#deps.reports, principal))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  #answeredInTime<T>(done: Promise<T>): Promise<T> {
    return this.#deadlines.within(done, tooLate)
  }
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
