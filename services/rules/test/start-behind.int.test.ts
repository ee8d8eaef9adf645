// A start while the disk is full, or behind what takes long to fold: the service must not wait for
// what is still to be published.

import { EventLogError } from '@tocsin/event-log/errors'
import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import type { Health } from '@tocsin/event-log/port'
import { systemClock } from '@tocsin/event-log/system-clock'
import { topics } from '@tocsin/event-log/topics'
import { ControlView } from '@tocsin/service/projection/control-view'
import { createLogger } from '@tocsin/service/telemetry/logger'
import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { createFolding } from '../src/rules-folding.ts'
import { alertsOf, runUntilQuiet, story, storyEvents, theatre } from './engine-harness.ts'

class FullLog extends MemoryLog {
  isFull = true

  constructor(store: MemoryStore) {
    const full = new EventLogError('disk-full', 'the disk is full: nothing was written')
    super(
      {
        hooks: {
          beforeAppend: () => (this.isFull ? { kind: 'refuse', error: full } : { kind: 'write' })
        }
      },
      store
    )
  }

  override health(): Health {
    return this.isFull
      ? { ok: false, detail: 'the disk is full: writes are refused', isFull: true }
      : super.health()
  }
}

/** Publishes no alert before it is let go, as if they took long to fold. */
class SlowLog extends MemoryLog {
  readonly #gate = Promise.withResolvers<void>()

  letGo(): void {
    this.#gate.resolve()
  }

  override async append(
    ...[topic, ...rest]: Parameters<MemoryLog['append']>
  ): ReturnType<MemoryLog['append']> {
    if (topic === topics.alerts) await this.#gate.promise
    return super.append(topic, ...rest)
  }
}

async function foldingOver(log: MemoryLog, more: { readonly startWaitMs?: number } = {}) {
  const logger = createLogger({ level: 'silent', name: 'test' })
  const control = new ControlView({ log, clock: systemClock, logger })
  await control.start()
  const rules = { snapshotEveryRecords: 0, pageRecordsMax: 500, tickCheckMs: 1000 }
  const deps = {
    log,
    clock: systemClock,
    control,
    logger,
    metrics: new Registry(),
    config: { rules },
    ...more
  }
  return { control, folding: createFolding({ ...deps, cursorKey: Buffer.alloc(32) }) }
}

it('starts behind what takes long to fold, says so, and is ready once it is folded', {
  timeout: 30_000
}, async () => {
  const store = new MemoryStore()
  const before = new MemoryLog({}, store)
  const payloads = await story(before)
  await runUntilQuiet(before)
  for (const payload of payloads) await theatre(before, payload)

  const log = new SlowLog({}, store)
  const { control, folding } = await foldingOver(log, { startWaitMs: 100 })
  try {
    await folding.start()
    expect(folding.readiness()).toMatchObject({
      ready: false,
      checks: { incidents: 'partition 0 is catching up' }
    })
    expect(await alertsOf(before)).toEqual([])
    log.letGo()
    await expect.poll(() => folding.readiness().ready, { timeout: 20_000 }).toBe(true)
    expect(await alertsOf(before)).toHaveLength(storyEvents.length)
  } finally {
    log.letGo()
    await folding.close()
    await control.close()
  }
})

it('starts on a full disk, says what is behind, and publishes it when there is space', {
  timeout: 30_000
}, async () => {
  const store = new MemoryStore()
  const before = new MemoryLog({}, store)
  const payloads = await story(before)
  await runUntilQuiet(before)
  for (const payload of payloads) await theatre(before, payload)

  const log = new FullLog(store)
  const { control, folding } = await foldingOver(log)
  try {
    await folding.start()
    expect(folding.readiness().ready).toBe(false)
    await expect.poll(() => folding.readiness().checks.incidents).toBe('partition 0 is catching up')
    expect(folding.readiness().ready).toBe(false)
    expect(await alertsOf(before)).toEqual([])
    log.isFull = false
    await expect.poll(() => folding.readiness().ready, { timeout: 20_000 }).toBe(true)
    expect(await alertsOf(before)).toHaveLength(storyEvents.length)
  } finally {
    await folding.close()
    await control.close()
  }
})
