// Cursors of consumers, stored as the offsets of a group without members, where every lag tool
// finds them. The epoch is stored with each offset: one of another epoch is ignored. Concurrent
// commits of two processes may overtake each other; a cursor is a hint, never the truth.

import { checkLife, checkNotAhead } from '../cursor.ts'
import { EventLogError } from '../errors.ts'
import type { Cursor, LogNames } from '../port.ts'
import type { Topic } from '../topics.ts'
import type { Coordinators } from './cluster/coordinators.ts'
import { asBrokerError } from './cluster/kafka-codes.ts'
import type { KafkaLimits } from './cluster/kafka-limits.ts'
import { retryRequest } from './cluster/retrying.ts'
import type { KnownTopic, TopicRegistry } from './cluster/topic-registry.ts'
import type { PartitionReader } from './partition-reader.ts'

/** Names of our topics and groups in Kafka's tools. */
export function createKafkaNames(prefix: string): LogNames {
  return { topic: topic => `${prefix}${topic}`, group: consumer => `${prefix}tocsin-${consumer}` }
}

export class ConsumerOffsets {
  readonly #coordinators: Coordinators
  readonly #registry: TopicRegistry
  readonly #reader: PartitionReader
  readonly #limits: KafkaLimits
  readonly #prefix: string
  /** The last commit of each consumer and topic: the next commit of this process waits for it. */
  readonly #turns = new Map<string, Promise<void>>()

  constructor(
    coordinators: Coordinators,
    registry: TopicRegistry,
    reader: PartitionReader,
    limits: KafkaLimits,
    prefix: string
  ) {
    this.#coordinators = coordinators
    this.#registry = registry
    this.#reader = reader
    this.#limits = limits
    this.#prefix = prefix
  }

  async commit(consumer: string, cursor: Cursor, partitions?: readonly number[]): Promise<void> {
    const known = this.#registry.present(cursor.topic)
    checkLife(cursor, known.epoch, known.partitions)
    const name = `${consumer}\n${cursor.topic}`
    const wanted = partitions ?? cursor.positions.map((_, partition) => partition)
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(() =>
      this.#commit(consumer, cursor, wanted)
    )
    const settled = turn.catch(() => {})
    this.#turns.set(name, settled)
    void settled.then(() => {
      if (this.#turns.get(name) === settled) this.#turns.delete(name)
    })
    return turn
  }

  async committed(consumer: string, topic: Topic): Promise<Cursor | null> {
    const known = this.#registry.present(topic)
    const held = await this.#held(consumer, known)
    if (held.size === 0) return null
    const isWhole = held.size === known.partitions
    const starts = isWhole ? [] : (await this.#reader.state(topic)).map(({ start }) => start)
    const positions = Array.from({ length: known.partitions }, (_, p) => held.get(p) ?? starts[p]!)
    return { topic, epoch: known.epoch, positions }
  }

  async #commit(consumer: string, cursor: Cursor, partitions: readonly number[]): Promise<void> {
    const known = this.#registry.present(cursor.topic)
    const held = await this.#held(consumer, known)
    const back = partitions.find(p => cursor.positions[p]! < (held.get(p) ?? 0n))
    if (back !== undefined)
      throw new EventLogError(
        'stale-cursor',
        `${consumer} is at ${held.get(back)} in ${cursor.topic}/${back} and cannot go back to ${cursor.positions[back]}`
      )
    await this.#checkEnds(cursor, partitions)
    const offsets = partitions
      .filter(p => held.get(p) !== cursor.positions[p])
      .map(partition => ({
        partition,
        position: cursor.positions[partition]!,
        metadata: known.epoch
      }))
    if (offsets.length > 0) await this.#write(consumer, known, offsets)
  }

  /** Most cursors are within the ends that this handle has seen: they need no request. */
  async #checkEnds(cursor: Cursor, partitions: readonly number[]): Promise<void> {
    if (partitions.every(p => cursor.positions[p]! <= this.#registry.knownEnd(cursor.topic, p)))
      return
    const states = await this.#reader.state(cursor.topic)
    for (const partition of partitions)
      checkNotAhead(cursor.topic, partition, cursor.positions[partition]!, states[partition]!.end)
  }

  /** The committed positions in this epoch of the topic, by partition. */
  #held(consumer: string, known: KnownTopic): Promise<ReadonlyMap<number, bigint>> {
    const group = this.#group(consumer)
    const what = `cursor of ${consumer}`
    const all = Array.from({ length: known.partitions }, (_, partition) => partition)
    return retryRequest(this.#registry, what, this.#limits.retryMsMax, async () => {
      const answers = await this.#coordinators.request(group, 'groups', what, c =>
        c.offsetFetch(group, known.physical, all)
      )
      const failed = answers.find(({ error }) => error !== 0)
      if (failed !== undefined) throw asBrokerError(failed.error, what)
      const ours = answers.filter(
        ({ position, metadata }) => position >= 0n && metadata === known.epoch
      )
      return new Map(ours.map(({ partition, position }) => [partition, position]))
    })
  }

  #write(
    consumer: string,
    known: KnownTopic,
    offsets: readonly { partition: number; position: bigint; metadata: string }[]
  ): Promise<void> {
    const group = this.#group(consumer)
    const what = `committing ${consumer}`
    return retryRequest(this.#registry, what, this.#limits.retryMsMax, async () => {
      const answers = await this.#coordinators.request(group, 'groups', what, c =>
        c.offsetCommit(group, known.physical, offsets)
      )
      const failed = answers.find(({ error }) => error !== 0)
      if (failed === undefined) return
      const error = asBrokerError(failed.error, what)
      this.#coordinators.noticed(group, error)
      throw error
    })
  }

  #group(consumer: string): string {
    return createKafkaNames(this.#prefix).group(consumer)
  }
}
