// One connection of kafkajs behind the driver's interface: each request is one of its formats, each
// answer is converted to the driver's types.

import type Connection from 'kafkajs/src/network/connection.js'
import type { KafkaJsRequest } from 'kafkajs/src/network/connection.js'
import kafkajsRequests from 'kafkajs/src/protocol/requests/index.js'
import {
  type ApiName,
  type ApiRange,
  type BrokerAddress,
  type BrokerConnection,
  type BrokerNode,
  type ClusterMetadata,
  type CommittedOffset,
  type FetchAnswer,
  type FetchRequest,
  type JoinAnswer,
  type JoinRequest,
  KafkaDriverError,
  type NewTopic,
  type OffsetAnswer,
  type PartitionError,
  type PartitionOffset,
  type ProduceAnswer,
  type ProduceRequest,
  type SyncRequest,
  type TopicOutcome
} from '../driver/driver.ts'
import { speaks } from './api-versions.ts'
import {
  makeMetadataRequest,
  makeProduceRequest,
  readFetched,
  readMetadata,
  readProduced
} from './wire-formats.ts'

/** kafkajs uses an older name for one request. */
const getKafkaJsName = (name: ApiName) => (name === 'FindCoordinator' ? 'GroupCoordinator' : name)
const readUncommitted = 0
const topicResource = 2

interface TopicErrors {
  readonly topicErrors: readonly {
    topic: string
    errorCode: number
    errorMessage?: string | null
  }[]
}
interface OffsetResponses {
  readonly responses: readonly {
    partitions: readonly {
      partition: number
      errorCode: number
      offset: string
      metadata?: string | null
    }[]
  }[]
}

export class KafkaJsConnection implements BrokerConnection {
  readonly address: BrokerAddress
  readonly closed: Promise<void>
  readonly #inner: Connection
  readonly #end: () => void
  #isEnded = false

