// Limits and deadlines of the Kafka log, with defaults and what happens beyond them.

import { defaultRecordLimits, type RecordLimits } from '../../record-limits.ts'

export interface KafkaLimits extends RecordLimits {
  /** Records that may wait or be in flight, over all topics. Beyond: `append-overloaded`. */
  readonly waitingRecordsMax: number
  /** Bytes that may wait or be in flight, over all topics. Beyond: `append-overloaded`. */
  readonly waitingBytesMax: number
  /**
   * Bytes of a batch in one partition: less than the topic's `max.message.bytes`. A larger call
   * is split into several batches.
   */
  readonly batchBytesMax: number
  /** Bytes of all batches in one request. */
  readonly requestBytesMax: number
  /** Bytes that a broker returns in one answer, over all partitions of a tail. */
  readonly fetchBytesMax: number
  /** How long an append may wait to be sent, ms. Beyond: `log-unavailable`; it was not sent. */
  readonly appendMsMax: number
  /**
   * How long an answer may take, ms. Beyond: the connection is closed; an append rejects with
   * `append-unknown`, other requests are retried.
   */
  readonly answerMsMax: number
  readonly connectMsMax: number
  /** How long reads, cursors and offsets are retried, ms. Beyond: `log-unavailable`. */
  readonly retryMsMax: number
  /** Interval of checks of topic ids and partition counts, ms. */
  readonly guardMs: number
  /** Delay before a missing topic is looked up again; then the log counts as damaged, ms. */
  readonly recheckMs: number
  /** How long a broker delays a fetch without records, ms. */
  readonly longPollMs: number
  /**
   * How long a tail may receive no record although there are records, ms. Beyond: its connection is
   * replaced; after twice that time `log-unavailable`.
   */
  readonly stuckMsMax: number
  /**
   * A member without heartbeats for this time loses its partitions, ms. Kafka allows 6,000 to
   * 1,800,000.
   */
  readonly sessionMs: number
  /**
   * Interval of checks of compacted partitions for segments that no broker closes, ms. A partition
   * is quiet if two checks find the same end.
   */
  readonly quietLookMs: number
}

export const defaultKafkaLimits: KafkaLimits = {
  ...defaultRecordLimits,
  waitingRecordsMax: 50_000,
  waitingBytesMax: 64 * 1024 * 1024,
  batchBytesMax: 1536 * 1024,
  requestBytesMax: 8 * 1024 * 1024,
  fetchBytesMax: 8 * 1024 * 1024,
  appendMsMax: 5_000,
  answerMsMax: 5_000,
  connectMsMax: 3_000,
  retryMsMax: 5_000,
  guardMs: 1_000,
  recheckMs: 1_000,
  longPollMs: 500,
  stuckMsMax: 10_000,
  sessionMs: 10_000,
  quietLookMs: 30 * 60_000
}
