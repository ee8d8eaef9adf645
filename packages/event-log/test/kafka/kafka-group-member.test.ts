// A group member is garbage-collected after it has left. No broker is needed for that.

import { expect, it } from 'vitest'
import { EventLogError } from '../../src/errors.ts'
import { Coordinators } from '../../src/kafka/cluster/coordinators.ts'
import { KafkaCluster } from '../../src/kafka/cluster/kafka-cluster.ts'
import { defaultKafkaLimits } from '../../src/kafka/cluster/kafka-limits.ts'
import { TopicRegistry } from '../../src/kafka/cluster/topic-registry.ts'
import { GroupMember } from '../../src/kafka/group-member.ts'
import { topics } from '../../src/topics.ts'
import { FakeKafka } from './fake-kafka.ts'

/** Counts listeners that wait for the failure of the log. */
class CountingRegistry extends TopicRegistry {
  listeners = 0

  override onChange(listener: () => void): () => void {
    this.listeners++
    const end = super.onChange(listener)
    return () => {
      this.listeners--
      end()
    }
  }

  override get failed(): Promise<EventLogError> {
    throw new Error('a promise would keep its listeners for as long as the log is open')
  }
}

function member() {
  const cluster = new KafkaCluster(
    new FakeKafka().driver,
    [{ host: 'fake', port: 1 }],
    defaultKafkaLimits
  )
  const registry = new CountingRegistry(cluster, '')
  const parts = {
    coordinators: new Coordinators(cluster),
    registry,
    limits: defaultKafkaLimits,
    drop: () => {},
    onRebalance: () => {}
  }
  return { registry, joined: new GroupMember(parts, 'tocsin-members-x', topics.incidents, {}) }
}

it('is not retained by the log after it has left', async () => {
  const { registry, joined } = member()
  expect(registry.listeners).toBe(1)
  await joined.leave()
  expect(registry.listeners).toBe(0)
})

it('ends with the log, and is not retained then', async () => {
  const { registry, joined } = member()
  const failure = new EventLogError('log-replaced', 'another log')
  registry.fail(failure)
  expect(await joined.failed).toBe(failure)
  await joined.ended
  expect(registry.listeners).toBe(0)
})
