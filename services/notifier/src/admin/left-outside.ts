// How many reports of the last week a change of the areas leaves in no theatre: read back from the end of the log, once for each declaration.

import { decodeTheatreRecord } from '@tocsin/contracts/record/records'
import { type TheatreConfig, unassignedTheatre } from '@tocsin/contracts/theatre/theatre-record'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import type { EventLog, StoredRecord } from '@tocsin/event-log/port'
import { readUpTo } from '@tocsin/event-log/read-up-to'
import { topics } from '@tocsin/event-log/topics'
import { findTheatre } from '@tocsin/service/theatre/theatre-assignment'

export interface LeftOutside {
  readonly reports: number
  /** False if the week has more records than are read. */
  readonly isAll: boolean
  /** What this means, and what to do. */
  readonly hint: string
}

/** The theatres before and after a change. */
export interface Areas {
  readonly before: readonly TheatreConfig[]
  readonly after: readonly TheatreConfig[]
}

/** Records read of each partition, newest first: about a second in all. */
const recordsMax = 20_000
const stepRecords = 1000

/** `nowIn`: the time in a theatre, ms. Null if there are none. Rejects with the log's error. */
export async function countLeftOutside(
  log: Pick<EventLog, 'state' | 'read'>,
  areas: Areas,
  nowIn: (theatre: string) => number,
  max = recordsMax
): Promise<LeftOutside | null> {
  /** By report: whether its newest record leaves it outside. */
  const found = new Map<string, boolean>()
  let isAll = true
  for (const { partition, start, end } of await log.state(topics.incidents)) {
    const least = end - start > BigInt(max) ? end - BigInt(max) : start
    let to = end
    let isRecent = true
    while (to > least && isRecent) {
      const from = to - BigInt(stepRecords) > least ? to - BigInt(stepRecords) : least
      const records: StoredRecord[] = []
      await readUpTo(log, { topic: topics.incidents, partition, from, to }, record =>
        records.push(record)
      )
      isRecent = records.reverse().filter(record => judge(record, areas, nowIn, found)).length > 0
      to = from
    }
    if (isRecent && least > start) isAll = false
  }
  const reports = [...found.values()].filter(isOutside => isOutside).length
  return reports === 0 ? null : { reports, isAll, hint: describeLeft(reports, isAll) }
}

/** Judges a record unless a newer one of its report was read. False for one before the week. */
function judge(
  { value }: StoredRecord,
  { before, after }: Areas,
  nowIn: (theatre: string) => number,
  found: Map<string, boolean>
): boolean {
  const decoded = value === null ? null : decodeTheatreRecord(value)
  if (decoded?.kind !== 'decoded') return false
  const { record } = decoded
  if (Date.parse(record.time) < nowIn(record.theatre) - 7 * dayMs) return false
  if (record.type === 'report.withdrawn') found.set(record.data.reportId, false)
  if (record.type !== 'report.received' || found.has(record.data.reportId)) return true
  const { reportId, place } = record.data
  const isInside = (theatres: Areas['after']) => findTheatre(place, theatres) !== unassignedTheatre
  found.set(reportId, isInside(before) && !isInside(after))
  return true
}

function describeLeft(reports: number, isAll: boolean): string {
  const count = `${isAll ? '' : 'at least '}${reports.toLocaleString('en')}`
  const lie = reports === 1 ? 'report of the last 7 days lies' : 'reports of the last 7 days lie'
  return `${count} ${lie} in no theatre by the declared areas: no rule sees later reports there. Declare a theatre that holds them if rules should.`
}
