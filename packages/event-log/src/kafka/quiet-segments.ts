// Closing the segments of compacted topics to which nobody writes any more. Kafka compacts a segment only when it is closed, and closes one only when
// something is appended: an erased key of a quiet partition would stay on the brokers' disks. So a filler is appended: an erasure of a key that nobody
// has, which every reader passes over. How far that has gone stands in the log itself, so it goes on after a restart, whoever does it.
// Source: Kafka, UnifiedLog.maybeRoll and LogConfig.maxSegmentMs.

import { partitionIn } from '../partitioner.ts'
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
 * `first` stands behind what was written last; once it is older than a segment may become, so is the segment that holds it, and `last` closes that one.
 */
type Stage = 'first' | 'last'

const fillerName = 'tocsin.filler'
const idForm = /^tocsin\.filler\/(first|last)\/(\d+)$/
/** Between two clocks, ours and the broker's, ms. */
const clockMarginMs = 60_000
const marginShare = 0.1
const compactedTopics = (Object.keys(cleanupOf) as Topic[]).filter(topic => cleanupOf[topic] === 'compacted')

export class QuietSegments {
  readonly #parts: QuietSegmentsParts
  readonly #stop = new AbortController()
  /** Where each partition ended at the last look: one that goes on is not quiet. */
  readonly #ends = new Map<string, bigint>()

  constructor(parts: QuietSegmentsParts) {
    this.#parts = parts
  }

  /** Looks every so often, until `close`; the first time somewhen in that time, so that processes that start together do not look together. */
  async run(everyMs: number): Promise<void> {
    const { signal } = this.#stop
    for (let waitMs = Math.random() * everyMs; !signal.aborted; waitMs = everyMs) {
      await pause(waitMs, signal)
      if (signal.aborted || this.#parts.registry.failure !== null) return
      // What went wrong is in the log's health; the next look does what this one did not.
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
    const page = await this.#parts.reader.read(topic, partition, end - 1n, { recordsMax: 1, bytesMax: 1 })
    const last = page.records[0]
    // Where the last record is compacted away its segment was closed.
    if (last === undefined || page.end !== end) return
    const nowMs = this.#parts.nowMs()
    const stage = stageAfter(last, nowMs, segmentMs)
    if (stage === null) return
    const count = this.#parts.registry.view(topic).partitions
    const id = `${fillerName}/${stage}/${nowMs}`
    await this.#parts.append(topic, { id, key: fillerKey(topic, partition, count), value: null })
  }
}

/** The filler that is due behind a partition's last record; null when none is, now or ever. Pure. */
export function stageAfter(last: Pick<StoredRecord, 'id'>, nowMs: number, segmentMs: number): Stage | null {
  const [, stage, writtenMs] = idForm.exec(last.id) ?? []
  if (stage === undefined) return 'first'
  const marginMs = Math.min(segmentMs * marginShare, clockMarginMs)
  return stage === 'first' && nowMs - Number(writtenMs) > segmentMs + marginMs ? 'last' : null
}

/** A key of a partition that is no key of anything. Pure. */
export function fillerKey(topic: Topic, partition: number, count: number): string {
  for (let n = 0; ; n++) {
    const key = `${fillerName}-${n}`
    if (partitionIn(topic, key, count) === partition) return key
  }
}
