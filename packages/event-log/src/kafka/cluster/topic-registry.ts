// The physical topics of the log: their ids, their number of partitions, who leads each. Looked at again every second and on errors, because a topic
// that was deleted, made anew or given more partitions must be noticed and named, never followed in silence.

import { EventLogError } from '../../errors.ts'
import { cleanupOf, type Topic } from '../../topics.ts'
import type { TopicMetadata } from '../driver/driver.ts'
import { pause } from './deadline.ts'
import type { KafkaCluster } from './kafka-cluster.ts'
import { kafkaCode } from './kafka-codes.ts'

export interface TopicView {
  readonly topic: Topic
  readonly physical: string
  /** The topic's id: another for a topic that was made anew. */
  readonly epoch: string
  readonly partitions: number
  /** Broker by partition; −1 while there is none. */
  readonly leaders: readonly number[]
  /** True while the cluster says that there is no such topic. */
  readonly isGone: boolean
  /** True while the cluster says that this process may not know of it. */
  readonly isDenied: boolean
}

/** Forced looks are at least so long apart, ms. */
const lookRestMs = 25
const allTopics = Object.keys(cleanupOf) as Topic[]

export class TopicRegistry {
  readonly #cluster: KafkaCluster
  readonly #prefix: string
  readonly #views = new Map<Topic, TopicView>()
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

  /** Resolves with why the whole log can't go on; never otherwise. */
  get failed(): Promise<EventLogError> {
    return this.#failing.promise
  }

  physical(topic: Topic): string {
    return `${this.#prefix}${topic}`
  }

  /** What is known of a topic. Throws what ended the log, `record-invalid` for no topic of ours. */
  view(topic: Topic): TopicView {
    if (this.#failure !== null) throw this.#failure
    const view = this.#views.get(topic)
    if (view === undefined) throw new EventLogError('record-invalid', `there is no topic ${topic}`)
    return view
  }

  /** As `view`, and throws `log-unavailable` for a topic that the cluster no longer has. */
  present(topic: Topic): TopicView {
    const view = this.view(topic)
    if (view.isGone)
      throw new EventLogError('log-unavailable', `the cluster has no topic ${view.physical} any more: somebody deleted it`)
    return view
  }

  /** Names of topics that the cluster no longer has. */
  get gone(): readonly string[] {
    return [...this.#views.values()].filter(({ isGone }) => isGone).map(({ physical }) => physical)
  }

  /** Names of topics that the cluster no longer lets us see. */
  get denied(): readonly string[] {
    return [...this.#views.values()].filter(({ isDenied }) => isDenied).map(({ physical }) => physical)
  }

  /** Notes how far a partition was seen to go, by whatever answer. */
  sawEnd(topic: Topic, partition: number, end: bigint): void {
    const ends = this.#ends.get(topic) ?? []
    if ((ends[partition] ?? 0n) < end) ends[partition] = end
    this.#ends.set(topic, ends)
  }

  /** How far a partition goes at least. */
  knownEnd(topic: Topic, partition: number): bigint {
    return this.#ends.get(topic)?.[partition] ?? 0n
  }

  /** Called whenever leaders may have changed, and when the log has failed. */
  onChange(listener: () => void): () => void {
    this.#changed.add(listener)
    return () => this.#changed.delete(listener)
  }

  /** Takes the topics as they are now for those of this life. */
  adopt(found: readonly TopicMetadata[]): void {
    for (const topic of allTopics) {
      const metadata = found.find(({ name }) => name === this.physical(topic))
      if (metadata === undefined) throw new EventLogError('log-unavailable', `the cluster has no topic ${this.physical(topic)}`)
      this.#views.set(topic, viewOf(topic, metadata))
    }
  }

  /** Looks again every so often, until `close`. */
  async guard(everyMs: number): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      await pause(everyMs, signal)
      // What went wrong is in the cluster's health; the next look tells more.
      if (!signal.aborted) await this.look().catch(() => {})
    }
  }

  /** Looks now, or joins the look that is under way; rejects when no broker answers, or with what ended the log. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null
    })
    return this.#looking
  }

  /** Ends the log for good: every method rejects with this from now on. The first one stays. */
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
      for (const view of this.#views.values())
        this.#compare(
          view,
          topics.find(({ name }) => name === view.physical)
        )
    } finally {
      this.#lookedMs = performance.now()
      this.#tell()
    }
    if (this.#failure !== null) throw this.#failure
  }

  #compare(view: TopicView, found: TopicMetadata | undefined): void {
    if (found === undefined) return
    if (found.error === kafkaCode.unknownTopic) {
      this.#views.set(view.topic, { ...view, isGone: true })
      return
    }
    if (found.error === kafkaCode.topicUnauthorized) {
      this.#views.set(view.topic, { ...view, isDenied: true })
      return
    }
    // Any other error is of the moment: what was known stays.
    if (found.error !== kafkaCode.none) return
    if (found.topicId !== view.epoch)
      this.fail(
        new EventLogError('log-replaced', `${view.physical} was made anew: it is ${found.topicId}, this log is of ${view.epoch}`)
      )
    else if (found.partitions.length !== view.partitions)
      this.fail(
        new EventLogError(
          'partitions-changed',
          `${view.physical} has ${found.partitions.length} partitions now and had ${view.partitions}: keys would move. Make a new topic instead`
        )
      )
    else this.#views.set(view.topic, viewOf(view.topic, found))
  }

  #tell(): void {
    for (const listener of [...this.#changed]) listener()
  }
}

function viewOf(topic: Topic, { name, topicId, partitions }: TopicMetadata): TopicView {
  const leaders = Array.from({ length: partitions.length }, () => -1)
  for (const { partition, leader } of partitions) leaders[partition] = leader
  return { topic, physical: name, epoch: topicId, partitions: partitions.length, leaders, isGone: false, isDenied: false }
}
