// Bytes that no version can parse are put aside with their place and the reason, and the reader goes on. The record of it is an ordinary
// record of the quarantine log; its id is made of the place, so that setting it aside twice leaves one.

import { digest } from '@tocsin/contracts/json/digest'
import type { UndecodableReason } from '@tocsin/contracts/record/envelope'
import { encodeRecord, engineVersion, type QuarantinePayload } from '@tocsin/contracts/record/records'
import type { Appended, EventLog, StoredRecord } from './port.ts'
import { topics } from './topics.ts'

/** Longest value that is copied; of a longer one the first so many bytes, which base64 brings under the limit of a record. */
export const quarantinedBytesMax = 512 * 1024

/** Puts a record's bytes into the quarantine log, under the topic it came from. Resolves once durable; harmless to repeat. `time`: ISO 8601. */
export async function quarantineRecord(
  log: EventLog,
  stored: StoredRecord,
  reason: UndecodableReason,
  time: string
): Promise<Appended> {
  const { topic, partition } = stored
  const position = String(stored.position)
  const id = digest('quarantine', await log.epoch(topic), topic, String(partition), position)
  const bytes = Buffer.from((stored.value ?? new Uint8Array()).subarray(0, quarantinedBytesMax)).toString('base64')
  const data: QuarantinePayload['data'] = { topic, partition, position, reason, bytes, engine: engineVersion }
  const cause = `${topic}/${partition}/${position}`
  const value = encodeRecord({ id, source: '/tocsin/event-log', time, cause }, { type: 'record.quarantined', data })
  const [appended] = await log.append(topics.quarantine, [{ id, key: topic, value }])
  return appended!
}
