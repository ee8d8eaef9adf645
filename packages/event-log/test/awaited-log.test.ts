import { describe, expect, it } from 'vitest'
import { AwaitedLog, type FailingLog } from '../src/awaited-log.ts'
import { EventLogError } from '../src/errors.ts'
import { MemoryLog } from '../src/memory-log.ts'
import { topics } from '../src/topics.ts'

const away = () => new EventLogError('log-unavailable', 'nobody listens at 127.0.0.1:9092')
const never = new Promise<Error>(() => {})
const opened = (log = new MemoryLog({ like: 'kafka' })): FailingLog =>
  Object.assign(log, { failed: never })

/** A clock whose sleeps end at once and advance it. */
function swiftClock() {
  let nowMs = Date.parse('2025-06-01T00:00:00Z')
  const slept: number[] = []
  return {
    slept,
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    sleep: async (ms: number) => {
      slept.push(ms)
      nowMs += ms
    }
  }
}

function awaited(open: () => Promise<FailingLog>, waitMs = 60_000, clock = swiftClock()) {
  const { capabilities } = new MemoryLog({ like: 'kafka' })
  return new AwaitedLog({ capabilities, open, waitMs, clock, onRetry: () => {} })
}

describe('a log that is waited for', () => {
  it('is retried while it is unreachable, and used once it answers', async () => {
    let attempts = 0
    const clock = swiftClock()
    const log = awaited(
      async () => (++attempts < 12 ? Promise.reject(away()) : opened()),
      60_000,
      clock
    )
    const state = log.state(topics.alerts)
    await log.opened
    expect(await state).toEqual([{ partition: 0, start: 0n, end: 0n }])
    expect(attempts).toBe(12)
    expect(clock.slept).toEqual([250, 250, 250, 250, 250, 320, 640, 1280, 2560, 5000, 5000])
    expect(log.health()).toEqual({ ok: true, detail: 'ok' })
    await log.append(topics.alerts, [{ id: 'a', key: 'k', value: Buffer.from('{}') }])
    expect((await log.cursorAt(topics.alerts, 'latest')).positions).toEqual([1n])
    await log.append(topics.quarantine, [{ id: 'q', key: 'k', value: Buffer.from('{}') }])
    await log.trim(topics.quarantine, 0, 1n)
    expect(await log.state(topics.quarantine)).toEqual([{ partition: 0, start: 1n, end: 1n }])
    await log.close()
  })

  it('reports since when it has been unreachable, and why', async () => {
    const held = Promise.withResolvers<FailingLog>()
    let attempts = 0
    const log = awaited(() => (++attempts === 1 ? Promise.reject(away()) : held.promise))
    const detail = 'not reached since 2025-06-01T00:00:00.000Z: it has not answered yet'
    expect(log.health()).toEqual({ ok: false, isAway: true, detail })
    await expect.poll(() => attempts).toBe(2)
    expect(log.health().detail).toBe(
      'not reached since 2025-06-01T00:00:00.000Z: nobody listens at 127.0.0.1:9092'
    )
    held.resolve(opened())
    await log.opened
  })

  it('fails after its time limit, and at once after a permanent error', async () => {
    const clock = swiftClock()
    await expect(awaited(() => Promise.reject(away()), 10_000, clock).opened).rejects.toMatchObject(
      { code: 'log-unavailable' }
    )
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(10_000)
    const changed = new EventLogError(
      'partitions-changed',
      'it has 3 partitions, 12 are configured'
    )
    await expect(awaited(() => Promise.reject(changed)).opened).rejects.toBe(changed)
  })

  it('stops waiting when it is closed', async () => {
    const stopped = Promise.withResolvers<void>()
    const clock = {
      ...swiftClock(),
      sleep: (_ms: number, signal?: AbortSignal) => {
        if (signal?.aborted) stopped.resolve()
        signal?.addEventListener('abort', () => stopped.resolve(), { once: true })
        return stopped.promise
      }
    }
    const { capabilities } = new MemoryLog({ like: 'kafka' })
    const log = new AwaitedLog({
      capabilities,
      open: () => Promise.reject(away()),
      waitMs: 60_000,
      clock,
      onRetry: () => {}
    })
    const reading = log.state(topics.alerts)
    await log.close()
    await expect(reading).rejects.toMatchObject({ code: 'closed' })
    await expect(log.opened).rejects.toMatchObject({ code: 'closed' })
  })
})
