// What a Kafka client library has to provide: one connection to one broker, and the requests sent
// over it. Leaders, coordinators, deadlines, retries, batches and their checksums are handled
// outside. A driver never retries, waits, batches, or contacts another broker.

export interface DriverOptions {
  readonly clientId: string
  readonly tls?: DriverTls
  readonly sasl?: DriverSasl
}

/** PEM texts. An empty object means TLS with the system's certificate authorities. */
export interface DriverTls {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

export type DriverSasl = PasswordSasl | BearerSasl

export interface PasswordSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
  readonly username: string
  readonly password: string
}

export interface BearerSasl {
  readonly mechanism: 'oauthbearer'
  readonly tokens: BearerTokens
}

/** Tokens for OAUTHBEARER. Every connection asks when it authenticates. */
export interface BearerTokens {
  /** A token that is still valid when the broker reads it. A rejection is a failed connection. */
  get(): Promise<string>
  /** The broker refused this token: `get` must not return it again from a cache. */
  forget(token: string): void
}

export interface BrokerAddress {
  readonly host: string
  readonly port: number
}

export interface KafkaDriver {
  /**
   * Protocol version of each request that this driver sends. Whoever opens connections refuses a
   * broker that does not support one of them.
   */
  readonly speaks: Readonly<Record<ApiName, number>>
  /**
   * Opens a connection: TCP, TLS, SASL. Rejects `connect-failed` or `auth-failed`; also
   * `connect-failed` if it takes longer than `deadlineMs`, without an open socket.
   */
  connect(address: BrokerAddress, deadlineMs: number): Promise<BrokerConnection>
}

/** The requests in use and their numbers in the protocol. */
export const apiKeys = {
  Produce: 0,
  Fetch: 1,
  ListOffsets: 2,
  Metadata: 3,
  OffsetCommit: 8,
  OffsetFetch: 9,
  FindCoordinator: 10,
  JoinGroup: 11,
  Heartbeat: 12,
  LeaveGroup: 13,
  SyncGroup: 14,
  ApiVersions: 18,
  CreateTopics: 19,
  DeleteTopics: 20,
  DeleteRecords: 21,
  DescribeConfigs: 32,
  CreatePartitions: 37
} as const
export type ApiName = keyof typeof apiKeys

export interface ApiRange {
  readonly min: number
  readonly max: number
}

/**
 * One connection. Requests may be sent while others are outstanding; the broker answers them in
 * order, so a long poll needs a separate connection. Every method rejects with a `KafkaDriverError`
 * and no other error. An error code for the whole answer rejects with kind `broker`; one for a
 * topic or a partition is returned as `error` (0 = none). A driver has no deadline for answers:
 * callers call `destroy` when they have waited too long.
 */
export interface BrokerConnection {
  readonly address: BrokerAddress
  /** Resolves when the connection has ended, for any reason. Never rejects. */
  readonly closed: Promise<void>
  /**
   * Ends the connection immediately, even while connecting. Outstanding requests reject with
   * `disconnected`. Idempotent.
   */
  destroy(): void

  /** Version ranges that the broker supports, by API key. */
  apiVersions(): Promise<ReadonlyMap<number, ApiRange>>
  /** Metadata of the named topics; null = all. Never creates a topic. */
  metadata(topics: readonly string[] | null): Promise<ClusterMetadata>
  createTopics(topics: readonly NewTopic[], timeoutMs: number): Promise<readonly TopicOutcome[]>
  deleteTopics(topics: readonly string[], timeoutMs: number): Promise<readonly TopicOutcome[]>
  /** Increases the number of partitions of a topic. Only for tests. */
  createPartitions(topic: string, count: number, timeoutMs: number): Promise<TopicOutcome>
  /** Removes records before a position. Send to the leader. */
  deleteRecords(
    topic: string,
    before: readonly PartitionOffset[],
    timeoutMs: number
  ): Promise<readonly PartitionError[]>
  topicConfig(topic: string): Promise<ReadonlyMap<string, string | null>>

  /** The first or the next position. Send to the leader. */
  listOffsets(
    topic: string,
    partitions: readonly number[],
    at: 'earliest' | 'latest'
  ): Promise<readonly OffsetAnswer[]>
  /**
   * Produces with acks -1. `records` is one whole batch in Kafka's format 2 (record-batch.ts). Send
   * to the leader.
   */
  produce(request: ProduceRequest): Promise<readonly ProduceAnswer[]>
  /**
   * Bytes of whole batches as stored by the broker, unchecked: record-batch.ts decodes them.
   * Read-uncommitted. Send to the leader.
   */
  fetch(request: FetchRequest): Promise<readonly FetchAnswer[]>

  findCoordinator(group: string): Promise<BrokerNode>
  /**
   * Commits offsets of a group without active members: generation −1, no member id. Send to the
   * coordinator.
   */
  offsetCommit(
    group: string,
    topic: string,
    offsets: readonly CommittedOffset[]
  ): Promise<readonly PartitionError[]>
  /** Position −1 means none. Send to the coordinator. */
  offsetFetch(
    group: string,
    topic: string,
    partitions: readonly number[]
  ): Promise<readonly (CommittedOffset & PartitionError)[]>

