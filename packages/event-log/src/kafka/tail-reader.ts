// Follows a topic: one long poll per broker that leads its partitions, on separate connections;
// pages are returned on demand. A partition is fetched again once its pages are taken, so that a
// slow reader has at most one answer per broker.

import { EventLogError } from '../errors.ts'
import type { Cursor, Page, ReadLimits } from '../port.ts'
import type { Topic } from '../topics.ts'
import { computeBackoffMs, pause } from './cluster/deadline.ts'
import type { KafkaCluster } from './cluster/kafka-cluster.ts'
import { asBrokerError, isPassing, kafkaCode } from './cluster/kafka-codes.ts'
import type { KafkaLimits } from './cluster/kafka-limits.ts'
import { asEventLogError } from './cluster/retrying.ts'
import type { KnownTopic, TopicRegistry } from './cluster/topic-registry.ts'
import type { FetchAnswer } from './driver/driver.ts'
import { cutPages, type PartitionReader, takeAnswer } from './partition-reader.ts'

export interface TailParts {
  readonly cluster: KafkaCluster
  readonly registry: TopicRegistry
  readonly reader: PartitionReader
  readonly limits: KafkaLimits
}

export interface TailWanted extends ReadLimits {
  readonly partitions: readonly number[]
  readonly signal: AbortSignal
}

interface FollowedPartition {
  readonly partition: number
  /** Next position to fetch. */
  position: bigint
  /** True while a fetch is pending, or its pages wait to be taken. */
  isBusy: boolean
  /**
   * Sequence number of its last fetch with records: partitions that waited longest are fetched
   * first.
   */
  served: number
  /** Since when existing records fail to arrive, ms; null when all is well. */
  hungrySinceMs: number | null
  /** Since when its fetches fail, ms; null if they do not. */
  failingSinceMs: number | null
}

let tails = 0
const onlyOne: ReadLimits = { recordsMax: 1, bytesMax: 1 }

export class TailReader {
  readonly #parts: TailParts
  readonly #topic: Topic
  readonly #wanted: TailWanted
  readonly #followed: readonly FollowedPartition[]
  /** Connections of this tail alone: closing them ends only its own long polls. */
  readonly #purpose = `tail-${++tails}`
  readonly #asking = new Set<number>()
  readonly #ready: Page[] = []
  readonly #stop = new AbortController()
  #failure: unknown = null
  #served = 0
  #wake: () => void = () => {}

