import { encodeRecord } from '@tocsin/contracts/record/records'
import type { BegunTopic, ControlPayload } from '@tocsin/domain/control/control-record'
import { EventLogError } from '@tocsin/event-log/errors'
import { type AppendFate, MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import { systemClock } from '@tocsin/event-log/system-clock'
import { type Topic, topics } from '@tocsin/event-log/topics'
import { afterEach, describe, expect, it } from 'vitest'
import { claimLog } from '../../src/privacy/log-claim.ts'
import { secretsFrom } from '../../src/privacy/secrets.ts'
import { ControlView } from '../../src/projection/control-view.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import { LogLines } from '../support/fakes.ts'

const secretsOf = (byte: number) => secretsFrom(new Uint8Array(32).fill(byte), 'tk_owner')
const views: ControlView[] = []
afterEach(() => Promise.all(views.splice(0).map(view => view.close())))

async function claim(log: MemoryLog, masterByte: number) {
  const logger = createLogger({ level: 'silent', name: 'test', destination: new LogLines() })
  const control = new ControlView({ log, clock: systemClock, logger })
  views.push(control)
  await control.start()
  await claimLog({ log, control, secrets: secretsOf(masterByte), clock: systemClock })
}

function write(log: MemoryLog, id: string, payload: ControlPayload) {
  const envelope = { id, source: '/tocsin/test', time: '2025-06-01T00:00:00.000Z', cause: null }
  return log.append(topics.control, [{ id, key: 'control', value: encodeRecord(envelope, payload) }])
}

/** The same log, in which a topic is now another one. */
function changed(log: MemoryLog, changedTopic: Topic, to: Partial<BegunTopic>): MemoryLog {
  return Object.assign(Object.create(log) as MemoryLog, {
    capabilities: log.capabilities,
    epoch: async (topic: Topic) => (topic === changedTopic && to.epoch) || log.epoch(topic),
    partitionCount: async (topic: Topic) => (topic === changedTopic && to.partitions) || log.partitionCount(topic),
    append: log.append.bind(log),
    state: log.state.bind(log),
    cursorAt: log.cursorAt.bind(log),
    read: log.read.bind(log),
    tail: log.tail.bind(log)
  })
}

describe.each(['embedded', 'kafka'] as const)('a log like %s', like => {
  it('is begun by its first process, and lets in all that have the same master key', async () => {
    const log = new MemoryLog({ like })
    await claim(log, 1)
    const [before] = await log.state(topics.control)
    await claim(log, 1)
    expect(await log.state(topics.control)).toEqual([before])
    expect(before!.end).toBe(1n)
  })

  it('refuses a process that has another master key, and says what to do', async () => {
    const log = new MemoryLog({ like })
    await claim(log, 1)
    await expect(claim(log, 2)).rejects.toMatchObject({
      code: 'master-key-mismatch',
      retryable: false,
      message: expect.stringContaining('TOCSIN_MASTER_KEY')
    })
  })

  it('belongs to one master key when several processes begin at once', async () => {
    const store = new MemoryStore()
    const outcomes = await Promise.allSettled([1, 2, 1, 3].map(byte => claim(new MemoryLog({ like }, store), byte)))
    expect(outcomes.map(outcome => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
  })

  it('is waited for while it does not take its first record', async () => {
    let refusals = 2
    const beforeAppend = async (): Promise<AppendFate> =>
      refusals-- > 0 ? { kind: 'refuse', error: new EventLogError('log-unavailable', 'no leader yet') } : { kind: 'write' }
    await claim(new MemoryLog({ like, hooks: { beforeAppend } }), 1)
    expect(refusals).toBeLessThan(0)
  })

  it('says with which topics it was begun, and refuses one that was made anew or has other partitions, with what to do', async () => {
    const log = new MemoryLog({ like, partitions: 3 })
    await claim(log, 1)
    await claim(changed(log, topics.incidents, { partitions: 3 }), 1)
    await expect(claim(changed(log, topics.incidents, { epoch: 'ffffffff' }), 1)).rejects.toMatchObject({
      code: 'log-replaced',
      retryable: false,
      message: expect.stringMatching(/^tocsin\.incidents\.v1 is not the one .*Restore the topics from a backup/)
    })
    await expect(claim(changed(log, topics.assembly, { partitions: 4 }), 1)).rejects.toMatchObject({
      code: 'partitions-changed',
      message: expect.stringMatching(/^tocsin\.assembly\.v1 has 4 partitions, .* begun with 3\. .*--partitions 3`$/)
    })
    await claim(log, 1)
  })

  it('goes on when its snapshots were deleted, which are made from the rest', async () => {
    const log = new MemoryLog({ like })
    await claim(log, 1)
    await claim(changed(log, topics.snapshots, { epoch: 'ffffffff' }), 1)
  })

  it('is refused where only its control log was made anew', async () => {
    const log = new MemoryLog({ like })
    await log.append(topics.incidents, [{ id: 'i', key: 'k', value: Buffer.from('{}') }])
    await expect(claim(log, 1)).rejects.toMatchObject({
      code: 'log-replaced',
      message: expect.stringContaining('tocsin.control.v1 holds nothing, and tocsin.incidents.v1 does')
    })
  })

  it('that was begun before it said so is told once what its topics are, and keeps to them from then on', async () => {
    const log = new MemoryLog({ like })
    await write(log, 'old', { type: 'suite.begun', data: { masterKeyFingerprint: secretsOf(1).fingerprint } })
    await Promise.all([claim(log, 1), claim(log, 1)])
    const { end } = (await log.state(topics.control))[0]!
    await claim(log, 1)
    expect((await log.state(topics.control))[0]!.end).toBe(end)
    await expect(claim(changed(log, topics.keys, { epoch: 'ffffffff' }), 1)).rejects.toMatchObject({ code: 'log-replaced' })
  })

  it('is refused while a copy into it has not ended, and taken once it has', async () => {
    const log = new MemoryLog({ like })
    const to = await log.epoch(topics.control)
    await write(log, 'begun', { type: 'copy.begun', data: { from: 'aaaaaaaa', to } })
    await expect(claim(log, 1)).rejects.toMatchObject({ code: 'log-copy-unfinished' })
    await write(log, 'ended', {
      type: 'log.copied',
      data: { topics: [{ topic: topics.control, from: 'aaaaaaaa', to, ends: ['0'] }] }
    })
    await claim(log, 1)
  })

  it('that came from a copy is held to its own topics, not to those of the log that was copied', async () => {
    const log = new MemoryLog({ like, partitions: 2 })
    const to = await log.epoch(topics.control)
    const topicsThere = [topics.incidents, topics.control].map(topic => ({ topic, epoch: 'aaaaaaaa', partitions: 1 }))
    const data = { masterKeyFingerprint: secretsOf(1).fingerprint, topics: topicsThere }
    await write(log, 'copy', { type: 'copy.begun', data: { from: 'aaaaaaaa', to } })
    await write(log, 'begun', { type: 'suite.begun', data })
    const copied = [topics.incidents, topics.control].map((topic, i) => ({
      ...{ topic, from: 'aaaaaaaa', to, ends: null },
      partitions: 2 - i
    }))
    await write(log, 'copied', { type: 'log.copied', data: { topics: copied } })
    await claim(log, 1)
    await expect(claim(changed(log, topics.incidents, { partitions: 1 }), 1)).rejects.toMatchObject({
      code: 'partitions-changed'
    })
    await expect(claim(changed(log, topics.snapshots, { partitions: 1 }), 1)).rejects.toMatchObject({
      code: 'partitions-changed'
    })
  })
})
