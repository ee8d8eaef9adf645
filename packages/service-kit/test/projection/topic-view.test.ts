import { decodeTheatreRecord, encodeRecord } from '@tocsin/contracts/record/records'
import type { Clock } from '@tocsin/domain/ports'
import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { EventLogError } from '@tocsin/event-log/errors'
import { NewerRecordError } from '@tocsin/event-log/follow'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { Cursor } from '@tocsin/event-log/port'
import { systemClock } from '@tocsin/event-log/system-clock'
import { type Topic, topics } from '@tocsin/event-log/topics'
import { closedAfterTest } from '@tocsin/testing/process/closed-after-test'
import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { TopicView } from '../../src/projection/topic-view.ts'
import { createLogger } from '../../src/telemetry/logger.ts'

const logger = createLogger({ level: 'silent', name: 'test' })
const envelope = {
  source: '/tocsin/test',
  time: '2025-06-02T12:00:00.000Z',
  cause: null,
  theatre: 'sahel'
}
const tick = (id: string, version = 'v1') => {
  const bytes = Buffer.from(
    encodeRecord(
      { ...envelope, id },
      { type: 'clock.ticked', data: { to: envelope.time, gap: false } }
    )
  )
  return {
    id,
    key: 'sahel',
    value: Buffer.from(bytes.toString().replace('clock.ticked.v1', `clock.ticked.${version}`))
  }
}
function viewOf(
  log: MemoryLog,
  clock: Clock = systemClock,
  metrics?: Registry,
  topic: Topic = topics.incidents
) {
  const taken: string[] = []
  const quarantined: number[] = []
  const view = closedAfterTest(
    new TopicView<TheatreRecord>({
      log,
      clock,
      logger,
      topic,
      decode: decodeTheatreRecord,
      take: batch => void taken.push(...batch.records.map(r => r.decoded.record.id)),
      onQuarantine: () => void quarantined.push(1),
      ...(metrics ? { metrics } : {})
    })
  )
  return { view, taken, quarantined }
}

it('has taken everything when it starts, and follows new records', async () => {
  const log = new MemoryLog()
  await log.append(topics.incidents, [tick('a'), tick('b')])
  const { view, taken } = viewOf(log)
  await view.start()
  expect(taken).toEqual(['a', 'b'])
  const [appended] = await log.append(topics.incidents, [tick('c')])
  expect(await view.waitForAppended(appended as NonNullable<typeof appended>, 1000)).toBe(true)
  expect(taken).toEqual(['a', 'b', 'c'])
})

it('returns false after the timeout of a wait', async () => {
  const log = new MemoryLog()
  const { view } = viewOf(log)
  await view.start()
  const end = await log.cursorAt(topics.incidents, 'latest')
  expect(await view.waitFor(end, 0)).toBe(true)
  expect(await view.waitFor({ ...end, positions: [1n] }, 5)).toBe(false)
  expect(await view.waitFor({ ...end, epoch: 'ffffffff' }, 1000)).toBe(false)
})

it('skips unparsable bytes once they are quarantined', async () => {
  const log = new MemoryLog()
  await log.append(topics.incidents, [
    tick('a'),
    { id: 'q', key: 'sahel', value: Buffer.from('not json') },
    tick('b')
  ])
  const { view, taken, quarantined } = viewOf(log)
  await view.start()
  expect(taken).toEqual(['a', 'b'])
  expect(quarantined).toHaveLength(1)
  expect((await log.state(topics.quarantine))[0]?.end).toBe(1n)
})

