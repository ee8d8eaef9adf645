// The topics as infra/kafka/topics.json describes them: how many partitions, how many copies, which settings.

import { readFileSync } from 'node:fs'
import { cleanupOf, type Topic } from '../../topics.ts'
import type { NewTopic } from '../driver/driver.ts'

/** Shape of topics.json, as far as the log reads it. */
export interface TopicsFile {
  readonly every: {
    readonly replicationMax: number
    readonly minInsyncReplicas: number
    readonly config: Readonly<Record<string, string>>
  }
  readonly kinds: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly topics: Readonly<Record<string, { readonly kind: string; readonly partitions: number }>>
}

export interface TopicWishes {
  /** Instead of the file's; `control` has one always. */
  readonly partitions?: number | Partial<Record<Topic, number>>
  /** Copies of each; default as many as the file says and there are brokers for. */
  readonly replication?: number
  /** Settings over those of the file. */
  readonly config?: Readonly<Record<string, string>>
}

const shippedFile = new URL('../../../../../infra/kafka/topics.json', import.meta.url)

/** The file that comes with the suite. Throws when it is not there. */
export function readTopicsFile(file: URL | string = shippedFile): TopicsFile {
  return JSON.parse(readFileSync(file, 'utf8')) as TopicsFile
}

/** How many partitions somebody asked for by name; null when nobody did. */
export function wishedPartitions(topic: Topic, { partitions }: TopicWishes): number | null {
  if (topic === 'tocsin.control.v1') return 1
  return (typeof partitions === 'object' ? partitions[topic] : partitions) ?? null
}

/** A topic as it would be made in a cluster of so many brokers. Pure. */
export function newTopic(file: TopicsFile, topic: Topic, physical: string, wishes: TopicWishes, brokers: number): NewTopic {
  const described = file.topics[topic]
  const replicationFactor = wishes.replication ?? Math.min(file.every.replicationMax, Math.max(brokers, 1))
  // With fewer copies than the full number, one may be away and writing goes on: else a repair would stop it.
  const minInsync = replicationFactor >= file.every.replicationMax ? file.every.minInsyncReplicas : 1
  return {
    name: physical,
    partitions: wishedPartitions(topic, wishes) ?? described?.partitions ?? 1,
    replicationFactor,
    config: {
      ...file.every.config,
      ...file.kinds[described?.kind ?? cleanupOf[topic]],
      'min.insync.replicas': String(minInsync),
      ...wishes.config
    }
  }
}

/** The age at which Kafka closes a segment of a compacted topic, ms: as the topic's settings say, else the file's. Source: LogConfig.maxSegmentMs. */
export function segmentMsOf(config: ReadonlyMap<string, string | null> | null, file: TopicsFile, topic: Topic): number {
  const described = file.kinds[file.topics[topic]?.kind ?? cleanupOf[topic]] ?? {}
  const ages = ['segment.ms', 'max.compaction.lag.ms'].map(name => Number(config?.get(name) ?? described[name] ?? Number.NaN))
  return Math.min(...ages.filter(ms => ms > 0), weekMs)
}

/** Kafka's own `segment.ms`. */
const weekMs = 7 * 24 * 60 * 60_000
