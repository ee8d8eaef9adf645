// How what was decided of a report gets into the log: records are made and appended, what others may have crossed is settled, and the reporter is told
// what the fold has then. What is decided, and whether it may be, is acceptance.ts's.

import type { KeyObject } from 'node:crypto'
import { ProblemError } from '@tocsin/contracts/problem-catalogue'
import type { SealedPrivate } from '@tocsin/domain/report'
import type { Appended, EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { PrivateVault } from '@tocsin/service-kit/private-vault'
import type { BackfillGate } from './backfill-gate.ts'
import { type DerivedKeys, deriveKeys, noDerivedKeys } from './derived-keys.ts'
import type { KnownReports, LogPlace } from './known-reports.ts'
import type { OwnRecords } from './own-records.ts'
import { withdrawnForGood } from './refusals.ts'
import { type Answer, duplicateOf, placeOf, wasThere } from './report-answer.ts'
import type { Revision } from './report-post.ts'
import { type Acceptance, type DraftRecord, newRevisionRecords, revisionOf } from './report-records.ts'
import type { SharedReports } from './shared-reports.ts'
import type { SureWrites } from './sure-writes.ts'
import type { TheatreMoments } from './theatre-moments.ts'

export interface ReportWritingDeps {
  readonly log: EventLog
  readonly vault: Pick<PrivateVault, 'seal'>
  readonly reports: KnownReports
  readonly own: OwnRecords
  readonly backfill: Pick<BackfillGate, 'isOpen' | 'opens'>
  readonly personsSecret: KeyObject
  readonly writes: SureWrites
  readonly moments: TheatreMoments
  /** Null where this is the only instance that writes reports. */
  readonly shared: SharedReports | null
}

/** Theatres whose partition is remembered; beyond that all are asked for anew. */
const partitionsKnownMax = 1024

export class ReportWriting {
  readonly #deps: ReportWritingDeps
  /** Of theatres that old news came for. */
  readonly #partitions = new Map<string, number>()

  constructor(deps: ReportWritingDeps) {
    this.#deps = deps
  }

  /** Writes a revision to these theatres. Resolves when all of them hold it; rejects with a ProblemError, or with the log's error. */
  revision(revision: Revision, theatres: readonly string[]): Promise<Answer> {
    const { lane, input } = revision
    if ((lane === 'backfill' && !this.#isOpenToBackfill(theatres)) || input.private !== null)
      return this.#prepared(revision, theatres)
    return this.#writeAccepted(revision, theatres, noDerivedKeys, null)
  }

  /** Writes a revision that has to wait for the rules, or for its private texts to be sealed. */
  async #prepared(revision: Revision, theatres: readonly string[]): Promise<Answer> {
    const { reportId, input, lane } = revision
    if (lane === 'backfill') await this.awaitBackfill(theatres)
    const texts = input.private
    if (texts === null) return this.#writeAccepted(revision, theatres, noDerivedKeys, null)
    const sealed = await this.#deps.writes.untilKnown(() => this.#deps.vault.seal(reportId, texts))
    return this.#writeAccepted(revision, theatres, deriveKeys(texts, this.#deps.personsSecret), sealed)
  }

  #writeAccepted(
    revision: Revision,
    theatres: readonly string[],
    keys: DerivedKeys,
    sealed: SealedPrivate | null
  ): Promise<Answer> {
    const { reportId, isCorrection, cause } = revision
    const write = (acceptances: readonly Acceptance[]) =>
      this.records(reportId, newRevisionRecords(revisionOf({ ...revision, keys, sealed }), isCorrection, acceptances, cause))
    const accepting = this.#deps.moments.acceptances(theatres, revision.theatre)
    return accepting instanceof Promise ? accepting.then(write) : write(accepting)
  }

  /** Writes records of one report. Promises as `revision` does. */
  records(reportId: string, drafts: readonly DraftRecord[]): Promise<Answer> {
    const { log, own } = this.#deps
    const stored = drafts.map(draft => draft.stored)
    const doubtsBefore = this.#deps.writes.doubts
    if (this.#deps.shared === null) own.expect(drafts)
    return this.#deps.writes
      .untilKnown(() => log.append(topics.incidents, stored))
      .then(
        appended => this.#written(reportId, drafts, appended, this.#deps.writes.doubts > doubtsBefore),
        error => {
          for (const { id } of stored) own.forget(id)
          throw error
        }
      )
  }

  #written(
    reportId: string,
    drafts: readonly DraftRecord[],
    appended: readonly Appended[],
    wasInDoubt: boolean
  ): Answer | Promise<Answer> {
    if (this.#deps.shared !== null) return this.#settled(this.#deps.shared, reportId, drafts, appended, wasInDoubt)
    // What the log found to be there already is learnt from the log, not from here: it may be other bytes than these.
    if (appended.every(a => !a.duplicate)) return this.#folded(reportId, drafts, appended, wasInDoubt)
    return this.#deps.writes.settle().then(() => this.#folded(reportId, drafts, appended, wasInDoubt))
  }

  #folded(reportId: string, drafts: readonly DraftRecord[], appended: readonly Appended[], wasInDoubt: boolean): Answer {
    const { reports, own } = this.#deps
    for (const [i, at] of appended.entries()) {
      const { record, stored } = drafts[i] as DraftRecord
      if (at.duplicate) own.forget(stored.id)
      else if (own.isToFold(stored.id)) reports.apply(record, placeOf(at))
    }
    const known = reports.get(reportId)
    return {
      reportId,
      revision: known?.revisions.length ?? 0,
      theatre: known?.winner?.theatre ?? (drafts[0] as DraftRecord).record.theatre,
      // After a doubt, what is there already is most likely what this very call has written.
      duplicate: appended.every(a => a.duplicate) && !wasInDoubt,
      places: appended.map(placeOf)
    }
  }

  /** The answer to a write that others may have crossed: as the fold has it, once every theatre holds what stands. */
  async #settled(
    shared: SharedReports,
    reportId: string,
    drafts: readonly DraftRecord[],
    appended: readonly LogPlace[],
    wasInDoubt: boolean
  ): Promise<Answer> {
    await shared.settle(reportId)
    const known = this.#deps.reports.get(reportId)
    if (known === undefined) throw new Error(`report ${reportId} is not known after it was read`)
    if (known.withdrawal !== null && drafts.some(({ record }) => record.type === 'report.received')) throw withdrawnForGood()
    const duplicate = !wasInDoubt && drafts.every(({ record }, i) => wasThere(known, record, appended[i] as LogPlace))
    return { ...duplicateOf(known), duplicate }
  }

  /** True where old news is known to be let on; false where that has to be asked. */
  #isOpenToBackfill(theatres: readonly string[]): boolean {
    return theatres.every(theatre => {
      const partition = this.#partitions.get(theatre)
      return partition !== undefined && this.#deps.backfill.isOpen(partition)
    })
  }

  /** Resolves when the rules are near enough for old news in these theatres. Rejects with `projection-behind` when they are not after a while. */
  async awaitBackfill(theatres: readonly string[]): Promise<void> {
    for (const theatre of theatres) {
      const partition = await this.#deps.log.partitionOf(topics.incidents, theatre)
      if (this.#partitions.size >= partitionsKnownMax) this.#partitions.clear()
      this.#partitions.set(theatre, partition)
      if (await this.#deps.backfill.opens(partition)) continue
      throw new ProblemError('projection-behind', `The rules of the theatre ${theatre} are behind: old news waits for them.`, {
        retryAfterS: 2
      })
    }
  }
}
