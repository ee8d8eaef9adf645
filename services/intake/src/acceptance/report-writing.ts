// Writes accepted revisions to the log: makes and appends the records, resolves races with other
// instances, and builds the answer from the fold. Whether and what to write is decided in
// acceptance.ts.

import type { KeyObject } from 'node:crypto'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { decodeTheatreRecord } from '@tocsin/contracts/record/records'
import { computeContentHash } from '@tocsin/contracts/report/keyed-identity'
import type { Lane, ReportRevision } from '@tocsin/contracts/theatre/report'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { winsOver } from '@tocsin/contracts/theatre/winning-revision'
import type { EventLog, RecordPosition } from '@tocsin/event-log/port'
import { readAt } from '@tocsin/event-log/read-up-to'
import { topics } from '@tocsin/event-log/topics'
import {
  type KnownReport,
  type Place,
  theatresBehind
} from '@tocsin/read-model/reports/known-report'
import type { KnownReports } from '@tocsin/read-model/reports/known-reports'
import type { OwnRecords } from '@tocsin/read-model/reports/own-records'
import type { PrivateVault, ReportKey } from '@tocsin/service/privacy/private-vault'
import type { RulesLagGate } from '../backfill/rules-lag-gate.ts'
import { deriveKeys, noDerivedKeys } from '../privacy/derived-keys.ts'
import type { LocatedReport, NewRevision } from '../report/incoming-report.ts'
import { keyTaken, withdrawnForGood } from '../report/refusals.ts'
import { type Answer, readPosition, supersededBy, understoodIn } from '../report/report-answer.ts'
import {
  type Acceptance,
  type DraftRecord,
  findPoster,
  makeRevision,
  nameCopy,
  revisionName,
  revisionRecords,
  withdrawalRecords
} from '../report/report-records.ts'
import type { TheatreMoments } from '../time/theatre-time.ts'
import type { LogWrites } from './log-writes.ts'