it('stops before a record of a newer version, and reports it to callers that start, wait or ask', async () => {
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

it('ends every wait once it is closed', async () => {
  const log = new MemoryLog()
  const { view } = viewOf(log)
  await view.start()
  const end = await log.cursorAt(topics.incidents, 'latest')
  const waiting = view.waitFor({ ...end, positions: [1n] }, null)
  await view.close()
  expect(await waiting).toBe(false)
})

/** An unreachable log in memory that counts queries of its ends. */
class AwayLog extends MemoryLog {
  away: EventLogError | null = null
  looks = 0

  override async cursorAt(...of: Parameters<MemoryLog['cursorAt']>): Promise<Cursor> {
    this.looks++
    if (this.away !== null) throw this.away
    return super.cursorAt(...of)
  }
}

it('waits for a log that is unreachable at the start, reports it, and starts when it is back', async () => {
  const log = new AwayLog()
  await log.append(topics.incidents, [tick('a')])
  log.away = new EventLogError('log-unavailable', 'no broker answers')
  // Ten times as fast as real time, so that the longest wait between two attempts is half a second.
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

it('does not retry a permanent error, and stops waiting when it is closed', async () => {
  const log = new AwayLog()
  log.away = new EventLogError('partitions-changed', 'three of one')
  await expect(viewOf(log).view.start()).rejects.toMatchObject({ code: 'partitions-changed' })
  log.away = new EventLogError('log-unavailable', 'no broker answers')
  const { view } = viewOf(log)
  const started = view.start()
  await view.close()
  await started
})

it('catches up with what was appended before the call, with one query for all concurrent callers', async () => {
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

/** A log in memory that counts queries of its ends, and can delay them. */
class CountingLog extends MemoryLog {
  asked = 0
  answers: Promise<void> = Promise.resolve()

  override async state(...of: Parameters<MemoryLog['state']>) {
    this.asked++
    await this.answers
    return super.state(...of)
  }
}

const lagLines = async (metrics: Registry) =>
  (await metrics.metrics())
    .split('\n')
    .filter(line => line.startsWith('tocsin_view_lag_') && !line.startsWith('#'))
const lagOf = (records: number) => `tocsin_view_lag_records{topic="tocsin.incidents.v1"} ${records}`

it('reports its lag, the greatest of a topic, with one query for concurrent callers', async () => {
  const metrics = new Registry()
  let blocked: Promise<void> = Promise.resolve()
  const log = new CountingLog({ hooks: { beforeDelivery: () => blocked } })
  const one = viewOf(log, systemClock, metrics)
  expect(await lagLines(metrics)).toEqual([])
  await one.view.start()
  await viewOf(log, systemClock, metrics).view.start()
  expect(await lagLines(metrics)).toEqual([
    lagOf(0),
    'tocsin_view_lag_seconds{topic="tocsin.incidents.v1"} 0'
  ])
  const gate = Promise.withResolvers<void>()
  blocked = gate.promise
  await log.append(topics.incidents, [tick('a'), tick('b')])
  log.asked = 0
  const [lines] = await Promise.all([lagLines(metrics), lagLines(metrics)])
  expect(lines).toContain(lagOf(2))
  expect(log.asked).toBe(1)
  const secondsOf = async () => Number((await lagLines(metrics))[1]?.split(' ')[1])
  await expect.poll(secondsOf).toBeGreaterThan(0)
  gate.resolve()
  await expect.poll(() => lagLines(metrics)).toContain(lagOf(0))
})

it('reports no lag while the log does not answer, nor after it is closed', async () => {
  const metrics = new Registry()
  const log = new CountingLog()
  const { view } = viewOf(
    log,
    { ...systemClock, sleep: (ms, s) => systemClock.sleep(ms / 100, s) },
    metrics
  )
  await view.start()
  const held = Promise.withResolvers<void>()
  log.answers = held.promise
  expect(await lagLines(metrics)).toEqual([])
  held.resolve()
  log.answers = Promise.resolve()
  expect(await lagLines(metrics)).toContain(lagOf(0))
  await view.close()
  expect(await lagLines(metrics)).toEqual([])
})

it('does not take a topic for empty whose records were trimmed away while it started', async () => {
  const log = new MemoryLog({ partitions: 1 })
  await log.append(topics.deliveries, [tick('a'), tick('b')])
  const asked = log.cursorAt.bind(log)
  let calls = 0
  log.cursorAt = async (topic, where) => {
    const cursor = await asked(topic, where)
    // Another instance trims between the two questions of a start.
    if (++calls === 1) await log.trim(topics.deliveries, 0, 2n)
    return cursor
  }
  const { view } = viewOf(log, systemClock, undefined, topics.deliveries)
  await expect(view.start()).rejects.toMatchObject({ code: 'offset-lost' })
})
