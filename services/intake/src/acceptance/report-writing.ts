// Writes accepted revisions to the log: makes and appends the records, resolves races with other
// instances, and builds the answer from the fold. Whether and what to write is decided in
// acceptance.ts.

import type { KeyObject } from 'node:crypto'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { computeContentHash } from '@tocsin/contracts/report/keyed-identity'
import type { PrivateTexts } from '@tocsin/contracts/report/private-texts'
import type { RevisionName } from '@tocsin/contracts/report/report-identity'
import type { Lane } from '@tocsin/contracts/theatre/report'
import { winsOver } from '@tocsin/contracts/theatre/winning-revision'
import type { EventLog, RecordPosition } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { PrivateVault, ReportKey } from '@tocsin/service-kit/privacy/private-vault'
import type { RulesLagGate } from '../backfill/rules-lag-gate.ts'
import type { ConfirmedWrites } from '../instances/confirmed-writes.ts'
import type { SharedReports } from '../instances/shared-reports.ts'
import { winningRecord, winningRecordsFor } from '../instances/winning-records.ts'
import type { KnownReport } from '../known/known-report.ts'
import type { KnownReports } from '../known/known-reports.ts'
import { type DerivedKeys, deriveKeys, noDerivedKeys } from '../privacy/derived-keys.ts'
import type { OwnRecords } from '../report/own-records.ts'
import { keyTaken, withdrawnForGood } from '../report/refusals.ts'
import {
  type Answer,
  duplicateOf,
  placeOf,
  supersededBy,
  understoodIn,
  wasThere
} from '../report/report-answer.ts'
import type { Revision } from '../report/report-records.ts'
import {
  type Acceptance,
  type DraftRecord,
  newRevisionRecords,
  revisionName,
  revisionOf,
  revisionRecords
} from '../report/report-records.ts'
import type { TheatreMoments } from '../time/theatre-moments.ts'

export interface ReportWritingDeps {
  readonly log: EventLog
  readonly vault: Pick<PrivateVault, 'keyOf'>
  readonly reports: KnownReports
  readonly own: OwnRecords
  readonly backfill: Pick<RulesLagGate, 'isOpen' | 'opens'>
  readonly personsSecret: KeyObject
  readonly writes: ConfirmedWrites
  readonly moments: TheatreMoments
  /** Null where this is the only instance that writes reports. */
  readonly shared: SharedReports | null
}

/** The key that a private part is sealed and hashed with. */
interface Sealing {
  readonly key: ReportKey
  readonly texts: PrivateTexts
}

/** Where the winning revision lies now. */
export type Moved = Pick<Revision, 'place' | 'alsoAt' | 'theatre' | 'reportedAt' | 'lane' | 'cause'>

/** Most theatres whose partition is cached; beyond that the cache is cleared. */
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
   * in, any other only to theatres that already have the report. Resolves once all of them hold it;
   * rejects with a ProblemError or the log's error.
   */
  revision(revision: Revision): Promise<Answer> {
    const { lane, input } = revision
    if (
      input.private !== null ||
      (lane === 'backfill' && !this.#isOpenToBackfill(this.#within(revision)))
    )
      return this.#prepared(revision)
    return this.#write(revision, noDerivedKeys, null, null)
  }

  /** Writes a revision that has to wait for the rules or for the key of its private part. */
  async #prepared(revision: Revision): Promise<Answer> {
    const { reportId, input, lane } = revision
    if (lane === 'backfill') await this.awaitBackfill(this.#within(revision))
    const texts = input.private
    if (texts === null) return this.#write(revision, noDerivedKeys, null, null)
    const key = await this.#deps.writes.untilConfirmed(() => this.#deps.vault.keyOf(reportId))
    return this.#write(revision, deriveKeys(texts, this.#deps.personsSecret), { key, texts }, null)
  }

  /**
   * `before`: the name it was first written under, if another revision took that name in the log.
   */
  #write(
    revision: Revision,
    keys: DerivedKeys,
    sealing: Sealing | null,
    before: RevisionName | null
  ): Promise<Answer> {
    const { reportId, content, once } = revision
    const known = this.#deps.reports.get(reportId)
    const contentHash = computeContentHash(
      content,
      sealing?.key.digest(content.privateText ?? '') ?? null
    )
    const sealed = sealing === null ? null : sealing.key.seal(sealing.texts)
    const whole = revisionOf({ ...revision, contentHash, keys, sealed })
    const name = revisionName(whole, revision, known)
    if (before?.join() === name.join())
      return Promise.reject(new Error(`report ${reportId} is not known after it was written`))
    const targets = new Set(known?.standings.map(standing => standing.theatre))
    if (!known?.winner || winsOver(whole, known.winner)) targets.add(revision.theatre)
    const lost = () =>
      once === null ? this.#write(revision, keys, sealing, name) : Promise.reject(keyTaken(once))
    const write = (acceptances: readonly Acceptance[]) =>
      this.records(reportId, newRevisionRecords(whole, name, acceptances, revision), lost)
    const accepting = this.#deps.moments.acceptances([...targets], revision.theatre)
    return accepting instanceof Promise ? accepting.then(write) : write(accepting)
  }

  /** Every theatre that a revision may be written to. */
  #within({ reportId, theatre }: Revision): readonly string[] {
    const standings = this.#deps.reports.get(reportId)?.standings ?? []
    return [...new Set([...standings.map(standing => standing.theatre), theatre])]
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
   * Writes the winning revision again, with its places as resolved now. Promises as `revision`
   * does.
   */
  async moved(
    known: KnownReport,
    { place, alsoAt, theatre, reportedAt, lane, cause }: Moved
  ): Promise<Answer> {
    const theatres = [...new Set([...known.standings.map(standing => standing.theatre), theatre])]
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
    const { log, own } = this.#deps
    const stored = drafts.map(draft => draft.stored)
    const doubtsBefore = this.#deps.writes.doubts
    if (this.#deps.shared === null) own.expect(drafts)
    return this.#deps.writes
      .untilConfirmed(() => log.append(topics.incidents, stored))
      .then(
        appended =>
          this.#written(reportId, drafts, appended, this.#deps.writes.doubts > doubtsBefore, lost),
        error => {
          for (const { id } of stored) own.forget(id)
          throw error
        }
      )
  }

  #written(
    reportId: string,
    drafts: readonly DraftRecord[],
    appended: readonly RecordPosition[],
    wasInDoubt: boolean,
    lost: (() => Promise<Answer>) | undefined
  ): Answer | Promise<Answer> {
    if (this.#deps.shared !== null)
      return this.#settled(this.#deps.shared, reportId, drafts, appended, wasInDoubt, lost)
    return this.#folded(reportId, drafts, appended)
  }

  #folded(
    reportId: string,
    drafts: readonly DraftRecord[],
    appended: readonly RecordPosition[]
  ): Answer {
    const { reports, own } = this.#deps
    for (const [i, at] of appended.entries()) {
      const { record, stored } = drafts[i] as DraftRecord
      if (own.isToFold(stored.id)) reports.apply(record, placeOf(at))
    }
    const known = reports.get(reportId)
    return {
      reportId,
      revision: known?.revisions.length ?? 0,
      theatre: known?.winner?.theatre ?? (drafts[0] as DraftRecord).record.theatre,
      duplicate: false,
      places: appended.map(placeOf),
      understood: understoodIn(drafts),
      ...supersededBy(known, drafts)
    }
  }

  /**
   * The answer to a write that may race with other instances: from the fold, once every theatre
   * holds the winner.
   */
  async #settled(
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
      ...duplicateOf(known, understoodIn(drafts)),
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
