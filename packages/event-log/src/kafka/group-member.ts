// A member of a group that divides a topic's partitions, over Kafka's classic group protocol: join,
// sync, heartbeat, join again when the group changes. One member leads and divides; Kafka only
// passes on its assignments. A member keeps its partitions through a rebalance until it gets others
// or its session expires.

import { dividePartitions, measureUnevenness } from '../partition-division.ts'
import type { Membership, MembershipOptions } from '../port.ts'
import type { Topic } from '../topics.ts'
import type { Coordinators } from './cluster/coordinators.ts'
import { computeBackoffMs, pause } from './cluster/deadline.ts'
import { isPassing, kafkaCode } from './cluster/kafka-codes.ts'
import type { KafkaLimits } from './cluster/kafka-limits.ts'
import { asEventLogError } from './cluster/retrying.ts'
import type { TopicRegistry } from './cluster/topic-registry.ts'
import { type BrokerConnection, type JoinAnswer, KafkaDriverError } from './driver/driver.ts'

export interface MemberParts {
  readonly coordinators: Coordinators
  readonly registry: TopicRegistry
  readonly limits: KafkaLimits
  /** Closes the connections for a purpose. */
  readonly drop: (purpose: string) => void
  readonly onRebalance: () => void
}

/** Not Kafka's own protocol type: brokers then do not interpret the members' metadata. */
const protocolType = 'tocsin'
const protocol = 'tocsin-even-1'
/** Delay before joining again, so that an unstable group is not flooded with requests. */
const groupPauseMs = 10
const beatsPerSession = 20

let members = 0

export class GroupMember implements Membership {
  readonly failed: Promise<Error>
  readonly divided: Promise<void>
  readonly #parts: MemberParts
  readonly #group: string
  readonly #topic: Topic
  readonly #options: MembershipOptions
  readonly #purpose = `member-${++members}`
  readonly #failing = Promise.withResolvers<Error>()
  readonly #dividing = Promise.withResolvers<void>()
  readonly #listeners = new Set<(partitions: readonly number[]) => void>()
  readonly #stop = new AbortController()
  readonly #running: Promise<void>
  #partitions: readonly number[] = []
  #memberId = ''
  /** When the last answer that confirmed this member was requested, ms of a monotonic clock. */
  #countedMs = Number.NEGATIVE_INFINITY
  /** The assignments that this member made as leader, by member; null if another leads. */
  #assigned: ReadonlyMap<string, readonly number[]> | null = null
  #wantsDivision = false
  #wake: () => void = () => {}

  /** Joins immediately. */
  constructor(parts: MemberParts, group: string, topic: Topic, options: MembershipOptions) {
    this.#parts = parts
    this.#group = group
    this.#topic = topic
    this.#options = options
    this.failed = this.#failing.promise
    this.divided = this.#dividing.promise
    // Not `failed.then`: it would keep every member in memory for as long as the log is open.
    const unlisten = parts.registry.onChange(() => {
      if (parts.registry.failure !== null) this.#end(parts.registry.failure)
    })
    this.#running = this.#run().finally(unlisten)
  }

  get partitions(): readonly number[] {
    return this.#partitions
  }

  /** Resolves when the member has left or failed. */
  get ended(): Promise<void> {
    return this.#running
  }

  isCurrent(): boolean {
    return performance.now() - this.#countedMs < this.#parts.limits.sessionMs
  }

