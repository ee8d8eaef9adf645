// Cases of crashes, full disks, flipped bits and unreadable records: what was acknowledged is
// stored intact, or the log reports what is not.

import { decodeEnvelope, type Envelope, encodeEnvelope } from '@tocsin/contracts/record/envelope'
import type { Decoded } from '@tocsin/contracts/record/records'
import fc from 'fast-check'
import { expect } from 'vitest'
import { EventLogError } from '../errors.ts'
import { follow } from '../follow.ts'
import type { EventLog, StoredRecord } from '../port.ts'
import { systemClock } from '../system-clock.ts'
import { topics } from '../topics.ts'
import { isSameValue } from './history.ts'
import { expectNoGaps, getErrorCode, readAll, readStored, record, waitUntil } from './reading.ts'
import type { AppenderProcess, LogFactory, LogSubject } from './subject.ts'

const topic = topics.incidents

/**
 * torn-write: only a part of what was being written reached the disk. What was acknowledged up to
 * there is intact, and no record is invented.
 */
async function testTornWrite(subject: LogSubject): Promise<void> {
  const tearing = subject.tearing ?? throwMissing('torn-write')
  const log = await subject.open()
  const marks: { count: number; bytes: number }[] = []
  const opened = tearing.writtenBytes()
  for (let i = 0; i < 12; i++) {
    await log.append(
      topic,
      Array.from({ length: 3 }, (_, k) =>
        record(`torn-${i * 3 + k}`, 'sahel', `text ${i} `.repeat(40 * (i % 4) + 1))
      )
    )
    marks.push({ count: (i + 1) * 3, bytes: tearing.writtenBytes() })
  }
  const whole = await readAll(log, topic)
  const last = marks.at(-1)!.bytes
  // What was written before the first append belongs to the creation of the log: a few cuts there
  // are enough.
  const borders = tearing.borders().filter((b, i) => b <= 32 || b >= opened || i % 16 === 0)
  const atBorders = borders.flatMap(b => [b - 1, b, b + 1])
  const anywhere = fc.sample(fc.nat(last), { numRuns: 60, seed: 20250601 })
  for (const cut of new Set([...atBorders, ...anywhere].filter(at => at >= 0 && at <= last)))
    await expectPrefix(
      await tearing.copyCutAt(cut),
      whole,
      marks.findLast(m => m.bytes <= cut)?.count ?? 0,
      cut
    )
  await log.close()
}

async function expectPrefix(
  copy: LogSubject,
  whole: readonly StoredRecord[],
  acknowledged: number,
  cut: number
): Promise<void> {
  const log = await copy.open()
  const held = await readAll(log, topic)
  expect(held.length, `records after a cut at ${cut}`).toBeGreaterThanOrEqual(acknowledged)
  expect(held, `after a cut at ${cut}`).toEqual(whole.slice(0, held.length))
  const lost = whole.slice(held.length).map(({ id, key, value }) => ({ id, key, value }))
  await log.append(topic, lost)
  expect((await readAll(log, topic)).map(r => r.id)).toEqual(whole.map(r => r.id))
  await log.close()
  await copy.dispose()
}

/**
 * kill-after-append-before-ack: the writer is killed at random moments, repeatedly; every record
 * acknowledged to it is stored, and a retry is harmless.
 */
async function testKillBeforeAck(
  subject: LogSubject,
  { killRounds = 12 }: LogFactory
): Promise<void> {
  const processes = subject.processes ?? throwMissing('kill-after-append-before-ack')
  for (let round = 0; round < killRounds; round++) {
    const prefix = `round-${round}`
    const writer = await processes.startAppender({
      topic,
      prefix,
      batch: 1 + (round % 5),
      count: 100_000,
      pauseMs: 0
    })
    await killDuring(writer, 10 + round * 7)
    const log = await subject.open()
    const mine = (await readAll(log, topic)).filter(r => r.key === prefix)
    expect(mine.length, 'acknowledged records are stored').toBeGreaterThanOrEqual(writer.acked())
    expect(mine.map(r => r.id)).toEqual(mine.map((_, i) => `${prefix}-${i}`))
    const retried = Array.from({ length: mine.length + 3 }, (_, i) =>
      record(`${prefix}-${i}`, prefix)
    )
    await log.append(topic, retried)
    const after = (await readAll(log, topic)).filter(r => r.key === prefix)
    expect(after.map(r => r.id)).toEqual(retried.map(r => r.id))
    await log.close()
  }
  const log = await subject.open()
  expectNoGaps(await readStored(log, topic))
  await log.close()
}

