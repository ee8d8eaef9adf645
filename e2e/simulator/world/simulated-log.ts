// The log as seen by one simulated process: the in-memory log with latencies, faults, and process death at any point. All
// processes of a run share one store, the disk.

import { EventLogError } from '@tocsin/event-log/errors'
import type { MemoryMembership } from '@tocsin/event-log/memory-group'
import { type AppendFate, MemoryLog, type MemoryStore } from '@tocsin/event-log/memory-log'
import { partitionIn } from '@tocsin/event-log/partitioner'
import type {
  Appended,
  Capabilities,
  Cursor,
  EventLog,
  Health,
  Membership,
  MembershipOptions,
  NewRecord,
  Page,
  PartitionState,
  ReadLimits,
  TailOptions
} from '@tocsin/event-log/port'
import type { Topic } from '@tocsin/event-log/topics'
import type { Chance } from './chance.ts'
import type { Life } from './life.ts'
import type { VirtualTime } from './virtual-time.ts'
import type { Weather } from './weather.ts'

export interface SimulatedLogOptions {
  readonly store: MemoryStore
  readonly life: Life
  /** Whose promises the log keeps. Default `embedded`, but that an append may tear between partitions. */
  readonly like?: 'embedded' | 'kafka'
  readonly time: VirtualTime
  readonly weather: Weather
  readonly chance: Chance
  /** Called just before records reach the disk. */
  readonly beforeWrite: () => void
  /** Kills the process. */
  readonly die: () => void
}

/** How long a group waits for a member of which it hears nothing, virtual ms. */
export const sessionMs = 10_000

export class SimulatedLog implements EventLog {
  readonly capabilities: Capabilities
  readonly #options: SimulatedLogOptions
  readonly #inner: MemoryLog
  /** What this process has joined, as the group knows it. */
  readonly members: MemoryMembership[] = []

  constructor(options: SimulatedLogOptions) {
    this.#options = options
    this.#inner = new MemoryLog(
      { like: options.like ?? 'embedded', hooks: { beforeAppend: topic => this.#fateOf(topic) } },
      options.store
    )
    this.capabilities = { ...this.#inner.capabilities, atomicAcrossPartitions: false }
  }

  epoch(topic: Topic): Promise<string> {
    return this.#answer('epoch', () => this.#inner.epoch(topic))
  }

  partitionCount(topic: Topic): Promise<number> {
    return this.#answer('partitionCount', () => this.#inner.partitionCount(topic))
  }

  partitionOf(topic: Topic, key: string): Promise<number> {
    return this.#answer('partitionOf', () => this.#inner.partitionOf(topic, key))
  }

  state(topic: Topic): Promise<readonly PartitionState[]> {
    return this.#answer('state', () => this.#inner.state(topic))
  }

  cursorAt(topic: Topic, where: 'earliest' | 'latest'): Promise<Cursor> {
    return this.#answer('cursorAt', () => this.#inner.cursorAt(topic, where))
  }

  read(topic: Topic, partition: number, from: bigint, limits: ReadLimits): Promise<Page> {
    return this.#answer('read', () => this.#inner.read(topic, partition, from, limits))
  }

  commit(consumer: string, cursor: Cursor, partitions?: readonly number[]): Promise<void> {
    return this.#answer('commit', () => this.#inner.commit(consumer, cursor, partitions))
  }

  /** A member that dies is given up when its session has ended; one that leaves is gone at once. */
  async join(group: string, topic: Topic, options?: MembershipOptions): Promise<Membership> {
    const { life, store, time, weather } = this.#options
    const membership = await this.#answer('join', () => this.#inner.join(group, topic, options))
    const divided = store.group(group, topic)
    const member = divided.members.find(each => each === membership)
    if (member === undefined) return membership
    this.members.push(member)
    life.atEnd(() => {
      time.after(sessionMs, `session of ${life.name}`, () => divided.expel(member))
    })
    return new LivedMembership(membership, life, () => time.pause(weather.logDelayMs(), `${life.name} is told of its part`))
  }

  health(): Health {
    return this.#inner.health()
  }

  committed(consumer: string, topic: Topic): Promise<Cursor | null> {
    return this.#answer('committed', () => this.#inner.committed(consumer, topic))
  }

  close(): Promise<void> {
    return this.#inner.close()
  }

  async append(topic: Topic, records: readonly NewRecord[]): Promise<readonly Appended[]> {
    const { life, time, weather } = this.#options
    const torn = this.#tornOff(topic, records)
    const appended = await life.lived(this.#inner.append(topic, torn ?? records))
    if (torn !== null) throw new EventLogError('append-unknown', 'some partitions were written, others not')
    // The process may die between the write and its acknowledgement.
    await life.lived(time.pause(weather.logDelayMs(), `${life.name} acknowledged`))
    return appended
  }

  /** The part of an append that is written before it tears; null for one that does not. */
  #tornOff(topic: Topic, records: readonly NewRecord[]): readonly NewRecord[] | null {
    const { weather, chance, store } = this.#options
    const count = store.topics.get(topic)?.partitions.length ?? 1
    const partitions = [...new Set(records.map(({ key }) => partitionIn(topic, key, count)))]
    if (partitions.length < 2 || !weather.strikes('appendTorn')) return null
    const lost = chance.pick(partitions)
    return records.filter(({ key }) => partitionIn(topic, key, count) !== lost)
  }

  async *tail(cursor: Cursor, options: TailOptions): AsyncGenerator<Page> {
    const { life, time, weather } = this.#options
    for await (const page of this.#inner.tail(cursor, options)) {
      await life.lived(time.pause(weather.logDelayMs(), `${life.name} tails`))
      const error = weather.readError()
      if (error !== null) throw error
      if (options.signal.aborted) return
      yield page
    }
  }

  /** A delayed answer or error, or none for a dead process. */
  async #answer<T>(what: string, ask: () => Promise<T>): Promise<T> {
    const { life, time, weather } = this.#options
    await life.lived(time.pause(weather.logDelayMs(), `${life.name} ${what}`))
    const error = weather.readError()
    if (error !== null) throw error
    return life.lived(ask())
  }

  /** When an append reaches the disk, and what becomes of it. One that was under way when its process died has either landed or not. */
  #fateOf(topic: Topic): Promise<AppendFate> {
    const { life, time, weather, chance, beforeWrite, die } = this.#options
    if (life.isOver) return new Promise(() => {})
    return new Promise(resolve => {
      const cancel = time.after(weather.logDelayMs(), `${life.name} appends ${topic}`, () => {
        if (weather.strikes('appendDeadly')) {
          die()
          return
        }
        callOff()
        beforeWrite()
        resolve(weather.appendFate())
      })
      const callOff = life.atEnd(() => {
        cancel()
        if (chance.happens(0.5)) resolve({ kind: 'write' })
      })
    })
  }
}

/** A membership as a process has it that may be dead: the dead hear nothing. A part that is given reaches its member after a while, as on a network. */
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
        // Of several on their way the last counts.
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
