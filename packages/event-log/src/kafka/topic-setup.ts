// Getting the topics ready when the log is opened: made if they are missing and may be made, waited for, and looked at, so that a topic that would lose
// records or refuse them is named now and not met later.

import { EventLogError } from '../errors.ts'
import { cleanupOf, type Topic } from '../topics.ts'
import { pause, retryPauseMs } from './deadline.ts'
import { KafkaDriverError, type TopicMetadata } from './driver.ts'
import type { KafkaCluster } from './kafka-cluster.ts'
import { codeName, isPassing, kafkaCode } from './kafka-codes.ts'
import type { KafkaLimits } from './kafka-limits.ts'
import { batchOverheadBytes } from './record-batch.ts'
import { asEventLogError } from './retrying.ts'
import type { TopicRegistry } from './topic-registry.ts'
import { newTopic, type TopicsFile, type TopicWishes, wishedPartitions } from './topic-specs.ts'

export interface Setup {
  readonly cluster: KafkaCluster
  readonly registry: TopicRegistry
  readonly limits: KafkaLimits
  readonly file: TopicsFile
  readonly wishes: TopicWishes
  /** False: a missing topic is refused by name. */
  readonly mayCreate: boolean
}

const allTopics = Object.keys(cleanupOf) as Topic[]
const unauthorized: ReadonlySet<number> = new Set([kafkaCode.topicUnauthorized, kafkaCode.clusterUnauthorized])
/** How long new topics may take until all of their partitions have a leader, ms. */
const readyMsMax = 15_000

/** Resolves when all topics are there, led, and fit. Rejects `log-unavailable`, `partitions-changed`, or `format-newer`. */
export async function prepareTopics(setup: Setup): Promise<void> {
  const found = await readyTopics(setup)
  for (const topic of allTopics) checkPartitions(setup, topic, named(setup, found, topic)!)
  await Promise.all(allTopics.map(topic => checkConfig(setup, topic)))
  setup.registry.adopt(found)
}

async function readyTopics(setup: Setup): Promise<readonly TopicMetadata[]> {
  const deadlineMs = performance.now() + readyMsMax
  for (let attempt = 0; ; attempt++) {
    const found = await lookFor(setup)
    const missing = allTopics.filter(topic => named(setup, found, topic)?.error === kafkaCode.unknownTopic)
    if (missing.length === 0 && allTopics.every(topic => isReady(named(setup, found, topic)))) return found
    if (performance.now() > deadlineMs) throw notReady(setup, found)
    if (missing.length > 0 && attempt < 50) await make(setup, missing)
    await pause(retryPauseMs(attempt))
  }
}

async function lookFor({ cluster, registry }: Setup): Promise<readonly TopicMetadata[]> {
  try {
    return (await cluster.metadata(allTopics.map(topic => registry.physical(topic)))).topics
  } catch (error) {
    throw asEventLogError(error, 'opening the log')
  }
}

/** Several processes may make them at once: the first one does, the others find them. */
async function make({ cluster, registry, limits, file, wishes, mayCreate }: Setup, missing: readonly Topic[]): Promise<void> {
  const names = missing.map(topic => registry.physical(topic))
  if (!mayCreate)
    throw new EventLogError('log-unavailable', `the cluster has no topic ${names.join(', ')}, and none is to be made`)
  const wanted = missing.map((topic, i) => newTopic(file, topic, names[i]!, wishes, cluster.size))
  try {
    const outcomes = await cluster.request(
      cluster.controller,
      'metadata',
      'making topics',
      c => c.createTopics(wanted, limits.answerMsMax * 2),
      limits.answerMsMax * 3
    )
    const refused = outcomes.filter(
      ({ error }) => error !== kafkaCode.none && error !== kafkaCode.topicExists && error !== kafkaCode.notController
    )
    if (refused.length > 0)
      throw new EventLogError(
        'log-unavailable',
        `Kafka does not make ${refused.map(({ name, error, message }) => `${name} (${codeName(error)}: ${message ?? 'no reason'})`).join(', ')}`
      )
  } catch (error) {
    if (!isPassing(error)) throw asEventLogError(error, 'making topics')
  }
}

function named({ registry }: Setup, found: readonly TopicMetadata[], topic: Topic): TopicMetadata | undefined {
  return found.find(({ name }) => name === registry.physical(topic))
}

function isReady(found: TopicMetadata | undefined): boolean {
  return (
    found !== undefined && found.error === 0 && found.partitions.length > 0 && found.partitions.every(({ leader }) => leader >= 0)
  )
}

function notReady(setup: Setup, found: readonly TopicMetadata[]): EventLogError {
  const waiting = allTopics.filter(topic => !isReady(named(setup, found, topic))).map(topic => setup.registry.physical(topic))
  return new EventLogError('log-unavailable', `no broker leads all of ${waiting.join(', ')} after ${readyMsMax} ms`)
}

function checkPartitions({ wishes }: Setup, topic: Topic, found: TopicMetadata): void {
  const wished = wishedPartitions(topic, wishes)
  if (wished !== null && wished !== found.partitions.length)
    throw new EventLogError(
      'partitions-changed',
      `${found.name} was made with ${found.partitions.length} partitions, ${wished} are configured`
    )
}

/** A topic that somebody else made, or changed, may not keep what is written. */
async function checkConfig({ cluster, registry, limits }: Setup, topic: Topic): Promise<void> {
  const name = registry.physical(topic)
  const config = await settingsOf(cluster, name)
  if (config === null) return
  const compacts = config.get('cleanup.policy')?.includes('compact') ?? false
  if (compacts && cleanupOf[topic] !== 'compacted')
    throw new EventLogError('log-unavailable', `${name} is compacted, which removes events: set cleanup.policy=delete`)
  if (cleanupOf[topic] === 'for-ever' && !isUnlimited(config))
    throw new EventLogError(
      'log-unavailable',
      `${name} is kept for ever, and its retention.ms or retention.bytes is limited: set both to -1`
    )
  const largest = Number(config.get('max.message.bytes') ?? 0)
  if (largest < limits.batchBytesMax + batchOverheadBytes)
    throw new EventLogError(
      'log-unavailable',
      `${name} takes batches of ${largest} bytes, ${limits.batchBytesMax} are sent: raise max.message.bytes`
    )
}

/** Null where this process may not see them: a cluster that gives so little is trusted to be set up by somebody. */
async function settingsOf(cluster: KafkaCluster, name: string): Promise<ReadonlyMap<string, string | null> | null> {
  const what = `settings of ${name}`
  try {
    return await cluster.request(cluster.controller, 'metadata', what, c => c.topicConfig(name))
  } catch (error) {
    if (error instanceof KafkaDriverError && unauthorized.has(error.kafkaCode)) return null
    throw asEventLogError(error, what)
  }
}

function isUnlimited(config: ReadonlyMap<string, string | null>): boolean {
  return ['retention.ms', 'retention.bytes'].every(name => (config.get(name) ?? '-1') === '-1')
}