async function killDuring(writer: AppenderProcess, after: number): Promise<void> {
  await writer.waitForAcked(after)
  writer.signal('SIGKILL')
  await writer.exited
}

/**
 * disk-full: the append is refused with `disk-full` and no record is written, reading continues,
 * and with space again writing does too.
 */
async function testFullDisk(subject: LogSubject): Promise<void> {
  const tool = subject.smallDisk ?? throwMissing('disk-full')
  const { subject: small, makeRoom } = await tool.make()
  try {
    const log = await small.open()
    const acked = await fill(log)
    expect(acked.length, 'some appends fitted').toBeGreaterThan(0)
    for (let i = 0; i < 3; i++)
      expect(await getErrorCode(log.append(topic, [makeBulkyRecord('never')]))).toBe('disk-full')
    expect(log.health()).toMatchObject({
      ok: false,
      detail: expect.stringContaining('disk is full')
    })
    expect(await getErrorCode(log.append(topics.snapshots, [makeBulkyRecord('never')]))).toBe(
      'disk-full'
    )
    expect((await readAll(log, topic)).map(r => r.id)).toEqual(acked)
    expect(await readAll(log, topics.snapshots)).toEqual([])
    await makeRoom()
    await log.append(topic, [makeBulkyRecord('never'), makeBulkyRecord('after')])
    await log.close()
    const again = await small.open()
    expect((await readAll(again, topic)).map(r => r.id)).toEqual([...acked, 'never', 'after'])
    expectNoGaps(await readAll(again, topic))
    await again.close()
  } finally {
    await small.dispose()
  }
}

async function fill(log: EventLog): Promise<string[]> {
  const acked: string[] = []
  for (;;) {
    const id = `full-${acked.length}`
    try {
      await log.append(topic, [makeBulkyRecord(id)])
      acked.push(id)
    } catch (error) {
      expect(error).toBeInstanceOf(EventLogError)
      expect((error as EventLogError).code).toBe('disk-full')
      return acked
    }
  }
}

function makeBulkyRecord(id: string) {
  return record(id, 'sahel', id.repeat(60_000 / id.length))
}

/**
 * bit-flip: a flipped bit in a record stops its readers there with an error; a flipped bit anywhere
 * else never makes a reader receive anything that was not written.
 */
async function testBitFlip(subject: LogSubject): Promise<void> {
  const flipping = subject.flipping ?? throwMissing('bit-flip')
  const log = await subject.open()
  for (let i = 0; i < 40; i++)
    await log.append(topic, [record(`flip-${i}`, 'sahel', `the text of ${i}, marked <${i}>`)])
  await log.append(topics.snapshots, [record('snapshot', 'slot', 'state of the fold')])
  const whole = await readAll(log, topic)
  await log.close()
  expect(await flipping.isWhole()).toBe(true)
  for (let i = 0; i < 60; i++) {
    const undo = await flipping.flipAt(i / 60 + 0.003)
    await expectNoLies(subject, whole, () => flipping.isWhole())
    await undo()
  }
  await flipping.flipIn('<20>')
  await flipping.flipIn('state of the fold')
  const damaged = await subject.open()
  const place = whole.find(r => r.id === 'flip-20')!
  const before = await readUntilDamage(damaged, topic)
  expect(before.records).toEqual(whole.slice(0, 20))
  expect(before.error.code).toBe('record-corrupt')
  expect(before.error.message).toContain(`${topic}/${place.partition}/${place.position}`)
  expect((await readUntilDamage(damaged, topics.snapshots)).error.code).toBe('record-corrupt')
  expect(
    await getErrorCode(
      damaged.read(topic, place.partition, place.position, { recordsMax: 1, bytesMax: 1 })
    )
  ).toBe('record-corrupt')
  await damaged.close()
  expect(await flipping.isWhole()).toBe(false)
}

async function readUntilDamage(log: EventLog, from: typeof topic | typeof topics.snapshots) {
  const records: StoredRecord[] = []
  const error = await readStored(log, from, undefined, page => records.push(...page.records)).then(
    () => new EventLogError('closed', 'no damage was found'),
    (failure: unknown) => failure as EventLogError
  )
  return { records, error }
}

/**
 * Every returned record is as it was written; if any is missing, an error or a full verification
 * reports it.
 */
