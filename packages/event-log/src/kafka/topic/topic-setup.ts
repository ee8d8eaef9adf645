// Prepares the topics when the log is opened: creates them for a new log, waits for leaders, and
// checks them (topic-check.ts). A log that has records is never completed: a missing topic had
// records too.

import { EventLogError } from '../../errors.ts'
import { retry } from '../../retry.ts'
import { systemClock } from '../../system-clock.ts'
import { cleanupOf, type Topic } from '../../topics.ts'
import { computeBackoffMs, pause } from '../cluster/deadline.ts'
import type { KafkaCluster } from '../cluster/kafka-cluster.ts'
import {
  asBrokerError,
  formatMissingRight,
  getCodeName,
  isPassing,
  kafkaCode
} from '../cluster/kafka-codes.ts'
import type { KafkaLimits } from '../cluster/kafka-limits.ts'
import { asEventLogError } from '../cluster/retrying.ts'
import type { TopicRegistry } from '../cluster/topic-registry.ts'
import { KafkaDriverError, type TopicMetadata } from '../driver/driver.ts'
import { batchOverheadBytes } from '../record/record-batch.ts'
import { checkTopic, describeCopies, type FoundTopic } from './topic-check.ts'
import { getWishedPartitions, newTopic, type TopicsFile, type TopicWishes } from './topic-specs.ts'

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
const unauthorized: ReadonlySet<number> = new Set([
  kafkaCode.topicUnauthorized,
  kafkaCode.clusterUnauthorized
])
/** How long new topics may take until every partition has a leader, ms. */
const readyMsMax = 15_000

/**
 * Resolves with warnings when all topics exist, have leaders, and pass the checks. Rejects
 * `log-unavailable`, `log-replaced` for a log that has lost a topic, `partitions-changed`,
 * `config-invalid`, or `format-newer`.
 */
export async function prepareTopics(setup: Setup): Promise<readonly string[]> {
  const { registry, file, wishes, cluster } = setup
  const metadata = await awaitTopics(setup)
  const found = allTopics.map(topic => ({ topic, metadata: named(setup, metadata, topic)! }))
  for (const each of found) checkPartitions(setup, each.topic, each.metadata)
  await Promise.all(found.map(each => checkConfig(setup, each)))
  registry.adopt(metadata)
  const warning = describeCopies(found, file, wishes, cluster.size)
  return warning === null ? [] : [warning]
}

async function awaitTopics(setup: Setup): Promise<readonly TopicMetadata[]> {
  const deadlineMs = performance.now() + readyMsMax
  for (let attempt = 0; ; attempt++) {
    const found = await lookFor(setup)
    const hidden = found.filter(({ error }) => unauthorized.has(error))
    if (hidden.length > 0) throw refuseForRight('DESCRIBE', hidden)
    const missing = allTopics.filter(
      topic => named(setup, found, topic)?.error === kafkaCode.unknownTopic
    )
    const there = allTopics.filter(topic => !missing.includes(topic))
    const areLed = there.every(topic => isReady(named(setup, found, topic)))
    if (missing.length === 0 && areLed) return found
    if (performance.now() > deadlineMs) throw notReady(setup, found)
    if (missing.length > 0 && areLed && (await mayBegin(setup, found, there, missing)))
      await make(setup, missing)
    await pause(computeBackoffMs(attempt))
  }
}

function refuseForRight(
  right: 'CREATE' | 'DESCRIBE',
  refused: readonly { readonly name: string }[],
  otherwise = ''
): EventLogError {
  const names = refused.map(({ name }) => name)
  return new EventLogError('config-invalid', `${formatMissingRight(right, names)}${otherwise}`)
}

async function lookFor({ cluster, registry }: Setup): Promise<readonly TopicMetadata[]> {
  try {
    return (await cluster.metadata(allTopics.map(topic => registry.physical(topic)))).topics
  } catch (error) {
    throw asEventLogError(error, 'opening the log')
  }
}

/**
 * Whether missing topics may be created: only if no other topic has had a record, so that creation
 * was interrupted. False while that is unknown. Rejects `log-replaced` if there are records: then
 * the missing topic had some too, and an empty one in its place would hide the loss.
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
      if (await hasRecords(setup, named(setup, found, topic)!))
        written.push(setup.registry.physical(topic))
  } catch (error) {
    if (!isPassing(error)) throw asEventLogError(error, 'opening the log')
    return false
  }
  if (written.length === 0) return true
  // Another process may have created it, and written, in the meantime; and brokers learn of topics
  // one after another.
  if (!(await areStillMissing(setup, missing))) return false
  const names = missing.map(topic => setup.registry.physical(topic)).join(', ')
  throw new EventLogError(
    'log-replaced',
    `the cluster has no topic ${names}, and there are records in ${written.join(', ')}: a part of this log was deleted. ` +
      'It is not created again, because an empty topic would hide the loss. Restore the cluster from a backup, ' +
      'or start a new log under another kafka.prefix and copy the remaining records into it'
  )
}

async function areStillMissing(setup: Setup, missing: readonly Topic[]): Promise<boolean> {
  await pause(setup.limits.recheckMs)
  const found = await lookFor(setup)
  return missing.some(topic => named(setup, found, topic)?.error === kafkaCode.unknownTopic)
}

/** Counts records that were removed since: the end of a partition never decreases. */
async function hasRecords(
  { cluster }: Setup,
  { name, partitions }: TopicMetadata
): Promise<boolean> {
  const what = `positions of ${name}`
  for (const [node, led] of Map.groupBy(partitions, ({ leader }) => leader)) {
    const asked = led.map(({ partition }) => partition)
    for (const { error, position } of await cluster.request(node, 'metadata', what, c =>
      c.listOffsets(name, asked, 'latest')
    )) {
      if (error !== 0) throw asBrokerError(error, what)
      if (position > 0n) return true
    }
  }
  return false
}

