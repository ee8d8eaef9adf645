// The meaning of Kafka's error codes for the log. Source: Kafka documentation, "Error codes". Only
// codes that affect a decision are named.

import { KafkaDriverError, type TopicRight } from '../driver/driver.ts'

export const kafkaCode = {
  none: 0,
  offsetOutOfRange: 1,
  corruptMessage: 2,
  unknownTopic: 3,
  leaderNotAvailable: 5,
  messageTooLarge: 10,
  illegalGeneration: 22,
  unknownMember: 25,
  rebalanceInProgress: 27,
  topicUnauthorized: 29,
  groupUnauthorized: 30,
  clusterUnauthorized: 31,
  topicExists: 36,
  notController: 41,
  memberIdRequired: 79,
  fencedInstance: 82
} as const

const names: Readonly<Record<number, string>> = {
  [-1]: 'UNKNOWN_SERVER_ERROR',
  1: 'OFFSET_OUT_OF_RANGE',
  2: 'CORRUPT_MESSAGE',
  3: 'UNKNOWN_TOPIC_OR_PARTITION',
  5: 'LEADER_NOT_AVAILABLE',
  6: 'NOT_LEADER_OR_FOLLOWER',
  7: 'REQUEST_TIMED_OUT',
  8: 'BROKER_NOT_AVAILABLE',
  9: 'REPLICA_NOT_AVAILABLE',
  10: 'MESSAGE_TOO_LARGE',
  14: 'COORDINATOR_LOAD_IN_PROGRESS',
  15: 'COORDINATOR_NOT_AVAILABLE',
  16: 'NOT_COORDINATOR',
  19: 'NOT_ENOUGH_REPLICAS',
  20: 'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  22: 'ILLEGAL_GENERATION',
  25: 'UNKNOWN_MEMBER_ID',
  27: 'REBALANCE_IN_PROGRESS',
  29: 'TOPIC_AUTHORIZATION_FAILED',
  30: 'GROUP_AUTHORIZATION_FAILED',
  31: 'CLUSTER_AUTHORIZATION_FAILED',
  32: 'INVALID_TIMESTAMP',
  36: 'TOPIC_ALREADY_EXISTS',
  37: 'INVALID_PARTITIONS',
  38: 'INVALID_REPLICATION_FACTOR',
  40: 'INVALID_CONFIG',
  41: 'NOT_CONTROLLER',
  44: 'POLICY_VIOLATION',
  56: 'KAFKA_STORAGE_ERROR',
  74: 'FENCED_LEADER_EPOCH',
  75: 'UNKNOWN_LEADER_EPOCH',
  78: 'OFFSET_NOT_AVAILABLE',
  89: 'THROTTLING_QUOTA_EXCEEDED',
  100: 'UNKNOWN_TOPIC_ID',
  103: 'INCONSISTENT_TOPIC_ID'
}

/** Name of a code, for messages. */
export function getCodeName(code: number): string {
  return names[code] ?? `error ${code}`
}

/** What to do about a refusal that a right would prevent; null for any other code. Pure. */
export function describeMissingRight(code: number): string | null {
  if (code === kafkaCode.topicUnauthorized)
    return 'the Kafka user may not do this with the topic: give it READ, WRITE and DESCRIBE on our topics'
  if (code === kafkaCode.groupUnauthorized)
    return 'the Kafka user may not READ the group: give it READ on our groups'
  return code === kafkaCode.clusterUnauthorized
    ? 'the Kafka user may not do this with the cluster'
    : null
}

/** One sentence about a right that our user lacks. Pure. */
export function formatMissingRight(
  right: 'CREATE' | TopicRight,
  topics: readonly string[]
): string {
  return `the Kafka user may not ${right} the topics ${topics.join(', ')}: give it that right`
}

/** The broker did not act, and a retry, perhaps at another broker, may succeed. */
const passing: ReadonlySet<number> = new Set([
  3, 5, 6, 8, 9, 13, 14, 15, 16, 19, 41, 56, 74, 75, 78, 89, 100, 103
])
/** The request may have been carried out. */
const uncertain: ReadonlySet<number> = new Set([-1, 7, 13, 20, 56])
/**
 * The broker does not lead the partition, or no longer has it. It may notice that only after it
 * appended a batch, while waiting for the replicas. Source: Kafka, DelayedProduce and
 * Partition.checkEnoughReplicasReachOffset. (19 is returned before anything is appended.)
 */
const movedAway: ReadonlySet<number> = new Set([3, 6, 100, 103])

/**
 * True if a retry at the current leader may succeed; for requests that only read or are
 * idempotent.
 */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof KafkaDriverError)) return false
  if (error.kind === 'auth-failed') return false
  if (error.kind !== 'broker') return true
  return passing.has(error.kafkaCode) || uncertain.has(error.kafkaCode)
}

/**
 * Outcome of a batch answered with this code. A full disk may be noticed after the bytes were
 * written, so it is uncertain. `moved`: it may be written; retry at the current leader.
 */
export function classifyBatchCode(
  code: number
): 'written' | 'not-written' | 'moved' | 'uncertain' | 'refused' {
  if (code === kafkaCode.none) return 'written'
  if (uncertain.has(code)) return 'uncertain'
  if (movedAway.has(code)) return 'moved'
  return passing.has(code) ? 'not-written' : 'refused'
}

/** A code as a driver error, for callers that decide by driver errors. */
export function asBrokerError(code: number, what: string): KafkaDriverError {
  return new KafkaDriverError('broker', `${what}: ${getCodeName(code)}`, { kafkaCode: code })
}