  onChange(listener: (partitions: readonly number[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  reweigh(): void {
    if (this.#assigned === null) return
    const weights = this.#readWeights()
    const now = [...this.#assigned.values()]
    const better = dividePartitions(
      weights,
      [...this.#assigned].map(([id, held]) => ({ id, held }))
    )
    if (measureUnevenness(weights, better.values()) >= measureUnevenness(weights, now)) return
    this.#wantsDivision = true
    this.#wake()
  }

  async leave(): Promise<void> {
    if (this.#stop.signal.aborted) return this.#running
    this.#stop.abort()
    this.#wake()
    this.#parts.drop(this.#purpose)
    await this.#running
    const memberId = this.#memberId
    this.#assign([])
    this.#listeners.clear()
    if (memberId === '') return
    // If the request fails, the coordinator removes this member when its session expires.
    await this.#parts.coordinators
      .request(this.#group, 'groups', `leaving ${this.#group}`, c =>
        c.leaveGroup(this.#group, memberId)
      )
      .catch(() => {})
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        const joined = await this.#join()
        this.#parts.onRebalance()
        attempt = 0
        await this.#beat(joined)
      } catch (error) {
        if (signal.aborted) return
        this.#forget(error)
        if (!isPassing(error) && !isGroupMember(error))
          return this.#end(asEventLogError(error, `taking part in ${this.#group}`))
        if (!this.isCurrent()) this.#assign([])
        if (isGroupMember(error)) await pause(groupPauseMs, signal)
        else await this.#rest(attempt)
      }
    }
  }

  /** A member that the group no longer knows starts over, without its former partitions. */
  #forget(error: unknown): void {
    if (!(error instanceof KafkaDriverError) || error.kind !== 'broker') return
    if (error.kafkaCode === kafkaCode.memberIdRequired && error.memberId !== null)
      this.#memberId = error.memberId
    if (error.kafkaCode !== kafkaCode.unknownMember && error.kafkaCode !== kafkaCode.fencedInstance)
      return
    this.#memberId = ''
    this.#countedMs = Number.NEGATIVE_INFINITY
  }

  async #rest(attempt: number): Promise<void> {
    await pause(computeBackoffMs(attempt), this.#stop.signal)
    await this.#parts.registry.look().catch(() => {})
  }

  async #join(): Promise<JoinAnswer> {
    const { sessionMs, answerMsMax } = this.#parts.limits
    const joined = await this.#ask(
      'joining',
      c =>
        c.joinGroup({
          group: this.#group,
          memberId: this.#memberId,
          sessionTimeoutMs: sessionMs,
          rebalanceTimeoutMs: sessionMs,
          protocolType,
          protocol,
          metadata: Buffer.from(JSON.stringify({ held: this.#partitions }))
        }),
      // Answered when all members have joined or their time is over.
      sessionMs + answerMsMax
    )
    this.#memberId = joined.memberId
    this.#assign(await this.#sync(joined))
    this.#dividing.resolve()
    return joined
  }

  async #sync(joined: JoinAnswer): Promise<readonly number[]> {
    const { sessionMs, answerMsMax } = this.#parts.limits
    const { generation, memberId } = joined
    this.#wantsDivision = false
    this.#assigned = joined.leader === memberId ? this.#divide(joined) : null
    const assignments = [...(this.#assigned ?? [])].map(([id, partitions]) => ({
      memberId: id,
      assignment: Buffer.from(JSON.stringify({ partitions }))
    }))
    const request = {
      group: this.#group,
      generation,
      memberId,
      protocolType,
      protocol,
      assignments
    }
    const sentMs = performance.now()
    const told = await this.#ask(
      'waiting for the assignment',
      c => c.syncGroup(request),
      sessionMs + answerMsMax
    )
    this.#countedMs = sentMs
    return readList(told, 'partitions')
  }

  #divide({ members }: JoinAnswer): ReadonlyMap<string, readonly number[]> {
    const there = members.map(({ memberId, metadata }) => ({
      id: memberId,
      held: readList(metadata, 'held')
    }))
    return dividePartitions(this.#readWeights(), there)
  }

  #readWeights(): readonly number[] {
    const asked = this.#options.weights?.()
    return Array.from(
      { length: this.#parts.registry.known(this.#topic).partitions },
      (_, i) => asked?.[i] ?? 0
    )
  }

  /**
   * Returns when this member wants a rebalance or leaves; rejects when Kafka requests a rebalance.
   */
  async #beat({ generation, memberId }: JoinAnswer): Promise<void> {
    const everyMs = this.#parts.limits.sessionMs / beatsPerSession
    let failures = 0
    while (!this.#stop.signal.aborted && !this.#wantsDivision) {
      await this.#sleep(everyMs)
      if (this.#stop.signal.aborted || this.#wantsDivision) return
      const sentMs = performance.now()
      try {
        await this.#ask('heartbeat', c => c.heartbeat(this.#group, generation, memberId))
        this.#countedMs = sentMs
        failures = 0
      } catch (error) {
        if (isGroupMember(error) || !isPassing(error)) throw error
        // A broker that is unreachable for a moment has no effect; the session decides.
        if (!this.isCurrent()) throw error
        await this.#rest(failures++)
      }
    }
  }

  #ask<T>(
    doing: string,
    ask: (connection: BrokerConnection) => Promise<T>,
    deadlineMs?: number
  ): Promise<T> {
    const what = `${doing} in ${this.#group}`
    return this.#parts.coordinators.request(this.#group, this.#purpose, what, ask, deadlineMs)
  }

  #sleep(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #assign(partitions: readonly number[]): void {
    const sorted = [...partitions].sort((a, b) => a - b)
    if (
      sorted.length === this.#partitions.length &&
      sorted.every((p, i) => p === this.#partitions[i])
    )
      return
    this.#partitions = sorted
    for (const listener of [...this.#listeners]) listener(sorted)
  }

  #end(error: Error): void {
    this.#stop.abort()
    this.#wake()
    this.#parts.drop(this.#purpose)
    this.#assign([])
    this.#failing.resolve(error)
  }
}

/** Errors by which the protocol requests joining again. */
function isGroupMember(error: unknown): boolean {
  const codes: readonly number[] = [
    kafkaCode.rebalanceInProgress,
    kafkaCode.illegalGeneration,
    kafkaCode.unknownMember,
    kafkaCode.memberIdRequired,
    kafkaCode.fencedInstance
  ]
  return (
    error instanceof KafkaDriverError && error.kind === 'broker' && codes.includes(error.kafkaCode)
  )
}

/** A list of partitions from a member's bytes. Unreadable bytes give an empty list. */
function readList(bytes: Uint8Array, field: 'held' | 'partitions'): readonly number[] {
  if (bytes.length === 0) return []
  try {
    const list = (JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>)[field]
    return Array.isArray(list) ? list.filter((p): p is number => Number.isInteger(p) && p >= 0) : []
  } catch {
    return []
  }
}
