// Cases of cursors and of time: a position that is no longer valid is refused by name, and no clock
// influences the order.

import type { Clock } from '@tocsin/domain/ports'
import { expect } from 'vitest'
import { advance } from '../cursor.ts'
import type { Cursor, EventLog } from '../port.ts'
import { systemClock } from '../system-clock.ts'
import { topics } from '../topics.ts'
import { expectNoGaps, getErrorCode, readAll, readPage, readStored, record } from './reading.ts'
import type { LogFactory, LogSubject } from './subject.ts'

const topic = topics.incidents
const limits = { recordsMax: 10, bytesMax: 100_000 }

/**
 * log-recreated: a log of the same name with another epoch. A cursor of the old log is refused
 * everywhere, and no record is left.
 */
async function logRecreated(subject: LogSubject): Promise<void> {
  const old = await subject.open()
  await old.append(topic, [record('a'), record('b')])
  const cursor = await old.cursorAt(topic, 'latest')
  await old.commit('consumer', cursor)
  await old.close()
  await subject.recreate()
  const log = await subject.open()
  expect(await log.epoch(topic)).not.toBe(cursor.epoch)
  await log.append(topic, [record('c'), record('d'), record('e')])
  expect(await getErrorCode(readPage(log, cursor))).toBe('log-replaced')
  expect(await getErrorCode(log.commit('consumer', cursor))).toBe('log-replaced')
  expect(await log.committed('consumer', topic)).toBeNull()
  expect((await readAll(log, topic)).map(r => r.id).toSorted()).toEqual(['c', 'd', 'e'])
  await log.close()
}

/**
 * offset-out-of-range: retention passed the cursor, or the log is shorter than the cursor after a
 * restore. Never a silent reset.
 */
export async function testOffsetBeyondRange(subject: LogSubject): Promise<void> {
  await testRetention(subject)
  await testBeyondEnd(subject)
  if (subject.backup !== undefined) await testOlderBackup(subject, subject.backup.bind(subject))
}

async function testRetention(subject: LogSubject): Promise<void> {
  const log = await subject.open()
  const kept = topics.deliveries
  const earliest = await log.cursorAt(kept, 'earliest')
  for (let i = 0; i < 10; i++) await log.append(kept, [record(`d-${i}`)])
  const partition = await log.findPartition(kept, 'sahel')
  await subject.trim(log, kept, partition, 6n)
  expect((await log.state(kept))[partition]).toEqual({ partition, start: 6n, end: 10n })
  expect(await getErrorCode(log.read(kept, partition, 5n, limits))).toBe('offset-lost')
  expect(await getErrorCode(readPage(log, earliest))).toBe('offset-lost')
  expect((await log.read(kept, partition, 6n, limits)).records.map(r => r.id)).toEqual([
    'd-6',
    'd-7',
    'd-8',
    'd-9'
  ])
  expect(await getErrorCode(subject.trim(log, topic, 0, 0n))).toBe('record-invalid')
  await subject.trim(log, kept, partition, 10n)
  await log.close()
  const again = await subject.open()
  expect((await again.state(kept))[partition]).toEqual({ partition, start: 10n, end: 10n })
  expect(await again.append(kept, [record('d-10')])).toEqual([{ partition, position: 10n }])
  await again.close()
}

async function testBeyondEnd(subject: LogSubject): Promise<void> {
  const log = await subject.open()
  const end = await log.cursorAt(topic, 'latest')
  const beyond = advance(end, 0, end.positions[0]! + 1n)
  expect(await getErrorCode(log.read(topic, 0, beyond.positions[0]!, limits))).toBe('offset-ahead')
  expect(await getErrorCode(readPage(log, beyond))).toBe('offset-ahead')
  expect(await getErrorCode(log.commit('ahead', beyond))).toBe('offset-ahead')
  expect(await log.committed('ahead', topic)).toBeNull()
  expect((await log.read(topic, 0, end.positions[0]!, limits)).records).toEqual([])
  await log.close()
}

