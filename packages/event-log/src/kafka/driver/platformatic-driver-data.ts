// Produce and Fetch as bytes: the library would encode and decode each record itself, and does not
// check checksums. Whole batches pass unchanged. Topics are identified by id where the broker
// supports it, so that a topic recreated under the same name refuses requests meant for the old
// one.

import { fetchV17, type Reader, Writer } from '@platformatic/kafka'
import type { FetchAnswer, FetchRequest, ProduceAnswer, ProduceRequest } from './driver.ts'

/**
 * The version of Produce that names topics, and the one that uses topic ids (since Kafka 4.1; the
 * library does not support it).
 */
export const produceByName = 11
export const produceById = 13

const allReplicas = -1
const readUncommitted = 0
const noSession = { id: 0, epoch: -1 }
const unknownEpoch = -1

/** The body of a Produce request of one topic. */
export function encodeProduce(request: ProduceRequest, version: number): Writer {
  return Writer.create()
    .appendString(null)
    .appendInt16(allReplicas)
    .appendInt32(request.timeoutMs)
    .appendArray([request], (writer, { topic, topicId, partitions }) => {
      if (version >= produceById) writer.appendUUID(topicId)
      else writer.appendString(topic)
      writer.appendArray([...partitions], (each, { partition, records }) =>
        each.appendInt32(partition).appendBytes(records)
      )
    })
    .appendTaggedFields()
}

/** The answers for all partitions, in the broker's order. */
export function decodeProduce(reader: Reader, version: number): readonly ProduceAnswer[] {
  const topics = reader.readArray(each => {
    if (version >= produceById) each.readUUID()
    else each.readString()
    return each.readArray(decodeProduced)
  })
  return topics.flat()
}

function decodeProduced(reader: Reader): ProduceAnswer {
  const answer = {
    partition: reader.readInt32(),
    error: reader.readInt16(),
    baseOffset: reader.readInt64()
  }
  reader.readInt64() // time of the append
  reader.readInt64() // start of the log
  reader.readArray(each => [each.readInt32(), each.readNullableString()])
  reader.readNullableString()
  return answer
}

/** The body of a Fetch request of one topic, without a fetch session: each request is complete. */
export function encodeFetch(request: FetchRequest): Writer {
  const partitions = request.from.map(({ partition, position }) => ({
    partition,
    currentLeaderEpoch: unknownEpoch,
    fetchOffset: position,
    lastFetchedEpoch: unknownEpoch,
    partitionMaxBytes: request.partitionMaxBytes
  }))
  const topics = [{ topicId: request.topicId, partitions }]
  return fetchV17.createRequest(
    request.maxWaitMs,
    1,
    request.maxBytes,
    readUncommitted,
    noSession.id,
    noSession.epoch,
    topics,
    [],
    ''
  )
}

export interface Fetched {
  /** Error of the whole answer. */
  readonly error: number
  readonly answers: readonly FetchAnswer[]
}

/** The answers for all partitions, with their batches as bytes. */
export function decodeFetch(reader: Reader): Fetched {
  reader.readInt32() // throttle time
  const error = reader.readInt16()
  reader.readInt32() // session
  const topics = reader.readArray(each => {
    each.readUUID()
    return each.readArray(decodeFetched)
  })
  return { error, answers: topics.flat() }
}

function decodeFetched(reader: Reader): FetchAnswer {
  const partition = reader.readInt32()
  const error = reader.readInt16()
  const highWatermark = reader.readInt64()
  reader.readInt64() // last stable offset
  const logStart = reader.readInt64()
  reader.readNullableArray(each => [each.readInt64(), each.readInt64()])
  reader.readInt32() // preferred replica
  return { partition, error, highWatermark, logStart, records: reader.readBytes() }
}
