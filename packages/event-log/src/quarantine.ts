// Bytes that no version can parse are stored with their place and the reason, and the reader
// continues. The entry is an ordinary record of the quarantine log; its id is derived from the
// place, so that a reader counts a record that was quarantined twice once.

import { digest } from '@tocsin/contracts/json/digest'
import type { UndecodableReason } from '@tocsin/contracts/record/envelope'
import type { Quarantined } from '@tocsin/contracts/record/quarantine-record'
import { encodeRecord, engineVersion } from '@tocsin/contracts/record/records'
import type { EventLog, RecordPosition, StoredRecord } from './port.ts'
import { topics } from './topics.ts'

/**
 * Longest copied value, bytes; only the beginning of a longer one is copied, which as base64 stays
 * below the size limit of a record.
 */
export const quarantinedBytesMax = 512 * 1024

/**
 * Writes a record's bytes to the quarantine log, keyed by their original topic. Resolves once
 * durable; idempotent. `time`: ISO 8601.
 */
export async function quarantineRecord(
  log: EventLog,
  stored: StoredRecord,
  reason: UndecodableReason,
  time: string
): Promise<RecordPosition> {
  const { topic, partition } = stored
  const position = String(stored.position)
  const id = digest('quarantine', await log.epoch(topic), topic, String(partition), position)
  const bytes = Buffer.from(
    (stored.value ?? new Uint8Array()).subarray(0, quarantinedBytesMax)
  ).toString('base64')
  const data: Quarantined = { topic, partition, position, reason, bytes, engine: engineVersion }
  const cause = `${topic}/${partition}/${position}`
  const value = encodeRecord(
    { id, source: '/tocsin/event-log', time, cause },
    { type: 'record.quarantined', data }
  )
  const [appended] = await log.append(topics.quarantine, [{ id, key: topic, value }])
  return appended!
}