async function testOlderBackup(
  subject: LogSubject,
  backup: () => Promise<() => Promise<void>>
): Promise<void> {
  const first = await subject.open()
  await first.append(topic, [record('kept')])
  await first.close()
  const restore = await backup()
  const second = await subject.open()
  await second.append(topic, [record('lost-1'), record('lost-2')])
  const cursor = await second.cursorAt(topic, 'latest')
  await second.close()
  await restore()
  const log = await subject.open()
  expect(await getErrorCode(readPage(log, cursor))).toBe('offset-ahead')
  expect((await readAll(log, topic)).some(r => r.id === 'lost-1')).toBe(false)
  await log.close()
}

/**
 * partition-count-changed: the count is fixed for the life of a topic; a different one in the
 * configuration or in a cursor is refused.
 */
async function testPartitionCount(_: LogSubject, factory: LogFactory): Promise<void> {
  const subject = await factory.make({ partitions: 3 })
  try {
    const log = await subject.open({ partitions: 3 })
    expect(await log.partitionCount(topic)).toBe(3)
    expect(await log.partitionCount(topics.control), 'control has one partition').toBe(1)
    const keys = Array.from({ length: 30 }, (_, i) => `key-${i}`)
    const placed = await log.append(
      topic,
      keys.map(key => record(`of ${key}`, key))
    )
    for (const [i, key] of keys.entries())
      expect(await log.findPartition(topic, key)).toBe(placed[i]!.partition)
    const cursor = await log.cursorAt(topic, 'earliest')
    const fewer: Cursor = { ...cursor, positions: cursor.positions.slice(1) }
    expect(await getErrorCode(readPage(log, fewer))).toBe('partitions-changed')
    expect(await getErrorCode(log.commit('consumer', fewer))).toBe('partitions-changed')
    expect(await getErrorCode(log.read(topic, 3, 0n, limits))).toBe('partitions-changed')
    await log.close()
    expect(await getErrorCode(subject.open({ partitions: 4 }))).toBe('partitions-changed')
    const unasked = await subject.open()
    expect(await unasked.partitionCount(topic)).toBe(3)
    await unasked.close()
  } finally {
    await subject.dispose()
  }
}

/**
 * clock-jump: the clock jumps an hour and a day forward and back between appends; positions, order,
 * and readers are unaffected.
 */
async function testClockJump(subject: LogSubject): Promise<void> {
  const clock = createJumpingClock()
  const log = await subject.open({ clock })
  const hour = 3_600_000
  const ids: string[] = []
  const stop = new AbortController()
  const tailed: string[] = []
  const reading = collect(log, await log.cursorAt(topic, 'earliest'), stop, tailed, 10)
  for (const jump of [hour, -hour, -hour, 24 * hour, -48 * hour, hour, 24 * hour, -hour, 0, 0]) {
    clock.jump(jump)
    ids.push(`after ${ids.length} jumps`)
    await log.append(topic, [record(ids.at(-1)!)])
    await log.append(topic, [record(ids[0]!)])
    await log.commit('consumer', await log.cursorAt(topic, 'latest'))
  }
  await reading
  expect(tailed).toEqual(ids)
  expect((await readAll(log, topic)).map(r => r.id)).toEqual(ids)
  expectNoGaps(await readStored(log, topic))
  await log.close()
}

async function collect(
  log: EventLog,
  cursor: Cursor,
  stop: AbortController,
  into: string[],
  count: number
): Promise<void> {
  for await (const page of log.tail(cursor, { signal: stop.signal })) {
    for (const { id } of page.records) if (!into.includes(id)) into.push(id)
    if (into.length >= count) stop.abort()
  }
}

function createJumpingClock(): Clock & { jump(ms: number): void } {
  let offsetMs = 0
  return {
    ...systemClock,
    nowMs: () => Date.now() + offsetMs,
    jump(ms) {
      offsetMs += ms
    }
  }
}

export const positionCases = {
  'log-recreated': logRecreated,
  'offset-out-of-range': testOffsetBeyondRange,
  'partition-count-changed': testPartitionCount,
  'clock-jump': testClockJump
} satisfies Record<string, (subject: LogSubject, factory: LogFactory) => Promise<void>>