/** Several processes may do this at the same time: one creates the topics, the others find them. */
async function make(
  { cluster, registry, limits, file, wishes, mayCreate }: Setup,
  missing: readonly Topic[]
): Promise<void> {
  const names = missing.map(topic => registry.physical(topic))
  if (!mayCreate)
    throw new EventLogError(
      'log-unavailable',
      `the cluster has no topic ${names.join(', ')}, and topics must not be created`
    )
  const wanted = missing.map((topic, i) => newTopic(file, topic, names[i]!, wishes, cluster.size))
  try {
    const outcomes = await cluster.request(
      cluster.controller,
      'metadata',
      'creating topics',
      c => c.createTopics(wanted, limits.answerMsMax * 2),
      limits.answerMsMax * 3
    )
    const refused = outcomes.filter(
      ({ error }) =>
        error !== kafkaCode.none &&
        error !== kafkaCode.topicExists &&
        error !== kafkaCode.notController
    )
    const forbidden = refused.filter(({ error }) => unauthorized.has(error))
    if (forbidden.length > 0)
      throw refuseForRight('CREATE', forbidden, ', or make them from infra/kafka/topics.json')
    if (refused.length > 0)
      throw new EventLogError(
        'log-unavailable',
        `Kafka does not create ${refused.map(({ name, error, message }) => `${name} (${getCodeName(error)}: ${message ?? 'no reason'})`).join(', ')}`
      )
  } catch (error) {
    if (!isPassing(error)) throw asEventLogError(error, 'creating topics')
  }
}

function named(
  { registry }: Setup,
  found: readonly TopicMetadata[],
  topic: Topic
): TopicMetadata | undefined {
  return found.find(({ name }) => name === registry.physical(topic))
}

function isReady(found: TopicMetadata | undefined): boolean {
  return (
    found !== undefined &&
    found.error === 0 &&
    found.partitions.length > 0 &&
    found.partitions.every(({ leader }) => leader >= 0)
  )
}

function notReady(setup: Setup, found: readonly TopicMetadata[]): EventLogError {
  const waiting = allTopics
    .filter(topic => !isReady(named(setup, found, topic)))
    .map(topic => setup.registry.physical(topic))
  return new EventLogError(
    'log-unavailable',
    `some partitions of ${waiting.join(', ')} have no leader after ${readyMsMax} ms`
  )
}

function checkPartitions({ wishes }: Setup, topic: Topic, found: TopicMetadata): void {
  const wished = getWishedPartitions(topic, wishes)
  if (wished !== null && wished !== found.partitions.length)
    throw new EventLogError(
      'partitions-changed',
      `${found.name} was created with ${found.partitions.length} partitions, ${wished} are configured`
    )
}

/** A topic that somebody else created or changed may have settings that delete records. */
async function checkConfig({ cluster, limits }: Setup, found: FoundTopic): Promise<void> {
  const config = await makeSettings(cluster, found.metadata.name)
  if (config !== null) checkTopic(found, config, limits.batchBytesMax + batchOverheadBytes)
}

/**
 * Null if this process may not read the settings: a cluster with such restricted rights is assumed
 * to be set up properly. A broker that does not know a topic yet is asked again.
 */
export async function makeSettings(
  cluster: KafkaCluster,
  name: string
): Promise<ReadonlyMap<string, string | null> | null> {
  const what = `settings of ${name}`
  const ask = () => cluster.request(cluster.controller, 'metadata', what, c => c.topicConfig(name))
  try {
    return await retry(ask, {
      clock: systemClock,
      untilMs: systemClock.monotonicMs() + readyMsMax,
      isTransient: error => getErrorCode(error) === kafkaCode.unknownTopic,
      waitMs: computeBackoffMs
    })
  } catch (error) {
    if (unauthorized.has(getErrorCode(error))) return null
    throw asEventLogError(error, what)
  }
}

function getErrorCode(error: unknown): number {
  return error instanceof KafkaDriverError ? error.kafkaCode : kafkaCode.none
}
