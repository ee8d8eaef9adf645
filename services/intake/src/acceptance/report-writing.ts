// Writes accepted revisions to the log: makes and appends the records, resolves races with other
// instances, and builds the answer from the fold. Whether and what to write is decided in
// acceptance.ts.

import { createSecretKey, type KeyObject } from 'node:crypto'
import type { Principal } from '@tocsin/auth/access/principal'
import type { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { decodeTheatreRecord } from '@tocsin/contracts/record/records'
import { computeContentHash } from '@tocsin/contracts/report/report-identity'
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
import type { ReportKey } from '@tocsin/service/privacy/private-vault'
import { deriveKeys, noDerivedKeys } from '../privacy/derived-keys.ts'
import type { LocatedReport, NewRevision, Post } from '../report/incoming-report.ts'
import { behind, keyTaken, withdrawnForGood } from '../report/refusals.ts'
import { type Answer, makeAnswer, readPosition } from '../report/report-answer.ts'
import {
  type DraftRecord,
  findPoster,
  makeRevision,
  nameCopy,
  revisionName,
  revisionRecords,
  withdrawalRecords
} from '../report/report-records.ts'
import type { Acceptance } from '../time/theatre-time.ts'
import type { IntakeParts } from '../wiring/intake-parts.ts'
import type { LogWrites } from './log-writes.ts'

type Sender = Pick<Post, 'lane' | 'principal'>

export class ReportWriting {
  readonly #parts: IntakeParts
  readonly #writes: LogWrites
  readonly #personsSecret: KeyObject
  /** False where this is the only instance that writes reports. */
  readonly #isShared: boolean

  constructor(parts: IntakeParts, writes: LogWrites) {
    this.#parts = parts
    this.#writes = writes
    this.#personsSecret = createSecretKey(parts.secrets.derive('persons'))
    this.#isShared = parts.log.capabilities.sharedRoles
  }

  /**
   * Writes a revision: a winning one to its own theatre and every theatre that the report was ever
   * in, any other only to theatres that already have the report. Resolves once all of them have it;
   * rejects with a ProblemError or the log's error.
   */
  revision(revision: NewRevision): Promise<Answer> {
    return revision.input.private === null && revision.lane === 'live'
      ? this.#write(revision, null)
      : this.#prepare(revision)
  }

  /** Writes a revision that has to wait for the rules or for the key of the private part. */
  async #prepare(revision: NewRevision): Promise<Answer> {
    const { reportId, input, theatre } = revision
    const { model, vault } = this.#parts
    await this.awaitBackfill(revision, theatresWith(model.reports.get(reportId), theatre))
    if (input.private === null) return this.#write(revision, null)
    return this.#write(revision, await this.#writes.run(() => vault.makeKey(reportId)))
  }

  #write(revision: NewRevision, key: ReportKey | null): Promise<Answer> {
    const { reportId, once, theatre, principal, content, input } = revision
    const { model, time } = this.#parts
    const known = model.reports.get(reportId)
    const texts = input.private
    const whole = makeRevision({
      ...revision,
      contentHash: computeContentHash(content, key?.digest(content.privateText ?? '') ?? null),
      keys: texts === null ? noDerivedKeys : deriveKeys(texts, this.#personsSecret),
      sealed: texts === null ? null : (key?.seal(texts) ?? null)
    })
    const name = revisionName(whole, revision, known)
    const targets = new Set(known?.standings.map(standing => standing.theatre))
    if (!known?.winner || winsOver(whole, known.winner)) targets.add(theatre)
    const lost = () => (once === null ? writtenElsewhere() : keyTaken(once))
    const write = (acceptances: readonly Acceptance[]) => {
      const drafts = revisionRecords(whole, name, acceptances, findPoster(revision), 'new')
      return this.records(reportId, drafts, principal, lost)
    }
    const accepting = time.acceptances([...targets], theatre)
    return accepting instanceof Promise ? accepting.then(write) : write(accepting)
  }

  /**
   * Copies the winning revision unchanged to theatres that lack it. Promises as `revision` does.
   */
  async copy(known: KnownReport, sender: Sender, theatres: readonly string[]): Promise<Answer> {
    await this.awaitBackfill(sender, theatres)
    const acceptances = await this.#parts.time.acceptances(theatres)
    const drafts = await winningRecordsFor(this.#parts.log, known, acceptances)
    return this.records(known.reportId, drafts, sender.principal)
  }

  /**
   * Writes the winning revision again at a time, with its places as resolved now. Promises as
   * `revision` does.
   */
  async moved(known: KnownReport, report: LocatedReport, reportedAt: string): Promise<Answer> {
    const { place, alsoAt, theatre, lane } = report
    const theatres = theatresWith(known, theatre)
    await this.awaitBackfill(report, theatres)
    const { data, by = null } = await winningRecord(this.#parts.log, known)
    const revision = { ...data, place, alsoAt, theatre, reportedAt, lane }
    const name = revisionName(revision, { isCorrection: true, once: null }, known)
    const acceptances = await this.#parts.time.acceptances(theatres, theatre)
    const drafts = revisionRecords(revision, name, acceptances, by)
    return this.records(known.reportId, drafts, report.principal)
  }

  /**
   * Writes records of a report. Promises as `revision` does. `lost`: the refusal if another
   * instance wrote a different revision under the same ids at the same time.
   */
  records(
    reportId: string,
    drafts: readonly DraftRecord[],
    principal: Principal,
    lost: () => ProblemError = writtenElsewhere
  ): Promise<Answer> {
    const { own, reports } = this.#parts.model
    const answer = (places: readonly RecordPosition[]) => {
      const { record } = drafts[0] as DraftRecord
      const sent = record.type === 'report.received' ? record.data : null
      return makeAnswer(reports.get(reportId) as KnownReport, principal, { sent, places })
    }
    if (this.#isShared)
      return this.#append(drafts).then(places =>
        this.#settle(reportId, drafts, lost).then(() => answer(places))
      )
    for (const { stored, record } of drafts) own.expect(stored.id, record)
    return this.#append(drafts).then(
      places => {
        for (const [i, at] of places.entries()) {
          const { record, stored } = drafts[i] as DraftRecord
          if (own.take(stored.id)?.isFolded !== true) reports.apply(record, at)
        }
        return answer(places)
      },
      error => {
        for (const { stored } of drafts) own.forget(stored.id)
        throw error
      }
    )
  }

  #append(drafts: readonly DraftRecord[]): Promise<readonly RecordPosition[]> {
    const stored = drafts.map(draft => draft.stored)
    return this.#writes.run(() => this.#parts.log.append(topics.incidents, stored))
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
    const { log, model, time } = this.#parts
    await this.#writes.learn(0)
    const known = model.reports.get(reportId)
    if (known === undefined) throw new Error(`report ${reportId} is not known after it was read`)
    const theatres = theatresBehind(known)
    if (theatres.length > 0)
      await this.#append(await winningRecordsFor(log, known, await time.acceptances(theatres)))
    const received = drafts.flatMap(({ record }) =>
      record.type === 'report.received' ? record.data : []
    )
    if (received.length === 0) return
    if (known.withdrawal !== null) throw withdrawnForGood()
    const hashes = new Set(known.revisions.map(({ contentHash }) => contentHash))
    if (!received.some(({ contentHash }) => hashes.has(contentHash))) throw lost()
  }

  /**
   * Resolves when the rules are near enough for what a sender writes to these theatres: only backfill
   * waits. Rejects with `projection-behind` after the patience.
   */
  async awaitBackfill({ lane }: Sender, theatres: readonly string[]): Promise<void> {
    if (lane !== 'backfill') return
    for (const theatre of theatres) {
      const partition = await this.#parts.log.findPartition(topics.incidents, theatre)
      if (await this.#parts.backfill.opens(partition)) continue
      const detail = `The rules of the theatre ${theatre} are behind, and backfill waits for them.`
      throw behind(detail, 2)
    }
  }
}

function writtenElsewhere(): ProblemError {
  return behind(
    'Another instance wrote to the report at the same time. The report was not stored: send it again.'
  )
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
