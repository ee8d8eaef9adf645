// The log on Kafka: the port's methods. append-lane.ts sends appends, tail-reader.ts and
// partition-reader.ts read pages, topic-registry.ts detects changed topics. driver.ts hides the
// client library.

import type { Clock } from '@tocsin/domain/ports'
import { AppendLimit } from '../append-limit.ts'
import type { FailingLog } from '../awaited-log.ts'
import { checkLife } from '../cursor.ts'
import { EventLogError } from '../errors.ts'
import { assignPartition } from '../partitioner.ts'
import type {
  Capabilities,
  Cursor,
  Health,
  LogNames,
  Membership,
  MembershipOptions,
  NewRecord,
  Page,
  PartitionState,
  ReadLimits,
  RecordPosition,
  TailOptions
} from '../port.ts'
import { checkRecord } from '../record-limits.ts'
import { systemClock } from '../system-clock.ts'
import { cleanupOf, type Topic } from '../topics.ts'
import { AppendLane } from './append-lane.ts'
import { Coordinators } from './cluster/coordinators.ts'
import { within } from './cluster/deadline.ts'
import { KafkaCluster, parseBroker } from './cluster/kafka-cluster.ts'
import { asBrokerError } from './cluster/kafka-codes.ts'
import { defaultKafkaLimits, type KafkaLimits } from './cluster/kafka-limits.ts'
import { retryRequest } from './cluster/retrying.ts'
import { TopicRegistry } from './cluster/topic-registry.ts'
import { ConsumerOffsets, createKafkaNames } from './consumer-offsets.ts'
import type { KafkaDriver } from './driver/driver.ts'
import { GroupMember } from './group-member.ts'
import { findLeader, PartitionReader } from './partition-reader.ts'
import { QuietSegments } from './quiet-segments.ts'
import type { Compression } from './record/record-batch.ts'
import { TailReader } from './tail-reader.ts'
import { makeSettings, prepareTopics } from './topic/topic-setup.ts'
import { getSegmentMs, type TopicsFile, type TopicWishes } from './topic/topic-specs.ts'

export const kafkaCapabilities: Capabilities = {
  durableOnAck: 'replicas',
  atomicAcrossPartitions: false,
  sharedRoles: true
}

export interface KafkaLogOptions extends TopicWishes {
  /** `host:port` of the brokers to contact first; the others are discovered through them. */
  readonly brokers: readonly string[]
  readonly driver: KafkaDriver
  /** Prefix of the names of topics and groups. Default empty. */
  readonly prefix?: string
  /** How topics are created; see topic-specs.ts. */
  readonly topics: TopicsFile
  /** False: a missing topic is refused by name. Default true. */
  readonly createTopics?: boolean
  /**
   * Called once when the log is open, for conditions that are tolerated but should be fixed, such
   * as fewer replicas than configured. Text for people.
   */
  readonly onWarning?: (warning: string) => void
  /** Default `none`: on most networks compressing takes longer than sending. */
  readonly compression?: Compression
  /**
   * True for a long-lived process: it closes quiet segments of compacted topics, so that erased
   * values leave the brokers' disks. Default false.
   */
  readonly closesQuietSegments?: boolean
  readonly limits?: Partial<KafkaLimits>
  readonly clock?: Clock
}

/** For metrics. */
export interface KafkaStats {
  readonly waitingRecords: number
  readonly waitingBytes: number
  readonly connectionsOpened: number
  /** Connections closed because an answer was overdue. */
  readonly connectionsTimedOut: number
  readonly unknownAppends: number
  readonly rebalances: number
}

/** Features of the adapter beyond the port. */
export interface KafkaLog extends FailingLog {
  /** Removes records below a position from a topic with retention. */
  trim(topic: Topic, partition: number, before: bigint): Promise<void>
  stats(): KafkaStats
}

const tailDefaults: ReadLimits = { recordsMax: 500, bytesMax: 4 * 1024 * 1024 }

/**
 * Opens the log of a cluster; creates its topics if there are none. Several processes may have it
 * open. Rejects `log-unavailable`; permanently `config-invalid`, `partitions-changed`,
 * `format-newer`, or `log-replaced` if a log that has records lacks a topic.
 */
