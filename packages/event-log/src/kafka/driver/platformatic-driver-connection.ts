// One connection of @platformatic/kafka behind the driver's interface. Uses the library's codecs
// and socket, but none of its clients, which batch, retry and join groups by themselves.

import {
  type API,
  apiVersionsV4,
  type Callback,
  ConfigResourceTypes,
  type Connection,
  ConnectionStatuses,
  createPartitionsV3,
  createTopicsV7,
  deleteRecordsV2,
  deleteTopicsV6,
  describeConfigsV4,
  FindCoordinatorKeyTypes,
  findCoordinatorV6,
  heartbeatV4,
  joinGroupV9,
  ListOffsetTimestamps,
  leaveGroupV5,
  listOffsetsV9,
  metadataV12,
  offsetCommitV9,
  offsetFetchV9,
  type Reader,
  syncGroupV5,
  type Writer
} from '@platformatic/kafka'
import {
  type ApiRange,
  apiKeys,
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
  type TopicMetadata,
  type TopicOutcome
} from './driver.ts'
import {
  decodeFetch,
  decodeProduce,
  encodeFetch,
  encodeProduce,
  produceById,
  produceByName
} from './platformatic-driver-data.ts'
import { answerIn, noAnswer, refused } from './platformatic-driver-errors.ts'

/** Client software as reported to the broker. */
const software = { name: 'tocsin', version: '1' }
/** Special timestamps of ListOffsets. */
const timeOf = { earliest: ListOffsetTimestamps.EARLIEST, latest: ListOffsetTimestamps.LATEST }
const consumerClient = -1
const readUncommitted = 0
/** Generation of an offset committed for a group without members. */
const noGeneration = -1
const unknownEpoch = -1

interface Coded {
  readonly errorCode: number
}

export class PlatformaticConnection implements BrokerConnection {
  readonly address: BrokerAddress
  readonly closed: Promise<void>
  readonly #connection: Connection
  #produceVersion: number = produceByName
  /** The latest network error: the library passes it to listeners only. */
  #trouble = 'the connection was closed'

  /** Takes an open connection. */
  constructor(address: BrokerAddress, connection: Connection) {
    this.address = address
    this.#connection = connection
    this.closed = new Promise(resolve => connection.once('close', resolve))
    connection.on('error', ({ message, cause }) => {
      this.#trouble = cause instanceof Error ? cause.message : message
    })
  }

  destroy(): void {
    // The library's own close waits until pending writes are flushed, which never happens on a cut
    // network.
    this.#connection.socket.destroy()
  }

