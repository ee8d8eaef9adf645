// Copies an ordered topic by walking source and target in parallel. Existing target records must
// equal the source's from the beginning on; missing ones are appended. The same walk without
// appending is the verification, so an interrupted copy resumes by itself.

import { FirstOfEach } from '@tocsin/event-log/first-of-each'
import { partitionIn } from '@tocsin/event-log/partitioner'
import type { EventLog, PartitionState, RecordPlace, StoredRecord } from '@tocsin/event-log/port'
import type { Topic } from '@tocsin/event-log/topics'
import { CopyRefusedError, type TopicCopy } from './copy-types.ts'
import { KeyPlaces } from './key-places.ts'
import { isSame, placeOf, RecordHash, RecordReader } from './record-reader.ts'

/**
 * Source ids remembered to drop duplicates; some 400 MB when full, then the older half is evicted.
 */
export const copyIdsMax = 4_000_000
const batchBytesMax = 2 * 1024 * 1024

export interface WalkOptions {
  readonly from: EventLog
  readonly to: EventLog
  readonly topic: Topic
  /** Of the source, as of the start of the whole copy. */
  readonly source: readonly PartitionState[]
  /**
   * Appends to the target and returns the positions, or null if uncertain: the target is then
   * checked again.
   */
  readonly append:
    | ((records: readonly StoredRecord[]) => Promise<readonly RecordPlace[] | null>)
    | null
  readonly batchRecordsMax: number
  /**
   * Whether source keys may lie in other partitions than the partitioner gives: each is moved to
   * its own.
   */
  readonly mayMove: boolean
  /**
   * What the copy itself wrote to the target before the first record; null: nothing. It is skipped.
   */
  readonly ownId: string | null
  /** A record as written to the target. */
  readonly rewrite: (record: StoredRecord) => StoredRecord
  readonly onRecord: () => void
}

/** Positions are equal up to here: a cursor of the source stays valid in the target. */
interface Agreement {
  end: bigint
  holds: boolean
  /** Offset from source to target positions; null before the first record. */
  shift: bigint | null
}

interface Waiting {
  readonly record: StoredRecord
  readonly partition: number
}

export class OrderedWalk {
  readonly #options: WalkOptions
  readonly #hashes: { readonly from: RecordHash; readonly to: RecordHash }[] = []
  readonly #readers: RecordReader[] = []
  readonly #sourceIds: FirstOfEach
  readonly #targetIds: FirstOfEach
  readonly #agreements: Agreement[]
  readonly #places: KeyPlaces
  #waiting: Waiting[] = []
  #waitingBytes = 0
  #dropped = 0
  #repeated = 0
  #appended = 0