export async function openKafkaLog(options: KafkaLogOptions): Promise<KafkaLog> {
  const limits = { ...defaultKafkaLimits, ...options.limits }
  const cluster = new KafkaCluster(options.driver, options.brokers.map(parseBroker), limits)
  const registry = new TopicRegistry(cluster, options.prefix ?? '')
  try {
    const warnings = await prepareTopics({
      cluster,
      registry,
      limits,
      file: options.topics,
      wishes: options,
      mayCreate: options.createTopics ?? true
    })
    for (const warning of warnings) options.onWarning?.(warning)
  } catch (error) {
    registry.close()
    cluster.close()
    throw error
  }
  return new ClusterLog(cluster, registry, limits, options)
}

class ClusterLog implements KafkaLog {
  readonly capabilities = kafkaCapabilities
  readonly names: LogNames
  readonly failed: Promise<EventLogError>
  readonly #cluster: KafkaCluster
  readonly #registry: TopicRegistry
  readonly #limits: KafkaLimits
  readonly #prefix: string
  readonly #appendLimit: AppendLimit
  readonly #lanes = new Map<Topic, AppendLane>()
  readonly #reader: PartitionReader
  readonly #coordinators: Coordinators
  readonly #offsets: ConsumerOffsets
  readonly #members = new Set<GroupMember>()
  readonly #guarding: Promise<void>
  readonly #quiet: QuietSegments
  readonly #closing = new AbortController()
  #closed: Promise<void> | null = null
  #rebalances = 0

