// How many reports of the last week a change of the areas leaves in no theatre: read back from the
// end of the log, once for each declaration.

import { decodeTheatreRecord } from '@tocsin/contracts/record/records'
import { type TheatreConfig, unassignedTheatre } from '@tocsin/contracts/theatre/theatre-record'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import type { EventLog, StoredRecord } from '@tocsin/event-log/port'
import { readUpTo } from '@tocsin/event-log/read-up-to'
import { topics } from '@tocsin/event-log/topics'
import { findTheatre } from '@tocsin/service/theatre/theatre-assignment'

/** Records read of each partition, newest first: about a second in all. */
const recordsMax = 20_000
const stepRecords = 1000

/**
 * How many reports lie in a theatre of `before` and in none of `after`; `isAll` false: the week has
 * more records than are read. `nowIn`: the time in a theatre, ISO 8601. Null if there are none.
 * Rejects with the log's error.
 */
export async function countLeftOutside(
  log: EventLog,
  { before, after }: Readonly<Record<'before' | 'after', readonly TheatreConfig[]>>,
  nowIn: (theatre: string) => string,
  max = recordsMax
) {
  /** By report: whether its newest record leaves it outside. */
  const found = new Map<string, boolean>()
  let isAll = true
  /** Judges a record unless a newer one of its report was read. False for one before the week. */
  const judge = ({ value }: StoredRecord): boolean => {
    const decoded = value === null ? null : decodeTheatreRecord(value)
    if (decoded?.kind !== 'decoded') return false
    const { record } = decoded
    if (Date.parse(record.time) < Date.parse(nowIn(record.theatre)) - 7 * dayMs) return false
    if (record.type === 'report.withdrawn') found.set(record.data.reportId, false)
    if (record.type !== 'report.received' || found.has(record.data.reportId)) return true
    const { reportId, place } = record.data
    const isOutside = (theatres: readonly TheatreConfig[]) =>
      findTheatre(place, theatres) === unassignedTheatre
    found.set(reportId, !isOutside(before) && isOutside(after))
    return true
  }
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
      isRecent = records.reverse().filter(judge).length > 0
      to = from
    }
    if (isRecent && least > start) isAll = false
  }
  const reports = [...found.values()].filter(Boolean).length
  if (reports === 0) return null
  const lie = reports === 1 ? 'report of the last 7 days lies' : 'reports of the last 7 days lie'
  const hint = `${isAll ? '' : 'at least '}${reports.toLocaleString('en')} ${lie} in no theatre by the declared areas: no rule sees later reports there. Declare a theatre that holds them if rules should.`
  return { reports, isAll, hint }
}
