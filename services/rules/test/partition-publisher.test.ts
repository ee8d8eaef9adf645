// The order in which a partition's events reach the log.

import type { EventLog, NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { expect, it } from 'vitest'
import { PartitionPublisher } from '../src/partition/partition-publisher.ts'
import { PartitionScope, type WorkerOptions } from '../src/partition/partition-scope.ts'

it('writes alerts after their incidents where a log writes two topics in any order', async () => {
  const slow = Promise.withResolvers<void>()
  const written: string[] = []
  const log = {
    capabilities: { sharedRoles: true },
    append: async (topic: string) => {
      if (topic === topics.assembly) await slow.promise
      written.push(topic)
      return []
    }
  } as unknown as EventLog
  const scope = new PartitionScope({ log, partition: 0 } as unknown as WorkerOptions)
  const record: NewRecord = { id: '1', key: 'sahel', value: new Uint8Array() }
  const published = new PartitionPublisher(scope).publish([record], [record])
  await new Promise(resolve => setImmediate(resolve))
  expect(written).toEqual([])
  slow.resolve()
  await published
  expect(written).toEqual([topics.assembly, topics.alerts])
})
