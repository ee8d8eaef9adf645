// Checks at opening whether the topics keep what is written to them, so that a topic that would
// lose or refuse records is reported then and not later. Tolerable conditions give a warning text;
// no topic is changed.

import { EventLogError } from '../../errors.ts'
import { cleanupOf, type Topic, topics } from '../../topics.ts'
import type { TopicMetadata } from '../driver/driver.ts'
import type { TopicsFile, TopicWishes } from './topic-specs.ts'

export interface FoundTopic {
  readonly topic: Topic
  readonly metadata: TopicMetadata
}

/** Settings of a topic by name, as a broker reports them. */
export type TopicConfig = ReadonlyMap<string, string | null>

/** Throws `config-invalid` for a topic that would lose records or refuse them. */
export function checkTopic(found: FoundTopic, config: TopicConfig, batchBytesMax: number): void {
  const wrong = [checkCleanup, checkRetention, checkLeader, checkCopies].map(look =>
    look(found, config)
  )
  const trouble = wrong.find(each => each !== null) ?? checkSize(config, batchBytesMax)
  if (trouble !== null)
    throw new EventLogError('config-invalid', `${found.metadata.name} ${trouble}`)
}

type Look = (found: FoundTopic, config: TopicConfig) => string | null

const policies = (config: TopicConfig) =>
  (config.get('cleanup.policy') ?? 'delete').split(',').map(policy => policy.trim())

const checkCleanup: Look = ({ topic }, config) => {
  const compacts = policies(config).includes('compact')
  if (compacts && cleanupOf[topic] !== 'compacted')
    return 'is compacted, which removes events: set cleanup.policy=delete'
  if (!compacts && cleanupOf[topic] === 'compacted')
    return 'is not compacted, so that erased values stay and current values are deleted by age: set cleanup.policy=compact'
  return null
}

/**
 * The last delivery record of each subscription must stay; quarantine may be stored for any time.
 */
const checkRetention: Look = ({ topic }, config) => {
  if (topic === topics.quarantine || !policies(config).includes('delete')) return null
  const isUnlimited = ['retention.ms', 'retention.bytes'].every(
    name => (config.get(name) ?? '-1') === '-1'
  )
  return isUnlimited
    ? null
    : 'must be kept for ever, but its retention.ms or retention.bytes is limited: set both to -1'
}

const checkLeader: Look = (_, config) =>
  config.get('unclean.leader.election.enable') === 'true'
    ? 'may be led by a replica that lacks acknowledged records: set unclean.leader.election.enable=false'
    : null

/** Fewer than three replicas give a warning, not an error: a small cluster cannot have more. */
const checkCopies: Look = ({ metadata }, config) => {
  const copies = countCopies(metadata)
  const inSync = Number(config.get('min.insync.replicas') ?? 1)
  if (copies < 3) return null
  if (inSync < 2)
    return `has ${copies} replicas and acknowledges records that only one of them has: set min.insync.replicas=2, or the loss of a broker loses them`
  return inSync >= copies
    ? `has ${copies} replicas and refuses writes while one of them is unavailable: set min.insync.replicas=${copies - 1}`
    : null
}

function checkSize(config: TopicConfig, batchBytesMax: number): string | null {
  const largest = Number(config.get('max.message.bytes') ?? 0)
  return largest < batchBytesMax
    ? `accepts batches of ${largest} bytes, but up to ${batchBytesMax} are sent: set max.message.bytes=${batchBytesMax} or more`
    : null
}

/** Number of replicas of the partition that has fewest. */
function countCopies({ partitions }: TopicMetadata): number {
  return Math.min(...partitions.map(({ copies }) => copies))
}

/**
 * The warning about topics with fewer replicas than configured, for people; null if there are
 * enough.
 */
export function describeCopies(
  found: readonly FoundTopic[],
  file: TopicsFile,
  wishes: TopicWishes,
  brokers: number
): string | null {
  const wanted = wishes.replication ?? file.every.replicationMax
  const few = found.filter(({ metadata }) => countCopies(metadata) < wanted)
  if (few.length === 0) return null
  const least = Math.min(...few.map(({ metadata }) => countCopies(metadata)))
  const who =
    few.length === found.length
      ? 'the topics have'
      : `${few.map(({ metadata }) => metadata.name).join(', ')} have`
  const risk =
    least === 1
      ? 'the loss of a disk loses acknowledged records'
      : 'while one broker is down, acknowledged records may be on one disk only'
  const grown =
    brokers > least
      ? ` The cluster has ${brokers} brokers now: add replicas with kafka-reassign-partitions.`
      : ''
  return `${who} ${least} ${least === 1 ? 'replica' : 'replicas'}, ${wanted} are configured: ${risk}.${grown} Set kafka.replication=${least} if this is intended.`
}
