// A reporter who continues at another instance, case by case.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Clock } from '@tocsin/domain/ports'
import { EventLogError } from '@tocsin/event-log/errors'
import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import type { Page } from '@tocsin/event-log/port'
import { systemClock } from '@tocsin/event-log/system-clock'
import { topics } from '@tocsin/event-log/topics'
import { ControlView } from '@tocsin/service/projection/control-view'
import { createLogger } from '@tocsin/service/telemetry/logger'
import { closedAfterTest } from '@tocsin/testing/process/closed-after-test'
import { describe, expect, it } from 'vitest'
import {
  aReport,
  IntakeUnderTest,
  intakeOf,
  lake,
  owner,
  reportRecords,
  sahel
} from '../support/intake-under-test.ts'

const atTheLake = { ...aReport, location: { name: 'Bol', country: 'TD', lat: 13.46, lon: 14.71 } }

interface Second {
  readonly like?: 'kafka' | 'embedded'
  readonly clock?: Clock
  readonly lateMs?: (page: Page) => number
}

/** Two instances on one log. The second reads late: only when it is waited for. */
async function two({ like = 'kafka', clock = systemClock, lateMs = () => 20 }: Second = {}) {
  const store = new MemoryStore({ partitions: 3 })
  const start = async (beforeDelivery?: (page: Page) => Promise<void>) => {
    const log = new MemoryLog(
      { like, ...(beforeDelivery ? { hooks: { beforeDelivery } } : {}) },
      store
    )
    return intakeOf({ log, ...(beforeDelivery ? { clock } : {}) })
  }
  const here = await start()
  await here.declare(sahel, lake)
  const there = await start(page => new Promise(resolve => setTimeout(resolve, lateMs(page))))
  return { here, there }
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'accepted',
    error => (error instanceof ProblemError ? error.code : String(error))
  )

it('accepts a report at the time to which another instance has just ticked the theatre', async () => {
  const { here, there } = await two()
  // From now on its knowledge is fresh enough for a post, for a while.
  await there.post({ ...atTheLake, externalId: 'W-0' })
  const times = async () =>
    (await reportRecords(here.log))
      .filter(({ theatre }) => theatre === 'sahel')
      .map(({ time }) => time)
  await here.tick('sahel', '2025-06-03T00:00:00.000Z')
  const { reportedAt: _, ...undated } = aReport
  const { reportId } = await there.post(undated)
  await here.tick('sahel', '2025-06-04T00:00:00.000Z')
  await there.put(reportId, { ...undated, category: 'ambush' })
  await here.tick('sahel', '2025-06-05T00:00:00.000Z')
  await there.put(reportId, { ...undated, location: atTheLake.location })
  await here.tick('sahel', '2025-06-06T00:00:00.000Z')
  await there.withdraw(reportId)
  expect(await times()).toEqual([3, 4, 5, 6].map(day => `2025-06-0${day}T00:00:00.000Z`))
})

describe('a source that another process has restricted, a moment later', () => {
  const key = (id: string) => ({
    ...owner,
    id,
    name: id,
    scopes: new Set(['reports:write', 'reports:read'] as const)
  })
  const [feed, other] = [key('key_feed'), key('key_other')]
  const closed = {
    id: 'wire-1',
    reliability: 'B',
    latenessDays: 2,
    cadenceDays: 7,
    archive: false,
    reporters: ['key_feed']
  } as const
  /** The second instance's knowledge of the control log is out of date, and arrives last. */
  async function whereItIsClosed() {
    let aheadMs = 0
    const clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + aheadMs }
    const lateMs = (page: Page) => (page.records[0]?.topic === topics.control ? 200 : 1)
    const { here, there } = await two({ clock, lateMs })
    const { reportId } = await here.post({
      ...aReport,
      private: { narrative: 'She was seen.', links: [], persons: [] }
    })
    await there.folded()
    await here.declareSource(closed)
    aheadMs = 5_000
    return { there, reportId }
  }

  it('is changed by no unlisted reporter', async () => {
    const { there, reportId } = await whereItIsClosed()
    const another = { ...aReport, externalId: 'W-2' }
    expect([
      await codeOf(there.post(another, { principal: other })),
      await codeOf(there.withdraw(reportId, 'not mine', { principal: other })),
      await codeOf(there.service.acceptance.erase(reportId, other)),
      await codeOf(there.post(another, { principal: feed }))
    ]).toEqual(['forbidden', 'forbidden', 'forbidden', 'accepted'])
  })
})

it('accepts a report in a theatre that another process has just declared', async () => {
  const { here, there } = await two()
  const coast = { ...lake, id: 'coast', countries: ['TG'] }
  const lome = { ...aReport, location: { name: 'Lomé', country: 'TG', lat: 6.13, lon: 1.22 } }
  // It has just read the declared theatres.
  await there.post(atTheLake)
  await here.declare(coast)
  expect(await there.post(lome)).toMatchObject({ theatre: 'coast' })
})

it('is not ready, and says why, while it waits for its log at start; then it starts', async () => {
  const store = new MemoryStore()
  const quiet = createLogger({ level: 'silent', name: 'test' })
  const control = new ControlView({
    log: new MemoryLog({ like: 'kafka' }, store),
    clock: systemClock,
    logger: quiet
  })
  await control.start()
  const log = new MemoryLog({ like: 'kafka' }, store)
  const cursorAt = log.cursorAt.bind(log)
  log.cursorAt = () => Promise.reject(new EventLogError('log-unavailable', 'no broker answers'))
  const sleep: Clock['sleep'] = (_ms, signal) => systemClock.sleep(5, signal)
  const intake = closedAfterTest(new IntakeUnderTest(log, control, { sleep }))
  const started = intake.service.start()
  const said = 'catching up: the log cannot be read, log-unavailable for 0 s'
  await expect
    .poll(() => intake.service.readiness())
    .toMatchObject({ ready: false, checks: { incidents: said, keys: said } })
  log.cursorAt = cursorAt
  await started
  expect(intake.service.readiness()).toMatchObject({
    ready: true,
    checks: { incidents: 'ok', keys: 'ok' }
  })
})
