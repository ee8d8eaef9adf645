import { decodeTheatreRecord, encodeRecord } from '@tocsin/contracts/records'
import type { Clock } from '@tocsin/domain/ports'
import type { TheatreRecord } from '@tocsin/domain/theatre-record'
import { EventLogError } from '@tocsin/event-log/errors'
import { NewerRecordError } from '@tocsin/event-log/follow'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { Cursor } from '@tocsin/event-log/port'
import { systemClock } from '@tocsin/event-log/system-clock'
import { topics } from '@tocsin/event-log/topics'
import { afterEach, expect, it } from 'vitest'
import { createLogger } from '../src/logger.ts'
import { TopicView } from '../src/topic-view.ts'

const logger = createLogger({ level: 'silent', name: 'test' })
const envelope = { source: '/tocsin/test', time: '2025-06-02T12:00:00.000Z', cause: null, theatre: 'sahel' }
const tick = (id: string, version = 'v1') => {
  const bytes = Buffer.from(encodeRecord({ ...envelope, id }, { type: 'clock.ticked', data: { to: envelope.time, gap: false } }))
  return { id, key: 'sahel', value: Buffer.from(bytes.toString().replace('clock.ticked.v1', `clock.ticked.${version}`)) }
}
const open: TopicView<TheatreRecord>[] = []
function viewOf(log: MemoryLog, clock: Clock = systemClock) {
  const taken: string[] = []
  const quarantined: number[] = []
  const view = new TopicView<TheatreRecord>({
    log,
    clock,
    logger,
    topic: topics.incidents,
    decode: decodeTheatreRecord,
    take: batch => void taken.push(...batch.records.map(r => r.decoded.record.id)),
    onQuarantine: () => void quarantined.push(1)
  })
  open.push(view)
  return { view, taken, quarantined }
}
afterEach(async () => {
  for (const view of open.splice(0)) await view.close()
})

it('has taken all that was there when it starts, and goes on with what comes', async () => {
  const log = new MemoryLog()
  await log.append(topics.incidents, [tick('a'), tick('b')])
  const { view, taken } = viewOf(log)
  await view.start()
  expect(taken).toEqual(['a', 'b'])
  const [appended] = await log.append(topics.incidents, [tick('c')])
  expect(await view.waitForAppended(appended as NonNullable<typeof appended>, 1000)).toBe(true)
  expect(taken).toEqual(['a', 'b', 'c'])
})

it('says when what is waited for does not come in time', async () => {
  const log = new MemoryLog()
  const { view } = viewOf(log)
  await view.start()
  const end = await log.cursorAt(topics.incidents, 'latest')
  expect(await view.waitFor(end, 0)).toBe(true)
  expect(await view.waitFor({ ...end, positions: [1n] }, 5)).toBe(false)
  expect(await view.waitFor({ ...end, epoch: 'ffffffff' }, 1000)).toBe(false)
})

it('passes over bytes that nobody can parse, once they are in quarantine', async () => {
  const log = new MemoryLog()
  await log.append(topics.incidents, [tick('a'), { id: 'q', key: 'sahel', value: Buffer.from('not json') }, tick('b')])
  const { view, taken, quarantined } = viewOf(log)
  await view.start()
  expect(taken).toEqual(['a', 'b'])
  expect(quarantined).toHaveLength(1)
  expect((await log.state(topics.quarantine))[0]?.end).toBe(1n)
})

it('stops before a record of a newer version, and tells who starts, waits or asks', async () => {
  const log = new MemoryLog()
  const { view, taken } = viewOf(log)
  await view.start()
  await log.append(topics.incidents, [tick('a'), tick('n', 'v2'), tick('b')])
  const end = await log.cursorAt(topics.incidents, 'latest')
  expect(await view.waitFor(end, null)).toBe(false)
  expect(await view.failed).toBeInstanceOf(NewerRecordError)
  expect(view.failure).toBeInstanceOf(NewerRecordError)
  expect(taken).toEqual(['a'])
  await expect(viewOf(log).view.start()).rejects.toThrow(NewerRecordError)
})

it('lets nobody wait for ever once it is closed', async () => {
  const log = new MemoryLog()
  const { view } = viewOf(log)
  await view.start()
  const end = await log.cursorAt(topics.incidents, 'latest')
  const waiting = view.waitFor({ ...end, positions: [1n] }, null)
  await view.close()
  expect(await waiting).toBe(false)
})

/** A log in memory that is away, and counts how often its ends are asked for. */
class AwayLog extends MemoryLog {
  away: EventLogError | null = null
  looks = 0

  override async cursorAt(...of: Parameters<MemoryLog['cursorAt']>): Promise<Cursor> {
    this.looks++
    if (this.away !== null) throw this.away
    return super.cursorAt(...of)
  }
}

it('waits for a log that is away when it starts, says so, and starts when it is back', async () => {
  const log = new AwayLog()
  await log.append(topics.incidents, [tick('a')])
  log.away = new EventLogError('log-unavailable', 'no broker answers')
  // Ten times the real time, so that the longest wait between two tries is half a second.
  const hasty: Clock = {
    ...systemClock,
    monotonicMs: () => performance.now() * 10,
    sleep: (ms, s) => systemClock.sleep(ms / 10, s)
  }
  const { view, taken } = viewOf(log, hasty)
  const started = view.start()
  await expect.poll(() => log.looks).toBeGreaterThan(3)
  expect(view.trouble).toMatch(/^log-unavailable for \d+ s$/)
  log.away = null
  await started
  expect(taken).toEqual(['a'])
  expect(view.trouble).toBeNull()
})

it('does not wait for what does not pass, and waits no longer than it is wanted', async () => {
  const log = new AwayLog()
  log.away = new EventLogError('partitions-changed', 'three of one')
  await expect(viewOf(log).view.start()).rejects.toMatchObject({ code: 'partitions-changed' })
  log.away = new EventLogError('log-unavailable', 'no broker answers')
  const { view } = viewOf(log)
  const started = view.start()
  await view.close()
  await started
})

it('catches up with what was appended before it was asked, with one look for all who ask at once', async () => {
  const log = new AwayLog()
  const { view, taken } = viewOf(log)
  await view.start()
  log.looks = 0
  const asked = Array.from({ length: 100 }, async (_, i) => {
    await log.append(topics.incidents, [tick(`t${i}`)])
    expect(await view.catchUp(1000)).toBe(true)
    expect(taken).toContain(`t${i}`)
  })
  await Promise.all(asked)
  expect(log.looks).toBeLessThanOrEqual(3)
  expect(await view.catchUp(1000, 60_000)).toBe(true)
  expect(log.looks).toBeLessThanOrEqual(3)
  log.away = new EventLogError('log-unavailable', 'no broker answers')
  await expect(view.catchUp(1000)).rejects.toMatchObject({ code: 'log-unavailable' })
})
