// Reads single partitions: start and end, one page from a position, and the error for a position
// that the broker refuses. Never resets: a position out of range is reported by name.

import { checkWithin } from '../cursor.ts'
import { EventLogError } from '../errors.ts'
import type { Page, PartitionState, ReadLimits, StoredRecord } from '../port.ts'
import { cleanupOf, type Topic } from '../topics.ts'
import type { KafkaCluster } from './cluster/kafka-cluster.ts'
import { asBrokerError, kafkaCode } from './cluster/kafka-codes.ts'
import type { KafkaLimits } from './cluster/kafka-limits.ts'
import { retryRequest } from './cluster/retrying.ts'
import type { KnownTopic, TopicRegistry } from './cluster/topic-registry.ts'
import type { FetchAnswer } from './driver/driver.ts'
import { type ReadBatches, readBatches } from './record/record-batch.ts'

/**
 * Minimum fetch size of a partition, bytes: a smaller one would cut batches that are then sent
 * again.
 */
const partitionBytesMin = 64 * 1024
/** A broker that returns no records for this share of a read's timeout has no readable record. */
const stuckShare = 0.7

export class PartitionReader {
  readonly #cluster: KafkaCluster
  readonly #registry: TopicRegistry
  readonly #limits: KafkaLimits

  constructor(cluster: KafkaCluster, registry: TopicRegistry, limits: KafkaLimits) {
    this.#cluster = cluster
    this.#registry = registry
    this.#limits = limits
  }

  /** First and next positions of all partitions, as their leaders have them now. */
  state(topic: Topic): Promise<PartitionState[]> {
    return retryRequest(this.#registry, `state of ${topic}`, this.#limits.retryMsMax, async () => {
      const known = this.#registry.present(topic)
      const asked = [...groupByLeader(known)].map(([node, partitions]) =>
        this.#readState(known, node, partitions)
      )
      return (await Promise.all(asked)).flat().sort((a, b) => a.partition - b.partition)
    })
  }

  /**
   * The first, or the next, position of each partition: half the requests of `state`, for
   * callers that read positions before and after every write.
   */
  positions(topic: Topic, at: 'earliest' | 'latest'): Promise<bigint[]> {
    return retryRequest(
      this.#registry,
      `positions of ${topic}`,
      this.#limits.retryMsMax,
      async () => {
        const known = this.#registry.present(topic)
        const asked = [...groupByLeader(known)].map(([node, partitions]) =>
          this.#readOffsets(known, node, partitions, at)
        )
        const positions = new Map((await Promise.all(asked)).flatMap(offsets => [...offsets]))
        if (at === 'latest')
          for (const [partition, end] of positions) this.#registry.sawEnd(topic, partition, end)
        return [...positions].sort(([a], [b]) => a - b).map(([, position]) => position)
      }
    )
  }

  /** A page from a position; waits only if the broker has records but does not return them. */
  read(topic: Topic, partition: number, from: bigint, limits: ReadLimits): Promise<Page> {
    const { retryMsMax } = this.#limits
    let stuckSinceMs: number | null = null
    return retryRequest(
      this.#registry,
      `reading ${topic}/${partition}/${from}`,
      retryMsMax,
      async () => {
        const known = this.#registry.present(topic)
        if (!(partition < known.partitions))
          throw new EventLogError('partitions-changed', `${topic} has no partition ${partition}`)
        const answer = await this.#fetch(known, partition, from, limits)
        const found = takeAnswer(known, answer, from)
        if (found === 'out-of-range') return this.refuse(topic, partition, from)
        const page = cutPages(partition, found, limits)[0]
        if (page !== undefined || from >= answer.highWatermark || found.next > from)
          return page ?? { partition, records: [], next: found.next, end: found.end }
        stuckSinceMs ??= performance.now()
        throw stuck(
          known,
          answer,
          from,
          performance.now() - stuckSinceMs >= retryMsMax * stuckShare
        )
      }
    )
  }

  /**
   * The reason why the broker refused a position: rejects `offset-lost` or `offset-ahead`, or with
   * the error that ended the log; with a temporary error if the position exists.
   */
  async refuse(topic: Topic, partition: number, position: bigint): Promise<never> {
    // A recreated topic has other positions: that is the error to report.
    await this.#registry.look()
    const known = this.#registry.present(topic)
    const [state] = await this.#readState(known, findLeader(known, partition), [partition])
    checkWithin(topic, state!, position)
    throw asBrokerError(
      -1,
      `${known.physical}/${partition}/${position} was refused although it exists`
    )
  }

  async #readState(
    known: KnownTopic,
    node: number,
    partitions: readonly number[]
  ): Promise<PartitionState[]> {
    const [starts, ends] = await Promise.all([
      this.#readOffsets(known, node, partitions, 'earliest'),
      this.#readOffsets(known, node, partitions, 'latest')
    ])
    return partitions.map(partition => {
      const [start, end] = [starts.get(partition)!, ends.get(partition)!]
      this.#registry.sawEnd(known.topic, partition, end)
      return { partition, start, end }
    })
  }

  /** The offsets of every requested partition, or throws. */
  async #readOffsets(
    known: KnownTopic,
    node: number,
    partitions: readonly number[],
    at: 'earliest' | 'latest'
  ): Promise<ReadonlyMap<number, bigint>> {
    const what = `positions of ${known.physical}`
    const answers = await this.#cluster.request(node, 'read', what, c =>
      c.listOffsets(known.physical, partitions, at)
    )
    return new Map(
      partitions.map(partition => {
        const found = answers.find(answer => answer.partition === partition)
        if (found === undefined || found.error !== 0)
          throw asBrokerError(found?.error ?? -1, `${what}/${partition}`)
        return [partition, found.position]
      })
    )
  }

  async #fetch(
    known: KnownTopic,
    partition: number,
    position: bigint,
    limits: ReadLimits
  ): Promise<FetchAnswer> {
    const bytes = Math.min(Math.max(limits.bytesMax, partitionBytesMin), this.#limits.fetchBytesMax)
    const request = {
      topic: known.physical,
      topicId: known.epoch,
      from: [{ partition, position }],
      maxBytes: bytes,
      partitionMaxBytes: bytes,
      maxWaitMs: 0
    }
    const what = `reading ${known.physical}/${partition}`
    const [answer] = await this.#cluster.request(findLeader(known, partition), 'read', what, c =>
      c.fetch(request)
    )
    if (answer === undefined) throw asBrokerError(-1, `${what}: the answer does not name it`)
    return answer
  }
}

