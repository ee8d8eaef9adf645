// Requests that kafkajs has no format for, or decodes in an unsuitable way: Metadata with topic ids
// (flexible encoding), Produce of an encoded batch, Fetch that leaves batches as bytes. Sources:
// Kafka's message definitions MetadataRequest/Response 12, ProduceRequest 7, FetchResponse 11.

import type { KafkaJsRequest } from 'kafkajs/src/network/connection.js'
import Decoder from 'kafkajs/src/protocol/decoder.js'
import Encoder from 'kafkajs/src/protocol/encoder.js'
import {
  apiKeys,
  type ClusterMetadata,
  type FetchAnswer,
  type ProduceAnswer,
  type ProduceRequest,
  type TopicMetadata,
  type TopicRight
} from '../driver/driver.ts'
import { speaks } from './api-versions.ts'

const noTopicId = Buffer.alloc(16)
const noBytes = Buffer.alloc(0)

export function makeMetadataRequest(topics: readonly string[] | null): KafkaJsRequest {
  return request('Metadata', () => {
    // The first byte ends the header, which has tags in this version.
    const encoder = new Encoder().writeUVarInt(0)
    encoder.writeUVarInt(topics === null ? 0 : topics.length + 1)
    for (const topic of topics ?? [])
      encoder.writeBuffer(noTopicId).writeUVarIntString(topic).writeUVarInt(0)
    // No creation of topics, and the operations that are allowed on each.
    return encoder.writeBoolean(false).writeBoolean(true).writeUVarInt(0)
  })
}

export function readMetadata(payload: Buffer): ClusterMetadata {
  const decoder = new Decoder(payload)
  skipTags(decoder)
  decoder.readInt32()
  const brokers = compact(decoder, d => {
    const broker = { nodeId: d.readInt32(), host: d.readUVarIntString() ?? '', port: d.readInt32() }
    d.readUVarIntString()
    skipTags(d)
    return broker
  })
  const clusterId = decoder.readUVarIntString()
  const controllerId = decoder.readInt32()
  return { clusterId, controllerId, brokers, topics: compact(decoder, readTopic) }
}

function readTopic(decoder: Decoder): TopicMetadata {
  const error = decoder.readInt16()
  const name = decoder.readUVarIntString() ?? ''
  const topicId = decoder.readBytes(16)!.toString('hex')
  decoder.readBoolean()
  const partitions = compact(decoder, d => {
    const found = { error: d.readInt16(), partition: d.readInt32(), leader: d.readInt32() }
    d.readInt32()
    const copies = compact(d, inner => inner.readInt32()).length
    // In-sync replicas, then offline replicas.
    for (let list = 0; list < 2; list++) compact(d, inner => inner.readInt32())
    skipTags(d)
    return { ...found, copies }
  })
  const allowed = decoder.readInt32()
  skipTags(decoder)
  return { name, topicId, error, partitions, missingRights: findMissingRights(error, allowed) }
}

/** Bits of the operations. Source: Kafka, AclOperation. */
const operationBits = { READ: 1 << 3, WRITE: 1 << 4 } as const
/** The broker did not compute them. */
const noOperations = -(2 ** 31)

function findMissingRights(error: number, allowed: number): TopicRight[] {
  if (error !== 0 || allowed === noOperations) return []
  return (['READ', 'WRITE'] as const).filter(right => (allowed & operationBits[right]) === 0)
}

function compact<T>(decoder: Decoder, read: (decoder: Decoder) => T): T[] {
  return decoder.readUVarIntArray(read) ?? []
}

/** kafkajs' own function to skip tags reads a length that is one too large. */
function skipTags(decoder: Decoder): void {
  for (let left = decoder.readUVarInt(); left > 0; left--) {
    decoder.readUVarInt()
    decoder.forward(decoder.readUVarInt())
  }
}

export function makeProduceRequest({
  topic,
  partitions,
  timeoutMs
}: ProduceRequest): KafkaJsRequest {
  return request('Produce', () => {
    const bytes = partitions.reduce(
      (sum, { records }) => sum + records.length + 8,
      128 + topic.length
    )
    const encoder = new Encoder(bytes).writeString(null).writeInt16(-1).writeInt32(timeoutMs)
    encoder.writeInt32(1).writeString(topic).writeInt32(partitions.length)
    for (const { partition, records } of partitions)
      encoder.writeInt32(partition).writeInt32(records.length).writeBuffer(records)
    return encoder
  })
}

export function readProduced(payload: Buffer): ProduceAnswer[] {
  return readTopicAnswers(new Decoder(payload), decoder => {
    const answer = {
      partition: decoder.readInt32(),
      error: decoder.readInt16(),
      baseOffset: decoder.readInt64()
    }
    decoder.readInt64()
    decoder.readInt64()
    return answer
  })
}

/** The error of the whole answer, and the answers of the partitions. */
export function readFetched(payload: Buffer): {
  readonly error: number
  readonly answers: FetchAnswer[]
} {
  const decoder = new Decoder(payload)
  decoder.readInt32()
  const error = decoder.readInt16()
  decoder.readInt32()
  return { error, answers: readTopicAnswers(decoder, readFetchedPartition) }
}

function readFetchedPartition(decoder: Decoder): FetchAnswer {
  const partition = decoder.readInt32()
  const error = decoder.readInt16()
  const highWatermark = decoder.readInt64()
  decoder.readInt64()
  const logStart = decoder.readInt64()
  for (let aborted = decoder.readInt32(); aborted > 0; aborted--) decoder.forward(16)
  decoder.readInt32()
  return { partition, error, highWatermark, logStart, records: decoder.readBytes() ?? noBytes }
}

function readTopicAnswers<T>(decoder: Decoder, read: (decoder: Decoder) => T): T[] {
  return decoder
    .readArray(d => {
      d.readString()
      return d.readArray(read)
    })
    .flat()
}

function request(apiName: 'Metadata' | 'Produce', encode: () => Encoder): KafkaJsRequest {
  return {
    apiKey: apiKeys[apiName],
    apiVersion: speaks[apiName],
    apiName,
    encode: async () => encode()
  }
}
