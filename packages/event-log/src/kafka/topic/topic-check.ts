// Whether the topics that are there keep what is written to them: looked at when the log is opened, so that a topic that would lose records or refuse
// them is named now and not met later. What can only be warned of is said in words; nothing is changed.

import { EventLogError } from '../../errors.ts'
import { cleanupOf, type Topic, topics } from '../../topics.ts'
import type { TopicMetadata } from '../driver/driver.ts'
import type { TopicsFile, TopicWishes } from './topic-specs.ts'

export interface FoundTopic {
  readonly topic: Topic
  readonly metadata: TopicMetadata
}

/** Settings of a topic by name, as a broker tells them. */
export type TopicConfig = ReadonlyMap<string, string | null>

/** Throws `config-invalid` for a topic that would lose what is written to it, or refuse it. */
export function checkTopic(found: FoundTopic, config: TopicConfig, batchBytesMax: number): void {
  const wrong = [cleanupTrouble, retentionTrouble, leaderTrouble, copiesTrouble].map(look => look(found, config))
  const trouble = wrong.find(each => each !== null) ?? sizeTrouble(config, batchBytesMax)
  if (trouble !== null) throw new EventLogError('config-invalid', `${found.metadata.name} ${trouble}`)
}

type Look = (found: FoundTopic, config: TopicConfig) => string | null

const policies = (config: TopicConfig) => (config.get('cleanup.policy') ?? 'delete').split(',').map(policy => policy.trim())

const cleanupTrouble: Look = ({ topic }, config) => {
  const compacts = policies(config).includes('compact')
  if (compacts && cleanupOf[topic] !== 'compacted') return 'is compacted, which removes events: set cleanup.policy=delete'
  if (!compacts && cleanupOf[topic] === 'compacted')
    return 'is not compacted, so that what was erased stays and what is in use is deleted by age: set cleanup.policy=compact'
  return null
}

/** Of deliveries the last one of each subscription must stay; quarantine may be kept for as long as somebody wants to look at it. */
const retentionTrouble: Look = ({ topic }, config) => {
  if (topic === topics.quarantine || !policies(config).includes('delete')) return null
  const isUnlimited = ['retention.ms', 'retention.bytes'].every(name => (config.get(name) ?? '-1') === '-1')
  return isUnlimited
    ? null
    : 'is to be kept for ever, and its retention.ms or retention.bytes is limited, which deletes what counts: set both to -1'
}

const leaderTrouble: Look = (_, config) =>
  config.get('unclean.leader.election.enable') === 'true'
    ? 'may be led by a copy that lacks acknowledged records: set unclean.leader.election.enable=false'
    : null

/** With fewer than three copies nothing better can be had: that is warned of, not refused. */
const copiesTrouble: Look = ({ metadata }, config) => {
  const copies = copiesOf(metadata)
  const inSync = Number(config.get('min.insync.replicas') ?? 1)
  if (copies < 3) return null
  if (inSync < 2)
    return `has ${copies} copies and acknowledges what one alone has: set min.insync.replicas=2, else a broker that is lost loses it`
  return inSync >= copies
    ? `has ${copies} copies and takes nothing while one of them is away: set min.insync.replicas=${copies - 1}`
    : null
}

function sizeTrouble(config: TopicConfig, batchBytesMax: number): string | null {
  const largest = Number(config.get('max.message.bytes') ?? 0)
  return largest < batchBytesMax
    ? `takes batches of ${largest} bytes, ${batchBytesMax} are sent: set max.message.bytes=${batchBytesMax} or more`
    : null
}

/** Copies of the partition that has fewest. */
function copiesOf({ partitions }: TopicMetadata): number {
  return Math.min(...partitions.map(({ copies }) => copies))
}

/** What is to be said of topics with fewer copies than wanted, for people; null when there are enough. */
export function copiesWarning(
  found: readonly FoundTopic[],
  file: TopicsFile,
  wishes: TopicWishes,
  brokers: number
): string | null {
  const wanted = wishes.replication ?? file.every.replicationMax
  const few = found.filter(({ metadata }) => copiesOf(metadata) < wanted)
  if (few.length === 0) return null
  const least = Math.min(...few.map(({ metadata }) => copiesOf(metadata)))
  const who = few.length === found.length ? 'the topics have' : `${few.map(({ metadata }) => metadata.name).join(', ')} have`
  const risk =
    least === 1
      ? 'a disk that is lost loses what was acknowledged'
      : 'with one broker away what is acknowledged may stand on one disk only'
  const grown =
    brokers > least ? ` The cluster has ${brokers} brokers now: give them more copies (kafka-reassign-partitions).` : ''
  return `${who} ${least} ${least === 1 ? 'copy' : 'copies'}, ${wanted} are wanted: ${risk}.${grown} kafka.replication=${least} says that this is meant.`
}