  constructor(inner: Connection, address: BrokerAddress, closed: Promise<void>, end: () => void) {
    this.#inner = inner
    this.address = address
    this.closed = closed.then(() => this.#ended())
    this.#end = end
  }

  destroy(): void {
    this.#end()
    this.#ended()
  }

  async apiVersions(): Promise<ReadonlyMap<number, ApiRange>> {
    interface Versions {
      errorCode: number
      apiVersions: readonly { apiKey: number; minVersion: number; maxVersion: number }[]
    }
    const { apiVersions } = await this.#ask<Versions>('ApiVersions', {})
    return new Map(
      apiVersions.map(({ apiKey, minVersion, maxVersion }) => [
        apiKey,
        { min: minVersion, max: maxVersion }
      ])
    )
  }

  metadata(topics: readonly string[] | null): Promise<ClusterMetadata> {
    return this.#send(makeMetadataRequest(topics), readMetadata)
  }

  async createTopics(
    topics: readonly NewTopic[],
    timeoutMs: number
  ): Promise<readonly TopicOutcome[]> {
    const wanted = topics.map(({ name, partitions, replicationFactor, config }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor,
      configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value }))
    }))
    return readOutcomes(
      await this.#ask<TopicErrors>('CreateTopics', {
        topics: wanted,
        validateOnly: false,
        timeout: timeoutMs
      })
    )
  }

  async deleteTopics(
    topics: readonly string[],
    timeoutMs: number
  ): Promise<readonly TopicOutcome[]> {
    return readOutcomes(
      await this.#ask<TopicErrors>('DeleteTopics', { topics, timeout: timeoutMs })
    )
  }

  async createPartitions(topic: string, count: number, timeoutMs: number): Promise<TopicOutcome> {
    const topicPartitions = [{ topic, count }]
    return readOutcomes(
      await this.#ask<TopicErrors>('CreatePartitions', {
        topicPartitions,
        validateOnly: false,
        timeout: timeoutMs
      })
    )[0]!
  }

  async deleteRecords(
    topic: string,
    before: readonly PartitionOffset[],
    timeoutMs: number
  ): Promise<readonly PartitionError[]> {
    interface Deleted {
      readonly topics: readonly {
        partitions: readonly { partition: number; errorCode: number }[]
      }[]
    }
    const partitions = before.map(({ partition, position }) => ({
      partition,
      offset: String(position)
    }))
    const answer = await this.#ask<Deleted>('DeleteRecords', {
      topics: [{ topic, partitions }],
      timeout: timeoutMs
    })
    return answer.topics.flatMap(t => t.partitions.map(readPartitionError))
  }

  async topicConfig(topic: string): Promise<ReadonlyMap<string, string | null>> {
    interface Configs {
      readonly resources: readonly {
        errorCode: number
        configEntries: readonly { configName: string; configValue: string | null }[]
      }[]
    }
    const resources = [{ type: topicResource, name: topic }]
    const [found] = (
      await this.#ask<Configs>('DescribeConfigs', { resources, includeSynonyms: false })
    ).resources
    refuse('DescribeConfigs', found?.errorCode ?? -1)
    return new Map(
      found!.configEntries.map(({ configName, configValue }) => [configName, configValue])
    )
  }

  async listOffsets(
    topic: string,
    partitions: readonly number[],
    at: 'earliest' | 'latest'
  ): Promise<readonly OffsetAnswer[]> {
    const timestamp = at === 'earliest' ? -2 : -1
    const topics = [{ topic, partitions: partitions.map(partition => ({ partition, timestamp })) }]
    const answer = await this.#ask<OffsetResponses>('ListOffsets', {
      isolationLevel: readUncommitted,
      topics
    })
    return answer.responses.flatMap(t =>
      t.partitions.map(p => ({ ...readPartitionError(p), position: BigInt(p.offset) }))
    )
  }

  produce(request: ProduceRequest): Promise<readonly ProduceAnswer[]> {
    return this.#send(makeProduceRequest(request), readProduced)
  }

  async fetch({
    topic,
    from,
    maxBytes,
    partitionMaxBytes,
    maxWaitMs
  }: FetchRequest): Promise<readonly FetchAnswer[]> {
    const partitions = from.map(({ partition, position }) => ({
      partition,
      fetchOffset: String(position),
      maxBytes: partitionMaxBytes
    }))
    const { request } = kafkajsRequests.requests.Fetch!.protocol({ version: speaks.Fetch })({
      isolationLevel: readUncommitted,
      maxWaitTime: maxWaitMs,
      minBytes: 1,
      maxBytes,
      topics: [{ topic, partitions }]
    })
    const { error, answers } = await this.#send(request, readFetched)
    refuse('Fetch', error)
    return answers
  }

  async findCoordinator(group: string): Promise<BrokerNode> {
    const answer = await this.#ask<{ errorCode: number; coordinator: BrokerNode }>(
      'FindCoordinator',
      { groupId: group }
    )
    refuse('FindCoordinator', answer.errorCode)
    return answer.coordinator
  }

  async offsetCommit(
    group: string,
    topic: string,
    offsets: readonly CommittedOffset[]
  ): Promise<readonly PartitionError[]> {
    const partitions = offsets.map(({ partition, position, metadata }) => ({
      partition,
      offset: String(position),
      metadata
    }))
    const request = {
      groupId: group,
      groupGenerationId: -1,
      memberId: '',
      topics: [{ topic, partitions }]
    }
    const answer = await this.#ask<OffsetResponses>('OffsetCommit', request)
    return answer.responses.flatMap(t => t.partitions.map(readPartitionError))
  }

  async offsetFetch(
    group: string,
    topic: string,
    partitions: readonly number[]
  ): Promise<readonly (CommittedOffset & PartitionError)[]> {
    const topics = [{ topic, partitions: partitions.map(partition => ({ partition })) }]
    const answer = await this.#ask<OffsetResponses & { errorCode: number }>('OffsetFetch', {
      groupId: group,
      topics
    })
    refuse('OffsetFetch', answer.errorCode)
    return answer.responses.flatMap(t =>
      t.partitions.map(p => ({
        ...readPartitionError(p),
        position: BigInt(p.offset),
        metadata: p.metadata ?? ''
      }))
    )
  }

  async joinGroup(request: JoinRequest): Promise<JoinAnswer> {
    interface Joined {
      readonly errorCode: number
      readonly generationId: number
      readonly leaderId: string
      readonly memberId: string
      readonly members: readonly { memberId: string; memberMetadata: Buffer }[]
    }
    const answer = await this.#ask<Joined>('JoinGroup', {
      groupId: request.group,
      sessionTimeout: request.sessionTimeoutMs,
      rebalanceTimeout: request.rebalanceTimeoutMs,
      memberId: request.memberId,
      protocolType: request.protocolType,
      groupProtocols: [{ name: request.protocol, metadata: request.metadata }]
    })
    refuse('JoinGroup', answer.errorCode, answer.memberId)
    return {
      generation: answer.generationId,
      leader: answer.leaderId,
      memberId: answer.memberId,
      members: answer.members.map(({ memberId, memberMetadata }) => ({
        memberId,
        metadata: memberMetadata
      }))
    }
  }

  async syncGroup({ group, generation, memberId, assignments }: SyncRequest): Promise<Uint8Array> {
    const groupAssignment = assignments.map(a => ({
      memberId: a.memberId,
      memberAssignment: a.assignment
    }))
    const answer = await this.#ask<{ errorCode: number; memberAssignment: Buffer | null }>(
      'SyncGroup',
      {
        groupId: group,
        generationId: generation,
        memberId,
        groupAssignment
      }
    )
    refuse('SyncGroup', answer.errorCode)
    return answer.memberAssignment ?? new Uint8Array()
  }

  async heartbeat(group: string, generation: number, memberId: string): Promise<void> {
    const request = {
      groupId: group,
      groupGenerationId: generation,
      memberId,
      groupInstanceId: null
    }
    refuse('Heartbeat', (await this.#ask<{ errorCode: number }>('Heartbeat', request)).errorCode)
  }

  async leaveGroup(group: string, memberId: string): Promise<void> {
    refuse(
      'LeaveGroup',
      (await this.#ask<{ errorCode: number }>('LeaveGroup', { groupId: group, memberId })).errorCode
    )
  }

  #ended(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    // kafkajs does not notice that we destroy the socket: a request that it is still encoding would
    // be queued for ever.
    this.#inner.connectionStatus = 'disconnected'
    const { host, port } = this.address
    this.#inner.requestQueue.rejectAll(
      new KafkaDriverError(
        'disconnected',
        `${host}:${port}: the connection ended before the answer`
      )
    )
    this.#inner.requestQueue.destroy()
  }

  /**
   * Sends a request in one of kafkajs' formats. The type of its decoded answer is trusted here and
   * nowhere else.
   */
  #ask<T>(name: ApiName, options: object): Promise<T> {
    const { request, response } = kafkajsRequests.requests[getKafkaJsName(name)]!.protocol({
      version: speaks[name]
    })(options)
    return this.#send(request, response.decode as (payload: Buffer) => Promise<T>)
  }

  async #send<T>(request: KafkaJsRequest, decode: (payload: Buffer) => T | Promise<T>): Promise<T> {
    if (this.#isEnded)
      throw new KafkaDriverError(
        'not-sent',
        `${this.address.host}:${this.address.port}: the connection has ended`
      )
    const response = {
      decode: async (payload: Buffer) => decode(payload),
      parse: async (data: T) => data
    }
    try {
      return await this.#inner.send({ request, response, logResponseError: false })
    } catch (error) {
      throw this.#asDriverError(error as Error, request.apiName)
    }
  }

  #asDriverError(error: Error, what: string): KafkaDriverError {
    if (error instanceof KafkaDriverError) return error
    const message = `${this.address.host}:${this.address.port}: ${what}: ${error.message}`
    // kafkajs rejects with this text before it writes anything.
    if (error.message === 'Not connected')
      return new KafkaDriverError('not-sent', message, { cause: error })
    if (error.name.startsWith('KafkaJSConnection'))
      return new KafkaDriverError('disconnected', message, { cause: error })
    if (error.name === 'KafkaJSSASLAuthenticationError')
      return new KafkaDriverError('auth-failed', message, { cause: error })
    return new KafkaDriverError('protocol', message, { cause: error })
  }
}

function refuse(what: string, code: number, memberId?: string): void {
  if (code === 0) return
  throw new KafkaDriverError('broker', `${what}: Kafka answered error ${code}`, {
    kafkaCode: code,
    ...(memberId === undefined ? {} : { memberId })
  })
}

function readPartitionError({
  partition,
  errorCode
}: {
  partition: number
  errorCode: number
}): PartitionError {
  return { partition, error: errorCode }
}

function readOutcomes({ topicErrors }: TopicErrors): TopicOutcome[] {
  return topicErrors.map(({ topic, errorCode, errorMessage }) => ({
    name: topic,
    error: errorCode,
    message: errorMessage ?? null
  }))
}
