// Cases of appends in doubt and of writers that return after a pause: a record requested twice
// counts once.

import { expect } from 'vitest'
import type { Cursor, EventLog, NewRecord } from '../port.ts'
import { topics } from '../topics.ts'
import { expectNoGaps, getErrorCode, readAll, readStored, readTail, record } from './reading.ts'
import type { LogFactory, LogSubject } from './subject.ts'

const topic = topics.incidents

/**
 * dup-after-timeout: the answer is lost and the same ids are appended again; whether they had been
 * written or not, each counts once.
 */
async function testRepeatedAppend(subject: LogSubject): Promise<void> {
  for (const fate of ['written', 'lost'] as const) {
    const batch = [record(`${fate}-1`), record(`${fate}-2`, 'sudan'), record(`${fate}-3`)]
    const doubtful = await doubt(subject, fate)
    expect(await getErrorCode(doubtful.append(topic, batch))).toBe('append-unknown')
    await doubtful.close()
    const log = await subject.open()
    await log.append(topic, batch)
    await log.append(topic, batch)
    const stored = await readAll(log, topic)
    expect(batch.map(r => stored.filter(s => s.id === r.id).length)).toEqual([1, 1, 1])
    await log.close()
  }
}

/**
 * timeout-then-different-batch: other records follow an append in doubt before its retry; and
 * twenty concurrent appends stay separate.
 */
async function testOtherBatch(subject: LogSubject): Promise<void> {
  for (const fate of ['written', 'lost'] as const) {
    const first = [record(`${fate}-a1`), record(`${fate}-a2`)]
    const doubtful = await doubt(subject, fate)
    expect(await getErrorCode(doubtful.append(topic, first))).toBe('append-unknown')
    await doubtful.close()
    const log = await subject.open()
    const other = [record(`${fate}-b1`), record(`${fate}-b2`), record(`${fate}-b3`)]
    const placed = [...(await log.append(topic, other)), ...(await log.append(topic, first))]
    await expectPlaced(log, [...other, ...first], placed)
    await log.close()
  }
  const log = await subject.open()
  const calls = Array.from({ length: 20 }, (_, i) => [
    record(`call-${i}-0`, `key-${i}`),
    record(`call-${i}-1`, `key-${i}`)
  ])
  const placed = await Promise.all(calls.map(call => log.append(topic, call)))
  await expectPlaced(log, calls.flat(), placed.flat())
  expectNoGaps(await readStored(log, topic))
  await log.close()
}

/**
 * zombie-writer: a writer is suspended, another takes over and writes the same outputs, then the
 * first continues. Its records are repeats and have no effect; where the adapter has processes,
 * a real one is stopped while it works.
 */
async function testZombieWriter(subject: LogSubject): Promise<void> {
  const zombie = await subject.open()
  const outputs = Array.from({ length: 6 }, (_, i) => record(`seq-${i}`))
  await zombie.append(topic, outputs.slice(0, 2))
  const successor = await subject.open()
  await successor.append(topic, outputs)
  await successor.append(topic, [record('seq-6')])
  const before = await readAll(successor, topic)
  await zombie.append(topic, outputs.slice(2))
  expect(await readAll(zombie, topic)).toEqual(before)
  await zombie.close()
  await successor.close()
  if (subject.processes !== undefined) await testStoppedProcess(subject, subject.processes)
}

async function testStoppedProcess(
  subject: LogSubject,
  processes: NonNullable<LogSubject['processes']>
): Promise<void> {
  const zombie = await processes.startAppender({
    topic,
    prefix: 'zombie',
    batch: 2,
    count: 40,
    pauseMs: 15
  })
  const log = await subject.open()
  for (let i = 0; i < 5; i++) {
    await zombie.waitForAcked(4 * (i + 1))
    zombie.signal('SIGSTOP')
    // A writer stopped inside its commit has the lock: then no other can write, and the answer
    // says so.
    const written = await log
      .append(topic, [record(`other-${i}`)])
      .catch((error: { code?: string }) => error.code)
    if (written === 'log-busy')
      expect((await readAll(log, topic)).some(r => r.id === `other-${i}`)).toBe(false)
    else expect(written).toHaveLength(1)
    zombie.signal('SIGCONT')
    await log.append(topic, [record(`other-${i}`)])
  }
  await zombie.waitForAcked(40)
  zombie.signal('SIGKILL')
  await zombie.exited
  const stored = await readAll(log, topic)
  expectNoGaps(await readStored(log, topic))
  const mine = stored.filter(r => r.id.startsWith('zombie-')).map(r => r.id)
  expect(mine).toEqual(Array.from({ length: 40 }, (_, i) => `zombie-${i}`))
  expect(stored.filter(r => r.id.startsWith('other-'))).toHaveLength(5)
  await log.close()
}

