// The log in memory, for tests and the simulator: one process, no timers, not durable.
// Otherwise it has the same promises, tested by the same suite. Hooks inject faults: an append
// can fail, end in doubt, or wait.

import { checkForward, checkLife, checkNotAhead, checkWithin, mergeCommit } from './cursor.ts'
import { EventLogError } from './errors.ts'
import { createFixedMembership } from './fixed-membership.ts'
import { MemoryGroup } from './memory-group.ts'
import { assignPartition } from './partitioner.ts'
import type {
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
  RecordPosition,
  StoredRecord,
  TailOptions
} from './port.ts'
import { checkRecord, defaultRecordLimits, type RecordLimits } from './record-limits.ts'
import { cleanupOf, type Topic, topics } from './topics.ts'

/**
 * The fate of an append. `refuse`: no record is written, the caller gets the error. `doubt`: it is
 * written, and the caller gets `append-unknown`. `drop`: no record is written, and the caller gets
 * `append-unknown` too. `torn`: only the records of these partitions are written, and the caller
 * gets `append-unknown`; for a log that is not atomic across partitions.
 */
export type AppendFate =
  | { readonly kind: 'write' }
  | { readonly kind: 'refuse'; readonly error: EventLogError }
  | { readonly kind: 'doubt' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'torn'; readonly partitions: readonly number[] }

export interface MemoryLogHooks {
  /** Called before each append; may wait. Default: write immediately. */
  readonly beforeAppend?: (
    topic: Topic,
    records: readonly NewRecord[]
  ) => AppendFate | Promise<AppendFate>
  /** Called before a tail returns a page; may wait. */
  readonly beforeDelivery?: (page: Page) => void | Promise<void>
}

export interface MemoryLogOptions {
  /**
   * The adapter with these promises. `embedded`: appends are atomic, one process per role. `kafka`:
   * each partition of an append has its own fate, and roles are shared: group members on one store
   * divide the partitions. Default `embedded`.
   */
  readonly like?: 'embedded' | 'kafka'
  readonly partitions?: number | Partial<Record<Topic, number>>
  readonly limits?: Partial<RecordLimits>
  readonly hooks?: MemoryLogHooks
  /** Identity of this life. Default `00000000`; give another for a log that replaces one. */
  readonly epoch?: string
}

interface Partition {
  start: bigint
  end: bigint
  records: StoredRecord[]
}

interface TopicState {
  readonly partitions: Partition[]
}

const tailDefaults: ReadLimits = { recordsMax: 500, bytesMax: 4 * 1024 * 1024 }

/** The records themselves. Opening another `MemoryLog` on the same store simulates a restart. */
export class MemoryStore {
  readonly epoch: string
  readonly topics = new Map<Topic, TopicState>()
  readonly consumers = new Map<string, Cursor>()
  readonly #groups = new Map<string, MemoryGroup>()
  readonly #waiting = new Set<() => void>()
  version = 0

  constructor(options: MemoryLogOptions = {}) {
    this.epoch = options.epoch ?? '00000000'
    for (const topic of Object.values(topics))
      this.topics.set(topic, createEmptyTopic(getPartitionCount(topic, options.partitions)))
  }

  /** The group members that divide a topic; created on first use. */
  group(name: string, topic: Topic): MemoryGroup {
    const known = this.#groups.get(`${name}\n${topic}`)
    if (known !== undefined) return known
    const made = new MemoryGroup(this.topics.get(topic)?.partitions.length ?? 0)
    this.#groups.set(`${name}\n${topic}`, made)
    return made
  }

  changed(): void {
    this.version++
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }

  after(version: number, signal: AbortSignal): Promise<void> {
    if (version !== this.version || signal.aborted) return Promise.resolve()
    return new Promise(resolve => {
      const wake = () => {
        signal.removeEventListener('abort', wake)
        this.#waiting.delete(wake)
        resolve()
      }
      signal.addEventListener('abort', wake, { once: true })
      this.#waiting.add(wake)
    })
  }
}

export class MemoryLog implements EventLog {
  readonly capabilities: Capabilities
  readonly #store: MemoryStore
  readonly #limits: RecordLimits
  readonly #hooks: MemoryLogHooks
  readonly #memberships: Membership[] = []
  #closed = false

