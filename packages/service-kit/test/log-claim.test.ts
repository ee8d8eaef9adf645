import { encodeRecord } from '@tocsin/contracts/records'
import { EventLogError } from '@tocsin/event-log/errors'
import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import { systemClock } from '@tocsin/event-log/system-clock'
import { topics } from '@tocsin/event-log/topics'
import { afterEach, describe, expect, it } from 'vitest'
import { ControlView } from '../src/control-view.ts'
import { claimLog, copyConsumer } from '../src/log-claim.ts'
import { createLogger } from '../src/logger.ts'
import { secretsFrom } from '../src/secrets.ts'
import { LogLines } from './support/fakes.ts'

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

  it('is waited for while it cannot say yet what consumers have committed', async () => {
    const log = new MemoryLog({ like })
    let refusals = 2
    const committed = log.committed.bind(log)
    log.committed = async (...asked) => {
      if (refusals-- > 0) throw new EventLogError('log-unavailable', 'the coordinator is loading')
      return committed(...asked)
    }
    await claim(log, 1)
    expect(refusals).toBeLessThan(0)
  })

  it('is refused while a copy into it has not ended, and taken once it has', async () => {
    const log = new MemoryLog({ like })
    await log.commit(copyConsumer, await log.cursorAt(topics.control, 'earliest'))
    await expect(claim(log, 1)).rejects.toMatchObject({ code: 'log-copy-unfinished' })
    const to = await log.epoch(topics.control)
    const data = { topics: [{ topic: topics.control, from: 'aaaaaaaa', to, ends: ['0'] }] }
    const envelope = { id: 'c', source: '/tocsin/test', time: '2025-06-01T00:00:00.000Z', cause: null }
    await log.append(topics.control, [{ id: 'c', key: 'control', value: encodeRecord(envelope, { type: 'log.copied', data }) }])
    await claim(log, 1)
  })
})
