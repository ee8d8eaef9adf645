// Several real Apache Kafka brokers of one test as a cluster: each is a broker and a controller and
// can be killed and restarted separately. A single broker is kafka-broker.ts.

import { freePorts } from '../process/free-port.ts'
import { type KafkaBroker, newClusterId, startKafkaBroker } from './kafka-broker.ts'
import type { Properties } from './kafka-properties.ts'

export interface KafkaClusterOptions {
  /** How many brokers. */
  readonly nodes: number
  /** Maximum Java heap of each, MiB. Default 224. */
  readonly heapMib?: number
  /** Settings of every broker that extend or override the defaults. */
  readonly properties?: Properties
}

export interface KafkaBrokers {
  /** Bootstrap addresses of all. */
  readonly brokers: readonly string[]
  /** By node id, from 1 on. */
  readonly nodes: ReadonlyMap<number, KafkaBroker>
  /** Kills all and removes their data. Idempotent. */
  dispose(): Promise<void>
}

/**
 * Starts brokers that form one cluster; resolves when all of them serve. Rejects as
 * `startKafkaBroker` does.
 */
export async function startKafkaCluster({
  nodes,
  heapMib = 224,
  properties = {}
}: KafkaClusterOptions): Promise<KafkaBrokers> {
  const ids = Array.from({ length: nodes }, (_, i) => i + 1)
  const ports = await freePorts(2 * nodes)
  const controllers = new Map(ids.map(id => [id, ports[2 * id - 1]!]))
  const clusterId = newClusterId()
  const started = await Promise.allSettled(
    ids.map(nodeId =>
      startKafkaBroker({
        ports: { plain: ports[2 * nodeId - 2]!, controller: controllers.get(nodeId)! },
        heapMib,
        properties: { ...listCopies(nodes), ...properties },
        member: { nodeId, clusterId, controllers }
      })
    )
  )
  const running = started.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []))
  const dispose = async () => {
    await Promise.all(running.map(broker => broker.dispose()))
  }
  const failed = started.find(each => each.status === 'rejected')
  if (failed !== undefined) {
    await dispose()
    throw failed.reason
  }
  return {
    brokers: running.flatMap(({ brokers }) => brokers),
    nodes: new Map(running.map((broker, i) => [ids[i]!, broker])),
    dispose
  }
}

/**
 * Kafka's internal topics, including committed offsets, survive the loss of a broker as Tocsin's
 * own do.
 */
function listCopies(nodes: number): Properties {
  const copies = String(Math.min(nodes, 3))
  const inSync = String(nodes >= 3 ? 2 : 1)
  return {
    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': inSync
  }
}
