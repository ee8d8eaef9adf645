// Sends appends to one topic: calls are split into parts by partition, parts wait in order, and
// each broker that leads partitions has one request in flight. Decides the outcome of a call:
// written, refused with an error because no record was written, or unknown.

import type { AppendLimit } from '../append-limit.ts'
import { EventLogError, type EventLogErrorCode } from '../errors.ts'
import { assignPartition } from '../partitioner.ts'
import type { NewRecord, RecordPosition } from '../port.ts'
import type { Topic } from '../topics.ts'
import { computeBackoffMs, pause } from './cluster/deadline.ts'
import type { KafkaCluster } from './cluster/kafka-cluster.ts'
import { asBrokerError, classifyBatchCode, getCodeName, kafkaCode } from './cluster/kafka-codes.ts'
import type { KafkaLimits } from './cluster/kafka-limits.ts'
import type { TopicRegistry } from './cluster/topic-registry.ts'
import { type BrokerConnection, KafkaDriverError, type ProduceAnswer } from './driver/driver.ts'
import { type Compression, encodeBatch, recordOverheadBytes } from './record/record-batch.ts'

export interface LaneParts {
  readonly cluster: KafkaCluster
  readonly registry: TopicRegistry
  readonly limits: KafkaLimits
  readonly appendLimit: AppendLimit
  readonly compression: Compression
  readonly nowMs: () => number
}

/** One append. The outcome of each part determines that of the call. */
interface Call {
  readonly appended: RecordPosition[]
  readonly deadlineMs: number
  readonly bytes: number
  partsLeft: number
  /** Number of parts sent to a broker and not yet answered. */
  partsUnderWay: number
  partsWritten: number
  /** True once a broker may have written a part without confirming it. */
  isInDoubt: boolean
  isSettled: boolean
  readonly resolve: (appended: readonly RecordPosition[]) => void
  readonly reject: (error: EventLogError) => void
}

/** Records of a call for one batch. */
interface Part {
  readonly call: Call
  readonly partition: number
  readonly records: NewRecord[]
  /** Indices of the records in the call. */
  readonly places: number[]
  bytes: number
}

/** Interval at which waiting calls are checked for expiry, ms. */
const expiryMs = 50

export class AppendLane {
  readonly #parts: LaneParts
  readonly #topic: Topic
  readonly #waiting = new Map<number, Part[]>()
  readonly #sending = new Set<number>()
  /**
   * Partitions with a batch in flight: when a partition moves to another broker, its next batch
   * waits for the answer to the first.
   */
  readonly #underWay = new Set<number>()
  /**
   * The position behind the last acknowledged record, by partition: a lower position in an answer
   * means that acknowledged records are lost.
   */
  readonly #ends = new Map<number, bigint>()
  #open = 0
  #isPumping = false
  #expiry: NodeJS.Timeout | null = null
  #idle: (() => void)[] = []
  #unknown = 0
  /** Number of consecutive failures. */
  #troubles = 0
  #lastTrouble = 'no attempt was made in time'

  constructor(parts: LaneParts, topic: Topic) {
    this.#parts = parts
    this.#topic = topic
  }

  /** Number of appends that ended in `append-unknown`. */
  get unknown(): number {
    return this.#unknown
  }

  /** Why waiting appends make no progress; null while no append waits or all goes well. */
  get trouble(): string | null {
    return this.#open > 0 && this.#troubles > 2
      ? `${this.#topic} can't be written: ${this.#lastTrouble}`
      : null
  }

