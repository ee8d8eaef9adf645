// Writes accepted revisions to the log: makes and appends the records, resolves races with other
// instances, and builds the answer from the fold. Whether and what to write is decided in
// acceptance.ts.

import type { KeyObject } from 'node:crypto'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { computeContentHash } from '@tocsin/contracts/report/keyed-identity'
import type { RevisionName } from '@tocsin/contracts/report/report-identity'
import type { Lane, ReportRevision } from '@tocsin/contracts/theatre/report'
import { winsOver } from '@tocsin/contracts/theatre/winning-revision'
import type { EventLog, RecordPosition } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { PrivateVault, ReportKey } from '@tocsin/service/privacy/private-vault'
import type { RulesLagGate } from '../backfill/rules-lag-gate.ts'
import type { ConfirmedWrites } from '../instances/confirmed-writes.ts'
import type { SharedReports } from '../instances/shared-reports.ts'
import { winningRecord, winningRecordsFor } from '../instances/winning-records.ts'
import type { KnownReport } from '../known/known-report.ts'
import type { KnownReports } from '../known/known-reports.ts'
import { deriveKeys, noDerivedKeys } from '../privacy/derived-keys.ts'
import type { LocatedReport, NewRevision } from '../report/incoming-report.ts'
import type { OwnRecords } from '../report/own-records.ts'
import { keyTaken, withdrawnForGood } from '../report/refusals.ts'
import {
  type Answer,
  answerDuplicate,
  readPosition,
  supersededBy,
  understoodIn,
  wasThere
} from '../report/report-answer.ts'
import {
  type Acceptance,
  type DraftRecord,
  makeRevision,
  revisionName,
  revisionRecords,
  writtenFor
} from '../report/report-records.ts'
import type { TheatreMoments } from '../time/theatre-moments.ts'

export interface ReportWritingDeps {
  readonly log: EventLog
  readonly vault: Pick<PrivateVault, 'makeKey'>
  readonly reports: KnownReports
  readonly own: OwnRecords
  readonly backfill: Pick<RulesLagGate, 'isOpen' | 'opens'>
  readonly personsSecret: KeyObject
  readonly writes: ConfirmedWrites
  readonly moments: TheatreMoments
  /** Null where this is the only instance that writes reports. */
  readonly shared: SharedReports | null
}

/** Maximum number of theatres with a cached partition; beyond that the cache is cleared. */
const partitionsKnownMax = 1024

export class ReportWriting {
  readonly #deps: ReportWritingDeps
  /** Partitions by theatre, for backfill. */
  readonly #partitions = new Map<string, number>()

  constructor(deps: ReportWritingDeps) {
    this.#deps = deps
  }

  /**
   * Writes a revision: a winning one to its own theatre and every theatre that the report was ever
   * in, any other only to theatres that already have the report. Resolves once all of them have it;
   * rejects with a ProblemError or the log's error.
   */
  revision(revision: NewRevision): Promise<Answer> {
    const { input, lane } = revision
    const isReady =
      input.private === null &&
      (lane === 'live' || this.#isOpenToBackfill(this.#listTheatres(revision)))
    return isReady ? this.#write(revision, null) : this.#prepare(revision)
  }

  /** Writes a revision that has to wait for the rules or for the key of the private part. */
  async #prepare(revision: NewRevision): Promise<Answer> {
    const { reportId, input, lane } = revision
    if (lane === 'backfill') await this.awaitBackfill(this.#listTheatres(revision))
    if (input.private === null) return this.#write(revision, null)
    const { writes, vault } = this.#deps
    return this.#write(revision, await writes.untilConfirmed(() => vault.makeKey(reportId)))
  }

  /**
   * `before`: the name it was first written under, if another revision took that name in the log.
   */
  #write(
    revision: NewRevision,
    key: ReportKey | null,
    before: RevisionName | null = null
  ): Promise<Answer> {
    const { reportId, once, theatre } = revision
    const { reports, moments } = this.#deps
    const known = reports.get(reportId)
    const whole = this.#seal(revision, key)
    const name = revisionName(whole, revision, known)
    if (before?.join() === name.join())
      return Promise.reject(new Error(`report ${reportId} is not known after it was written`))
    const targets = new Set(known?.standings.map(standing => standing.theatre))
    if (!known?.winner || winsOver(whole, known.winner)) targets.add(theatre)
    const lost = () =>
      once === null ? this.#write(revision, key, name) : Promise.reject(keyTaken(once))
    const write = (acceptances: readonly Acceptance[]) =>
      this.records(
        reportId,
        revisionRecords(whole, name, acceptances, writtenFor(revision), 'new'),
        lost
      )
    const accepting = moments.acceptances([...targets], theatre)
    return accepting instanceof Promise ? accepting.then(write) : write(accepting)
  }

  /** A revision as it is recorded: its private part sealed, with the keys that the rules compare. */
  #seal(revision: NewRevision, key: ReportKey | null): ReportRevision {
    const { content, input } = revision
    const texts = input.private
    const digest = key?.digest(content.privateText ?? '') ?? null
    return makeRevision({
      ...revision,
      contentHash: computeContentHash(content, digest),
      keys: texts === null ? noDerivedKeys : deriveKeys(texts, this.#deps.personsSecret),
      sealed: texts === null ? null : (key?.seal(texts) ?? null)
    })
  }

