// Options and results of a log copy. Plain data.

import type { CopiedTopic } from '@tocsin/contracts/record/control-record'
import type { Clock } from '@tocsin/domain/ports'
import type { EventLog } from '@tocsin/event-log/port'
import type { Topic } from '@tocsin/event-log/topics'

export interface CopyOptions {
  readonly from: EventLog
  readonly to: EventLog
  readonly clock: Clock
  /** Consumers whose positions are copied. */
  readonly consumers: readonly { readonly consumer: string; readonly topic: Topic }[]
  /** Maximum records per append. Default 500. */
  readonly batchRecordsMax?: number
  readonly onProgress?: (done: number, total: number, where: string) => void
}

export interface PartitionCopy {
  readonly partition: number
  readonly records: number
  /** Over the copied records of the source, and over the records of the target, in order; hex. */
  readonly sha256From: string
  readonly sha256To: string
}

export interface TopicCopy {
  readonly topic: string
  readonly records: number
  readonly partitions: readonly PartitionCopy[]
}

export type CopyRefusal =
  | 'same-log'
  | 'partitions-differ'
  | 'target-not-empty'
  | 'target-differs'
  /** The source was written to during the copy, or a suite runs on it. */
  | 'source-grew'
  | 'source-in-use'
  /** The source is part of another log, or one of its topics was recreated. */
  | 'source-unfinished'
  | 'source-replaced'
  /** Partitions were added to a topic of the source: keys are in the wrong partition. */
  | 'keys-displaced'

export type CopyOutcome =
  | {
      readonly kind: 'copied'
      readonly topics: readonly TopicCopy[]
      /** As written to the target's control log. */
      readonly mapping: readonly CopiedTopic[]
      readonly consumers: readonly string[]
    }
  | { readonly kind: 'refused'; readonly reason: CopyRefusal; readonly detail: string }

/** Ends a copy that can't continue, with the reason. */
export class CopyRefusedError extends Error {
  override readonly name = 'CopyRefusedError'
  readonly reason: CopyRefusal

  constructor(reason: CopyRefusal, message: string) {
    super(message)
    this.reason = reason
  }
}
