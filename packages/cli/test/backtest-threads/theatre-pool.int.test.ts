// A backtest over several threads: the same bytes as on one, and an end with a reason whatever
// becomes of a thread.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '@tocsin/service/process/clock'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { AlertPiece } from '../../src/backtest/alert-parts.ts'
import { type BacktestPlan, createTheatreRecords } from '../../src/backtest/backtest-records.ts'
import { type BacktestRunOptions, runBacktest } from '../../src/backtest/backtest-run.ts'
import { TheatreReplay } from '../../src/backtest/theatre-replay.ts'
import {
  createTheatrePool,
  type PoolSize,
  runInThreads,
  type TheatrePoolOptions
} from '../../src/backtest-threads/theatre-pool.ts'
import { type ItemSketch, KeptAlerts, planOf } from '../support/known-reports.ts'

let partsDir: string
beforeEach(async () => {
  const dir = await makeTempDir()
  partsDir = join(dir, 'parts')
  return () => removeDir(dir)
})

const signal = new AbortController().signal
const onProgress = () => {}

/** All theatres side by side, day by day: as they would have been. */
function sideBySide(plan: BacktestPlan) {
  const sink = new KeptAlerts()
  const replays = new Map<string, TheatreReplay>()
  const given: AlertPiece[] = []
  for (const ordered of createTheatreRecords(
    plan,
    theatre => replays.get(theatre)?.nextDueMs() ?? null
  )) {
    const { theatre } = ordered.record
    const replay =
      replays.get(theatre) ?? new TheatreReplay(theatre, plan.rules, piece => given.push(piece))
    replays.set(theatre, replay)
    replay.add(ordered)
  }
  for (const replay of replays.values()) replay.endDay()
  for (const { bytes } of given.sort((a, b) => a.order - b.order)) sink.add(bytes)
  return { alerts: [...replays.values()].map(replay => replay.collectAlerts()), text: sink.text }
}

async function onOneThread(plan: BacktestPlan, more: Partial<BacktestRunOptions> = {}) {
  const sink = new KeptAlerts()
  const alerts = await runBacktest({
    plan,
    sink,
    clock: systemClock,
    partsDir,
    signal,
    onProgress,
    ...more
  })
  return { alerts, text: sink.text }
}

async function onThreads(
  plan: BacktestPlan,
  threads: number,
  { entry, resourceLimits, ...more }: Partial<TheatrePoolOptions & PoolSize> = {}
) {
  const sink = new KeptAlerts()
  const pool = createTheatrePool({
    threads,
    ...(entry && { entry }),
    ...(resourceLimits && { resourceLimits })
  })
  const alerts = await runInThreads({ plan, sink, pool, partsDir, signal, onProgress, ...more })
  return { alerts, text: sink.text }
}

const sketch: fc.Arbitrary<ItemSketch> = fc.record({
  report: fc.nat(60),
  theatre: fc.nat(4),
  day: fc.nat(700),
  lateDays: fc.oneof(fc.constant(0), fc.nat(40)),
  deaths: fc.nat(60),
  isWithdrawn: fc.constant(false)
})
/** Mostly reports, with a withdrawal among them now and then. */
const sketches = fc.array(
  fc.oneof(
    { weight: 9, arbitrary: sketch },
    { weight: 1, arbitrary: sketch.map(one => ({ ...one, isWithdrawn: true })) }
  ),
  { minLength: 1, maxLength: 200 }
)

