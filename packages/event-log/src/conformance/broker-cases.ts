// Cases specific to a log in a broker: the broker is killed, its disk is full, its files are
// damaged, topics are changed by somebody else. Each fault must be detected and named; no
// acknowledged record is lost, or the log refuses to continue and gives the reason.

import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'
import { EventLogError } from '../errors.ts'
import type { EventLog, StoredRecord } from '../port.ts'
import { topics } from '../topics.ts'
import { isSameValue } from './history.ts'
import {
  expectNoGaps,
  getErrorCode,
  readAll,
  readPage,
  readStored,
  record,
  selectFirsts,
  waitUntil
} from './reading.ts'
import type { LogFactory, LogSubject, OwnBroker, OwnBrokerOptions } from './subject.ts'

const topic = topics.incidents

async function withBroker(
  subject: LogSubject,
  options: OwnBrokerOptions,
  run: (broker: OwnBroker, log: EventLog) => Promise<void>
): Promise<void> {
  const broker = await subject.ownBroker!(options)
  try {
    const log = await broker.subject.open()
    try {
      await run(broker, log)
    } finally {
      await log.close()
    }
  } finally {
    await broker.subject.dispose()
  }
}

/**
 * torn-write: a broker dies in the middle of a write, and only a part of it reaches the disk. The
 * broker truncates that part; everything acknowledged before is intact. If the disk also loses what
 * it reported as synced, a handle that received the acknowledgement must refuse to continue.
 */
export async function testTornSegment(subject: LogSubject): Promise<void> {
  await withBroker(subject, { isSynced: true }, async (broker, log) => {
    const ids = Array.from({ length: 9 }, (_, i) => `torn-${i}`)
    for (const id of ids) await log.append(topic, [record(id, 'sahel', id.repeat(50))])
    const whole = await readStored(log, topic)
    await broker.kill()
    const file = broker.segmentOf(topic, 0)
    const ends = listBatchEnds(readFileSync(file))
    expect(ends).toHaveLength(ids.length)
    for (const [held, cut] of [
      [8, ends[8]! - 1],
      [7, ends[6]! + 30]
    ] as const) {
      truncateSync(file, cut)
      await broker.start()
      const again = await broker.subject.open()
      expect(await readStored(again, topic), `after a cut at ${cut} of ${ends}`).toEqual(
        whole.slice(0, held)
      )
      await again.close()
      await broker.kill()
    }
    await broker.start()
    const next = record('after', 'sahel')
    await expectRefusal(() => log.append(topic, [next]), 'offset-ahead')
    expect((await readFailure(log)).message).toContain('has lost acknowledged records')
    expect(log.health().ok).toBe(false)
  })
}

/**
 * Byte offset at which each batch of a segment ends. Source: Kafka documentation, "Message format":
 * the length is at offset 8 and counts the bytes after it.
 */
function listBatchEnds(segment: Buffer): number[] {
  const ends: number[] = []
  for (let at = 0; at + 12 <= segment.length; ) {
    const length = segment.readInt32BE(at + 8)
    if (length <= 0) break
    at += 12 + length
    ends.push(at)
  }
  return ends
}

/**
 * bit-flip: brokers return what is on their disk without checking it. A flipped bit must stop the
 * reader there with `record-corrupt`; no reader may receive the damaged record.
 */
export async function testFlippedSegment(subject: LogSubject): Promise<void> {
  await withBroker(subject, {}, async (broker, log) => {
    for (let i = 0; i < 40; i++)
      await log.append(topic, [record(`flip-${i}`, 'sahel', `the text of ${i}, marked <${i}>`)])
    const whole = await readStored(log, topic)
    const file = broker.segmentOf(topic, 0)
    const kept = readFileSync(file)
    const size = listBatchEnds(kept).at(-1)!
    for (let i = 0; i < 24; i++) {
      flip(file, kept, Math.floor(((i + 0.37) / 24) * size))
      await expectNoLies(log, whole)
      writeFileSync(file, kept)
    }
    // The length field of a batch, and a byte in its body.
    for (const at of [listBatchEnds(kept)[19]! + 8, kept.indexOf('<20>')]) {
      flip(file, kept, at)
      const { records, error } = await readUntilError(log)
      expect(records).toEqual(whole.slice(0, 20))
      expect(error).toMatchObject({
        code: 'record-corrupt',
        message: expect.stringContaining(`${topic}/0/20`)
      })
      expect(await getErrorCode(log.read(topic, 0, 20n, { recordsMax: 1, bytesMax: 1 }))).toBe(
        'record-corrupt'
      )
      const cursor = { ...(await log.cursorAt(topic, 'earliest')), positions: [20n] }
      expect(await getErrorCode(readPage(log, cursor))).toBe('record-corrupt')
    }
    expect(
      (await log.read(topic, 0, 21n, { recordsMax: 100, bytesMax: 100_000 })).records
    ).toHaveLength(19)
    writeFileSync(file, kept)
    expect(await readStored(log, topic)).toEqual(whole)
  })
}