/**
 * What survives a crash of the relay below: its state, its cursor and its outbox, as one local
 * transaction would keep them.
 */
interface RelayDisk {
  cursor: Cursor
  seen: readonly string[]
  outbox: readonly NewRecord[]
}

type CrashPoint = 'before-state' | 'after-state' | 'after-publish' | 'nowhere'

/**
 * kill-after-state-before-publish: a consumer stores its state and its outbox, and dies before,
 * between or after. Ids of outputs are derived from their inputs, so that an output published again
 * counts once.
 */
async function testKillBeforePublish(subject: LogSubject): Promise<void> {
  const inputs = Array.from({ length: 24 }, (_, i) => record(`in-${i}`, `key-${i % 3}`))
  const first = await subject.open()
  await first.append(topic, inputs)
  const disk: RelayDisk = { cursor: await first.cursorAt(topic, 'earliest'), seen: [], outbox: [] }
  await first.close()
  for (const crash of [
    'after-state',
    'before-state',
    'after-publish',
    'after-state',
    'nowhere'
  ] as const) {
    const log = await subject.open()
    await relay(log, disk, crash)
    await log.close()
  }
  const log = await subject.open()
  const outputs = await readAll(log, topics.alerts)
  expect(disk.seen.toSorted()).toEqual(inputs.map(r => r.id).toSorted())
  expect(outputs.map(r => r.id).toSorted()).toEqual(inputs.map(r => `out of ${r.id}`).toSorted())
  for (const key of ['key-0', 'key-1', 'key-2'])
    expect(outputs.filter(r => r.key === key).map(r => r.id)).toEqual(
      inputs.filter(r => r.key === key).map(r => `out of ${r.id}`)
    )
  await log.close()
}

async function relay(log: EventLog, disk: RelayDisk, crash: CrashPoint): Promise<void> {
  const died = new Error('died')
  try {
    // What an earlier run left in the outbox is published first.
    await publish(log, disk)
    await readTail(
      log,
      disk.cursor,
      page => {
        if (crash === 'before-state') throw died
        const positions = disk.cursor.positions.map((p, i) =>
          i === page.partition ? page.next : p
        )
        disk.cursor = { ...disk.cursor, positions }
        disk.seen = [...disk.seen, ...page.records.map(r => r.id)]
        disk.outbox = [...disk.outbox, ...page.records.map(r => record(`out of ${r.id}`, r.key))]
        if (crash === 'after-state') throw died
      },
      { recordsMax: 4 }
    )
    await publish(log, disk, crash === 'after-publish' ? died : null)
  } catch (error) {
    if (error !== died) throw error
  }
}

async function publish(
  log: EventLog,
  disk: RelayDisk,
  diesAfterwards: Error | null = null
): Promise<void> {
  await log.append(topics.alerts, disk.outbox)
  if (diesAfterwards !== null) throw diesAfterwards
  disk.outbox = []
}

async function doubt(subject: LogSubject, fate: 'written' | 'lost'): Promise<EventLog> {
  if (subject.openDoubtful === undefined)
    throw new Error(
      'this adapter cannot put an append in doubt, and declares no owner for the case'
    )
  return subject.openDoubtful(fate)
}

async function expectPlaced(
  log: EventLog,
  records: readonly NewRecord[],
  placed: readonly { partition: number; position: bigint }[]
): Promise<void> {
  const stored = await readStored(log, topic)
  for (const [i, { id }] of records.entries()) {
    const found = stored
      .filter(r => r.id === id)
      .map(({ partition, position }) => ({ partition, position }))
    const place = { partition: placed[i]!.partition, position: placed[i]!.position }
    expect(found).toContainEqual(place)
  }
}

export const retryCases = {
  'dup-after-timeout': testRepeatedAppend,
  'timeout-then-different-batch': testOtherBatch,
  'zombie-writer': testZombieWriter,
  'kill-after-state-before-publish': testKillBeforePublish
} satisfies Record<string, (subject: LogSubject, factory: LogFactory) => Promise<void>>
