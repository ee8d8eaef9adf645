// What a copy of a log is told, and what it found. Data alone.

import type { CopiedTopic } from '@tocsin/domain/control/control-record'
import type { Clock } from '@tocsin/domain/ports'
import type { EventLog } from '@tocsin/event-log/port'
import type { Topic } from '@tocsin/event-log/topics'

export interface CopyOptions {
  readonly from: EventLog
  readonly to: EventLog
  readonly clock: Clock
  /** Consumers whose positions go along. */
  readonly consumers: readonly { readonly consumer: string; readonly topic: Topic }[]
  /** Whether the target may have other numbers of partitions: keys then lie elsewhere, and cursors of the source lose their meaning. */
  readonly repartition?: boolean
  /** Records of one append at most. Default 500. */
  readonly batchRecordsMax?: number
  readonly onProgress?: (done: number, total: number, where: string) => void
}

export interface PartitionCopy {
  readonly partition: number
  readonly records: number
  /** Over what the source holds for this partition, with places as they are in the target, and over what the target holds, in order; hex. */
  readonly sha256From: string
  readonly sha256To: string
}

export interface TopicCopy {
  readonly topic: string
  readonly records: number
  /** Records of the source that stood there again: the first of each id is copied. */
  readonly dropped: number
  /** Records that stand in the target again, after an append that was in doubt: readers take the first. */
  readonly repeated: number
  readonly partitions: readonly PartitionCopy[]
}

export type CopyRefusal =
  | 'same-log'
  | 'partitions-differ'
  | 'target-not-empty'
  | 'target-differs'
  /** Somebody wrote to the source meanwhile, or a suite runs on it. */
  | 'source-grew'
  | 'source-in-use'
  /** The source is a part of another log, or a topic of it was made anew. */
  | 'source-unfinished'
  | 'source-replaced'
  /** Partitions were added to a topic of the source: keys lie where they do not belong. */
  | 'keys-displaced'

export type CopyOutcome =
  | {
      readonly kind: 'copied'
      /** False where the whole copy stood there already. */
      readonly wrote: boolean
      readonly topics: readonly TopicCopy[]
      /** As written to the target's control log. */
      readonly mapping: readonly CopiedTopic[]
      readonly consumers: readonly string[]
    }
  | { readonly kind: 'refused'; readonly reason: CopyRefusal; readonly detail: string }

/** Ends a copy that can't go on, with the reason. */
export class CopyRefusedError extends Error {
  override readonly name = 'CopyRefusedError'
  readonly reason: CopyRefusal

  constructor(reason: CopyRefusal, message: string) {
    super(message)
    this.reason = reason
  }
}