function flip(file: string, kept: Buffer, at: number): void {
  const bytes = Buffer.from(kept)
  bytes[at]! ^= 0x10
  writeFileSync(file, bytes)
}

async function readUntilError(
  log: EventLog
): Promise<{ records: StoredRecord[]; error: EventLogError | null }> {
  const records: StoredRecord[] = []
  const error = await readStored(log, topic, { recordsMax: 1000, bytesMax: 4_000_000 }, page =>
    records.push(...page.records)
  ).then(
    () => null,
    (failure: unknown) => failure as EventLogError
  )
  return { records, error }
}

/**
 * The returned records are a prefix of the records that were written, each unchanged; if some are
 * missing, an error reports it.
 */
async function expectNoLies(log: EventLog, whole: readonly StoredRecord[]): Promise<void> {
  const { records, error } = await readUntilError(log)
  for (const [i, r] of records.entries())
    expect(
      r.id === whole[i]!.id && isSameValue(r.value, whole[i]!.value),
      `record ${i} is as written`
    ).toBe(true)
  if (records.length < whole.length) expect(error).toBeInstanceOf(EventLogError)
}

/**
 * disk-full: a broker stops when its disk is full. Appends are refused or in doubt, none is
 * acknowledged and lost; with space again everything continues.
 */
export async function testFullBroker(subject: LogSubject): Promise<void> {
  await withBroker(subject, { diskKib: 24 * 1024 }, async (broker, log) => {
    const acked: string[] = []
    const makeBulkyRecord = (id: string) =>
      record(id, 'sahel', id.repeat(Math.floor(500_000 / id.length)))
    let refused: EventLogError | null = null
    for (let i = 0; refused === null && i < 200; i++)
      await log.append(topic, [makeBulkyRecord(`full-${i}`)]).then(
        () => acked.push(`full-${i}`),
        (error: EventLogError) => {
          refused = error
        }
      )
    expect(refused, 'the disk filled up').toBeInstanceOf(EventLogError)
    expect(['append-unknown', 'log-unavailable', 'disk-full']).toContain(refused!.code)
    expect(acked.length).toBeGreaterThan(0)
    await waitUntil('the log reports that it is unhealthy', () => !log.health().ok)
    const waits = await getErrorCode(log.append(topic, [makeBulkyRecord('never')]))
    expect(['append-unknown', 'log-unavailable', 'disk-full']).toContain(waits)
    broker.makeRoom()
    await broker.kill()
    await broker.start()
    await appendPatiently(log, 'after')
    const stored = selectFirsts(await readStored(log, topic)).map(r => r.id)
    expect(stored.slice(0, acked.length)).toEqual(acked)
    expect(stored.at(-1)).toBe('after')
    expectNoGaps(await readStored(log, topic))
    await waitUntil('the log is healthy', () => log.health().ok)
  })
}

/**
 * broker-restart: the broker is killed and restarted, and also paused for longer than the answer
 * timeout. Every acknowledged record is stored, in order; the same handle continues to write and to
 * follow.
 */
export async function testBrokerRestart(subject: LogSubject): Promise<void> {
  await withBroker(subject, {}, async (broker, log) => {
    const acked: string[] = []
    const stop = new AbortController()
    const followed = follow(log, stop.signal)
    const writing = write(log, acked, stop.signal)
    await waitUntil('some records are acknowledged', () => acked.length > 20)
    for (let round = 0; round < 2; round++) {
      const before = acked.length
      await broker.kill()
      await waitUntil('the log reports the broker as unreachable', () => !log.health().ok)
      await broker.start()
      await waitUntil('writing continues', () => acked.length > before + 20, 30_000)
    }
    broker.pause()
    await waitUntil('the log reports the broker as unreachable', () => !log.health().ok, 30_000)
    broker.resume()
    const before = acked.length
    await waitUntil('writing continues', () => acked.length > before + 20, 30_000)
    stop.abort()
    await writing
    const stored = await readStored(log, topic)
    expectNoGaps(stored)
    const counted = selectFirsts(stored).map(r => r.id)
    expect(acked.filter(id => !counted.includes(id))).toEqual([])
    const order = counted.filter(id => acked.includes(id))
    expect(order).toEqual(acked)
    const seen = await followed
    expect(seen.map(r => `${r.position}:${r.id}`)).toEqual(
      stored.slice(0, seen.length).map(r => `${r.position}:${r.id}`)
    )
    expect(seen.length).toBeGreaterThan(20)
    await waitUntil('the log is healthy', () => log.health().ok)
  })
}

