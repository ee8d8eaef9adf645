// The limits and deadlines of the Kafka log, with their defaults and what happens at them.

import { defaultRecordLimits, type RecordLimits } from '../../record-limits.ts'

export interface KafkaLimits extends RecordLimits {
  /** Records that may wait or be under way, over all topics. Full: `append-overloaded`. */
  readonly waitingRecordsMax: number
  /** Bytes that may wait or be under way, over all topics. Full: `append-overloaded`. */
  readonly waitingBytesMax: number
  /** Bytes of one batch in one partition: below the topic's `max.message.bytes`. A call is cut into several when it is larger. */
  readonly batchBytesMax: number
  /** Bytes of all batches of one request. */
  readonly requestBytesMax: number
  /** Bytes that a broker hands out at once, over all partitions of a tail. */
  readonly fetchBytesMax: number
  /** How long an append may wait to be sent, ms. Then `log-unavailable`: nothing was sent. */
  readonly appendMsMax: number
  /** How long an answer may take, ms. Then the connection is given up: `append-unknown` for an append; else it is asked anew. */
  readonly answerMsMax: number
  readonly connectMsMax: number
  /** How long reading, cursors and offsets are tried again before they reject with `log-unavailable`, ms. */
  readonly retryMsMax: number
  /** How often topic ids and partition counts are looked at, ms. */
  readonly guardMs: number
  /** How long a broker holds a fetch when nothing is there, ms. */
  readonly longPollMs: number
  /** How long a tail may get nothing although there is something, ms: then its connection is made anew; after twice that `log-unavailable`. */
  readonly stuckMsMax: number
  /** A member that is silent for so long loses its part, ms. Kafka allows 6,000 to 1,800,000. */
  readonly sessionMs: number
  /** How often partitions of compacted topics are looked at for segments that nobody closes, ms. One is quiet when two looks find the same end. */
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
  longPollMs: 500,
  stuckMsMax: 10_000,
  sessionMs: 10_000,
  quietLookMs: 30 * 60_000
}