  async apiVersions(): Promise<ReadonlyMap<number, ApiRange>> {
    const answer = await this.#ask(
      'ApiVersions',
      apiVersionsV4.api,
      software.name,
      software.version
    )
    checkCode('ApiVersions', answer)
    const ranges = new Map(
      answer.apiKeys.map(each => [each.apiKey, { min: each.minVersion, max: each.maxVersion }])
    )
    if ((ranges.get(apiKeys.Produce)?.max ?? 0) >= produceById) this.#produceVersion = produceById
    return ranges
  }

  async metadata(topics: readonly string[] | null): Promise<ClusterMetadata> {
    const answer = await this.#ask(
      'Metadata',
      metadataV12.api,
      topics === null ? null : [...topics],
      false,
      false
    )
    return {
      clusterId: answer.clusterId ?? null,
      controllerId: answer.controllerId,
      brokers: answer.brokers.map(({ nodeId, host, port }) => ({ nodeId, host, port })),
      topics: answer.topics.map(topicOf)
    }
  }

  async createTopics(
    topics: readonly NewTopic[],
    timeoutMs: number
  ): Promise<readonly TopicOutcome[]> {
    const wanted = topics.map(({ name, partitions, replicationFactor, config }) => ({
      name,
      numPartitions: partitions,
      replicationFactor,
      assignments: [],
      configs: Object.entries(config).map(([key, value]) => ({ name: key, value }))
    }))
    const answer = await this.#ask('CreateTopics', createTopicsV7.api, wanted, timeoutMs, false)
    return answer.topics.map(outcomeOf)
  }

  async deleteTopics(
    topics: readonly string[],
    timeoutMs: number
  ): Promise<readonly TopicOutcome[]> {
    const answer = await this.#ask(
      'DeleteTopics',
      deleteTopicsV6.api,
      topics.map(name => ({ name })),
      timeoutMs
    )
    return answer.responses.map(outcomeOf)
  }

  async createPartitions(topic: string, count: number, timeoutMs: number): Promise<TopicOutcome> {
    const answer = await this.#ask(
      'CreatePartitions',
      createPartitionsV3.api,
      [{ name: topic, count, assignments: null }],
      timeoutMs,
      false
    )
    return outcomeOf(only('CreatePartitions', answer.results))
  }

  async deleteRecords(
    topic: string,
    before: readonly PartitionOffset[],
    timeoutMs: number
  ): Promise<readonly PartitionError[]> {
    const partitions = before.map(({ partition, position }) => ({
      partitionIndex: partition,
      offset: position
    }))
    const answer = await this.#ask(
      'DeleteRecords',
      deleteRecordsV2.api,
      [{ name: topic, partitions }],
      timeoutMs
    )
    return answer.topics.flatMap(each => each.partitions.map(errorOf))
  }

  async topicConfig(topic: string): Promise<ReadonlyMap<string, string | null>> {
    const resource = {
      resourceType: ConfigResourceTypes.TOPIC,
      resourceName: topic,
      configurationKeys: null
    }
    const answer = await this.#ask(
      'DescribeConfigs',
      describeConfigsV4.api,
      [resource],
      false,
      false
    )
    const result = only('DescribeConfigs', answer.results)
    checkCode('DescribeConfigs', result, { message: result.errorMessage ?? null })
    return new Map(result.configs.map(({ name, value }) => [name, value ?? null]))
  }

  async listOffsets(
    topic: string,
    partitions: readonly number[],
    at: 'earliest' | 'latest'
  ): Promise<readonly OffsetAnswer[]> {
    const wanted = partitions.map(partitionIndex => ({
      partitionIndex,
      currentLeaderEpoch: unknownEpoch,
      timestamp: timeOf[at]
    }))
    const topics = [{ name: topic, partitions: wanted }]
    const answer = await this.#ask(
      'ListOffsets',
      listOffsetsV9.api,
      consumerClient,
      readUncommitted,
      topics
    )
    return answer.topics.flatMap(each =>
      each.partitions.map(found => ({ ...errorOf(found), position: found.offset }))
    )
  }

  produce(request: ProduceRequest): Promise<readonly ProduceAnswer[]> {
    const version = this.#produceVersion
    return this.#send('Produce', version, encodeProduce(request, version), reader =>
      decodeProduce(reader, version)
    )
  }

  async fetch(request: FetchRequest): Promise<readonly FetchAnswer[]> {
    const { error, answers } = await this.#send(
      'Fetch',
      speaks.Fetch,
      encodeFetch(request),
      decodeFetch
    )
    checkCode('Fetch', { errorCode: error })
    return answers
  }

  async findCoordinator(group: string): Promise<BrokerNode> {
    const answer = await this.#ask(
      'FindCoordinator',
      findCoordinatorV6.api,
      FindCoordinatorKeyTypes.GROUP,
      [group]
    )
    const found = only('FindCoordinator', answer.coordinators)
    checkCode('FindCoordinator', found, { message: found.errorMessage ?? null })
    return { nodeId: found.nodeId, host: found.host, port: found.port }
  }

  async offsetCommit(
    group: string,
    topic: string,
    offsets: readonly CommittedOffset[]
  ): Promise<readonly PartitionError[]> {
    const partitions = offsets.map(({ partition, position, metadata }) => ({
      partitionIndex: partition,
      committedOffset: position,
      committedLeaderEpoch: unknownEpoch,
      committedMetadata: metadata
    }))
    const topics = [{ name: topic, partitions }]
    const answer = await this.#ask(
      'OffsetCommit',
      offsetCommitV9.api,
      group,
      noGeneration,
      '',
      null,
      topics
    )
    return answer.topics.flatMap(each => each.partitions.map(errorOf))
  }

  async offsetFetch(
    group: string,
    topic: string,
    partitions: readonly number[]
  ): Promise<readonly (CommittedOffset & PartitionError)[]> {
    const topics = [{ name: topic, partitionIndexes: [...partitions] }]
    const asked = { groupId: group, memberId: null, memberEpoch: noGeneration, topics }
    const answer = await this.#ask('OffsetFetch', offsetFetchV9.api, [asked], false)
    const found = only('OffsetFetch', answer.groups)
    checkCode('OffsetFetch', found)
    return found.topics.flatMap(each =>
      each.partitions.map(of => ({
        ...errorOf(of),
        position: of.committedOffset,
        metadata: of.metadata ?? ''
      }))
    )
  }

  async joinGroup(request: JoinRequest): Promise<JoinAnswer> {
    const {
      group,
      memberId,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
      protocolType,
      protocol,
      metadata
    } = request
    const protocols = [{ name: protocol, metadata }]
    const answer = await this.#ask(
      'JoinGroup',
      joinGroupV9.api,
      group,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
      memberId,
      null,
      protocolType,
      protocols
    )
    checkCode('JoinGroup', answer, { memberId: answer.memberId })
    const members = answer.members.map(each => ({
      memberId: each.memberId,
      metadata: each.metadata
    }))
    return {
      generation: answer.generationId,
      leader: answer.leader,
      memberId: answer.memberId,
      members
    }
  }

  async syncGroup(request: SyncRequest): Promise<Uint8Array> {
    const { group, generation, memberId, protocolType, protocol, assignments } = request
    const answer = await this.#ask(
      'SyncGroup',
      syncGroupV5.api,
      group,
      generation,
      memberId,
      null,
      protocolType,
      protocol,
      [...assignments]
    )
    checkCode('SyncGroup', answer)
    return answer.assignment
  }

  async heartbeat(group: string, generation: number, memberId: string): Promise<void> {
    checkCode(
      'Heartbeat',
      await this.#ask('Heartbeat', heartbeatV4.api, group, generation, memberId)
    )
  }

  async leaveGroup(group: string, memberId: string): Promise<void> {
    const answer = await this.#ask('LeaveGroup', leaveGroupV5.api, group, [{ memberId }])
    checkCode('LeaveGroup', answer)
    for (const member of answer.members) checkCode('LeaveGroup', member)
  }

  get #name(): string {
    return `${this.address.host}:${this.address.port}`
  }

  #ask<Arguments extends unknown[], R>(
    what: string,
    api: API<Arguments, R>,
    ...args: Arguments
  ): Promise<R> {
    return this.#settle(what, callback =>
      (api as unknown as (...all: unknown[]) => void)(this.#connection, ...args, callback)
    )
  }

  #send<R>(
    what: 'Produce' | 'Fetch',
    version: number,
    body: Writer,
    decode: (reader: Reader) => R
  ): Promise<R> {
    return this.#settle(what, callback => {
      const parse = (_id: number, _key: number, _version: number, reader: Reader) => decode(reader)
      this.#connection.send(apiKeys[what], version, () => body, parse, true, true, callback)
    })
  }

  async #settle<R>(what: string, send: (callback: Callback<R>) => void): Promise<R> {
    if (this.#connection.status === ConnectionStatuses.REAUTHENTICATING)
      await this.#reauthenticated()
    return new Promise((resolve, reject) => {
      // An open connection accepts the bytes at once, so a later failure means that the request was
      // sent.
      if (!this.#isUp())
        reject(
          new KafkaDriverError(
            'not-sent',
            `${this.#name}: the connection has ended: ${what} was not sent`
          )
        )
      else
        send((error, answer) => {
          const within = error ? answerIn<R>(error) : answer
          if (within !== undefined) resolve(within)
          else
            reject(
              noAnswer(this.#name, what, this.#trouble, error ?? new Error('the answer is empty'))
            )
        })
    })
  }

  /**
   * Where a broker limits the lifetime of a session, the library re-authenticates in between. A
   * broker closes a connection that sends any other request meanwhile.
   */
  #reauthenticated(): Promise<void> {
    return new Promise(resolve => {
      const end = () => {
        this.#connection.off('connect', end).off('close', end)
        resolve()
      }
      this.#connection.on('connect', end).on('close', end)
    })
  }

  #isUp(): boolean {
    const { status, socket } = this.#connection
    return status === ConnectionStatuses.CONNECTED && !socket.destroyed
  }
}