  /** Queues the records. `bytes`: their size as counted against the limits. */
  submit(records: readonly NewRecord[], bytes: number): Promise<readonly RecordPosition[]> {
    const { registry, appendLimit, limits, cluster } = this.#parts
    const known = registry.present(this.#topic)
    // No broker has answered for longer than an append may wait: another append would expire too.
    if (cluster.silentMs > limits.appendMsMax)
      throw new EventLogError(
        'log-unavailable',
        `no broker has answered ${cluster.health().detail}`
      )
    appendLimit.enter(records.length, bytes)
    return new Promise((resolve, reject) => {
      const deadlineMs = performance.now() + limits.appendMsMax
      const call: Call = {
        appended: new Array(records.length),
        deadlineMs,
        bytes,
        partsLeft: 0,
        partsUnderWay: 0,
        partsWritten: 0,
        isInDoubt: false,
        isSettled: false,
        resolve,
        reject
      }
      for (const part of this.#cut(call, records, known.partitions)) {
        call.partsLeft++
        this.#queue(part.partition).push(part)
      }
      this.#open++
      this.#expiry ??= setInterval(() => this.#expire(), expiryMs)
      this.#pumpSoon()
    })
  }

  /** Resolves when no append waits or is in flight. */
  drained(): Promise<void> {
    if (this.#open === 0) return Promise.resolve()
    return new Promise(resolve => this.#idle.push(resolve))
  }

  /** Rejects all waiting calls; those in flight are settled when their connection ends. */
  abort(error: EventLogError): void {
    for (const part of [...this.#waiting.values()].flat()) this.#fail(part.call, error)
    this.#waiting.clear()
  }

  #queue(partition: number): Part[] {
    let queue = this.#waiting.get(partition)
    if (queue === undefined) {
      queue = []
      this.#waiting.set(partition, queue)
    }
    return queue
  }

  #cut(call: Call, records: readonly NewRecord[], partitions: number): Part[] {
    const parts: Part[] = []
    const last = new Map<number, Part>()
    for (const [place, record] of records.entries()) {
      const partition = assignPartition(this.#topic, record.key, partitions)
      const bytes = computeSize(record)
      let part = last.get(partition)
      if (part === undefined || part.bytes + bytes > this.#parts.limits.batchBytesMax) {
        part = { call, partition, records: [], places: [], bytes: 0 }
        parts.push(part)
        last.set(partition, part)
      }
      part.records.push(record)
      part.places.push(place)
      part.bytes += bytes
    }
    return parts
  }

  /** Runs after this turn of the event loop, so that all calls of a turn share a batch. */
  #pumpSoon(): void {
    if (this.#isPumping) return
    this.#isPumping = true
    setImmediate(() => {
      this.#isPumping = false
      this.#pump()
    })
  }

  #pump(): void {
    const { registry } = this.#parts
    if (registry.failure !== null) {
      this.abort(registry.failure)
      return
    }
    const { leaders } = registry.known(this.#topic)
    for (const [partition, queue] of this.#waiting) {
      const node = leaders[partition] ?? -1
      if (queue.length > 0 && !this.#underWay.has(partition) && !this.#sending.has(node))
        void this.#send(node)
    }
  }

  /** One request to one broker, with the parts that wait for it. Never rejects. */
  async #send(node: number): Promise<void> {
    this.#sending.add(node)
    let parts: readonly Part[] = []
    try {
      if (node < 0) throw asBrokerError(kafkaCode.leaderNotAvailable, this.#topic)
      const connection = await this.#parts.cluster.connection(node, `append-${this.#topic}`)
      parts = this.#take(node)
      for (const { partition } of parts) this.#underWay.add(partition)
      if (parts.length > 0) await this.#produce(connection, parts)
    } catch (error) {
      await this.#unreachable(error)
    }
    for (const { partition } of parts) this.#underWay.delete(partition)
    this.#sending.delete(node)
    if ([...this.#waiting.values()].some(queue => queue.length > 0)) this.#pump()
  }

  /** Takes parts in order, one batch per partition, within the limits; at least one part. */
  #take(node: number): Part[] {
    const { registry, limits } = this.#parts
    const { leaders } = registry.known(this.#topic)
    const taken: Part[] = []
    let bytes = 0
    for (const [partition, queue] of this.#waiting) {
      if (leaders[partition] !== node || this.#underWay.has(partition)) continue
      for (let i = queue.length - 1; i >= 0; i--) if (queue[i]!.call.isSettled) queue.splice(i, 1)
      let n = 0
      let batch = 0
      for (; n < queue.length; n++) {
        const more = queue[n]!.bytes
        if (
          (n > 0 && batch + more > limits.batchBytesMax) ||
          (bytes > 0 && bytes + more > limits.requestBytesMax)
        )
          break
        batch += more
        bytes += more
      }
      taken.push(...queue.splice(0, n))
      if (queue.length === 0) this.#waiting.delete(partition)
    }
    return taken
  }

  async #produce(connection: BrokerConnection, parts: readonly Part[]): Promise<void> {
    const { registry, cluster, limits, compression, nowMs } = this.#parts
    const known = registry.known(this.#topic)
    const batches = Map.groupBy(parts, ({ partition }) => partition)
    const partitions = [...batches].map(([partition, of]) => ({
      partition,
      records: encodeBatch(
        of.flatMap(({ records }) => records),
        nowMs(),
        compression
      )
    }))
    for (const { call } of parts) call.partsUnderWay++
    const request = {
      topic: known.physical,
      topicId: known.epoch,
      partitions,
      timeoutMs: Math.ceil(limits.answerMsMax * 0.8)
    }
    const answer = cluster.answer(
      connection,
      `append to ${known.physical}`,
      connection.produce(request)
    )
    const answers = await answer.catch((error: unknown) => error as Error)
    for (const { call } of parts) call.partsUnderWay--
    if (answers instanceof Error) return this.#unanswered(answers, parts)
    await this.#judge(batches, answers)
  }

  /**
   * Successes are recorded first: then a call that was refused in part does not count as refused in
   * whole.
   */
  async #judge(
    batches: ReadonlyMap<number, readonly Part[]>,
    answers: readonly ProduceAnswer[]
  ): Promise<void> {
    const codes = new Map<number, number>()
    for (const [partition, parts] of batches) {
      const answer = answers.find(a => a.partition === partition)
      if (answer?.error === kafkaCode.none) await this.#written(partition, answer.baseOffset, parts)
      else codes.set(partition, answer?.error ?? -1)
    }
    if (codes.size === 0) this.#troubles = 0
    for (const [partition, code] of codes)
      this.#notWritten(partition, code, batches.get(partition)!)
    if (codes.size > 0) await this.#lookSoon()
  }

  /**
   * Sends a part again if the leader has moved, as its caller would: its records may then be stored
   * twice, and the first copy counts.
   */
  #notWritten(partition: number, code: number, parts: readonly Part[]): void {
    const fate = classifyBatchCode(code)
    if (fate === 'moved') for (const { call } of parts) call.isInDoubt = true
    if (fate === 'moved' || fate === 'not-written')
      this.#putBack(partition, parts, getCodeName(code))
    else {
      const error =
        fate === 'uncertain'
          ? createUnknownError(getCodeName(code))
          : createRefusedError(this.#topic, code)
      for (const { call } of parts) this.#fail(call, error)
    }
  }

  async #written(partition: number, base: bigint, parts: readonly Part[]): Promise<void> {
    if (base < (this.#ends.get(partition) ?? 0n)) return this.#lost(partition, base, parts)
    let position = base
    for (const { call, places } of parts) {
      for (const place of places) call.appended[place] = { partition, position: position++ }
      call.partsWritten++
      this.#partDone(call)
    }
    this.#ends.set(partition, position)
    this.#parts.registry.sawEnd(this.#topic, partition, position)
  }

  /**
   * The partition continues below what it has acknowledged: it was recreated, or a broker came back
   * without its data. The log must not be used any longer.
   */
  async #lost(partition: number, base: bigint, parts: readonly Part[]): Promise<void> {
    const { registry } = this.#parts
    await registry.look().catch(() => {})
    const place = `${registry.physical(this.#topic)}/${partition}`
    const error = new EventLogError(
      'offset-ahead',
      `${place} had acknowledged up to ${this.#ends.get(partition)} and continues at ${base}: Kafka has lost acknowledged records`
    )
    registry.fail(error)
    for (const { call } of parts) this.#fail(call, registry.failure ?? error)
  }

  /** Puts the parts back at the front of the queue; their deadlines stay. */
  #putBack(partition: number, parts: readonly Part[], why: string): void {
    this.#lastTrouble = why
    this.#queue(partition).unshift(...parts)
  }

  /**
   * No answer came. A request that never left may be sent again; any other may have been carried
   * out.
   */
  #unanswered(error: Error, parts: readonly Part[]): Promise<void> {
    if (error instanceof KafkaDriverError && error.kind === 'not-sent') {
      for (const [partition, of] of Map.groupBy(parts, p => p.partition))
        this.#putBack(partition, of, error.message)
      return this.#lookSoon()
    }
    for (const { call } of parts) this.#fail(call, createUnknownError(error.message, error))
    return this.#lookSoon()
  }

  #unreachable(error: unknown): Promise<void> {
    this.#lastTrouble = (error as Error).message
    return this.#lookSoon()
  }

  async #lookSoon(): Promise<void> {
    await pause(computeBackoffMs(this.#troubles++))
    // The error shows in the cluster's health, and the next request runs into it again.
    await this.#parts.registry.look().catch(() => {})
  }

  #expire(): void {
    const nowMs = performance.now()
    for (const [partition, queue] of this.#waiting) {
      const late = queue.filter(
        ({ call }) => call.isSettled || (call.deadlineMs <= nowMs && call.partsUnderWay === 0)
      )
      if (late.length === 0) continue
      this.#waiting.set(
        partition,
        queue.filter(part => !late.includes(part))
      )
      const message = `${this.#topic} was not written within ${this.#parts.limits.appendMsMax} ms: ${this.#lastTrouble}`
      for (const { call } of late) this.#fail(call, new EventLogError('log-unavailable', message))
    }
  }

  #partDone(call: Call): void {
    if (--call.partsLeft > 0 || call.isSettled) return
    this.#settled(call)
    call.resolve(call.appended)
  }

  /**
   * A call fails if a part fails. If another part is or may be written, the error is
   * `append-unknown`.
   */
  #fail(call: Call, error: EventLogError): void {
    if (call.isSettled) return
    const told = error.code === 'append-unknown' ? error : (doubt(call, error) ?? error)
    if (told.code === 'append-unknown') this.#unknown++
    this.#settled(call)
    call.reject(told)
  }

  #settled(call: Call): void {
    call.isSettled = true
    this.#parts.appendLimit.leave(call.appended.length, call.bytes)
    if (--this.#open > 0) return
    if (this.#expiry !== null) clearInterval(this.#expiry)
    this.#expiry = null
    for (const resolve of this.#idle.splice(0)) resolve()
  }
}

/** Null if no record of the call can have been written. */
function doubt(
  { partsWritten, partsUnderWay, isInDoubt }: Call,
  error: EventLogError
): EventLogError | null {
  if (partsWritten + partsUnderWay > 0)
    return createUnknownError(`a part of it was not written: ${error.message}`, error)
  return isInDoubt ? createUnknownError(error.message, error) : null
}

function computeSize({ id, key, value }: NewRecord): number {
  return (
    (value?.byteLength ?? 0) + Buffer.byteLength(id) + Buffer.byteLength(key) + recordOverheadBytes
  )
}

function createUnknownError(why: string, cause?: unknown): EventLogError {
  return new EventLogError(
    'append-unknown',
    `the append may or may not be written: ${why}`,
    cause === undefined ? {} : { cause }
  )
}

function createRefusedError(topic: Topic, code: number): EventLogError {
  const name: EventLogErrorCode =
    code === kafkaCode.messageTooLarge ? 'record-too-large' : 'record-invalid'
  return new EventLogError(
    code === kafkaCode.topicUnauthorized ? 'log-unavailable' : name,
    `${topic} was not written: Kafka answered ${getCodeName(code)}`
  )
}
