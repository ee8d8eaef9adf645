// Copies one log into another through the port: record by record, verified, resuming after an
// interruption. The last record of the copy maps cursors of the old log to the new one, so that
// clients keep their place.

import type { CopiedTopic } from '@tocsin/domain/control/control-record'
import { EventLogError } from '@tocsin/event-log/errors'
import type {
  EventLog,
  NewRecord,
  PartitionState,
  RecordPlace,
  StoredRecord
} from '@tocsin/event-log/port'
import { backoffMs, isRetryable } from '@tocsin/event-log/retry'
import { cleanupOf, type Topic, topics } from '@tocsin/event-log/topics'
import { translateCursor } from '@tocsin/service-kit/projection/copied-cursor'
import { CompactedWalk } from './compacted-copy.ts'
import { CopyMark } from './copy-mark.ts'
import { checkSource } from './copy-source.ts'
import {
  type CopyOptions,
  type CopyOutcome,
  CopyRefusedError,
  type TopicCopy
} from './copy-types.ts'
import { MovedPositions } from './moved-positions.ts'
import { OrderedWalk } from './ordered-copy.ts'
import { placeOf } from './record-reader.ts'
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

/**
 * Attempts per batch before the copy fails, and the delay before the target is checked after an
 * uncertain append, ms.
 */
const attemptsMax = 15
const settleMs = 1_000

type States = ReadonlyMap<Topic, readonly PartitionState[]>

/**
 * Copies and verifies. Neither log may be written to by others meanwhile: a source with a running
 * suite, or one that has grown, is refused. Idempotent, also after a kill: existing target records
 * are compared and kept. Rejects with an EventLogError if a log does not answer; run it again then.
 */
export async function copyLog(options: CopyOptions): Promise<CopyOutcome> {
  return orRefused(async () => {
    const mark = await CopyMark.between(options.from, options.to, options.clock)
    await checkSource(options.from, options.repartition ?? false)
    const sole = await SoleMember.of(options.from)
    try {
      return await new Copy(options, mark, sole).run()
    } finally {
      await sole.leave()
    }
  })
}

/** Null if the source may be copied; ask before creating a target. */
export async function refusalOf(
  from: EventLog,
  repartition: boolean
): Promise<(CopyOutcome & { kind: 'refused' }) | null> {
  return orRefused(async () => {
    await checkSource(from, repartition)
    return null
  })
}

