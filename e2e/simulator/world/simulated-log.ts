// The log as seen by one simulated process: the in-memory log with latencies, faults, and process
// death at any point. All processes of a run share one store, the disk.

import { EventLogError } from '@tocsin/event-log/errors'
import type { MemoryMembership } from '@tocsin/event-log/memory-group'
import { type AppendFate, MemoryLog, type MemoryStore } from '@tocsin/event-log/memory-log'
import { assignPartition } from '@tocsin/event-log/partitioner'
import type {
  Capabilities,
  Cursor,
  EventLog,
  Health,
  Membership,
  MembershipOptions,
  NewRecord,
  Page,
  RecordPosition,
  TailOptions
} from '@tocsin/event-log/port'
import type { Topic } from '@tocsin/event-log/topics'
import type { FaultSchedule } from './fault-schedule.ts'
import type { Life } from './life.ts'
import type { RandomSource } from './random-source.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface SimulatedLogOptions {
  readonly store: MemoryStore
  readonly life: Life
  /**
   * The promises of the log. Default `embedded`, except that an append may be written to some
   * partitions only.
   */
  readonly like?: 'embedded' | 'kafka'
  readonly time: VirtualTime
  readonly faults: FaultSchedule
  readonly random: RandomSource
  /** Kills the process. */
  readonly die: () => void
}

/** How long a group waits for a silent member, virtual ms. */
export const sessionMs = 10_000

export class SimulatedLog implements EventLog {
  readonly capabilities: Capabilities
  readonly #options: SimulatedLogOptions
  readonly #inner: MemoryLog
  /** The memberships of this process, as the groups see them. */
  readonly members: MemoryMembership[] = []

  constructor(options: SimulatedLogOptions) {
    this.#options = options
    this.#inner = new MemoryLog(
      { like: options.like ?? 'embedded', hooks: { beforeAppend: topic => this.#fateOf(topic) } },
      options.store
    )
    this.capabilities = { ...this.#inner.capabilities, atomicAcrossPartitions: false }
  }

  readonly epoch: EventLog['epoch'] = (...asked) =>
    this.#answer('epoch', () => this.#inner.epoch(...asked))
  readonly partitionCount: EventLog['partitionCount'] = (...asked) =>
    this.#answer('partitionCount', () => this.#inner.partitionCount(...asked))
  readonly findPartition: EventLog['findPartition'] = (...asked) =>
    this.#answer('partitionOf', () => this.#inner.findPartition(...asked))
  readonly state: EventLog['state'] = (...asked) =>
    this.#answer('state', () => this.#inner.state(...asked))
  readonly cursorAt: EventLog['cursorAt'] = (...asked) =>
    this.#answer('cursorAt', () => this.#inner.cursorAt(...asked))
  readonly read: EventLog['read'] = (...asked) =>
    this.#answer('read', () => this.#inner.read(...asked))
  readonly commit: EventLog['commit'] = (...asked) =>
    this.#answer('commit', () => this.#inner.commit(...asked))
  readonly committed: EventLog['committed'] = (...asked) =>
    this.#answer('committed', () => this.#inner.committed(...asked))

  /** A dead member is expelled when its session expires; one that leaves is removed at once. */
  async join(group: string, topic: Topic, options?: MembershipOptions): Promise<Membership> {
    const { life, store, time, faults } = this.#options
    const membership = await this.#answer('join', () => this.#inner.join(group, topic, options))
    const divided = store.group(group, topic)
    const member = divided.members.find(each => each === membership)
    if (member === undefined) return membership
    this.members.push(member)
    life.atEnd(() => {
      time.after(sessionMs, `session of ${life.name}`, () => divided.expel(member))
    })
    return new LivedMembership(membership, life, () =>
      time.pause(faults.logDelayMs(), `${life.name} is told of its part`)
    )
  }

  health(): Health {
    return this.#inner.health()
  }

  close(): Promise<void> {
    return this.#inner.close()
  }

  async append(topic: Topic, records: readonly NewRecord[]): Promise<readonly RecordPosition[]> {
    const { life, time, faults } = this.#options
    const torn = this.#tornOff(topic, records)
    const appended = await life.lived(this.#inner.append(topic, torn ?? records))
    if (torn !== null)
      throw new EventLogError('append-unknown', 'some partitions were written, others not')
    // The process may die between the write and its acknowledgement.
    await life.lived(time.pause(faults.logDelayMs(), `${life.name} acknowledged`))
    return appended
  }

  /** The written part of a partial append; null for any other. */
  #tornOff(topic: Topic, records: readonly NewRecord[]): readonly NewRecord[] | null {
    const { faults, random, store } = this.#options
    const count = store.topics.get(topic)?.partitions.length ?? 1
    const partitions = [...new Set(records.map(({ key }) => assignPartition(topic, key, count)))]
    if (partitions.length < 2 || !faults.occurs('appendTorn')) return null
    const lost = random.pick(partitions)
    return records.filter(({ key }) => assignPartition(topic, key, count) !== lost)
  }

  async *tail(cursor: Cursor, options: TailOptions): AsyncGenerator<Page> {
    const { life, time, faults } = this.#options
    for await (const page of this.#inner.tail(cursor, options)) {
      await life.lived(time.pause(faults.logDelayMs(), `${life.name} tails`))
      const error = faults.readError()
      if (error !== null) throw error
      if (options.signal.aborted) return
      yield page
    }
  }

  /** A delayed answer or error, or none for a dead process. */
  async #answer<T>(what: string, ask: () => Promise<T>): Promise<T> {
    const { life, time, faults } = this.#options
    await life.lived(time.pause(faults.logDelayMs(), `${life.name} ${what}`))
    const error = faults.readError()
    if (error !== null) throw error
    return life.lived(ask())
  }

  /**
   * When an append reaches the disk, and its outcome. One in flight when its process dies has
   * either succeeded or not.
   */
  #fateOf(topic: Topic): Promise<AppendFate> {
    const { life, time, faults, random, die } = this.#options
    if (life.isOver) return new Promise(() => {})
    return new Promise(resolve => {
      const cancel = time.after(faults.logDelayMs(), `${life.name} appends ${topic}`, () => {
        if (faults.occurs('appendDeadly')) {
          die()
          return
        }
        callOff()
        resolve(faults.appendFate())
      })
      const callOff = life.atEnd(() => {
        cancel()
        if (random.happens(0.5)) resolve({ kind: 'write' })
      })
    })
  }
}

/**
 * A membership of a process that may be dead and then gets no events. Assignments reach it with a
 * delay, as on a network.
 */
class LivedMembership implements Membership {
  readonly failed: Promise<Error> = new Promise(() => {})
  readonly #inner: Membership
  readonly #listeners = new Set<(partitions: readonly number[]) => void>()
  #partitions: readonly number[]

  constructor(inner: Membership, life: Life, onTheWay: () => Promise<void>) {
    this.#inner = inner
    this.#partitions = inner.partitions
    inner.onChange(partitions => {
      void life.lived(onTheWay()).then(() => {
        // Of several in flight the last counts.
        if (inner.partitions !== partitions) return
        this.#partitions = partitions
        for (const listener of this.#listeners) listener(partitions)
      })
    })
  }

  get partitions(): readonly number[] {
    return this.#partitions
  }

  onChange(listener: (partitions: readonly number[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  reweigh(): void {
    this.#inner.reweigh()
  }

  leave(): Promise<void> {
    return this.#inner.leave()
  }
}