  /**
   * Classic group protocol. The answer `MEMBER_ID_REQUIRED` (79) rejects as `broker` with
   * `memberId` set.
   */
  joinGroup(request: JoinRequest): Promise<JoinAnswer>
  /** Returns this member's assignment; empty bytes if there is none. */
  syncGroup(request: SyncRequest): Promise<Uint8Array>
  heartbeat(group: string, generation: number, memberId: string): Promise<void>
  leaveGroup(group: string, memberId: string): Promise<void>
}

export interface BrokerNode extends BrokerAddress {
  readonly nodeId: number
}

export interface ClusterMetadata {
  readonly clusterId: string | null
  readonly controllerId: number
  readonly brokers: readonly BrokerNode[]
  readonly topics: readonly TopicMetadata[]
}

export interface TopicMetadata {
  readonly name: string
  /** 32 lowercase hex digits; all zero if there is no such topic. */
  readonly topicId: string
  readonly error: number
  readonly partitions: readonly PartitionMetadata[]
  /** Rights that this user lacks on the topic; none if the broker does not tell. */
  readonly missingRights: readonly TopicRight[]
}

export type TopicRight = 'DESCRIBE' | 'READ' | 'WRITE'

export interface PartitionMetadata extends PartitionError {
  readonly leader: number
  /** Number of assigned replicas, whether they are available or not. */
  readonly copies: number
}

export interface NewTopic {
  readonly name: string
  readonly partitions: number
  readonly replicationFactor: number
  readonly config: Readonly<Record<string, string>>
}

export interface TopicOutcome {
  readonly name: string
  readonly error: number
  readonly message: string | null
}

export interface PartitionOffset {
  readonly partition: number
  readonly position: bigint
}

export interface PartitionError {
  readonly partition: number
  readonly error: number
}

export interface OffsetAnswer extends PartitionOffset, PartitionError {}

export interface CommittedOffset extends PartitionOffset {
  readonly metadata: string
}

export interface ProduceRequest {
  readonly topic: string
  readonly topicId: string
  readonly partitions: readonly { readonly partition: number; readonly records: Buffer }[]
  /** How long the broker waits for its replicas, ms. */
  readonly timeoutMs: number
}

export interface ProduceAnswer extends PartitionError {
  /** Position of the batch's first record; −1 with an error. */
  readonly baseOffset: bigint
}

export interface FetchRequest {
  readonly topic: string
  readonly topicId: string
  readonly from: readonly PartitionOffset[]
  readonly maxBytes: number
  readonly partitionMaxBytes: number
  /** The broker answers when it has one byte, or after this time, ms. */
  readonly maxWaitMs: number
}

export interface FetchAnswer extends PartitionError {
  readonly highWatermark: bigint
  readonly logStart: bigint
  /** May end within a batch: the broker cuts at the limit. */
  readonly records: Buffer
}

export interface JoinRequest {
  readonly group: string
  readonly memberId: string
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  readonly protocolType: string
  readonly protocol: string
  readonly metadata: Buffer
}

export interface JoinAnswer {
  readonly generation: number
  readonly leader: string
  readonly memberId: string
  /** Members of the group if this one leads it; empty for the others. */
  readonly members: readonly { readonly memberId: string; readonly metadata: Uint8Array }[]
}

export interface SyncRequest {
  readonly group: string
  readonly generation: number
  readonly memberId: string
  readonly protocolType: string
  readonly protocol: string
  /** Assignments of all members, sent by the leader; empty from the others. */
  readonly assignments: readonly { readonly memberId: string; readonly assignment: Buffer }[]
}

/**
 * The outcome of a failed request. `connect-failed`, `auth-failed`, `not-sent`: the broker never
 * saw it. `disconnected`: it was sent and no answer came, so it may have been carried out.
 * `broker`: the broker refused it; see `kafkaCode`. `protocol`: the answer could not be decoded;
 * the request may have been carried out.
 */
export type DriverErrorKind =
  | 'connect-failed'
  | 'auth-failed'
  | 'not-sent'
  | 'disconnected'
  | 'broker'
  | 'protocol'

export class KafkaDriverError extends Error {
  override readonly name = 'KafkaDriverError'
  readonly kind: DriverErrorKind
  /** Kafka's error code; 0 if the broker gave none. */
  readonly kafkaCode: number
  /** With `MEMBER_ID_REQUIRED`: the id to join with. */
  readonly memberId: string | null

  constructor(
    kind: DriverErrorKind,
    message: string,
    details: { kafkaCode?: number; memberId?: string; cause?: unknown } = {}
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.kind = kind
    this.kafkaCode = details.kafkaCode ?? 0
    this.memberId = details.memberId ?? null
  }
}
