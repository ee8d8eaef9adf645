// Copies one partition, reads it back and compares. Records keep their order, and on a topic that is
// not compacted their positions: repeated records are copied too.

import type { EventLog, NewRecord, PartitionState, StoredRecord } from '@tocsin/event-log/port'
import { isRetryable, retry } from '@tocsin/event-log/retry'
import { cleanupOf, type Topic } from '@tocsin/event-log/topics'
import { type CopyOptions, CopyRefusedError, type PartitionCopy } from './copy-types.ts'
import { RecordHash, readRecords } from './record-reader.ts'

const batchBytesMax = 2 * 1024 * 1024
/** Attempts per batch that was not written. One whose outcome is unknown ends the copy. */
const attemptsMax = 15

export interface PartitionCopyOptions extends CopyOptions {
  readonly topic: Topic
  readonly source: PartitionState
  /** First position in the target. */
  readonly begin: bigint
  readonly onRecord: () => void
}

/** Resolves once the target holds the same. Throws CopyRefusedError. */
export async function copyPartition(options: PartitionCopyOptions): Promise<PartitionCopy> {
  const { from, to, topic, source, begin } = options
  const { partition } = source
  const counts =
    cleanupOf[topic] === 'compacted' ? await readLastByKey(from, topic, source) : () => true
  const wanted = new RecordHash()
  const end = await writePartition(options, counts, wanted)
  const written = new RecordHash()
  for await (const record of readRecords(to, topic, { partition, start: begin, end })) {
    written.add(record)
    options.onRecord()
  }
  const [sha256From, sha256To] = [wanted.digest(), written.digest()]
  if (sha256From !== sha256To)
    throw new CopyRefusedError(
      'target-differs',
      `${topic}/${partition}: the hashes of both logs differ`
    )
  return { partition, records: written.count, sha256From, sha256To }
}

/** Appends the records that count; returns the position behind the last one. */
async function writePartition(
  { from, to, clock, topic, source, begin, onRecord, batchRecordsMax = 500 }: PartitionCopyOptions,
  counts: (record: StoredRecord) => boolean,
  hash: RecordHash
): Promise<bigint> {
  let batch: StoredRecord[] = []
  let bytes = 0
  let next = begin
  const write = async () => {
    if (batch.length === 0) return
    const records = batch.map(newRecord)
    const places = await retry(() => to.append(topic, records), { clock, attemptsMax, isTransient })
    for (const [i, { partition, position }] of places.entries())
      checkPosition(batch[i] as StoredRecord, partition, position, next++)
    batch = []
    bytes = 0
  }
  for await (const record of readRecords(from, topic, source)) {
    onRecord()
    if (!counts(record)) continue
    hash.add(record)
    batch.push(record)
    bytes += record.value?.byteLength ?? 0
    if (batch.length >= batchRecordsMax || bytes >= batchBytesMax) await write()
  }
  await write()
  return next
}

/** A batch whose outcome is unknown may be stored already: again it would move later positions. */
function isTransient(error: unknown): boolean {
  return isRetryable(error) && error.code !== 'append-unknown'
}

function checkPosition(
  { topic, key, partition, position }: StoredRecord,
  there: number,
  stored: bigint,
  expected: bigint
): void {
  if (there !== partition)
    throw new CopyRefusedError(
      'keys-displaced',
      `${topic}/${partition}/${position}: its key ${key} belongs in partition ${there}: partitions were added to the topic, so the order of its records is unknown`
    )
  if (stored !== expected)
    throw new CopyRefusedError(
      'target-differs',
      `${topic}/${partition}/${stored} of the target should be at ${expected}: something else writes to the target`
    )
}

/** Of a compacted topic, the last record of each key counts, unless it erases the key. */
async function readLastByKey(
  log: EventLog,
  topic: Topic,
  source: PartitionState
): Promise<(record: StoredRecord) => boolean> {
  const last = new Map<string, bigint>()
  for await (const { key, position } of readRecords(log, topic, source)) last.set(key, position)
  return ({ key, position, value }) => value !== null && last.get(key) === position
}

function newRecord({ id, key, value }: StoredRecord): NewRecord {
  return { id, key, value }
}
