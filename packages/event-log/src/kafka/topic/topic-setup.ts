// Getting the topics ready when the log is opened: made if the log is to begin, waited for, and looked at (topic-check.ts). A log that has begun is never
// completed: a topic that it lacks had records.

import { EventLogError } from '../../errors.ts'
import { retry } from '../../retry.ts'
import { systemClock } from '../../system-clock.ts'
import { cleanupOf, type Topic } from '../../topics.ts'
import { pause, retryPauseMs } from '../cluster/deadline.ts'
import type { KafkaCluster } from '../cluster/kafka-cluster.ts'
import { asBrokerError, codeName, isPassing, kafkaCode } from '../cluster/kafka-codes.ts'
import type { KafkaLimits } from '../cluster/kafka-limits.ts'
import { asEventLogError } from '../cluster/retrying.ts'
import type { TopicRegistry } from '../cluster/topic-registry.ts'
import { KafkaDriverError, type TopicMetadata } from '../driver/driver.ts'
import { batchOverheadBytes } from '../record/record-batch.ts'
import { checkTopic, copiesWarning, type FoundTopic } from './topic-check.ts'
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
/** How long after the first look a topic is looked for again before its log is said to have lost it, ms. */
const secondLookMs = 1_000

/**
 * Resolves when all topics are there, led, and fit: with what is to be warned of. Rejects `log-unavailable`, `log-replaced` for a log that has lost a topic,
 * `partitions-changed`, `config-invalid`, or `format-newer`.
 */
export async function prepareTopics(setup: Setup): Promise<readonly string[]> {
  const { registry, file, wishes, cluster } = setup
  const metadata = await readyTopics(setup)
  const found = allTopics.map(topic => ({ topic, metadata: named(setup, metadata, topic)! }))
  for (const each of found) checkPartitions(setup, each.topic, each.metadata)
  await Promise.all(found.map(each => checkConfig(setup, each)))
  registry.adopt(metadata)
  const warning = copiesWarning(found, file, wishes, cluster.size)
  return warning === null ? [] : [warning]
}

async function readyTopics(setup: Setup): Promise<readonly TopicMetadata[]> {
  const deadlineMs = performance.now() + readyMsMax
  for (let attempt = 0; ; attempt++) {
    const found = await lookFor(setup)
    const missing = allTopics.filter(topic => named(setup, found, topic)?.error === kafkaCode.unknownTopic)
    const there = allTopics.filter(topic => !missing.includes(topic))
    const areLed = there.every(topic => isReady(named(setup, found, topic)))
    if (missing.length === 0 && areLed) return found
    if (performance.now() > deadlineMs) throw notReady(setup, found)
    if (missing.length > 0 && areLed && (await mayBegin(setup, found, there, missing))) await make(setup, missing)
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

/**
 * Whether what is missing may be made: nothing was written to any other topic, so that whoever was making them was interrupted. False while that can't be
 * told. Rejects `log-replaced` when there are records: then the missing one had some, and an empty one in its place would be a loss that nobody sees.
 */
async function mayBegin(
  setup: Setup,
  found: readonly TopicMetadata[],
  there: readonly Topic[],
  missing: readonly Topic[]
): Promise<boolean> {
  const written: string[] = []
  try {
    for (const topic of there)
      if (await hasRecords(setup, named(setup, found, topic)!)) written.push(setup.registry.physical(topic))
  } catch (error) {
    if (!isPassing(error)) throw asEventLogError(error, 'opening the log')
    return false
  }
  if (written.length === 0) return true
  // Another process may have made it, and written, since we looked; and brokers learn one after the other.
  if (!(await areStillMissing(setup, missing))) return false
  const names = missing.map(topic => setup.registry.physical(topic)).join(', ')
  throw new EventLogError(
    'log-replaced',
    `the cluster has no topic ${names}, and there are records in ${written.join(', ')}: somebody deleted a part of this log. ` +
      'It is not made anew, because an empty topic would hide what is lost. Bring the cluster back from a backup, ' +
      'or begin another log under another kafka.prefix and copy into it what there is'
  )
}

async function areStillMissing(setup: Setup, missing: readonly Topic[]): Promise<boolean> {
  await pause(secondLookMs)
  const found = await lookFor(setup)
  return missing.some(topic => named(setup, found, topic)?.error === kafkaCode.unknownTopic)
}

/** Also those that were removed since: the end of a partition never goes back. */
async function hasRecords({ cluster }: Setup, { name, partitions }: TopicMetadata): Promise<boolean> {
  const what = `positions of ${name}`
  for (const [node, led] of Map.groupBy(partitions, ({ leader }) => leader)) {
    const asked = led.map(({ partition }) => partition)
    for (const { error, position } of await cluster.request(node, 'metadata', what, c => c.listOffsets(name, asked, 'latest'))) {
      if (error !== 0) throw asBrokerError(error, what)
      if (position > 0n) return true
    }
  }
  return false
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
async function checkConfig({ cluster, limits }: Setup, found: FoundTopic): Promise<void> {
  const config = await settingsOf(cluster, found.metadata.name)
  if (config !== null) checkTopic(found, config, limits.batchBytesMax + batchOverheadBytes)
}

/**
 * Null where this process may not see them: a cluster that gives so little is trusted to be set up by somebody. A broker that has not yet heard of a topic
 * that others lead already is asked again.
 */
export async function settingsOf(cluster: KafkaCluster, name: string): Promise<ReadonlyMap<string, string | null> | null> {
  const what = `settings of ${name}`
  const ask = () => cluster.request(cluster.controller, 'metadata', what, c => c.topicConfig(name))
  try {
    return await retry(ask, {
      clock: systemClock,
      untilMs: systemClock.monotonicMs() + readyMsMax,
      isTransient: error => codeOf(error) === kafkaCode.unknownTopic,
      waitMs: retryPauseMs
    })
  } catch (error) {
    if (unauthorized.has(codeOf(error))) return null
    throw asEventLogError(error, what)
  }
}

function codeOf(error: unknown): number {
  return error instanceof KafkaDriverError ? error.kafkaCode : kafkaCode.none
}