  constructor(options: MemoryLogOptions = {}, store = new MemoryStore(options)) {
    checkPartitions(store, options.partitions)
    this.#store = store
    this.#limits = { ...defaultRecordLimits, ...options.limits }
    this.#hooks = options.hooks ?? {}
    const isShared = options.like === 'kafka'
    this.capabilities = {
      durableOnAck: 'memory',
      atomicAcrossPartitions: !isShared,
      sharedRoles: isShared
    }
  }

  async epoch(topic: Topic): Promise<string> {
    this.#topic(topic)
    return this.#store.epoch
  }

  async partitionCount(topic: Topic): Promise<number> {
    return this.#topic(topic).partitions.length
  }

  async findPartition(topic: Topic, key: string): Promise<number> {
    return assignPartition(topic, key, this.#topic(topic).partitions.length)
  }

  async state(topic: Topic): Promise<readonly PartitionState[]> {
    return this.#topic(topic).partitions.map(({ start, end }, partition) => ({
      partition,
      start,
      end
    }))
  }

  async cursorAt(topic: Topic, where: 'earliest' | 'latest'): Promise<Cursor> {
    const states = await this.state(topic)
    return {
      topic,
      epoch: this.#store.epoch,
      positions: states.map(s => (where === 'earliest' ? s.start : s.end))
    }
  }

  async append(topic: Topic, records: readonly NewRecord[]): Promise<readonly RecordPosition[]> {
    const state = this.#topic(topic)
    for (const record of records) checkRecord(topic, record, this.#limits)
    if (records.length === 0) return []
    const fate =
      this.#hooks.beforeAppend === undefined
        ? { kind: 'write' as const }
        : await this.#hooks.beforeAppend(topic, records)
    // The process may have died while the hook waited: a dead process does not write.
    this.#topic(topic)
    if (fate.kind === 'refuse') throw fate.error
    if (fate.kind === 'drop')
      throw new EventLogError('append-unknown', 'the append may or may not be written')
    const lands = (key: string) =>
      fate.kind !== 'torn' ||
      fate.partitions.includes(assignPartition(topic, key, state.partitions.length))
    const written = records.filter(({ key }) => lands(key))
    const appended = written.map(record => put(topic, state, record))
    if (appended.length > 0) this.#store.changed()
    if (fate.kind === 'doubt' || fate.kind === 'torn')
      throw new EventLogError('append-unknown', 'the append may or may not be written')
    return appended
  }

  async read(topic: Topic, partition: number, from: bigint, limits: ReadLimits): Promise<Page> {
    return this.#page(topic, partition, from, limits)
  }

  async *tail(cursor: Cursor, options: TailOptions): AsyncGenerator<Page> {
    checkLife(cursor, this.#store.epoch, this.#topic(cursor.topic).partitions.length)
    const limits = {
      recordsMax: options.recordsMax ?? tailDefaults.recordsMax,
      bytesMax: options.bytesMax ?? tailDefaults.bytesMax
    }
    const partitions = options.partitions ?? cursor.positions.map((_, partition) => partition)
    const positions = [...cursor.positions]
    while (!options.signal.aborted) {
      const seen = this.#store.version
      let found = false
      for (const partition of partitions) {
        const page = this.#page(cursor.topic, partition, positions[partition]!, limits)
        positions[partition] = page.next
        if (page.records.length === 0) continue
        found = true
        await this.#hooks.beforeDelivery?.(page)
        if (options.signal.aborted) return
        yield page
        if (options.signal.aborted) return
      }
      if (!found) await this.#store.after(seen, options.signal)
    }
  }

  async commit(consumer: string, next: Cursor, only?: readonly number[]): Promise<void> {
    const { partitions } = this.#topic(next.topic)
    checkLife(next, this.#store.epoch, partitions.length)
    const name = `${consumer}\n${next.topic}`
    const held = this.#store.consumers.get(name)
    const cursor = mergeCommit(
      held ?? { ...next, positions: partitions.map(({ start }) => start) },
      next,
      only
    )
    for (const [partition, { end }] of partitions.entries())
      checkNotAhead(cursor.topic, partition, cursor.positions[partition]!, end)
    if (held !== undefined) checkForward(consumer, held, cursor)
    this.#store.consumers.set(name, { ...cursor, positions: [...cursor.positions] })
  }

  async committed(consumer: string, topic: Topic): Promise<Cursor | null> {
    this.#topic(topic)
    return this.#store.consumers.get(`${consumer}\n${topic}`) ?? null
  }

  async join(group: string, topic: Topic, options: MembershipOptions = {}): Promise<Membership> {
    const { length } = this.#topic(topic).partitions
    if (!this.capabilities.sharedRoles) return createFixedMembership(length)
    const membership = this.#store.group(group, topic).join(options)
    this.#memberships.push(membership)
    return membership
  }

  health(): Health {
    return this.#closed ? { ok: false, detail: 'closed' } : { ok: true, detail: 'ok' }
  }

  /** Removes records below a position from a topic with retention. */
  async trim(topic: Topic, partition: number, before: bigint): Promise<void> {
    if (cleanupOf[topic] !== 'by-retention')
      throw new EventLogError(
        'record-invalid',
        `${topic} is not kept by retention: nothing is removed`
      )
    const held = this.#topic(topic).partitions[partition]!
    checkWithin(topic, { partition, start: 0n, end: held.end }, before)
    if (before <= held.start) return
    held.start = before
    held.records = held.records.filter(record => record.position >= before)
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#memberships.map(membership => membership.leave()))
    this.#store.changed()
  }

  #topic(topic: Topic): TopicState {
    if (this.#closed) throw new EventLogError('closed', 'the log is closed')
    const state = this.#store.topics.get(topic)
    if (state === undefined) throw new EventLogError('record-invalid', `there is no topic ${topic}`)
    return state
  }

  #page(topic: Topic, partition: number, from: bigint, limits: ReadLimits): Page {
    const held = this.#topic(topic).partitions[partition]
    if (held === undefined)
      throw new EventLogError('partitions-changed', `${topic} has no partition ${partition}`)
    checkWithin(topic, { partition, start: held.start, end: held.end }, from)
    const records = take(held.records, from, limits)
    const last = records.at(-1)
    return {
      partition,
      records,
      next: last === undefined ? held.end : last.position + 1n,
      end: held.end
    }
  }
}

function getPartitionCount(topic: Topic, wanted: MemoryLogOptions['partitions']): number {
  if (topic === topics.control) return 1
  return (typeof wanted === 'object' ? wanted[topic] : wanted) ?? 1
}

function checkPartitions(store: MemoryStore, wanted: MemoryLogOptions['partitions']): void {
  for (const [topic, { partitions }] of store.topics) {
    const asked = typeof wanted === 'object' ? wanted[topic] : wanted
    if (asked !== undefined && getPartitionCount(topic, wanted) !== partitions.length)
      throw new EventLogError(
        'partitions-changed',
        `${topic} was created with ${partitions.length} partitions, ${asked} are configured`
      )
  }
}

function createEmptyTopic(partitions: number): TopicState {
  return {
    partitions: Array.from({ length: partitions }, () => ({ start: 0n, end: 0n, records: [] }))
  }
}

function put(topic: Topic, state: TopicState, record: NewRecord): RecordPosition {
  const partition = assignPartition(topic, record.key, state.partitions.length)
  const held = state.partitions[partition]!
  const position = held.end
  if (cleanupOf[topic] === 'compacted')
    held.records = held.records.filter(old => old.key !== record.key)
  const value = record.value === null ? null : Uint8Array.from(record.value)
  held.records.push({ topic, partition, position, id: record.id, key: record.key, value })
  held.end = position + 1n
  return { partition, position }
}

function take(records: readonly StoredRecord[], from: bigint, limits: ReadLimits): StoredRecord[] {
  const taken: StoredRecord[] = []
  let bytes = 0
  for (
    let i = findFirst(records, from);
    i < records.length && taken.length < limits.recordsMax;
    i++
  ) {
    const record = records[i]!
    bytes += record.id.length + record.key.length + (record.value?.byteLength ?? 0)
    if (taken.length > 0 && bytes > limits.bytesMax) break
    taken.push(record)
  }
  return taken
}

/** Index of the first record at or after a position, by binary search. */
function findFirst(records: readonly StoredRecord[], from: bigint): number {
  let low = 0
  let high = records.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (records[middle]!.position < from) low = middle + 1
    else high = middle
  }
  return low
}