async function orRefused<T>(
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
  #appended = 0
  /** Where alert events went; null if their positions are unchanged. */
  #moved: MovedPositions | null = null

  constructor(options: CopyOptions, mark: CopyMark, sole: SoleMember) {
    this.#options = options
    this.#mark = mark
    this.#sole = sole
  }

  async run(): Promise<CopyOutcome> {
    await this.#checkLogs()
    this.#checkAlone()
    this.#source = await statesOf(this.#options.from)
    for (const states of this.#source.values())
      for (const { start, end } of states) this.#total += 2 * Number(end - start)
    for (const { start, end } of this.#source.get(topics.alerts) ?? [])
      this.#total += Number(end - start)
    await this.#admit()
    for (const topic of copiedTopics) {
      await this.#write(topic)
      // Later topics may name their positions.
      if (topic === topics.alerts) await this.#lookWhereAlertsWent()
    }
    await this.#checkStill()
    const found: TopicCopy[] = []
    const mapping: CopiedTopic[] = []
    let isMarked = false
    for (const topic of copiedTopics) {
      const { copy, beyond, ...positions } = await this.#verify(topic)
      found.push(copy)
      mapping.push(await this.#mappingOf(topic, positions))
      isMarked = beyond !== null
    }
    const consumers = await this.#copyConsumers(mapping)
    // Once more, for records written during verification.
    await this.#checkStill()
    this.#checkAlone()
    if (!isMarked) await this.#appendOne(this.#mark.end(mapping))
    return {
      kind: 'copied',
      wrote: this.#appended > 0 || !isMarked,
      topics: found,
      mapping,
      consumers
    }
  }

  async #checkLogs(): Promise<void> {
    const { from, to, repartition = false } = this.#options
    if (this.#mark.isOneLog)
      throw new CopyRefusedError('same-log', 'the source and the target are one log')
    for (const topic of copiedTopics) {
      const [there, here] = [await from.partitionCount(topic), await to.partitionCount(topic)]
      if (there === here || repartition) continue
      throw new CopyRefusedError(
        'partitions-differ',
        `${topic} has ${there} partitions in the source and ${here} in the target: cursors of clients would become invalid`
      )
    }
  }

  /**
   * Only into an empty log, or one that a copy was begun into. From the first record on nobody may
   * take it for a complete log.
   */
  async #admit(): Promise<void> {
    const { to } = this.#options
    const begun = await this.#mark.begunInto(to)
    if (begun === 'this') return
    if (begun === 'another')
      throw new CopyRefusedError(
        'target-not-empty',
        'the target is an unfinished copy of another log: give an empty log'
      )
    for (const topic of Object.values(topics)) {
      const held = (await to.state(topic)).find(({ end }) => end > 0n)
      if (held === undefined) continue
      throw new CopyRefusedError(
        'target-not-empty',
        `${topic}/${held.partition} of the target holds records that are not from this copy: give an empty log`
      )
    }
    await this.#appendOne(this.#mark.begin())
  }

  #checkAlone(): void {
    const group = this.#sole.sharedGroup
    if (group === null) return
    throw new CopyRefusedError(
      'source-in-use',
      `a suite runs on the source (its group ${group} has members): stop it, then run the copy again`
    )
  }

  async #write(topic: Topic): Promise<void> {
    const walk = this.#walk(topic, true)
    await walk.run()
    this.#appended += walk.appended
  }

  async #lookWhereAlertsWent(): Promise<void> {
    const { from, to } = this.#options
    const source = this.#source.get(topics.alerts) ?? []
    const walk = this.#walk(topics.alerts, false) as OrderedWalk
    await walk.run()
    const ends = walk.ends()
    const isSame = ends !== null && source.every(({ partition, end }) => ends[partition] === end)
    this.#moved = isSame ? null : await MovedPositions.between(from, to, source)
  }

  async #verify(
    topic: Topic
  ): Promise<PositionMapping & { copy: TopicCopy; beyond: StoredRecord | null }> {
    const walk = this.#walk(topic, false)
    const copy = await walk.run()
    const differing = copy.partitions.find(({ sha256From, sha256To }) => sha256From !== sha256To)
    if (differing)
      throw new CopyRefusedError(
        'target-differs',
        `${topic}/${differing.partition}: the hashes of both logs differ`
      )
    if (walk instanceof CompactedWalk) return { copy, ends: null, shift: 0n, beyond: null }
    const beyond = await walk.beyond()
    if (beyond !== null && !(topic === topics.control && beyond.id === this.#mark.endId))
      throw new CopyRefusedError(
        'target-not-empty',
        `${placeOf(beyond)} of the target is not in the source: a suite has run on it`
      )
    return { copy, ends: walk.ends(), shift: walk.shift, beyond }
  }

  #walk(topic: Topic, isWriting: boolean): OrderedWalk | CompactedWalk {
    const {
      from,
      to,
      onProgress = () => {},
      batchRecordsMax = 500,
      repartition = false
    } = this.#options
    const what = isWriting ? 'copying' : 'verifying'
    const walk = {
      from,
      to,
      topic,
      source: this.#source.get(topic) ?? [],
      batchRecordsMax,
      mayMove: repartition,
      ownId: topic === topics.control ? this.#mark.beginId : null,
      rewrite: (record: StoredRecord) => this.#moved?.rewrite(record) ?? record,
      append: isWriting ? this.#appendTo(topic) : null,
      onRecord: () => onProgress(++this.#done, this.#total, `${what} ${topic}`)
    }
    return cleanupOf[topic] === 'compacted' ? new CompactedWalk(walk) : new OrderedWalk(walk)
  }

  #appendTo(
    topic: Topic
  ): (records: readonly StoredRecord[]) => Promise<readonly RecordPlace[] | null> {
    const { to, clock } = this.#options
    let attempt = 0
    return async records => {
      try {
        const appended = await to.append(topic, records.map(newRecord))
        attempt = 0
        return appended
      } catch (error) {
        if (!isRetryable(error) || attempt >= attemptsMax) throw error
        // Appends in flight should have arrived before the target is checked, or they would be
        // duplicated.
        await clock.sleep(
          Math.max(error.code === 'append-unknown' ? settleMs : 0, backoffMs(attempt++))
        )
        return null
      }
    }
  }

  async #checkStill(): Promise<void> {
    for (const [topic, states] of await statesOf(this.#options.from))
      for (const { partition, end } of states)
        if (end !== this.#source.get(topic)?.[partition]?.end)
          throw new CopyRefusedError(
            'source-grew',
            `${topic}/${partition} of the source has grown: stop its suite, then run the copy again`
          )
  }

  async #mappingOf(topic: Topic, { ends, shift }: PositionMapping): Promise<CopiedTopic> {
    const { from, to } = this.#options
    const partitions = await to.partitionCount(topic)
    const epochs = { from: await from.epoch(topic), to: await to.epoch(topic) }
    return {
      topic,
      ...epochs,
      ends: ends?.map(String) ?? null,
      partitions,
      ...(shift === 0n ? {} : { shift: Number(shift) })
    }
  }

  /** Consumers continue at their position if it has kept its meaning. Returns those that do. */
  async #copyConsumers(mapping: readonly CopiedTopic[]): Promise<readonly string[]> {
    const { from, to, consumers } = this.#options
    const copied: string[] = []
    for (const { consumer, topic } of consumers) {
      const held = await from.committed(consumer, topic)
      if (held === null) continue
      const translated = translateCursor({ copies: mapping }, held)
      if (translated === held) continue
      await to.commit(consumer, translated).catch(passStale)
      copied.push(consumer)
    }
    return copied
  }

  /** An uncertain append is repeated: readers take the first of each id. */
  async #appendOne(record: StoredRecord): Promise<void> {
    const append = this.#appendTo(topics.control)
    while ((await append([record])) === null);
  }
}

/**
 * How source positions map to the target: per partition the first position without a counterpart,
 * and the offset of those before it.
 */
interface PositionMapping {
  readonly ends: readonly bigint[] | null
  readonly shift: bigint
}

async function statesOf(log: CopyOptions['from']): Promise<States> {
  const states = new Map<Topic, readonly PartitionState[]>()
  for (const topic of copiedTopics) states.set(topic, await log.state(topic))
  return states
}

function newRecord({ id, key, value }: StoredRecord): NewRecord {
  return { id, key, value }
}

/** The copy was run before, and the consumer's position is already stored. */
function passStale(error: unknown): void {
  if (!(error instanceof EventLogError) || error.code !== 'stale-cursor') throw error
}