  constructor(parts: TailParts, cursor: Cursor, wanted: TailWanted) {
    this.#parts = parts
    this.#topic = cursor.topic
    this.#wanted = wanted
    this.#followed = wanted.partitions.map(partition => ({
      partition,
      position: cursor.positions[partition]!,
      isBusy: false,
      served: 0,
      hungrySinceMs: null,
      failingSinceMs: null
    }))
  }

  async *pages(): AsyncGenerator<Page> {
    const { signal } = this.#wanted
    const wake = () => this.#wake()
    signal.addEventListener('abort', wake)
    const unlisten = this.#parts.registry.onChange(wake)
    try {
      while (!signal.aborted) {
        const { failure } = this.#parts.registry
        if (failure !== null) throw failure
        const page = this.#ready.shift()
        if (page === undefined) {
          // Pages before a failure are returned first.
          if (this.#failure !== null)
            throw asEventLogError(this.#failure, `following ${this.#topic}`)
          await this.#more()
          continue
        }
        yield page
        if (this.#ready.every(({ partition }) => partition !== page.partition))
          this.#free(page.partition)
      }
    } finally {
      signal.removeEventListener('abort', wake)
      unlisten()
      this.#stop.abort()
      this.#parts.cluster.drop(this.#purpose)
    }
  }

  #free(partition: number): void {
    for (const followed of this.#followed)
      if (followed.partition === partition) followed.isBusy = false
  }

  /** Fetches all free partitions and waits until something happens. */
  #more(): Promise<void> {
    return new Promise(resolve => {
      this.#wake = resolve
      const known = this.#parts.registry.known(this.#topic)
      const free = this.#followed
        .filter(({ isBusy }) => !isBusy)
        .sort((a, b) => a.served - b.served)
      for (const [node, followed] of Map.groupBy(
        free,
        ({ partition }) => known.leaders[partition] ?? -1
      ))
        if (!this.#asking.has(node)) void this.#ask(known, node, followed)
    })
  }

  /** One fetch. Never rejects: a permanent error ends the tail. */
  async #ask(
    known: KnownTopic,
    node: number,
    followed: readonly FollowedPartition[]
  ): Promise<void> {
    this.#asking.add(node)
    for (const one of followed) one.isBusy = true
    try {
      const answers = await this.#fetch(known, node, followed)
      const isEmpty = answers.every(({ records }) => records.length === 0)
      for (const one of followed) {
        const answer = answers.find(({ partition }) => partition === one.partition)
        // A broker fills its answer in the order of the request: later partitions may find it full.
        const isDue = isEmpty || one === followed[0]
        await this.#take(known, node, one, answer, isDue).catch(error => this.#failed(error, [one]))
      }
    } catch (error) {
      this.#failed(error, followed)
    }
    if (followed.some(({ failingSinceMs }) => failingSinceMs !== null)) await this.#rest()
    // If other partitions filled the answer, a starved one only waits for its turn; otherwise it
    // must not be requested in a busy loop.
    else if (
      this.#ready.length === 0 &&
      followed.some(({ hungrySinceMs }) => hungrySinceMs !== null)
    )
      await pause(computeBackoffMs(0), this.#stop.signal)
    const waiting = new Set(this.#ready.map(({ partition }) => partition))
    for (const one of followed) one.isBusy = waiting.has(one.partition)
    this.#asking.delete(node)
    this.#wake()
  }

  async #fetch(
    known: KnownTopic,
    node: number,
    followed: readonly FollowedPartition[]
  ): Promise<readonly FetchAnswer[]> {
    const { cluster, limits } = this.#parts
    if (node < 0)
      throw asBrokerError(
        kafkaCode.leaderNotAvailable,
        `${known.physical}/${followed.map(f => f.partition)}`
      )
    const request = {
      topic: known.physical,
      topicId: known.epoch,
      from: followed.map(({ partition, position }) => ({ partition, position })),
      maxBytes: limits.fetchBytesMax,
      partitionMaxBytes: Math.max(Math.floor(limits.fetchBytesMax / 2), limits.batchBytesMax),
      maxWaitMs: limits.longPollMs
    }
    const what = `following ${known.physical}`
    return cluster.request(
      node,
      this.#purpose,
      what,
      c => c.fetch(request),
      limits.longPollMs + limits.answerMsMax
    )
  }

  async #take(
    known: KnownTopic,
    node: number,
    followed: FollowedPartition,
    answer: FetchAnswer | undefined,
    isDue: boolean
  ): Promise<void> {
    if (answer === undefined)
      throw asBrokerError(
        -1,
        `${known.physical}/${followed.partition}: the answer does not contain it`
      )
    const found = takeAnswer(known, answer, followed.position)
    if (found === 'out-of-range')
      return this.#parts.reader.refuse(this.#topic, followed.partition, followed.position)
    followed.failingSinceMs = null
    if (found.next === followed.position) return this.#hungry(known, node, followed, answer, isDue)
    followed.hungrySinceMs = null
    followed.position = found.next
    this.#parts.registry.sawEnd(this.#topic, followed.partition, found.next)
    followed.served = ++this.#served
    this.#ready.push(...cutPages(followed.partition, found, this.#wanted))
  }

  /**
   * No records arrived. If there are some, the connection may be at fault: it is replaced, and if
   * that does not help, the tail reports an error.
   */
  async #hungry(
    known: KnownTopic,
    node: number,
    followed: FollowedPartition,
    { highWatermark, records }: FetchAnswer,
    isDue: boolean
  ): Promise<void> {
    if (highWatermark <= followed.position || !isDue) {
      followed.hungrySinceMs = null
      return
    }
    followed.hungrySinceMs ??= performance.now()
    const { cluster, limits } = this.#parts
    const hungryMs = performance.now() - followed.hungrySinceMs
    // Cut off, or its length is damaged: fetched alone it arrives whole, or is reported as corrupt.
    if (records.length > 0 || hungryMs >= limits.stuckMsMax)
      await this.#parts.reader.read(this.#topic, followed.partition, followed.position, onlyOne)
    if (hungryMs < limits.stuckMsMax) return
    cluster.drop(this.#purpose)
    if (hungryMs < 2 * limits.stuckMsMax) return
    const where = `${known.physical}/${followed.partition}/${followed.position} from broker ${node}`
    throw new EventLogError(
      'log-unavailable',
      `${where}: no records for ${Math.round(hungryMs)} ms although its end is ${highWatermark}`
    )
  }

  /**
   * Records a failure: a permanent one, or one that lasts too long, ends the tail. The first
   * failure after a long wait gets another attempt.
   */
  #failed(error: unknown, followed: readonly FollowedPartition[]): void {
    if (this.#stop.signal.aborted) return
    const nowMs = performance.now()
    const failingMs = Math.max(
      ...followed.map(({ failingSinceMs }) => nowMs - (failingSinceMs ?? nowMs))
    )
    for (const one of followed) one.failingSinceMs ??= nowMs
    if (!isPassing(error) || failingMs >= this.#parts.limits.retryMsMax) this.#failure ??= error
  }

  async #rest(): Promise<void> {
    if (this.#failure !== null) return
    await pause(computeBackoffMs(1), this.#stop.signal)
    // If the refresh fails, the next fetch fails too.
    await this.#parts.registry.look().catch(() => {})
  }
}