async function expectNoLies(
  subject: LogSubject,
  whole: readonly StoredRecord[],
  isWhole: () => Promise<boolean>
): Promise<void> {
  const read: StoredRecord[] = []
  let failed = false
  try {
    const log = await subject.open()
    try {
      await readStored(log, topic, undefined, page => read.push(...page.records))
    } finally {
      await log.close()
    }
  } catch (error) {
    expect(error).toBeInstanceOf(EventLogError)
    failed = true
  }
  for (const [i, r] of read.entries())
    expect(
      r.id === whole[i]!.id && isSameValue(r.value, whole[i]!.value),
      `record ${i} is as written`
    ).toBe(true)
  if (!failed && read.length < whole.length)
    expect(await isWhole(), 'verification finds that records are missing').toBe(false)
}

/**
 * poison-record: bytes that no version can parse are quarantined and passed; a newer version stops
 * the follower; an oversized record is refused.
 */
async function testPoisonRecord(subject: LogSubject): Promise<void> {
  const log = await subject.open()
  expect(
    await getErrorCode(
      log.append(topic, [
        record('first'),
        { id: 'huge', key: 'sahel', value: new Uint8Array(10_000_000) }
      ])
    )
  ).toBe('record-too-large')
  expect(await readAll(log, topic), 'a refused append writes nothing').toEqual([])
  const good = (id: string, major = 1) => ({ id, key: 'sahel', value: envelope(id, major) })
  const bad = { id: 'bad', key: 'sahel', value: Buffer.from('{"specversion":') }
  const notText = { id: 'not-text', key: 'sahel', value: Uint8Array.of(0xff, 0xfe, 0x00) }
  await log.append(topic, [good('g1'), bad, good('g2'), notText, good('g3')])
  const { handled } = await followFor(log, 3)
  expect(handled).toEqual(['g1', 'g2', 'g3'])
  const aside = (await readAll(log, topics.quarantine)).map(
    r => JSON.parse(Buffer.from(r.value!).toString()).data
  )
  expect(aside.map(d => [d.topic, d.reason])).toEqual([
    [topic, 'not-json'],
    [topic, 'not-utf8']
  ])
  expect(Buffer.from(aside[0].bytes, 'base64')).toEqual(bad.value)
  await followFor(log, 3)
  expect(await readAll(log, topics.quarantine), 'quarantined twice leaves one').toHaveLength(2)
  await log.append(topic, [good('g4', 2), good('g5')])
  const stopped = await followFor(log, 99)
  expect(stopped.handled).toEqual(['g1', 'g2', 'g3'])
  expect(String(stopped.error)).toContain('tocsin.report.received.v2')
  await log.close()
}

function envelope(id: string, major: number): Uint8Array {
  return encodeEnvelope({
    specversion: '1.0',
    id,
    source: '/tocsin/test',
    type: `tocsin.report.received.v${major}`,
    time: '2025-06-01T00:00:00.000Z',
    datacontenttype: 'application/json',
    cause: null,
    engine: '0.1.0',
    theatre: 'sahel',
    data: {}
  })
}

/**
 * Follows from the start until `count` records were handled, or until the loop ends with an error.
 */
async function followFor(
  log: EventLog,
  count: number
): Promise<{ handled: string[]; error: unknown }> {
  const handled: string[] = []
  const stop = new AbortController()
  let error: unknown = null
  const loop = follow({
    log,
    from: await log.cursorAt(topic, 'earliest'),
    decode: decodeAny,
    handle: batch => {
      handled.push(...batch.records.map(r => r.stored.id))
    },
    clock: systemClock,
    signal: stop.signal
  }).catch(failure => {
    error = failure
  })
  await waitUntil(`${count} records or the end`, () => handled.length >= count || error !== null)
  stop.abort()
  await loop
  return { handled, error }
}

/** Only the envelope matters here; `data` is not checked. */
function decodeAny(bytes: Uint8Array): Decoded<Envelope> {
  const decoded = decodeEnvelope(bytes)
  if (decoded.kind === 'undecodable') return decoded
  const { envelope, major } = decoded
  return major > 1
    ? { kind: 'newer', type: envelope.type }
    : { kind: 'decoded', record: envelope, envelope }
}

function throwMissing(name: string): never {
  throw new Error(`this adapter has no tool for ${name}, and declares no owner for the case`)
}

export const damageCases = {
  'torn-write': testTornWrite,
  'kill-after-append-before-ack': testKillBeforeAck,
  'disk-full': testFullDisk,
  'bit-flip': testBitFlip,
  'poison-record': testPoisonRecord
} satisfies Record<string, (subject: LogSubject, factory: LogFactory) => Promise<void>>
