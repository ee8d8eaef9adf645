// Closes the segments of compacted topics that get no more writes. Kafka compacts only closed
// segments, and closes one only on an append: an erased key of a quiet partition would stay on the
// brokers' disks. So a filler is appended: an erasure of an unknown key, which every reader
// ignores. Progress is stored in the log itself, so that it survives restarts. Source: Kafka,
// UnifiedLog.maybeRoll and LogConfig.maxSegmentMs.

import { assignPartition } from '../partitioner.ts'
import type { NewRecord, PartitionState, StoredRecord } from '../port.ts'
import { cleanupOf, type Topic } from '../topics.ts'
import { pause } from './cluster/deadline.ts'
import type { TopicRegistry } from './cluster/topic-registry.ts'
import type { PartitionReader } from './partition-reader.ts'

export interface QuietSegmentsParts {
  readonly registry: TopicRegistry
  readonly reader: PartitionReader
  readonly nowMs: () => number
  /** Of a topic: the age at which Kafka closes a segment when something is appended, ms. */
  readonly segmentMs: (topic: Topic) => Promise<number>
  readonly append: (topic: Topic, record: NewRecord) => Promise<unknown>
}

/**
 * `first` is appended after the last record; once it is older than the maximum age of a segment, so
 * is its segment, and `last` closes that.
 */
type Stage = 'first' | 'last'

const fillerName = 'tocsin.filler'
const idForm = /^tocsin\.filler\/(first|last)\/(\d+)$/
/** Tolerance between our clock and the broker's, ms. */
const clockMarginMs = 60_000
const marginShare = 0.1
const compactedTopics = (Object.keys(cleanupOf) as Topic[]).filter(
  topic => cleanupOf[topic] === 'compacted'
)

export class QuietSegments {
  readonly #parts: QuietSegmentsParts
  readonly #stop = new AbortController()
  /** Ends of partitions at the last check: a partition that grows is not quiet. */
  readonly #ends = new Map<string, bigint>()

  constructor(parts: QuietSegmentsParts) {
    this.#parts = parts
  }

  /**
   * Checks periodically until `close`; the first time after a random delay, so that processes that
   * start together do not check together.
   */
  async run(everyMs: number): Promise<void> {
    const { signal } = this.#stop
    for (let waitMs = Math.random() * everyMs; !signal.aborted; waitMs = everyMs) {
      await pause(waitMs, signal)
      if (signal.aborted || this.#parts.registry.failure !== null) return
      // The error shows in the log's health; the next check repeats what failed.
      for (const topic of compactedTopics) await this.#look(topic).catch(() => {})
    }
  }

  close(): void {
    this.#stop.abort()
  }

  async #look(topic: Topic): Promise<void> {
    const segmentMs = await this.#parts.segmentMs(topic)
    for (const state of await this.#parts.reader.state(topic)) {
      if (this.#stop.signal.aborted) return
      const place = `${topic}/${state.partition}`
      const isQuiet = this.#ends.get(place) === state.end
      this.#ends.set(place, state.end)
      if (isQuiet && state.end > state.start) await this.#fill(topic, state, segmentMs)
    }
  }

  async #fill(topic: Topic, { partition, end }: PartitionState, segmentMs: number): Promise<void> {
    const page = await this.#parts.reader.read(topic, partition, end - 1n, {
      recordsMax: 1,
      bytesMax: 1
    })
    const last = page.records[0]
    // If the last record was compacted away, its segment was closed.
    if (last === undefined || page.end !== end) return
    const nowMs = this.#parts.nowMs()
    const stage = stageAfter(last, nowMs, segmentMs)
    if (stage === null) return
    const count = this.#parts.registry.known(topic).partitions
    const id = `${fillerName}/${stage}/${nowMs}`
    await this.#parts.append(topic, {
      id,
      key: makeFillerKey(topic, partition, count),
      value: null
    })
  }
}

/** The filler that is due after a partition's last record; null if none is due. Pure. */
export function stageAfter(
  last: Pick<StoredRecord, 'id'>,
  nowMs: number,
  segmentMs: number
): Stage | null {
  const [, stage, writtenMs] = idForm.exec(last.id) ?? []
  if (stage === undefined) return 'first'
  const marginMs = Math.min(segmentMs * marginShare, clockMarginMs)
  return stage === 'first' && nowMs - Number(writtenMs) > segmentMs + marginMs ? 'last' : null
}

/** A key of a partition that no record uses. Pure. */
export function makeFillerKey(topic: Topic, partition: number, count: number): string {
  for (let n = 0; ; n++) {
    const key = `${fillerName}-${n}`
    if (assignPartition(topic, key, count) === partition) return key
  }
}
