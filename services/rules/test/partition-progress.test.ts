// How progress is committed concurrently with folding: live records at once, backfill at an
// interval.

import type { Clock } from '@tocsin/domain/ports'
import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import { systemClock } from '@tocsin/event-log/system-clock'
import { topics } from '@tocsin/event-log/topics'
import { expect, it } from 'vitest'
import { PartitionProgress } from '../src/partition/partition-progress.ts'
import { PartitionScope, type WorkerOptions } from '../src/partition/partition-scope.ts'

/** A clock whose sleeps end when the test says so. */
class HeldClock implements Clock {
  readonly nowMs = systemClock.nowMs
  readonly monotonicMs = systemClock.monotonicMs
  readonly sleeps: (() => void)[] = []

  sleep(): Promise<void> {
    return new Promise(resolve => this.sleeps.push(resolve))
  }
}

async function given() {
  const log = new MemoryLog({ partitions: 1 }, new MemoryStore({ partitions: 1 }))
  const record = (id: string) => ({ id, key: 'sahel', value: Buffer.from('{}') })
  await log.append(
    topics.incidents,
    ['0'.repeat(32), '1'.repeat(32), '2'.repeat(32), '3'.repeat(32)].map(record)
  )
  const clock = new HeldClock()
  const options = {
    log,
    clock,
    partition: 0,
    observer: { retried: () => {} }
  } as unknown as WorkerOptions
  const scope = new PartitionScope(options)
  scope.epoch = await log.epoch(topics.incidents)
  scope.partitionCount = 1
  const progress = new PartitionProgress(scope)
  await progress.begin()
  const folded = (position: bigint, brings: 'news' | 'old news') => {
    scope.position = position
    progress.note(brings)
  }
  return { clock, scope, progress, folded }
}

it('commits the first backfill at once, and what follows soon after it later, together', async () => {
  const { clock, progress, folded } = await given()
  folded(1n, 'old news')
  await expect.poll(() => clock.sleeps.length).toBe(1)
  expect(progress.committed).toBe(1n)
  folded(2n, 'old news')
  folded(3n, 'old news')
  await new Promise(resolve => setImmediate(resolve))
  expect(progress.committed).toBe(1n)
  clock.sleeps.shift()?.()
  await expect.poll(() => progress.committed).toBe(3n)
})

it('commits live records at once, also soon after backfill', async () => {
  const { clock, progress, folded } = await given()
  folded(1n, 'news')
  await expect.poll(() => progress.committed).toBe(1n)
  await progress.settled
  folded(2n, 'old news')
  await expect.poll(() => clock.sleeps.length).toBe(1)
  folded(3n, 'news')
  await expect.poll(() => progress.committed).toBe(3n)
  await progress.settled
  expect(clock.sleeps.length).toBe(1)
})
