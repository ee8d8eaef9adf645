// Taking part in dividing a topic's partitions, over Kafka's classic group protocol: join, be told, heartbeat, join again when the group changes. One
// member leads and divides; Kafka only passes on what it says. A member keeps its part through a change, until it is told another or its session is over.

import { dividePartitions, unevenness } from '../partition-division.ts'
import type { Membership, MembershipOptions } from '../port.ts'
import type { Topic } from '../topics.ts'
import type { Coordinators } from './cluster/coordinators.ts'
import { pause, retryPauseMs } from './cluster/deadline.ts'
import { isPassing, kafkaCode } from './cluster/kafka-codes.ts'
import type { KafkaLimits } from './cluster/kafka-limits.ts'
import { asEventLogError } from './cluster/retrying.ts'
import type { TopicRegistry } from './cluster/topic-registry.ts'
import { type BrokerConnection, type JoinAnswer, KafkaDriverError } from './driver/driver.ts'

export interface MemberParts {
  readonly coordinators: Coordinators
  readonly registry: TopicRegistry
  readonly limits: KafkaLimits
  /** Ends the connections of one purpose. */
  readonly drop: (purpose: string) => void
  readonly onRebalance: () => void
}

/** Not Kafka's own kind of members: brokers then leave alone what these say to one another. */
const protocolType = 'tocsin'
const protocol = 'tocsin-even-1'
/** Before joining again, so that a group in disorder is not besieged. */
const groupPauseMs = 10
/** Heartbeats per session. */
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
  /** When the last answer that counts this member in was asked for, ms of a clock that never jumps. */
  #countedMs = Number.NEGATIVE_INFINITY
  /** What this member dealt out when it led, by member; null when another leads. */
  #dealt: ReadonlyMap<string, readonly number[]> | null = null
  #wantsDivision = false
  #wake: () => void = () => {}

  /** Joins at once. */
  constructor(parts: MemberParts, group: string, topic: Topic, options: MembershipOptions) {
    this.#parts = parts
    this.#group = group
    this.#topic = topic
    this.#options = options
    this.failed = this.#failing.promise
    this.divided = this.#dividing.promise
    // Not `failed.then`: that would keep every member that ever was for as long as the log is open.
    const unlisten = parts.registry.onChange(() => {
      if (parts.registry.failure !== null) this.#end(parts.registry.failure)
    })
    this.#running = this.#run().finally(unlisten)
  }

  get partitions(): readonly number[] {
    return this.#partitions
  }

  /** Resolves when it no longer takes part. */
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
    if (this.#dealt === null) return
    const weights = this.#weights()
    const now = [...this.#dealt.values()]
    const better = dividePartitions(
      weights,
      [...this.#dealt].map(([id, held]) => ({ id, held }))
    )
    if (unevenness(weights, better.values()) >= unevenness(weights, now)) return
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
    // Who can't be told finds out when the session is over.
    await this.#parts.coordinators
      .request(this.#group, 'groups', `leaving ${this.#group}`, c => c.leaveGroup(this.#group, memberId))
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
        if (!isPassing(error) && !isOfGroup(error)) return this.#end(asEventLogError(error, `taking part in ${this.#group}`))
        if (!this.isCurrent()) this.#assign([])
        if (isOfGroup(error)) await pause(groupPauseMs, signal)
        else await this.#rest(attempt)
      }
    }
  }

  /** Who is no longer known to the group begins anew, and what it had is no longer its. */
  #forget(error: unknown): void {
    if (!(error instanceof KafkaDriverError) || error.kind !== 'broker') return
    if (error.kafkaCode === kafkaCode.memberIdRequired && error.memberId !== null) this.#memberId = error.memberId
    if (error.kafkaCode !== kafkaCode.unknownMember && error.kafkaCode !== kafkaCode.fencedInstance) return
    this.#memberId = ''
    this.#countedMs = Number.NEGATIVE_INFINITY
  }

  async #rest(attempt: number): Promise<void> {
    await pause(retryPauseMs(attempt), this.#stop.signal)
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
      // Answered when all have come, or their time is over.
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
    this.#dealt = joined.leader === memberId ? this.#divide(joined) : null
    const assignments = [...(this.#dealt ?? [])].map(([id, partitions]) => ({
      memberId: id,
      assignment: Buffer.from(JSON.stringify({ partitions }))
    }))
    const request = { group: this.#group, generation, memberId, protocolType, protocol, assignments }
    const sentMs = performance.now()
    const told = await this.#ask('being told', c => c.syncGroup(request), sessionMs + answerMsMax)
    this.#countedMs = sentMs
    return readList(told, 'partitions')
  }

  #divide({ members }: JoinAnswer): ReadonlyMap<string, readonly number[]> {
    const there = members.map(({ memberId, metadata }) => ({ id: memberId, held: readList(metadata, 'held') }))
    return dividePartitions(this.#weights(), there)
  }

  #weights(): readonly number[] {
    const asked = this.#options.weights?.()
    return Array.from({ length: this.#parts.registry.view(this.#topic).partitions }, (_, i) => asked?.[i] ?? 0)
  }

  /** Returns when the group is to be divided anew by this member's wish or because it leaves; rejects when Kafka says so. */
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
        if (isOfGroup(error) || !isPassing(error)) throw error
        // A broker that is away for a moment changes nothing; the session decides.
        if (!this.isCurrent()) throw error
        await this.#rest(failures++)
      }
    }
  }

  #ask<T>(doing: string, ask: (connection: BrokerConnection) => Promise<T>, deadlineMs?: number): Promise<T> {
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
    if (sorted.length === this.#partitions.length && sorted.every((p, i) => p === this.#partitions[i])) return
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

/** Errors that are the protocol's way of saying: join again. */
function isOfGroup(error: unknown): boolean {
  const codes: readonly number[] = [
    kafkaCode.rebalanceInProgress,
    kafkaCode.illegalGeneration,
    kafkaCode.unknownMember,
    kafkaCode.memberIdRequired,
    kafkaCode.fencedInstance
  ]
  return error instanceof KafkaDriverError && error.kind === 'broker' && codes.includes(error.kafkaCode)
}

/** A list of partitions from what a member said. One that says nothing readable has none. */
function readList(bytes: Uint8Array, field: 'held' | 'partitions'): readonly number[] {
  if (bytes.length === 0) return []
  try {
    const list = (JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>)[field]
    return Array.isArray(list) ? list.filter((p): p is number => Number.isInteger(p) && p >= 0) : []
  } catch {
    return []
  }
}