export interface ReportWritingDeps {
  readonly log: EventLog
  readonly vault: Pick<PrivateVault, 'makeKey'>
  readonly reports: KnownReports
  readonly own: OwnRecords
  readonly backfill: Pick<RulesLagGate, 'isOpen' | 'opens'>
  readonly personsSecret: KeyObject
  readonly writes: LogWrites
  readonly moments: TheatreMoments
  /** False where this is the only instance that writes reports. */
  readonly isShared: boolean
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
    return this.#write(revision, await writes.run(() => vault.makeKey(reportId)))
  }

  #write(revision: NewRevision, key: ReportKey | null): Promise<Answer> {
    const { reportId, once, theatre } = revision
    const { reports, moments } = this.#deps
    const known = reports.get(reportId)
    const whole = this.#seal(revision, key)
    const name = revisionName(whole, revision, known)
    const targets = new Set(known?.standings.map(standing => standing.theatre))
    if (!known?.winner || winsOver(whole, known.winner)) targets.add(theatre)
    const lost = () => (once === null ? writtenElsewhere() : keyTaken(once))
    const write = (acceptances: readonly Acceptance[]) =>
      this.records(
        reportId,
        revisionRecords(whole, name, acceptances, findPoster(revision), 'new'),
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
    const { place, alsoAt, theatre, lane } = report
    const theatres = theatresWith(known, theatre)
    if (lane === 'backfill') await this.awaitBackfill(theatres)
    const { data, by = null } = await winningRecord(this.#deps.log, known)
    const revision = { ...data, place, alsoAt, theatre, reportedAt, lane }
    const name = revisionName(revision, { isCorrection: true, once: null }, known)
    const acceptances = await this.#deps.moments.acceptances(theatres, theatre)
    return this.records(known.reportId, revisionRecords(revision, name, acceptances, by))
  }

  /**
   * Writes records of one report. Promises as `revision` does. `lost`: the refusal if another
   * instance wrote a different revision under the same ids at the same time.
   */
  records(
    reportId: string,
    drafts: readonly DraftRecord[],
    lost: () => ProblemError = writtenElsewhere
  ): Promise<Answer> {
    const { own, isShared } = this.#deps
    if (!isShared) for (const { stored, record } of drafts) own.expect(stored.id, record)
    return this.#append(drafts).then(
      appended => {
        if (isShared)
          return this.#settle(reportId, drafts, lost).then(() =>
            this.#answer(reportId, drafts, appended)
          )
        for (const [i, at] of appended.entries()) {
          const { record, stored } = drafts[i] as DraftRecord
          if (own.take(stored.id)?.isFolded !== true)
            this.#deps.reports.apply(record, readPosition(at))
        }
        return this.#answer(reportId, drafts, appended)
      },
      error => {
        for (const { stored } of drafts) own.forget(stored.id)
        throw error
      }
    )
  }

  #answer(
    reportId: string,
    drafts: readonly DraftRecord[],
    appended: readonly RecordPosition[]
  ): Answer {
    const known = this.#deps.reports.get(reportId)
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

  #append(drafts: readonly DraftRecord[]): Promise<readonly RecordPosition[]> {
    const { log, writes } = this.#deps
    const stored = drafts.map(draft => draft.stored)
    return writes.run(() => log.append(topics.incidents, stored))
  }

  /**
   * Of two instances that write to one report at once at least one reads the other's write here, and
   * copies the winner to the theatres that lack it.
   */
  async #settle(
    reportId: string,
    drafts: readonly DraftRecord[],
    lost: () => ProblemError
  ): Promise<void> {
    const { log, reports, writes, moments } = this.#deps
    await writes.learn(0)
    const known = reports.get(reportId)
    if (known === undefined) throw new Error(`report ${reportId} is not known after it was read`)
    const isKnown = ({ record }: DraftRecord) =>
      record.type !== 'report.received' ||
      known.revisions.some(({ contentHash }) => contentHash === record.data.contentHash)
    const theatres = theatresBehind(known)
    if (theatres.length > 0)
      await this.#append(await winningRecordsFor(log, known, await moments.acceptances(theatres)))
    if (known.withdrawal !== null && drafts.some(({ record }) => record.type === 'report.received'))
      throw withdrawnForGood()
    if (!drafts.some(isKnown)) throw lost()
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

function writtenElsewhere(): ProblemError {
  const detail =
    'Another instance wrote to the report at the same time. The report was not stored: send it again.'
  return new ProblemError('projection-behind', detail, { retryAfterS: 1 })
}

/** The theatres that a report was ever in, and one more. */
function theatresWith(known: KnownReport | undefined, theatre: string): readonly string[] {
  return [...new Set(known?.standings.map(standing => standing.theatre)).add(theatre)]
}

type ReceivedRecord = Extract<TheatreRecord, { type: 'report.received' }>

/** The record of the winning revision. Rejects with the log's error. */
async function winningRecord(
  log: EventLog,
  { reportId, winner }: KnownReport
): Promise<ReceivedRecord> {
  const record = winner === null ? null : await recordAt(log, winner.at)
  if (record?.type !== 'report.received') throw nothingThere(reportId)
  return record
}

/**
 * Records of the winner or the withdrawal for theatres that lack it, with the ids and content that
 * its writer would give them. Rejects with the log's error.
 */
async function winningRecordsFor(
  log: EventLog,
  known: KnownReport,
  theatres: readonly Acceptance[]
): Promise<readonly DraftRecord[]> {
  if (known.withdrawal === null) {
    const record = await winningRecord(log, known)
    return revisionRecords(record.data, nameCopy(known), theatres, record.by ?? null)
  }
  const record = await recordAt(log, known.withdrawal)
  if (record?.type !== 'report.withdrawn') throw nothingThere(known.reportId)
  return withdrawalRecords(known.reportId, record.data.reason, record.data.lane, theatres)
}

/**
 * The content of a record of the incidents log; null if none can be read there. Rejects with the
 * log's error.
 */
export async function recordAt(log: EventLog, at: Place): Promise<TheatreRecord | null> {
  const value = (await readAt(log, topics.incidents, readPosition(at)))?.value
  const decoded = value ? decodeTheatreRecord(value) : null
  return decoded?.kind === 'decoded' ? decoded.record : null
}

function nothingThere(reportId: string): Error {
  return new Error(`no record of report ${reportId} stands where it was read`)
}