/** The error for a position that exists but for which no whole batch came. */
function stuck(
  { topic, physical }: KnownTopic,
  answer: FetchAnswer,
  from: bigint,
  isForLong: boolean
): Error {
  const { partition, highWatermark, records } = answer
  const place = `${topic}/${partition}/${from}`
  // The first batch of a partition is returned whole, however large it is. Source: KIP-74.
  if (records.length > 0)
    return new EventLogError(
      'record-corrupt',
      `${place}: the length of a batch exceeds the bytes returned. Reading stops here`
    )
  // A broker with a corrupt file logs that itself, and returns no records.
  if (isForLong)
    return new EventLogError(
      'record-corrupt',
      `${place}: the broker returns nothing there, although its end is ${highWatermark}: its file is damaged. Reading stops here`
    )
  return asBrokerError(
    -1,
    `nothing came from ${physical}/${partition}/${from}, although ${highWatermark} is its end`
  )
}

export interface Found extends ReadBatches {
  readonly end: bigint
}

/**
 * Decodes a broker's answer for one partition. Throws `record-corrupt`, or the driver's error for a
 * temporary code.
 */
export function takeAnswer(
  { topic, physical }: KnownTopic,
  answer: FetchAnswer,
  from: bigint
): Found | 'out-of-range' {
  const { partition, error, highWatermark, records } = answer
  if (error === kafkaCode.offsetOutOfRange) return 'out-of-range'
  if (error !== 0) throw asBrokerError(error, `reading ${physical}/${partition}/${from}`)
  const found = readBatches(records, {
    topic,
    partition,
    from,
    contiguous: cleanupOf[topic] !== 'compacted'
  })
  // A new leader may not know the high watermark yet.
  const isBehind = highWatermark < found.next
  return { ...found, end: isBehind ? found.next : highWatermark }
}

/**
 * Splits records into pages within the limits, each of at least one record; the last page ends
 * behind the last batch. No pages without records.
 */
export function cutPages(
  partition: number,
  { records, next, end }: Found,
  { recordsMax, bytesMax }: ReadLimits
): Page[] {
  const pages: Page[] = []
  for (let i = 0; i < records.length; ) {
    const from = i
    for (let bytes = computeSize(records[i++]!); i < records.length && i - from < recordsMax; i++) {
      bytes += computeSize(records[i]!)
      if (bytes > bytesMax) break
    }
    const last = i === records.length ? next : records[i - 1]!.position + 1n
    pages.push({ partition, records: records.slice(from, i), next: last, end })
  }
  return pages
}

function computeSize(record: StoredRecord): number {
  return record.id.length + record.key.length + (record.value?.byteLength ?? 0)
}

/** Partitions by leading broker. Throws a temporary error if a partition has no leader. */
function groupByLeader(known: KnownTopic): Map<number, number[]> {
  const all = Array.from({ length: known.partitions }, (_, partition) => partition)
  return Map.groupBy(all, partition => findLeader(known, partition))
}

/** Throws a temporary error if there is none. */
export function findLeader(known: KnownTopic, partition: number): number {
  const leader = known.leaders[partition] ?? -1
  if (leader < 0)
    throw asBrokerError(kafkaCode.leaderNotAvailable, `${known.physical}/${partition}`)
  return leader
}