  constructor(
    cluster: KafkaCluster,
    registry: TopicRegistry,
    limits: KafkaLimits,
    options: KafkaLogOptions
  ) {
    const clock = options.clock ?? systemClock
    this.#cluster = cluster
    this.#registry = registry
    this.#limits = limits
    this.#prefix = options.prefix ?? ''
    this.names = createKafkaNames(this.#prefix)
    this.#appendLimit = new AppendLimit(limits)
    this.#reader = new PartitionReader(cluster, registry, limits)
    this.#coordinators = new Coordinators(cluster)
    this.#offsets = new ConsumerOffsets(
      this.#coordinators,
      registry,
      this.#reader,
      limits,
      this.#prefix
    )
    const parts = {
      cluster,
      registry,
      limits,
      appendLimit: this.#appendLimit,
      compression: options.compression ?? 'none',
      nowMs: () => clock.nowMs()
    }
    for (const topic of Object.keys(cleanupOf) as Topic[])
      this.#lanes.set(topic, new AppendLane(parts, topic))
    this.failed = registry.failed
    this.#guarding = registry.guard(limits.guardMs)
    this.#quiet = new QuietSegments({
      registry,
      reader: this.#reader,
      nowMs: () => clock.nowMs(),
      segmentMs: async topic =>
        getSegmentMs(await makeSettings(cluster, registry.physical(topic)), options.topics, topic),
      append: (topic, record) => this.append(topic, [record])
    })
    if (options.closesQuietSegments === true) void this.#quiet.run(limits.quietLookMs)
  }

  async epoch(topic: Topic): Promise<string> {
    return this.#known(topic).epoch
  }

  async partitionCount(topic: Topic): Promise<number> {
    return this.#known(topic).partitions
  }

  async findPartition(topic: Topic, key: string): Promise<number> {
    return assignPartition(topic, key, this.#known(topic).partitions)
  }

  async state(topic: Topic): Promise<readonly PartitionState[]> {
    this.#known(topic)
    return this.#reader.state(topic)
  }

  async cursorAt(topic: Topic, where: 'earliest' | 'latest'): Promise<Cursor> {
    const { epoch } = this.#known(topic)
    return { topic, epoch, positions: await this.#reader.positions(topic, where) }
  }

  async append(topic: Topic, records: readonly NewRecord[]): Promise<readonly RecordPosition[]> {
    this.#known(topic)
    let bytes = 0
    for (const record of records) bytes += checkRecord(topic, record, this.#limits)
    if (records.length === 0) return []
    return this.#lanes.get(topic)!.submit(records, bytes)
  }

  async read(topic: Topic, partition: number, from: bigint, limits: ReadLimits): Promise<Page> {
    this.#known(topic)
    return this.#reader.read(topic, partition, from, limits)
  }

  async *tail(cursor: Cursor, options: TailOptions): AsyncGenerator<Page> {
    const { topic } = cursor
    const { epoch, partitions } = this.#known(topic)
    checkLife(cursor, epoch, partitions)
    const { signal, ...asked } = options
    const wanted = {
      ...tailDefaults,
      partitions: cursor.positions.map((_, partition) => partition),
      ...asked
    }
    const parts = {
      cluster: this.#cluster,
      registry: this.#registry,
      reader: this.#reader,
      limits: this.#limits
    }
    const tail = new TailReader(parts, cursor, {
      ...wanted,
      signal: AbortSignal.any([signal, this.#closing.signal])
    })
    yield* tail.pages()
    if (!signal.aborted) this.#known(topic)
  }

  async commit(consumer: string, cursor: Cursor, partitions?: readonly number[]): Promise<void> {
    this.#known(cursor.topic)
    return this.#offsets.commit(consumer, cursor, partitions)
  }

  async committed(consumer: string, topic: Topic): Promise<Cursor | null> {
    this.#known(topic)
    return this.#offsets.committed(consumer, topic)
  }

  async join(group: string, topic: Topic, options: MembershipOptions = {}): Promise<Membership> {
    this.#known(topic)
    const parts = {
      coordinators: this.#coordinators,
      registry: this.#registry,
      limits: this.#limits,
      drop: (purpose: string) => this.#cluster.drop(purpose),
      onRebalance: () => this.#rebalances++
    }
    const member = new GroupMember(parts, `${this.#prefix}tocsin-members-${group}`, topic, options)
    this.#members.add(member)
    void member.ended.then(() => this.#members.delete(member))
    return member
  }

  async trim(topic: Topic, partition: number, before: bigint): Promise<void> {
    this.#known(topic)
    if (cleanupOf[topic] !== 'by-retention')
      throw new EventLogError(
        'record-invalid',
        `${topic} is not kept by retention: nothing is removed`
      )
    await retryRequest(this.#registry, `trimming ${topic}`, this.#limits.retryMsMax, async () => {
      const known = this.#registry.present(topic)
      const what = `removing from ${known.physical}`
      const ask = [{ partition, position: before }]
      const answers = await this.#cluster.request(findLeader(known, partition), 'read', what, c =>
        c.deleteRecords(known.physical, ask, this.#limits.answerMsMax)
      )
      const code = answers[0]?.error ?? -1
      if (code !== 0) throw asBrokerError(code, what)
    })
  }

  health(): Health {
    const { failure, gone, missingRights } = this.#registry
    if (failure !== null) return { ok: false, detail: failure.message }
    const health = this.#cluster.health()
    if (!health.ok) return health
    if (gone.length > 0)
      return { ok: false, detail: `the cluster has no ${gone.join(', ')} any more` }
    if (missingRights !== null) return { ok: false, detail: missingRights }
    const trouble = [...this.#lanes.values()].map(lane => lane.trouble).find(each => each !== null)
    return trouble === undefined ? health : { ok: false, detail: trouble }
  }

  stats(): KafkaStats {
    const { records, bytes } = this.#appendLimit.waiting
    const { opened, timedOut } = this.#cluster.stats()
    return {
      waitingRecords: records,
      waitingBytes: bytes,
      connectionsOpened: opened,
      connectionsTimedOut: timedOut,
      unknownAppends: [...this.#lanes.values()].reduce((sum, { unknown }) => sum + unknown, 0),
      rebalances: this.#rebalances
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  /** Waiting appends are written or refused first, within their own deadlines. */
  async #close(): Promise<void> {
    this.#closing.abort()
    this.#quiet.close()
    await Promise.all([...this.#members].map(member => member.leave()))
    const drained = Promise.all([...this.#lanes.values()].map(lane => lane.drained())).then(
      () => {}
    )
    const late = () => new EventLogError('closed', 'the log is closed')
    await within(drained, this.#limits.appendMsMax + this.#limits.answerMsMax, late).catch(
      error => {
        for (const lane of this.#lanes.values()) lane.abort(error as EventLogError)
      }
    )
    this.#registry.close()
    await this.#guarding
    this.#cluster.close()
  }

  #known(topic: Topic) {
    if (this.#closing.signal.aborted) throw new EventLogError('closed', 'the log is closed')
    return this.#registry.known(topic)
  }
}
