// Reads the winning revision or the withdrawal of a report back from the log, to copy it to
// theatres that lack it, also when its place is now in another theatre. Sealed parts are copied as
// they are, so that no erased text comes back.

import { decodeTheatreRecord } from '@tocsin/contracts/record/records'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import type { EventLog } from '@tocsin/event-log/port'
import { readAt } from '@tocsin/event-log/read-up-to'
import { topics } from '@tocsin/event-log/topics'
import type { KnownReport, Place } from '@tocsin/read-model/reports/known-report'
import { readPosition } from '../report/report-answer.ts'
import {
  type Acceptance,
  type DraftRecord,
  nameRecord,
  revisionRecords,
  withdrawalRecords
} from '../report/report-records.ts'

type ReceivedRecord = Extract<TheatreRecord, { type: 'report.received' }>

/** The record of the winning revision. Rejects with the log's error. */
export async function winningRecord(
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
export async function winningRecordsFor(
  log: EventLog,
  known: KnownReport,
  theatres: readonly Acceptance[]
): Promise<readonly DraftRecord[]> {
  if (known.withdrawal === null) {
    const record = await winningRecord(log, known)
    const written = { cause: null, by: record.by ?? null }
    return revisionRecords(record.data, nameRecord(record, known), theatres, written)
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
