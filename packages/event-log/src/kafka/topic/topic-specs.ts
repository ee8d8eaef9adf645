// The topics as infra/kafka/topics.json describes them: partitions, replicas, settings.

import { readFileSync } from 'node:fs'
import { cleanupOf, type Topic } from '../../topics.ts'
import type { NewTopic } from '../driver/driver.ts'

/** Shape of topics.json, as far as the log uses it. */
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
  /** Overrides the number in the file; `control` always has one. */
  readonly partitions?: number | Partial<Record<Topic, number>>
  /** Replicas of each topic; default: the number in the file, at most one per broker. */
  readonly replication?: number
  /** Override settings of the file. */
  readonly config?: Readonly<Record<string, string>>
}

const shippedFile = new URL('../../../../../infra/kafka/topics.json', import.meta.url)

/** The file shipped with the suite. Throws if it is missing. */
export function readTopicsFile(): TopicsFile {
  return JSON.parse(readFileSync(shippedFile, 'utf8')) as TopicsFile
}

/** The configured number of partitions; null if none is configured. */
export function getWishedPartitions(topic: Topic, { partitions }: TopicWishes): number | null {
  if (topic === 'tocsin.control.v1') return 1
  return (typeof partitions === 'object' ? partitions[topic] : partitions) ?? null
}

/** A topic as it would be created in a cluster of `brokers` brokers. Pure. */
export function newTopic(
  file: TopicsFile,
  topic: Topic,
  physical: string,
  wishes: TopicWishes,
  brokers: number
): NewTopic {
  const described = file.topics[topic]
  const replicationFactor =
    wishes.replication ?? Math.min(file.every.replicationMax, Math.max(brokers, 1))
  // With fewer replicas than configured, one must be allowed to fail: otherwise a repair would stop
  // writes.
  const minInsync =
    replicationFactor >= file.every.replicationMax ? file.every.minInsyncReplicas : 1
  return {
    name: physical,
    partitions: getWishedPartitions(topic, wishes) ?? described?.partitions ?? 1,
    replicationFactor,
    config: {
      ...file.every.config,
      ...file.kinds[described?.kind ?? cleanupOf[topic]],
      'min.insync.replicas': String(minInsync),
      ...wishes.config
    }
  }
}

/**
 * The age at which Kafka closes a segment of a compacted topic, ms: from the topic's settings, else
 * from the file. Source: LogConfig.maxSegmentMs.
 */
export function getSegmentMs(
  config: ReadonlyMap<string, string | null> | null,
  file: TopicsFile,
  topic: Topic
): number {
  const described = file.kinds[file.topics[topic]?.kind ?? cleanupOf[topic]] ?? {}
  const ages = ['segment.ms', 'max.compaction.lag.ms'].map(name =>
    Number(config?.get(name) ?? described[name] ?? Number.NaN)
  )
  return Math.min(...ages.filter(ms => ms > 0), weekMs)
}

/** Kafka's default of `segment.ms`. */
const weekMs = 7 * 24 * 60 * 60_000