  constructor(options: WalkOptions) {
    this.#options = options
    this.#places = new KeyPlaces(options.topic, options.source.length, options.mayMove)
    this.#sourceIds = new FirstOfEach(copyIdsMax)
    this.#targetIds = new FirstOfEach(copyIdsMax)
    this.#agreements = options.source.map(({ start, end }) => ({
      end: 0n,
      holds: start === 0n || start === end,
      shift: options.ownId === null ? 0n : null
    }))
  }

  get appended(): number {
    return this.#appended
  }

  /**
   * Resolves when the target holds exactly what the source held. Throws CopyRefusedError; errors of
   * the log pass through.
   */
  async run(): Promise<TopicCopy> {
    await this.#openTarget()
    for (const state of this.#options.source) await this.#walk(state)
    await this.#flush()
    return this.#result()
  }

  /** A target record after the end of the copy; null if there is none. */
  async beyond(): Promise<StoredRecord | null> {
    for (const partition of this.#readers.keys()) {
      const record = await this.#nextOfTarget(partition)
      if (record !== null) return record
    }
    return null
  }

  /**
   * Per partition, the first position at which a cursor of the source becomes invalid; null if
   * partitions differ.
   */
  ends(): readonly bigint[] | null {
    if (this.#readers.length !== this.#options.source.length) return null
    return this.#options.source.map(({ end }, partition) => {
      const agreement = this.#agreements[partition]!
      return agreement.holds ? end : agreement.end
    })
  }

  /** Offsets from source to target positions. */
  get shift(): bigint {
    return this.#agreements[0]?.shift ?? 0n
  }

  async #openTarget(): Promise<void> {
    const { to, topic } = this.#options
    for (const { partition, start, end } of await to.state(topic)) {
      this.#readers.push(new RecordReader(to, topic, partition, start, end))
      this.#hashes.push({ from: new RecordHash(), to: new RecordHash() })
    }
  }

  async #walk({ partition, start, end }: PartitionState): Promise<void> {
    const { from, topic, rewrite, onRecord } = this.#options
    const places = this.#places
    const reader = new RecordReader(from, topic, partition, start, end)
    for (let record = await reader.next(); record !== null; record = await reader.next()) {
      onRecord()
      places.check(record)
      if (this.#sourceIds.isFirst(record.id) === false) {
        this.#dropped++
        // Earlier positions still agree.
        await this.#flush()
        this.#agreements[partition]!.holds = false
      } else await this.#place(rewrite(record))
    }
  }

  async #place(record: StoredRecord): Promise<void> {
    this.#waiting.push({
      record,
      partition: partitionIn(this.#options.topic, record.key, this.#readers.length)
    })
    this.#waitingBytes += record.value?.byteLength ?? 0
    if (
      this.#waiting.length >= this.#options.batchRecordsMax ||
      this.#waitingBytes >= batchBytesMax
    )
      await this.#flush()
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const left = await this.#compare(this.#waiting)
      this.#waiting = []
      this.#waitingBytes = 0
      if (left.length > 0) await this.#write(left)
    }
  }

  async #write(left: readonly Waiting[]): Promise<void> {
    const { append } = this.#options
    if (append === null)
      throw new CopyRefusedError(
        'target-differs',
        `${placeOf(left[0]!.record)} of the source is not in the target`
      )
    const appended = await append(left.map(({ record }) => record))
    if (appended !== null) {
      for (const [i, { record, partition }] of left.entries())
        this.#wrote(record, partition, appended[i]!)
      return
    }
    // Uncertain: the next comparison shows what was stored.
    await this.#lookAgain()
    this.#waiting = [...left]
  }

  /** Removes from the batch what the target turns out to have. */
  async #compare(batch: readonly Waiting[]): Promise<Waiting[]> {
    const left: Waiting[] = []
    const atEnd = new Set<number>()
    for (const waiting of batch) {
      const standing = atEnd.has(waiting.partition)
        ? null
        : await this.#nextOfTarget(waiting.partition)
      if (standing === null) {
        atEnd.add(waiting.partition)
        left.push(waiting)
      } else if (isSame(standing, waiting.record))
        this.#note(waiting.record, waiting.partition, standing.position, standing)
      else
        throw new CopyRefusedError(
          'target-differs',
          `${placeOf(standing)} of the target is not ${placeOf(waiting.record)} of the source`
        )
    }
    return left
  }

  #wrote(record: StoredRecord, partition: number, { position }: RecordPlace): void {
    this.#targetIds.isFirst(record.id)
    this.#appended++
    this.#readers[partition]!.skipTo(position + 1n)
    this.#note(record, partition, position, record)
  }

  async #lookAgain(): Promise<void> {
    for (const { partition, end } of await this.#options.to.state(this.#options.topic))
      this.#readers[partition]!.extendTo(end)
  }

  async #nextOfTarget(partition: number): Promise<StoredRecord | null> {
    for (;;) {
      const record = await this.#readers[partition]!.next()
      if (record?.id === this.#options.ownId) continue
      if (record === null || this.#targetIds.isFirst(record.id) !== false) return record
      this.#repeated++
    }
  }

  #note(record: StoredRecord, partition: number, position: bigint, standing: StoredRecord): void {
    const hashes = this.#hashes[partition]!
    hashes.from.take(record)
    hashes.to.take(standing)
    const agreement = this.#agreements[record.partition]!
    // Before the first record only the copy's own mark is allowed.
    agreement.shift ??= position > record.position ? position - record.position : 0n
    agreement.holds &&=
      partition === record.partition && position === record.position + agreement.shift
    if (agreement.holds) agreement.end = record.position + 1n
  }

  #result(): TopicCopy {
    const partitions = this.#hashes.map(({ from, to }, partition) => ({
      partition,
      records: to.count,
      sha256From: from.digest(),
      sha256To: to.digest()
    }))
    const records = partitions.reduce((sum, p) => sum + p.records, 0)
    return {
      topic: this.#options.topic,
      records,
      dropped: this.#dropped,
      repeated: this.#repeated,
      partitions
    }
  }
}
