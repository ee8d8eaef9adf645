// How long quarantine entries are kept.

import type { QuarantineRecord } from '@tocsin/contracts/record/quarantine-record'
import { EventLogError } from '@tocsin/event-log/errors'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { EventLog } from '@tocsin/event-log/port'
import { quarantineRecord } from '@tocsin/event-log/quarantine'
import { systemClock } from '@tocsin/event-log/system-clock'
import { topics } from '@tocsin/event-log/topics'
import { inMemory, ReadModel } from '@tocsin/read-model/read-model'
import { QuarantineTable } from '@tocsin/read-model/reports/quarantine-table'
import { quarantineTables } from '@tocsin/read-model/schema'
import { createLogger } from '@tocsin/service/telemetry/logger'
import { ManualClock } from '@tocsin/testing/process/manual-clock'
import { allStored } from '@tocsin/testing/report/stored-records'
import { describe, expect, it } from 'vitest'
import { QuarantineOperations } from '../../src/quarantine/quarantine-operations.ts'

const openModel = () =>
  ReadModel.open({ path: inMemory, groups: [quarantineTables], version: 'test' })

const dayMs = 24 * 3_600_000
const nowMs = Date.parse('2025-06-02T12:00:00.000Z')
const daysAgo = (days: number) => new Date(nowMs - days * dayMs).toISOString()
const bytesOf = (topic: typeof topics.incidents | typeof topics.alerts, position: bigint) =>
  ({
    topic,
    partition: 0,
    position,
    id: `r-${position}`,
    key: 'sahel',
    value: Buffer.from('{')
  }) as const

function operationsOn(
  log: EventLog,
  quarantineDays: number,
  sleep = systemClock.sleep
): QuarantineOperations {
  const logger = createLogger({ level: 'silent', name: 'test' })
  const clock = { ...systemClock, nowMs: () => nowMs, sleep }
  const operations = new QuarantineOperations({
    log,
    model: openModel(),
    clock,
    logger,
    quarantineDays,
    lastTickMs: () => null
  })
  operations.start()
  return operations
}

it.each(['embedded', 'kafka'] as const)(
  'removes expired entries, from a log like %s',
  async like => {
    const log = new MemoryLog(like === 'kafka' ? { like, partitions: 3 } : {})
    await quarantineRecord(log, bytesOf(topics.alerts, 7n), 'not-json', daysAgo(201))
    for (const [position, age] of [200, 91, 10, 1].entries()) {
      await quarantineRecord(
        log,
        bytesOf(topics.incidents, BigInt(position)),
        'not-json',
        daysAgo(age)
      )
    }
    const operations = operationsOn(log, 90)
    expect((await operations.list('all', 10, null)).items).toHaveLength(5)
    expect(await operations.trim()).toBe(3)
    expect(
      (await operations.list('all', 10, null)).items.map(item => item.position).sort()
    ).toEqual(['2', '3'])
    expect(await allStored(log, topics.quarantine)).toHaveLength(2)
    expect(await operations.trim()).toBe(0)
    await operations.close()

    const keepsAll = operationsOn(log, 0)
    expect(await keepsAll.trim()).toBe(0)
    await keepsAll.close()
  }
)

describe('a wrong clock removes nothing', () => {
  const hourMs = 3_600_000
  async function kept(
    wrong: { readonly atStart: boolean; readonly lastTickMs: number | null },
    hours: number
  ): Promise<number> {
    const log = new MemoryLog({})
    for (const [position, age] of [80, 10, 1].entries())
      await quarantineRecord(
        log,
        bytesOf(topics.incidents, BigInt(position)),
        'not-json',
        daysAgo(age)
      )
    const [clock, logger] = [
      new ManualClock(nowMs),
      createLogger({ level: 'silent', name: 'test' })
    ]
    let aheadMs = wrong.atStart ? 400 * dayMs : 0
    const asked = {
      monotonicMs: () => clock.monotonicMs(),
      sleep: clock.sleep.bind(clock),
      nowMs: () => clock.nowMs() + aheadMs
    }
    const { lastTickMs } = wrong
    const deps = {
      log,
      model: openModel(),
      clock: asked,
      logger,
      quarantineDays: 90,
      lastTickMs: () => lastTickMs
    }
    const operations = new QuarantineOperations(deps)
    operations.start()
    aheadMs = 400 * dayMs
    for (let hour = 0; hour < hours; hour++) clock.advance(hourMs)
    await operations.trim()
    await operations.close()
    return (await allStored(log, topics.quarantine)).length
  }

  it('that jumps ahead', async () => {
    expect(await kept({ atStart: false, lastTickMs: null }, 2)).toBe(3)
    // Left wrong it is believed in the end, at twice the pace.
    expect(await kept({ atStart: false, lastTickMs: null }, 6 * 24)).toBe(2)
  })

  it('that is ahead from the start, of theatres that do not follow it', async () => {
    expect(await kept({ atStart: true, lastTickMs: nowMs }, 2)).toBe(3)
    expect(await kept({ atStart: true, lastTickMs: nowMs + 11 * dayMs }, 2)).toBe(2)
  })
})

it('answers projection-behind while the log is away, and lists when it is back', async () => {
  const log = new MemoryLog({})
  await quarantineRecord(log, bytesOf(topics.incidents, 0n), 'not-json', daysAgo(1))
  let isAway = true
  const away = new Proxy(log, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (name === 'cursorAt' && isAway)
        return () => Promise.reject(new EventLogError('log-unavailable', 'no broker answers'))
      return typeof member === 'function' ? member.bind(target) : member
    }
  })
  // All waits are divided by a hundred.
  const operations = operationsOn(away, 90, (ms, signal) => systemClock.sleep(ms / 100, signal))
  await expect(operations.list('open', 1, null)).rejects.toMatchObject({
    code: 'projection-behind',
    retryAfterS: 1
  })
  isAway = false
  await expect
    .poll(
      async () =>
        (await operations.list('open', 1, null).catch(() => ({ items: [] }))).items.length,
      { timeout: 60_000 }
    )
    .toBe(1)
  await operations.close()
})

const data = {
  topic: topics.incidents,
  partition: 0,
  position: '1',
  reason: 'not-json',
  bytes: 'AAAA',
  engine: '0.1.0'
} as const

it('keeps the first of two that settle an entry', () => {
  const fold = new QuarantineTable(openModel())
  const place = { partition: 0, position: 0n }
  fold.apply({ type: 'record.quarantined', id: 'e', time: daysAgo(2), data }, place)
  const settled = (how: 'replayed' | 'dismissed', at: string): QuarantineRecord => ({
    type: 'quarantine.settled',
    id: 's',
    time: at,
    data: { entry: 'e', how, by: 'owner', reportId: null }
  })
  fold.apply(settled('dismissed', daysAgo(1)), place)
  fold.apply(settled('replayed', daysAgo(0)), place)
  fold.apply(
    {
      ...settled('replayed', daysAgo(0)),
      data: { entry: 'unknown', how: 'replayed', by: 'x', reportId: null }
    } as never,
    place
  )
  expect(fold.find('e')?.entry.settled).toMatchObject({ how: 'dismissed', at: daysAgo(1) })
  expect(fold.openCount).toBe(0)
})