  /** Every theatre that a revision may be written to. */
  #listTheatres({ reportId, theatre }: LocatedReport): readonly string[] {
    return theatresWith(this.#deps.reports.get(reportId), theatre)
  }

  /**
   * Copies the winning revision unchanged to theatres that lack it. Promises as `revision` does.
   */
  async copy(known: KnownReport, lane: Lane, theatres: readonly string[]): Promise<Answer> {
    if (lane === 'backfill') await this.awaitBackfill(theatres)
    const drafts = await winningRecordsFor(
      this.#deps.log,
      known,
      await this.#deps.moments.acceptances(theatres)
    )
    return this.records(known.reportId, drafts)
  }

  /**
   * Writes the winning revision again at a time, with its places as resolved now. Promises as
   * `revision` does.
   */
  async moved(known: KnownReport, report: LocatedReport, reportedAt: string): Promise<Answer> {
    const { place, alsoAt, theatre, lane, cause } = report
    const theatres = theatresWith(known, theatre)
    if (lane === 'backfill') await this.awaitBackfill(theatres)
    const { data, by = null } = await winningRecord(this.#deps.log, known)
    const revision = { ...data, place, alsoAt, theatre, reportedAt, lane }
    const name = revisionName(revision, { isCorrection: true, once: null }, known)
    const acceptances = await this.#deps.moments.acceptances(theatres, theatre)
    return this.records(known.reportId, revisionRecords(revision, name, acceptances, { cause, by }))
  }

  /**
   * Writes records of one report. Promises as `revision` does. `lost`: called if another instance
   * wrote a different revision under the same ids at the same time.
   */
  records(
    reportId: string,
    drafts: readonly DraftRecord[],
    lost?: () => Promise<Answer>
  ): Promise<Answer> {
    const { log, own, writes, shared } = this.#deps
    const stored = drafts.map(draft => draft.stored)
    const doubtsBefore = writes.doubts
    if (shared === null) own.expect(drafts)
    return writes
      .untilConfirmed(() => log.append(topics.incidents, stored))
      .then(
        appended =>
          shared === null
            ? this.#fold(reportId, drafts, appended)
            : this.#settle(shared, reportId, drafts, appended, writes.doubts > doubtsBefore, lost),
        error => {
          for (const { id } of stored) own.forget(id)
          throw error
        }
      )
  }

  #fold(
    reportId: string,
    drafts: readonly DraftRecord[],
    appended: readonly RecordPosition[]
  ): Answer {
    const { reports, own } = this.#deps
    for (const [i, at] of appended.entries()) {
      const { record, stored } = drafts[i] as DraftRecord
      if (own.take(stored.id)?.isFolded !== true) reports.apply(record, readPosition(at))
    }
    const known = reports.get(reportId)
    return {
      reportId,
      revision: known?.revisions.length ?? 0,
      theatre: known?.winner?.theatre ?? (drafts[0] as DraftRecord).record.theatre,
      duplicate: false,
      places: appended.map(readPosition),
      understood: understoodIn(drafts),
      ...supersededBy(known, drafts)
    }
  }

  /**
   * The answer to a write that may race with other instances: from the fold, once every theatre has
   * the winner.
   */
  async #settle(
    shared: SharedReports,
    reportId: string,
    drafts: readonly DraftRecord[],
    appended: readonly RecordPosition[],
    wasInDoubt: boolean,
    lost: (() => Promise<Answer>) | undefined
  ): Promise<Answer> {
    await shared.settle(reportId)
    const known = this.#deps.reports.get(reportId)
    if (known === undefined) throw new Error(`report ${reportId} is not known after it was read`)
    if (known.withdrawal !== null && drafts.some(({ record }) => record.type === 'report.received'))
      throw withdrawnForGood()
    const isKnown = drafts.some(
      ({ record }) =>
        record.type !== 'report.received' ||
        known.revisions.some(({ contentHash }) => contentHash === record.data.contentHash)
    )
    if (!isKnown && lost !== undefined) return lost()
    const duplicate =
      !wasInDoubt &&
      drafts.every(({ record }, i) => wasThere(known, record, appended[i] as RecordPosition))
    return {
      ...answerDuplicate(known, understoodIn(drafts)),
      duplicate,
      ...supersededBy(known, drafts)
    }
  }

  /** True if backfill is known to be allowed in these theatres without a query. */
  #isOpenToBackfill(theatres: readonly string[]): boolean {
    return theatres.every(theatre => {
      const partition = this.#partitions.get(theatre)
      return partition !== undefined && this.#deps.backfill.isOpen(partition)
    })
  }

  /**
   * Resolves when the rules are near enough for backfill in these theatres. Rejects with
   * `projection-behind` after the patience.
   */
  async awaitBackfill(theatres: readonly string[]): Promise<void> {
    for (const theatre of theatres) {
      const partition = await this.#deps.log.findPartition(topics.incidents, theatre)
      if (this.#partitions.size >= partitionsKnownMax) this.#partitions.clear()
      this.#partitions.set(theatre, partition)
      if (await this.#deps.backfill.opens(partition)) continue
      throw new ProblemError(
        'projection-behind',
        `The rules of the theatre ${theatre} are behind, and backfill waits for them.`,
        {
          retryAfterS: 2
        }
      )
    }
  }
}

/** The theatres that a report was ever in, and one more. */
function theatresWith(known: KnownReport | undefined, theatre: string): readonly string[] {
  return [...new Set(known?.standings.map(standing => standing.theatre)).add(theatre)]
}
