// Copies a compacted topic: only the last record of each key counts, on both sides. Its positions
// have no meaning outside the log.

import { partitionIn } from '@tocsin/event-log/partitioner'
import type { EventLog, PartitionState, StoredRecord } from '@tocsin/event-log/port'
import type { Topic } from '@tocsin/event-log/topics'
import { CopyRefusedError, type TopicCopy } from './copy-types.ts'
import { KeyPlaces } from './key-places.ts'
import type { WalkOptions } from './ordered-copy.ts'
import { RecordHash, RecordReader } from './record-reader.ts'

/** Per key the position of its last record and its content. Some 150 bytes of memory per key. */
interface Last {
  readonly partition: number
  readonly position: bigint
  /** Null: erased. */
  readonly digest: string | null
}

export class CompactedWalk {
  readonly #options: WalkOptions
  #appended = 0

  constructor(options: WalkOptions) {
    this.#options = options
  }

  get appended(): number {
    return this.#appended
  }

  /**
   * Resolves when every key has the same last record in source and target, and the target has no
   * other keys. Throws CopyRefusedError.
   */
  async run(): Promise<TopicCopy> {
    const { from, to, topic, source, mayMove } = this.#options
    const wanted = await lastOfKeys(
      from,
      topic,
      source,
      new KeyPlaces(topic, source.length, mayMove)
    )
    const held = await lastOfKeys(to, topic, await to.state(topic))
    for (const [key, { digest }] of held)
      if (digest !== null && !wanted.has(key))
        throw new CopyRefusedError(
          'target-differs',
          `${topic} of the target has a key that the source lacks`
        )
    await this.#write(wanted, held)
    return summaryOf(topic, wanted, held, await to.partitionCount(topic))
  }

  async #write(wanted: ReadonlyMap<string, Last>, held: ReadonlyMap<string, Last>): Promise<void> {
    const { from, topic, source, batchRecordsMax, onRecord } = this.#options
    const batch: StoredRecord[] = []
    for (const { partition, start, end } of source) {
      const reader = new RecordReader(from, topic, partition, start, end)
      for (let record = await reader.next(); record !== null; record = await reader.next()) {
        onRecord()
        const last = wanted.get(record.key)
        if (
          last?.position !== record.position ||
          last.digest === (held.get(record.key)?.digest ?? null)
        )
          continue
        batch.push(record)
        if (batch.length >= batchRecordsMax) await this.#append(batch.splice(0))
      }
    }
    await this.#append(batch)
  }

  /**
   * An uncertain append is repeated: the last record of a key is the same however often it is
   * stored.
   */
  async #append(records: readonly StoredRecord[]): Promise<void> {
    if (records.length === 0) return
    const { append, topic } = this.#options
    if (append === null)
      throw new CopyRefusedError(
        'target-differs',
        `${topic} of the target lacks a key, or has a different record for it`
      )
    while ((await append(records)) === null);
    this.#appended += records.length
  }
}

async function lastOfKeys(
  log: EventLog,
  topic: Topic,
  states: readonly PartitionState[],
  places?: KeyPlaces
): Promise<ReadonlyMap<string, Last>> {
  const last = new Map<string, Last>()
  for (const { partition, start, end } of states) {
    const reader = new RecordReader(log, topic, partition, start, end)
    for (let record = await reader.next(); record !== null; record = await reader.next()) {
      places?.check(record)
      const digest = record.value === null ? null : new RecordHash().take(record).digest()
      last.set(record.key, { partition, position: record.position, digest })
    }
  }
  return last
}

/** The hash of a partition covers the last records of its keys, in key order. */
function summaryOf(
  topic: Topic,
  wanted: ReadonlyMap<string, Last>,
  held: ReadonlyMap<string, Last>,
  count: number
): TopicCopy {
  const [from, to] = [hashesOf(topic, wanted, count), hashesOf(topic, held, count)]
  const partitions = from.map((hash, partition) => ({
    partition,
    records: to[partition]!.count,
    sha256From: hash.digest(),
    sha256To: to[partition]!.digest()
  }))
  return {
    topic,
    records: partitions.reduce((sum, p) => sum + p.records, 0),
    dropped: 0,
    repeated: 0,
    partitions
  }
}

function hashesOf(
  topic: Topic,
  last: ReadonlyMap<string, Last>,
  count: number
): readonly RecordHash[] {
  const hashes = Array.from({ length: count }, () => new RecordHash())
  for (const [key, { digest }] of [...last].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    if (digest !== null)
      hashes[partitionIn(topic, key, count)]!.take({ id: digest, key, value: null })
  return hashes
}
