import { decodeTheatreRecord, encodeRecord } from '@tocsin/contracts/records'
import type { TheatreRecord } from '@tocsin/domain/theatre-record'
import { NewerRecordError } from '@tocsin/event-log/follow'
import { MemoryLog } from '@tocsin/event-log/memory-log'
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
function viewOf(log: MemoryLog) {
  const taken: string[] = []
  const quarantined: number[] = []
  const view = new TopicView<TheatreRecord>({
    log,
    clock: systemClock,
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
