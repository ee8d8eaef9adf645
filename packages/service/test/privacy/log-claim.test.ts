import type { BegunTopic, ControlPayload } from '@tocsin/contracts/record/control-record'
import { encodeRecord } from '@tocsin/contracts/record/records'
import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import { systemClock } from '@tocsin/event-log/system-clock'
import { type Topic, topics } from '@tocsin/event-log/topics'
import { closedAfterTest } from '@tocsin/testing/process/closed-after-test'
import { LogLines } from '@tocsin/testing/process/log-lines'
import { describe, expect, it } from 'vitest'
import { claimLog } from '../../src/privacy/log-claim.ts'
import { secretsFrom } from '../../src/privacy/secrets.ts'
import { ControlView } from '../../src/projection/control-view.ts'
import { createLogger } from '../../src/telemetry/logger.ts'

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
})
