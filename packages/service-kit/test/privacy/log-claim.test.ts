import { encodeRecord } from '@tocsin/contracts/record/records'
import type { BegunTopic, ControlPayload } from '@tocsin/domain/control/control-record'
import { EventLogError } from '@tocsin/event-log/errors'
import { type AppendFate, MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import { systemClock } from '@tocsin/event-log/system-clock'
import { type Topic, topics } from '@tocsin/event-log/topics'
import { closedAfterTest } from '@tocsin/testing/process/closed-after-test'
import { describe, expect, it } from 'vitest'
import { claimLog } from '../../src/privacy/log-claim.ts'
import { secretsFrom } from '../../src/privacy/secrets.ts'
import { ControlView } from '../../src/projection/control-view.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import { LogLines } from '../support/fakes.ts'

const secretsOf = (byte: number) => secretsFrom(new Uint8Array(32).fill(byte), 'tk_owner')

async function claim(log: MemoryLog, masterByte: number) {
  const logger = createLogger({ level: 'silent', name: 'test', destination: new LogLines() })
  const control = closedAfterTest(new ControlView({ log, clock: systemClock, logger }))
  await control.start()
  await claimLog({ log, control, secrets: secretsOf(masterByte), clock: systemClock })
}

function write(log: MemoryLog, id: string, payload: ControlPayload) {
  const envelope = { id, source: '/tocsin/test', time: '2025-06-01T00:00:00.000Z', cause: null }
  return log.append(topics.control, [
    { id, key: 'control', value: encodeRecord(envelope, payload) }
  ])
}

/** The same log with one topic replaced. */
function changed(log: MemoryLog, changedTopic: Topic, to: Partial<BegunTopic>): MemoryLog {
  return Object.assign(Object.create(log) as MemoryLog, {
    capabilities: log.capabilities,
    epoch: async (topic: Topic) => (topic === changedTopic && to.epoch) || log.epoch(topic),
    partitionCount: async (topic: Topic) =>
      (topic === changedTopic && to.partitions) || log.partitionCount(topic),
    append: log.append.bind(log),
    state: log.state.bind(log),
    cursorAt: log.cursorAt.bind(log),
    read: log.read.bind(log),
    tail: log.tail.bind(log)
  })
}

describe.each(['embedded', 'kafka'] as const)('a log like %s', like => {
  it('is claimed by its first process, and accepts all with the same master key', async () => {
    const log = new MemoryLog({ like })
    await claim(log, 1)
    const [before] = await log.state(topics.control)
    await claim(log, 1)
    expect(await log.state(topics.control)).toEqual([before])
    expect(before!.end).toBe(1n)
  })

  it('refuses a process with another master key, and says what to do', async () => {
    const log = new MemoryLog({ like })
    await claim(log, 1)
    await expect(claim(log, 2)).rejects.toMatchObject({
      code: 'master-key-mismatch',
      retryable: false,
      message: expect.stringContaining('TOCSIN_MASTER_KEY')
    })
  })

  it('is bound to one master key when several processes start at once', async () => {
    const store = new MemoryStore()
    const outcomes = await Promise.allSettled(
      [1, 2, 1, 3].map(byte => claim(new MemoryLog({ like }, store), byte))
    )
    expect(outcomes.map(outcome => outcome.status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected'
    ])
  })

  it('is retried while it does not accept its first record', async () => {
    let refusals = 2
    const beforeAppend = async (): Promise<AppendFate> =>
      refusals-- > 0
        ? { kind: 'refuse', error: new EventLogError('log-unavailable', 'no leader yet') }
        : { kind: 'write' }
    await claim(new MemoryLog({ like, hooks: { beforeAppend } }), 1)
    expect(refusals).toBeLessThan(0)
  })

  it('records its topics, and refuses one that was recreated or repartitioned, with what to do', async () => {
    const log = new MemoryLog({ like, partitions: 3 })
    await claim(log, 1)
    await claim(changed(log, topics.incidents, { partitions: 3 }), 1)
    await expect(
      claim(changed(log, topics.incidents, { epoch: 'ffffffff' }), 1)
    ).rejects.toMatchObject({
      code: 'log-replaced',
      retryable: false,
      message: expect.stringMatching(
        /^tocsin\.incidents\.v1 is not the topic .*Restore all topics from one backup/
      )
    })
    await expect(claim(changed(log, topics.assembly, { partitions: 4 }), 1)).rejects.toMatchObject({
      code: 'partitions-changed',
      message: expect.stringMatching(
        /^tocsin\.assembly\.v1 has 4 partitions, .* created with 3\. .*restore all topics from one backup$/
      )
    })
    await claim(log, 1)
  })

  it('accepts deleted snapshots, which are derived from the other topics', async () => {
    const log = new MemoryLog({ like })
    await claim(log, 1)
    await claim(changed(log, topics.snapshots, { epoch: 'ffffffff' }), 1)
  })

  it('is refused if only its control log was recreated', async () => {
    const log = new MemoryLog({ like })
    await log.append(topics.incidents, [{ id: 'i', key: 'k', value: Buffer.from('{}') }])
    await expect(claim(log, 1)).rejects.toMatchObject({
      code: 'log-replaced',
      message: expect.stringContaining(
        'tocsin.control.v1 is empty although tocsin.incidents.v1 is not'
      )
    })
  })

  it('created before topics were recorded records them once, and enforces them from then on', async () => {
    const log = new MemoryLog({ like })
    await write(log, 'old', {
      type: 'suite.begun',
      data: { masterKeyFingerprint: secretsOf(1).fingerprint }
    })
    await Promise.all([claim(log, 1), claim(log, 1)])
    const { end } = (await log.state(topics.control))[0]!
    await claim(log, 1)
    expect((await log.state(topics.control))[0]!.end).toBe(end)
    await expect(claim(changed(log, topics.keys, { epoch: 'ffffffff' }), 1)).rejects.toMatchObject({
      code: 'log-replaced'
    })
  })

  it('is refused while a copy into it is unfinished, and accepted afterwards', async () => {
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

  it('created by a copy is checked against its own topics, not those of the copied log', async () => {
    const log = new MemoryLog({ like, partitions: 2 })
    const to = await log.epoch(topics.control)
    const topicsThere = [topics.incidents, topics.control].map(topic => ({
      topic,
      epoch: 'aaaaaaaa',
      partitions: 1
    }))
    const data = { masterKeyFingerprint: secretsOf(1).fingerprint, topics: topicsThere }
    await write(log, 'copy', { type: 'copy.begun', data: { from: 'aaaaaaaa', to } })
    await write(log, 'begun', { type: 'suite.begun', data })
    const copied = [topics.incidents, topics.control].map((topic, i) => ({
      ...{ topic, from: 'aaaaaaaa', to, ends: null },
      partitions: 2 - i
    }))
    await write(log, 'copied', { type: 'log.copied', data: { topics: copied } })
    await claim(log, 1)
    await expect(claim(changed(log, topics.incidents, { partitions: 1 }), 1)).rejects.toMatchObject(
      {
        code: 'partitions-changed'
      }
    )
    await expect(claim(changed(log, topics.snapshots, { partitions: 1 }), 1)).rejects.toMatchObject(
      {
        code: 'partitions-changed'
      }
    )
  })
})
