// Reads single partitions: start and end, one page from a position, and the error for a position that the broker refuses. Never
// resets: a position out of range is reported by name.

import { checkWithin } from '../cursor.ts'
import { EventLogError } from '../errors.ts'
import type { Page, PartitionState, ReadLimits, StoredRecord } from '../port.ts'
import { cleanupOf, type Topic } from '../topics.ts'
import type { KafkaCluster } from './cluster/kafka-cluster.ts'
import { asBrokerError, kafkaCode } from './cluster/kafka-codes.ts'
import type { KafkaLimits } from './cluster/kafka-limits.ts'
import { retrying } from './cluster/retrying.ts'
import type { TopicRegistry, TopicView } from './cluster/topic-registry.ts'
import type { FetchAnswer } from './driver/driver.ts'
import { type ReadBatches, readBatches } from './record/record-batch.ts'

/** Minimum fetch size of one partition, bytes: a smaller one would cut batches that are then sent again. */
const partitionBytesMin = 64 * 1024
/** A broker that returns nothing for this share of a read's timeout has nothing readable. */
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

  /** First held and next positions of all partitions, as their leaders have them now. */
  state(topic: Topic): Promise<PartitionState[]> {
    return retrying(this.#registry, `state of ${topic}`, this.#limits.retryMsMax, async () => {
      const view = this.#registry.present(topic)
      const asked = [...partitionsByLeader(view)].map(([node, partitions]) => this.#stateAt(view, node, partitions))
      return (await Promise.all(asked)).flat().sort((a, b) => a.partition - b.partition)
    })
  }

  /** The first held, or the next, position of each partition: half the questions of `state`, for who asks before and after every write. */
  positions(topic: Topic, at: 'earliest' | 'latest'): Promise<bigint[]> {
    return retrying(this.#registry, `positions of ${topic}`, this.#limits.retryMsMax, async () => {
      const view = this.#registry.present(topic)
      const asked = [...partitionsByLeader(view)].map(([node, partitions]) => this.#offsets(view, node, partitions, at))
      const positions = new Map((await Promise.all(asked)).flatMap(offsets => [...offsets]))
      if (at === 'latest') for (const [partition, end] of positions) this.#registry.sawEnd(topic, partition, end)
      return [...positions].sort(([a], [b]) => a - b).map(([, position]) => position)
    })
  }

  /** A page from a position; waits only if the broker has records but does not return them. */
  read(topic: Topic, partition: number, from: bigint, limits: ReadLimits): Promise<Page> {
    const { retryMsMax } = this.#limits
    let stuckSinceMs: number | null = null
    return retrying(this.#registry, `reading ${topic}/${partition}/${from}`, retryMsMax, async () => {
      const view = this.#registry.present(topic)
      if (!(partition < view.partitions)) throw new EventLogError('partitions-changed', `${topic} has no partition ${partition}`)
      const answer = await this.#fetch(view, partition, from, limits)
      const found = takeAnswer(view, answer, from)
      if (found === 'out-of-range') return this.refuse(topic, partition, from)
      const page = cutPages(partition, found, limits)[0]
      if (page !== undefined || from >= answer.highWatermark || found.next > from)
        return page ?? { partition, records: [], next: found.next, end: found.end }
      stuckSinceMs ??= performance.now()
      throw stuck(view, answer, from, performance.now() - stuckSinceMs >= retryMsMax * stuckShare)
    })
  }

  /**
   * What is wrong with a position that the broker refused: rejects `offset-lost` or `offset-ahead`, or with what ended the log; with a passing error when
   * nothing is.
   */
  async refuse(topic: Topic, partition: number, position: bigint): Promise<never> {
    // A recreated topic has other positions: that is the error to report.
    await this.#registry.look()
    const view = this.#registry.present(topic)
    const [state] = await this.#stateAt(view, leaderOf(view, partition), [partition])
    checkWithin(topic, state!, position)
    throw asBrokerError(-1, `${view.physical}/${partition}/${position} was refused and is there`)
  }

  async #stateAt(view: TopicView, node: number, partitions: readonly number[]): Promise<PartitionState[]> {
    const [starts, ends] = await Promise.all([
      this.#offsets(view, node, partitions, 'earliest'),
      this.#offsets(view, node, partitions, 'latest')
    ])
    return partitions.map(partition => {
      const [start, end] = [starts.get(partition)!, ends.get(partition)!]
      this.#registry.sawEnd(view.topic, partition, end)
      return { partition, start, end }
    })
  }

  /** Of every partition that was asked for, or it throws. */
  async #offsets(
    view: TopicView,
    node: number,
    partitions: readonly number[],
    at: 'earliest' | 'latest'
  ): Promise<ReadonlyMap<number, bigint>> {
    const what = `positions of ${view.physical}`
    const answers = await this.#cluster.request(node, 'read', what, c => c.listOffsets(view.physical, partitions, at))
    return new Map(
      partitions.map(partition => {
        const found = answers.find(answer => answer.partition === partition)
        if (found === undefined || found.error !== 0) throw asBrokerError(found?.error ?? -1, `${what}/${partition}`)
        return [partition, found.position]
      })
    )
  }

  async #fetch(view: TopicView, partition: number, position: bigint, limits: ReadLimits): Promise<FetchAnswer> {
    const bytes = Math.min(Math.max(limits.bytesMax, partitionBytesMin), this.#limits.fetchBytesMax)
    const request = {
      topic: view.physical,
      topicId: view.epoch,
      from: [{ partition, position }],
      maxBytes: bytes,
      partitionMaxBytes: bytes,
      maxWaitMs: 0
    }
    const what = `reading ${view.physical}/${partition}`
    const [answer] = await this.#cluster.request(leaderOf(view, partition), 'read', what, c => c.fetch(request))
    if (answer === undefined) throw asBrokerError(-1, `${what}: the answer does not name it`)
    return answer
  }
}

