// Copies one log into another, empty one through the port, record by record, and verifies the
// copy. Positions stay the same. The last record of the copy maps cursors of the old log to the new
// one, so that clients keep their place.

import type { CopiedTopic } from '@tocsin/contracts/record/control-record'
import type { EventLog, NewRecord, PartitionState } from '@tocsin/event-log/port'
import { cleanupOf, type Topic, topics } from '@tocsin/event-log/topics'
import { translateCursor } from '@tocsin/service/projection/epochs'
import { CopyMark } from './copy-mark.ts'
import { checkSource } from './copy-source.ts'
import {
  type CopyOptions,
  type CopyOutcome,
  CopyRefusedError,
  type PartitionCopy,
  type TopicCopy
} from './copy-types.ts'
import { copyPartition } from './partition-copy.ts'
import { SoleMember } from './sole-member.ts'

/**
 * The topics copied, in this order. Control comes last: what it declares is then present. Snapshots
 * are omitted: they contain positions and are rebuilt from the records.
 */
export const copiedTopics = [
  topics.keys,
  topics.incidents,
  topics.assembly,
  topics.alerts,
  topics.deliveries,
  topics.quarantine,
  topics.control
] as const

type States = ReadonlyMap<Topic, readonly PartitionState[]>

/**
 * Copies and verifies. Neither log may be written to by others meanwhile: a source with a running
 * suite, or one that has grown, is refused. After a failure the target is useless: copy again, into
 * an empty log. Rejects with an EventLogError if a log does not answer.
 */
export async function copyLog(options: CopyOptions): Promise<CopyOutcome> {
  return toOutcome(async () => {
    const mark = await CopyMark.between(options.from, options.to, options.clock)
    await checkSource(options.from)
    const sole = await SoleMember.of(options.from)
    try {
      return await new Copy(options, mark, sole).run()
    } finally {
      await sole.leave()
    }
  })
}

/** Null if the source may be copied; ask before creating a target. */
export async function findRefusal(
  from: EventLog
): Promise<(CopyOutcome & { kind: 'refused' }) | null> {
  return toOutcome(async () => {
    await checkSource(from)
    return null
  })
}

async function toOutcome<T>(
  work: () => Promise<T>
): Promise<T | (CopyOutcome & { kind: 'refused' })> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof CopyRefusedError)
      return { kind: 'refused', reason: error.reason, detail: error.message }
    throw error
  }
}

class Copy {
  readonly #options: CopyOptions
  readonly #mark: CopyMark
  readonly #sole: SoleMember
  #source: States = new Map()
  #done = 0
  #total = 0

  constructor(options: CopyOptions, mark: CopyMark, sole: SoleMember) {
    this.#options = options
    this.#mark = mark
    this.#sole = sole
  }

  async run(): Promise<CopyOutcome> {
    await this.#checkTarget()
    this.#checkAlone()
    this.#source = await readStates(this.#options.from)
    for (const states of this.#source.values())
      for (const { start, end } of states) this.#total += 2 * Number(end - start)
    await this.#append(this.#mark.begin())
    const copied: TopicCopy[] = []
    for (const topic of copiedTopics) copied.push(await this.#copyTopic(topic))
    const mapping = await Promise.all(copiedTopics.map(topic => this.#mapPositions(topic)))
    const consumers = await this.#copyConsumers(mapping)
    await this.#checkUnchanged()
    this.#checkAlone()
    await this.#append(this.#mark.end(mapping))
    return { kind: 'copied', topics: copied, mapping, consumers }
  }

  async #checkTarget(): Promise<void> {
    const { from, to } = this.#options
    if (this.#mark.isOneLog)
      throw new CopyRefusedError('same-log', 'the source and the target are one log')
    for (const topic of Object.values(topics)) {
      const [there, here] = [await from.partitionCount(topic), await to.partitionCount(topic)]
      if (there !== here && topic !== topics.snapshots)
        throw new CopyRefusedError(
          'partitions-differ',
          `${topic} has ${there} partitions in the source and ${here} in the target: cursors of clients would become invalid`
        )
      const held = (await to.state(topic)).find(({ end }) => end > 0n)
      if (held !== undefined)
        throw new CopyRefusedError(
          'target-not-empty',
          `${topic}/${held.partition} of the target holds records: give an empty log`
        )
    }
  }

  #checkAlone(): void {
    const group = this.#sole.sharedGroup
    if (group === null) return
    throw new CopyRefusedError(
      'source-in-use',
      `a suite runs on the source (its group ${group} has members): stop it, then copy again into an empty log`
    )
  }

  async #copyTopic(topic: Topic): Promise<TopicCopy> {
    const { onProgress = () => {}, ...options } = this.#options
    const onRecord = () => onProgress(++this.#done, this.#total, `copying ${topic}`)
    const partitions: PartitionCopy[] = []
    for (const source of this.#source.get(topic) ?? []) {
      const begin = firstPosition(topic)
      partitions.push(await copyPartition({ ...options, topic, source, begin, onRecord }))
    }
    return { topic, records: partitions.reduce((sum, p) => sum + p.records, 0), partitions }
  }

  async #checkUnchanged(): Promise<void> {
    for (const [topic, states] of await readStates(this.#options.from))
      for (const { partition, end } of states)
        if (end !== this.#source.get(topic)?.[partition]?.end)
          throw new CopyRefusedError(
            'source-grew',
            `${topic}/${partition} of the source has grown: stop its suite, then copy again into an empty log`
          )
  }

  /**
   * Up to which position of each partition cursors stay valid. In a partition whose first records
   * were removed by retention all positions change.
   */
  async #mapPositions(topic: Topic): Promise<CopiedTopic> {
    const { from, to } = this.#options
    const source = this.#source.get(topic) ?? []
    const ends = source.map(({ start, end }) => String(start === 0n || start === end ? end : 0n))
    const shift = Number(firstPosition(topic))
    return {
      topic,
      from: await from.epoch(topic),
      to: await to.epoch(topic),
      ends: cleanupOf[topic] === 'compacted' ? null : ends,
      partitions: source.length,
      ...(shift === 0 ? {} : { shift })
    }
  }

  /** Consumers continue at their position if it is still valid. Returns those that do. */
  async #copyConsumers(mapping: readonly CopiedTopic[]): Promise<readonly string[]> {
    const { from, to, consumers } = this.#options
    const copied: string[] = []
    for (const { consumer, topic } of consumers) {
      const held = await from.committed(consumer, topic)
      if (held === null) continue
      const translated = translateCursor({ copies: mapping }, held)
      if (translated === held) continue
      await to.commit(consumer, translated)
      copied.push(consumer)
    }
    return copied
  }

  async #append(record: NewRecord): Promise<void> {
    await this.#options.to.append(topics.control, [record])
  }
}

/** In the target's control log the mark of the copy comes first. */
function firstPosition(topic: Topic): bigint {
  return topic === topics.control ? 1n : 0n
}

async function readStates(log: EventLog): Promise<States> {
  const states = new Map<Topic, readonly PartitionState[]>()
  for (const topic of copiedTopics) states.set(topic, await log.state(topic))
  return states
}