/**
 * The versions in use. Of Produce the older one: `apiVersions` switches to topic ids if the broker
 * supports them.
 */
export const speaks = {
  Produce: produceByName,
  Fetch: 17,
  ListOffsets: listOffsetsV9.api.version,
  Metadata: metadataV12.api.version,
  OffsetCommit: offsetCommitV9.api.version,
  OffsetFetch: offsetFetchV9.api.version,
  FindCoordinator: findCoordinatorV6.api.version,
  JoinGroup: joinGroupV9.api.version,
  Heartbeat: heartbeatV4.api.version,
  LeaveGroup: leaveGroupV5.api.version,
  SyncGroup: syncGroupV5.api.version,
  ApiVersions: apiVersionsV4.api.version,
  CreateTopics: createTopicsV7.api.version,
  DeleteTopics: deleteTopicsV6.api.version,
  DeleteRecords: deleteRecordsV2.api.version,
  DescribeConfigs: describeConfigsV4.api.version,
  CreatePartitions: createPartitionsV3.api.version
} as const

function checkCode(
  what: string,
  { errorCode }: Coded,
  details: Parameters<typeof refused>[2] = {}
): void {
  if (errorCode !== 0) throw refused(what, errorCode, details)
}

function only<T>(what: string, answers: readonly T[]): T {
  const [first] = answers
  if (first === undefined) throw new KafkaDriverError('protocol', `the answer to ${what} is empty`)
  return first
}

function errorOf({
  partitionIndex,
  errorCode
}: Coded & { readonly partitionIndex: number }): PartitionError {
  return { partition: partitionIndex, error: errorCode }
}

function outcomeOf(
  of: Coded & {
    readonly name?: string | null | undefined
    readonly errorMessage?: string | null | undefined
  }
): TopicOutcome {
  return { name: of.name ?? '', error: of.errorCode, message: of.errorMessage ?? null }
}

type LibraryTopic = Awaited<ReturnType<typeof metadataV12.api.async>>['topics'][number]

function topicOf(topic: LibraryTopic): TopicMetadata {
  return {
    name: topic.name ?? '',
    topicId: topic.topicId.replaceAll('-', ''),
    error: topic.errorCode,
    partitions: topic.partitions.map(of => ({
      partition: of.partitionIndex,
      leader: of.leaderId,
      error: of.errorCode,
      copies: of.replicaNodes.length
    }))
  }
}