/** Why nothing whole came from a position that is there. */
function stuck({ topic, physical }: TopicView, answer: FetchAnswer, from: bigint, isForLong: boolean): Error {
  const { partition, highWatermark, records } = answer
  const place = `${topic}/${partition}/${from}`
  // The first batch of one partition is returned whole, however large it is. Source: KIP-74.
  if (records.length > 0)
    return new EventLogError(
      'record-corrupt',
      `${place}: a batch says that it is longer than what there is of it. Reading stops here`
    )
  // A broker with a corrupt file logs that itself, and returns nothing.
  if (isForLong)
    return new EventLogError(
      'record-corrupt',
      `${place}: the broker hands out nothing there, although its end is ${highWatermark}: its file is damaged. Reading stops here`
    )
  return asBrokerError(-1, `nothing came from ${physical}/${partition}/${from}, although ${highWatermark} is its end`)
}

export interface Found extends ReadBatches {
  readonly end: bigint
}

/** What a broker's answer holds for a partition. Throws `record-corrupt`, or the driver's error for a code that passes. */
export function takeAnswer({ topic, physical }: TopicView, answer: FetchAnswer, from: bigint): Found | 'out-of-range' {
  const { partition, error, highWatermark, records } = answer
  if (error === kafkaCode.offsetOutOfRange) return 'out-of-range'
  if (error !== 0) throw asBrokerError(error, `reading ${physical}/${partition}/${from}`)
  const found = readBatches(records, { topic, partition, from, contiguous: cleanupOf[topic] !== 'compacted' })
  // A new leader may not know yet how far the replicas are.
  const isBehind = highWatermark < found.next
  return { ...found, end: isBehind ? found.next : highWatermark }
}

/** Pages within the limits, each of at least one record; the last one goes on behind the last batch. None for no records. */
export function cutPages(partition: number, { records, next, end }: Found, { recordsMax, bytesMax }: ReadLimits): Page[] {
  const pages: Page[] = []
  for (let i = 0; i < records.length; ) {
    const from = i
    for (let bytes = sizeOf(records[i++]!); i < records.length && i - from < recordsMax; i++) {
      bytes += sizeOf(records[i]!)
      if (bytes > bytesMax) break
    }
    const last = i === records.length ? next : records[i - 1]!.position + 1n
    pages.push({ partition, records: records.slice(from, i), next: last, end })
  }
  return pages
}

function sizeOf(record: StoredRecord): number {
  return record.id.length + record.key.length + (record.value?.byteLength ?? 0)
}

/** Partitions by the broker that leads them. Throws a passing error when one has no leader. */
export function partitionsByLeader(view: TopicView): Map<number, number[]> {
  const all = Array.from({ length: view.partitions }, (_, partition) => partition)
  return Map.groupBy(all, partition => leaderOf(view, partition))
}

/** Throws a passing error when there is none. */
export function leaderOf(view: TopicView, partition: number): number {
  const leader = view.leaders[partition] ?? -1
  if (leader < 0) throw asBrokerError(kafkaCode.leaderNotAvailable, `${view.physical}/${partition}`)
  return leader
}
