// The physical topics of the log: ids, partition counts, leaders. Refreshed every second and on
// errors, because a topic that was deleted, recreated or given more partitions must be detected and
// reported, never followed silently.

import { EventLogError } from '../../errors.ts'
import { cleanupOf, type Topic } from '../../topics.ts'
import type { TopicMetadata, TopicRight } from '../driver/driver.ts'
import { pause } from './deadline.ts'
import type { KafkaCluster } from './kafka-cluster.ts'
import { formatMissingRight, kafkaCode } from './kafka-codes.ts'

export interface KnownTopic {
  readonly topic: Topic
  readonly physical: string
  /** The topic's id: a recreated topic has another. */
  readonly epoch: string
  readonly partitions: number
  /** Leading broker by partition; −1 if there is none. */
  readonly leaders: readonly number[]
  /** True while the cluster reports that the topic does not exist. */
  readonly isGone: boolean
  /** Rights on the topic that the cluster denies this process. */
  readonly missingRights: readonly TopicRight[]
}

/** Minimum interval between forced refreshes, ms. */
const lookRestMs = 25
const allTopics = Object.keys(cleanupOf) as Topic[]

export class TopicRegistry {
  readonly #cluster: KafkaCluster
  readonly #prefix: string
  readonly #known = new Map<Topic, KnownTopic>()
  readonly #ends = new Map<Topic, bigint[]>()
  readonly #failing = Promise.withResolvers<EventLogError>()
  readonly #stop = new AbortController()
  readonly #changed = new Set<() => void>()
  #failure: EventLogError | null = null
  #looking: Promise<void> | null = null
  #lookedMs = 0

  constructor(cluster: KafkaCluster, prefix: string) {
    this.#cluster = cluster
    this.#prefix = prefix
  }

  get failure(): EventLogError | null {
    return this.#failure
  }

  /** Resolves with the error that ended the log for good; until then stays pending. */
  get failed(): Promise<EventLogError> {
    return this.#failing.promise
  }

  physical(topic: Topic): string {
    return `${this.#prefix}${topic}`
  }

  /**
   * What is known of a topic. Throws the error that ended the log, or `record-invalid` for an
   * unknown topic.
   */
  known(topic: Topic): KnownTopic {
    if (this.#failure !== null) throw this.#failure
    const known = this.#known.get(topic)
    if (known === undefined) throw new EventLogError('record-invalid', `there is no topic ${topic}`)
    return known
  }

  /** As `known`, but throws `log-unavailable` for a topic that the cluster no longer has. */
  present(topic: Topic): KnownTopic {
    const known = this.known(topic)
    if (known.isGone)
      throw new EventLogError(
        'log-unavailable',
        `the cluster has no topic ${known.physical} any more: it was deleted`
      )
    return known
  }

  /** Names of topics that the cluster no longer has. */
  get gone(): readonly string[] {
    return [...this.#known.values()].filter(({ isGone }) => isGone).map(({ physical }) => physical)
  }

  /** Says which rights on which topics this process lacks; null if it has all. */
  get missingRights(): string | null {
    const lacks = [...this.#known.values()].flatMap(({ missingRights, physical }) =>
      missingRights.map(right => ({ right, physical }))
    )
    if (lacks.length === 0) return null
    return [...Map.groupBy(lacks, ({ right }) => right)]
      .map(([right, of]) =>
        formatMissingRight(
          right,
          of.map(({ physical }) => physical)
        )
      )
      .join('; ')
  }

  /** Records the highest end of a partition seen in any answer. */
  sawEnd(topic: Topic, partition: number, end: bigint): void {
    const ends = this.#ends.get(topic) ?? []
    if ((ends[partition] ?? 0n) < end) ends[partition] = end
    this.#ends.set(topic, ends)
  }

  /** A lower bound of the end of a partition. */
  knownEnd(topic: Topic, partition: number): bigint {
    return this.#ends.get(topic)?.[partition] ?? 0n
  }

  /**
   * Called whenever leaders may have changed, and when the log has failed. Returns a function that
   * removes the listener.
   */
  onChange(listener: () => void): () => void {
    this.#changed.add(listener)
    return () => this.#changed.delete(listener)
  }

  /** Takes the topics as found now as those of this epoch. */
  adopt(found: readonly TopicMetadata[]): void {
    for (const topic of allTopics) {
      const metadata = found.find(({ name }) => name === this.physical(topic))
      if (metadata === undefined)
        throw new EventLogError(
          'log-unavailable',
          `the cluster has no topic ${this.physical(topic)}`
        )
      this.#known.set(topic, knownTopic(topic, metadata))
    }
  }

  /** Refreshes periodically until `close`. */
  async guard(everyMs: number): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      await pause(everyMs, signal)
      // The error shows in the cluster's health; the next refresh repeats it.
      if (!signal.aborted) await this.look().catch(() => {})
    }
  }

  /**
   * Refreshes now, or joins a running refresh; rejects if no broker answers, or with the error that
   * ended the log.
   */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null
    })
    return this.#looking
  }

  /**
   * Ends the log for good: from now on every method rejects with this error. Only the first call
   * counts.
   */
  fail(error: EventLogError): void {
    if (this.#failure !== null) return
    this.#failure = error
    this.#failing.resolve(error)
    this.#tell()
  }

  close(): void {
    this.#stop.abort()
  }

  async #look(): Promise<void> {
    const restMs = this.#lookedMs + lookRestMs - performance.now()
    if (restMs > 0) await pause(restMs, this.#stop.signal)
    try {
      const { topics } = await this.#cluster.metadata(allTopics.map(topic => this.physical(topic)))
      for (const known of this.#known.values())
        this.#compare(
          known,
          topics.find(({ name }) => name === known.physical)
        )
    } finally {
      this.#lookedMs = performance.now()
      this.#tell()
    }
    if (this.#failure !== null) throw this.#failure
  }

  #compare(known: KnownTopic, found: TopicMetadata | undefined): void {
    if (found === undefined) return
    if (found.error === kafkaCode.unknownTopic) {
      this.#known.set(known.topic, { ...known, isGone: true })
      return
    }
    if (found.error === kafkaCode.topicUnauthorized) {
      this.#known.set(known.topic, { ...known, missingRights: ['DESCRIBE'] })
      return
    }
    // Any other error is temporary: the known state stays.
    if (found.error !== kafkaCode.none) return
    if (found.topicId !== known.epoch)
      this.fail(
        new EventLogError(
          'log-replaced',
          `${known.physical} was recreated: its id is ${found.topicId}, this log has ${known.epoch}`
        )
      )
    else if (found.partitions.length !== known.partitions)
      this.fail(
        new EventLogError(
          'partitions-changed',
          `${known.physical} has ${found.partitions.length} partitions now and had ${known.partitions}: keys would move to other partitions. Create a new topic instead`
        )
      )
    else this.#known.set(known.topic, knownTopic(known.topic, found))
  }

  #tell(): void {
    for (const listener of [...this.#changed]) listener()
  }
}

function knownTopic(
  topic: Topic,
  { name, topicId, partitions, missingRights }: TopicMetadata
): KnownTopic {
  const leaders = Array.from({ length: partitions.length }, () => -1)
  for (const { partition, leader } of partitions) leaders[partition] = leader
  return {
    topic,
    physical: name,
    epoch: topicId,
    partitions: partitions.length,
    leaders,
    isGone: false,
    missingRights
  }
}
