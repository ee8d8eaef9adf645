// Requests of the driver suite: retried where a broker needs a moment, and the code of an error.

import { TcpProxy } from '@tocsin/testing/process/tcp-proxy'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { expect } from 'vitest'
import {
  type BrokerAddress,
  type BrokerConnection,
  type DriverErrorKind,
  type FetchAnswer,
  type KafkaDriver,
  KafkaDriverError,
  type ProduceAnswer
} from '../../../src/kafka/driver/driver.ts'

export const deadlineMs = 5_000
const memberIdRequired = 79

export function frame(correlationId: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeInt32BE(4 + body.length, 0)
  head.writeInt32BE(correlationId, 4)
  return Buffer.concat([head, body])
}

export async function proxyTo({
  host,
  port
}: BrokerAddress): Promise<TcpProxy & { readonly at: BrokerAddress }> {
  const proxy = await TcpProxy.listen({ target: `${host}:${port}` })
  return Object.assign(proxy, { at: { host: '127.0.0.1', port: proxy.port } })
}

export async function idOf(connection: BrokerConnection, topic: string): Promise<string> {
  const isReady = async () => {
    const found = (await connection.metadata([topic])).topics[0]!
    return found.error === 0 && found.partitions.every(each => each.error === 0 && each.leader >= 0)
      ? found.topicId
      : null
  }
  return waitFor(isReady, { what: `topic ${topic}` })
}

/** Leadership is ready shortly after a topic is known: only the refused batches are sent again. */
export async function produce(
  connection: BrokerConnection,
  topic: string,
  topicId: string,
  batches: readonly Buffer[]
) {
  const written = new Map<number, ProduceAnswer>()
  const attempt = async () => {
    const partitions = batches
      .map((records, partition) => ({ partition, records }))
      .filter(each => !written.has(each.partition))
    const answers = await connection.produce({ topic, topicId, partitions, timeoutMs: deadlineMs })
    for (const answer of answers) if (answer.error === 0) written.set(answer.partition, answer)
    return written.size === batches.length
  }
  await waitFor(attempt, { what: `leaders of ${topic}` })
  return [...written.values()]
}

export function fetchOnce(
  connection: BrokerConnection,
  topic: string,
  topicId: string,
  from: readonly bigint[],
  maxWaitMs = 100
) {
  const positions = from.map((position, partition) => ({ partition, position }))
  return waitFor(
    async () => {
      const limits = { maxBytes: 16 * 1024 * 1024, partitionMaxBytes: 8 * 1024 * 1024, maxWaitMs }
      const answers = await connection.fetch({ topic, topicId, from: positions, ...limits })
      return answers.every(each => each.error !== 6) ? [...answers].sort(byPartition) : null
    },
    { what: `leader of ${topic}` }
  )
}

/** A fetch returns as soon as one partition has records: repeats it until all have. */
export async function fetchAll(
  connection: BrokerConnection,
  topic: string,
  topicId: string,
  from: readonly bigint[]
) {
  return waitFor(
    async () => {
      const answers = await fetchOnce(connection, topic, topicId, from)
      return answers.every(each => each.records.length > 0) ? answers : null
    },
    { what: 'records of all partitions' }
  )
}

/** A broker that has just become the coordinator denies it for a moment. */
export async function coordinatorOf(
  driver: KafkaDriver,
  connection: BrokerConnection,
  group: string
): Promise<BrokerAddress> {
  const probe = async () => {
    const address = await connection.findCoordinator(group)
    const coordinator = await driver.connect(address, deadlineMs)
    try {
      await coordinator.offsetFetch(group, 'any', [0])
      return address
    } finally {
      coordinator.destroy()
    }
  }
  return waitFor(() => probe().catch(() => null), { what: 'coordinator', timeoutMs: 20_000 })
}

export async function join(connection: BrokerConnection, group: string, metadata: string) {
  const protocol = { protocolType: 'tocsin', protocol: 'division' }
  const request = {
    group,
    ...protocol,
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 10_000,
    metadata: Buffer.from(metadata)
  }
  const refusal = await connection
    .joinGroup({ ...request, memberId: '' })
    .catch((error: KafkaDriverError) => error)
  expect(refusal).toMatchObject({ kind: 'broker', kafkaCode: memberIdRequired })
  const answer = await connection.joinGroup({
    ...request,
    memberId: (refusal as KafkaDriverError).memberId!
  })
  return {
    connection,
    answer,
    sync: (assignments: readonly { memberId: string; assignment: Buffer }[]) =>
      connection.syncGroup({
        group,
        ...protocol,
        generation: answer.generation,
        memberId: answer.memberId,
        assignments
      })
  }
}

export async function kindOf(asked: Promise<unknown>): Promise<DriverErrorKind> {
  const outcome = await asked.then(
    () => 'the promise resolved',
    error => error
  )
  expect(outcome, String(outcome)).toBeInstanceOf(KafkaDriverError)
  return (outcome as KafkaDriverError).kind
}

export async function codeOf(asked: Promise<unknown>): Promise<number> {
  const error = await asked.then(
    () => null,
    reason => reason
  )
  expect(error).toBeInstanceOf(KafkaDriverError)
  expect((error as KafkaDriverError).kind).toBe('broker')
  return (error as KafkaDriverError).kafkaCode
}

export function byPartition(a: { partition: number }, b: { partition: number }): number {
  return a.partition - b.partition
}

const batchHead = 12

/** Last offset of each batch. */
export function lastsOf(records: FetchAnswer['records']): bigint[] {
  const lasts: bigint[] = []
  for (let at = 0; at + batchHead < records.length; at += batchHead + records.readInt32BE(at + 8))
    lasts.push(records.readBigInt64BE(at) + BigInt(records.readInt32BE(at + 23)))
  return lasts
}

/** A batch without the fields that the broker sets: base offset and leader epoch. */
export function afterHead(batch: Buffer): Buffer {
  return batch.subarray(16)
}