/** Appends one record after the other, each repeated until it is acknowledged. */
async function write(log: EventLog, acked: string[], signal: AbortSignal): Promise<void> {
  for (let i = 0; !signal.aborted; ) {
    const id = `r-${i}`
    const error = await log.append(topic, [record(id)]).then(
      () => null,
      (failure: unknown) => failure
    )
    if (error === null) {
      acked.push(id)
      i++
    } else expect((error as EventLogError).retryable, String(error)).toBe(true)
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}

async function follow(log: EventLog, signal: AbortSignal): Promise<StoredRecord[]> {
  const seen: StoredRecord[] = []
  let cursor = await log.cursorAt(topic, 'earliest')
  while (!signal.aborted)
    try {
      for await (const page of log.tail(cursor, { signal })) {
        seen.push(...page.records)
        cursor = { ...cursor, positions: [page.next] }
      }
    } catch (error) {
      expect((error as EventLogError).retryable, String(error)).toBe(true)
    }
  return seen
}

/** partition-count-changed, with the topic itself: partitions are added while the log is open. */
export async function testAddedPartitions(factory: LogFactory): Promise<void> {
  const subject = await factory.make({ partitions: 3 })
  try {
    const log = await subject.open()
    await log.append(topic, [record('a')])
    await subject.topicTool!.addPartitions(topic, 5)
    await expectRefusal(() => log.append(topic, [record('b')]), 'partitions-changed')
    expect((await readFailure(log)).code).toBe('partitions-changed')
    expect(await getErrorCode(readAll(log, topics.alerts))).toBe('partitions-changed')
    await log.close()
    expect(await getErrorCode(subject.open({ partitions: 3 }))).toBe('partitions-changed')
  } finally {
    await subject.dispose()
  }
}

/**
 * log-recreated, with the topic itself: it is deleted while the log is open, and then created
 * again. A log that lacks the topic cannot be opened.
 */
export async function testDeletedTopic(factory: LogFactory): Promise<void> {
  const subject = await factory.make({ partitions: 1 })
  try {
    const log = await subject.open()
    const cursor = await log.cursorAt(topic, 'earliest')
    await log.append(topic, [record('a'), record('b')])
    await log.append(topics.alerts, [record('a')])
    const waiting = getErrorCode(readPage(log, await log.cursorAt(topic, 'latest')))
    await subject.topicTool!.deleteTopic(topic)
    await expectRefusal(() => log.append(topic, [record('c')]), 'log-unavailable')
    await expect(subject.open()).rejects.toMatchObject({
      code: 'log-replaced',
      message: expect.stringContaining(topic)
    })
    await subject.topicTool!.makeTopic(topic)
    await expectRefusal(() => log.append(topic, [record('c')]), 'log-replaced')
    expect((await readFailure(log)).code).toBe('log-replaced')
    expect(['log-replaced', 'log-unavailable']).toContain(await waiting)
    await log.close()
    const other = await subject.open()
    expect(await getErrorCode(readPage(other, cursor))).toBe('log-replaced')
    expect(await readAll(other, topic)).toEqual([])
    await other.close()
  } finally {
    await subject.dispose()
  }
  await testInterruptedCreation(factory)
}

/**
 * The process that created the topics was killed halfway: the next one creates the missing topics,
 * because no record was written yet.
 */
async function testInterruptedCreation(factory: LogFactory): Promise<void> {
  const subject = await factory.make({ partitions: 1 })
  try {
    await (await subject.open()).close()
    await subject.topicTool!.deleteTopic(topic)
    const log = await subject.open()
    await log.append(topic, [record('a')])
    expect((await readAll(log, topic)).map(r => r.id)).toEqual(['a'])
    await log.close()
  } finally {
    await subject.dispose()
  }
}

/**
 * Waits until the call is refused with this code; every acknowledgement before that must be stored.
 */
async function expectRefusal(call: () => Promise<unknown>, code: string): Promise<void> {
  await waitUntil(
    `refused with ${code}`,
    async () => {
      const error = await call().then(
        () => null,
        (failure: unknown) => failure as EventLogError
      )
      return error?.code === code
    },
    30_000
  )
}

async function readFailure(log: EventLog): Promise<EventLogError> {
  return (log as EventLog & { readonly failed: Promise<EventLogError> }).failed
}

async function appendPatiently(log: EventLog, id: string): Promise<void> {
  const isAppended = () =>
    log.append(topic, [record(id)]).then(
      () => true,
      (error: EventLogError) => {
        if (!error.retryable) throw error
        return false
      }
    )
  await waitUntil(`${id} is written`, isAppended, 30_000)
}