describe('a backtest over several threads', () => {
  it('gives the bytes and alerts of theatres side by side, on any number of threads', {
    timeout: 120_000
  }, async () => {
    await fc.assert(
      fc.asyncProperty(sketches, fc.integer({ min: 1, max: 3 }), async (drawn, threads) => {
        const plan = planOf(drawn)
        const alone = sideBySide(plan)
        expect(await onOneThread(plan)).toEqual(alone)
        expect(await onThreads(plan, threads)).toEqual(alone)
      }),
      { numRuns: 5 }
    )
  })

  it('merges theatres that all speak on the same days, over many batches', {
    timeout: 120_000
  }, async () => {
    const drawn = Array.from({ length: 900 }, (_, i) => ({
      report: i,
      theatre: i % 3,
      day: Math.floor(i / 6),
      lateDays: i % 7,
      deaths: i % 30,
      isWithdrawn: false
    }))
    const alone = sideBySide(planOf(drawn))
    expect(await onOneThread(planOf(drawn))).toEqual(alone)
    expect(new Set(alone.text.match(/backtest-\d/g))).toEqual(
      new Set(['backtest-0', 'backtest-1', 'backtest-2'])
    )
    expect(await onThreads(planOf(drawn), 2)).toEqual(alone)
    expect(existsSync(partsDir)).toBe(false)
  })

  it('replaces the parts of a run that was killed', async () => {
    mkdirSync(partsDir)
    writeFileSync(join(partsDir, '0'), 'of an earlier run')
    const plan = planOf([
      { report: 1, theatre: 1, day: 1, lateDays: 0, deaths: 30, isWithdrawn: false }
    ])
    expect(await onThreads(plan, 2)).toEqual(await onOneThread(plan))
    expect(existsSync(partsDir)).toBe(false)
  })
})

describe('a backtest on one thread', () => {
  const plan = planOf(
    [1, 2].map(theatre => ({
      report: theatre,
      theatre,
      day: 1,
      lateDays: 0,
      deaths: 30,
      isWithdrawn: false
    }))
  )

  it('ends when it is told to stop', async () => {
    let nowMs = 0
    const clock = { monotonicMs: () => (nowMs += 1000) }
    const stopped = onOneThread(plan, { clock, signal: AbortSignal.abort() })
    await expect(stopped).rejects.toMatchObject({
      name: 'CommandError',
      message: 'stopped before the end'
    })
    expect(existsSync(partsDir)).toBe(false)
  })

  it('ends when the alerts exceed the limit of their file', async () => {
    const tooMuch = onOneThread(plan, { sink: new KeptAlerts(1000) })
    await expect(tooMuch).rejects.toMatchObject({
      message: expect.stringMatching(/^alerts.ndjson would exceed/)
    })
    expect(existsSync(partsDir)).toBe(false)
  })
})

describe('a thread that fails', () => {
  const entry = new URL('../support/failing-theatres.ts', import.meta.url)
  /** Others are folded beside it. */
  const planWith = (theatre: string): BacktestPlan => {
    const { items, ...setting } = planOf([
      { report: 1, theatre: 1, day: 1, lateDays: 0, deaths: 1, isWithdrawn: false },
      { report: 2, theatre: 2, day: 2, lateDays: 0, deaths: 1, isWithdrawn: false },
      { report: 3, theatre: 3, day: 3, lateDays: 0, deaths: 1, isWithdrawn: false }
    ])
    const named = items.map((item, i) =>
      i === 1 && item.kind === 'report'
        ? { ...item, revision: { ...item.revision, theatre } }
        : item
    )
    return { ...setting, items: named }
  }

  it.each([
    ['throws', 'throws, row 17: out of its range'],
    ['exits', 'exits, row 17: worker exited with code: 0'],
    ['fails-later', 'fails-later, row 17: nobody awaited this'],
    ['takes-all-memory', /^takes-all-memory, row 17: .*memory/]
  ])('ends the run with its theatre and row: %s', async (theatre, message) => {
    // Node gives a thread that has reached its limit 16 MB more: one collection must not promote
    // more, or the whole process ends.
    const resourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 }
    const failed = onThreads(planWith(theatre), 2, { entry, resourceLimits })
    await expect(failed).rejects.toMatchObject({
      name: 'CommandError',
      message: typeof message === 'string' ? message : expect.stringMatching(message)
    })
    expect(existsSync(partsDir)).toBe(false)
  })

  it('ends when it is told to stop, also in a loop that never yields', async () => {
    const stop = new AbortController()
    const stopped = onThreads(planWith('never-ends'), 2, {
      entry,
      signal: stop.signal,
      onProgress: () => stop.abort()
    })
    await expect(stopped).rejects.toMatchObject({
      name: 'CommandError',
      message: 'stopped before the end'
    })
    expect(existsSync(partsDir)).toBe(false)
  })

  it('ends when the alerts exceed the limit of their file', async () => {
    const tooMuch = onThreads(planWith('fills-the-disk'), 2, { entry, sink: new KeptAlerts(1e9) })
    await expect(tooMuch).rejects.toMatchObject({
      message: expect.stringMatching(/^alerts.ndjson would exceed 1.0 GB/)
    })
  })
})
