// When snapshots are taken while another is still being written, or can't be: never a second of one theatre at a time, and none is forgotten.

import type { Clock } from '@tocsin/domain/ports'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import { systemClock } from '@tocsin/event-log/system-clock'
import { topics } from '@tocsin/event-log/topics'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { describe, expect, it } from 'vitest'
import { RulesEngine } from '../src/partition/rules-engine.ts'
import { type Compression, readIndex } from '../src/theatre/snapshot-store.ts'
import { observer, plain, slowClock, told } from './engine-harness.ts'

/** An engine on a log, with what became of its snapshots, by outcome. */
function engineOn(log: MemoryLog, compression: Compression, { snapshotEveryRecords = 10, clock = systemClock } = {}) {
  const outcomes: Record<string, number> = {}
  const noted = {
    ...observer(),
    snapshot: (_: string, outcome: string) => {
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    }
  }
  const settings = { snapshotEveryRecords, pageRecordsMax: 5, tickCheckMs: 60_000 }
  const engine = new RulesEngine({ log, clock, observer: noted, compression, ...settings })
  const run = engine.run()
  const close = async () => {
    await engine.close()
    await run
  }
  const isFolded = async () => engine.hasPassed(await log.cursorAt(topics.incidents, 'latest'))
  return { outcomes, close, isFolded }
}

describe('snapshots', () => {
  it('are taken in a quiet moment, of fewer records than asked for, once what came would take a start a second to fold', async () => {
    const log = new MemoryLog()
    const { outcomes, close, isFolded } = engineOn(log, plain, { snapshotEveryRecords: 10_000, clock: slowClock(60) })
    await told(log, 0, 15)
    await waitFor(isFolded, { what: 'nine tenths of a second of folding' })
    await told(log, 15, 20)
    await waitFor(() => outcomes.written === 1, { what: 'the snapshot' })
    const index = await readIndex(log, 0, await log.epoch(topics.incidents))
    expect(index?.theatres[0]?.snapshots[0]?.next).toBe('20')
    await close()
  })

  it('are taken without a quiet moment too, once what came would take a start five seconds', async () => {
    const neverQuiet = (lookMs: number): Clock => ({
      ...slowClock(lookMs),
      sleep: (ms, signal) =>
        ms !== 250 ? systemClock.sleep(ms, signal) : new Promise(resolve => signal?.addEventListener('abort', () => resolve()))
    })
    const on = async (lookMs: number) => {
      const log = new MemoryLog()
      await told(log, 0, 60)
      return engineOn(log, plain, { snapshotEveryRecords: 10_000, clock: neverQuiet(lookMs) })
    }
    const quick = await on(60)
    await waitFor(quick.isFolded, { what: 'less than five seconds of folding' })
    const slow = await on(120)
    await waitFor(() => slow.outcomes.written === 1, { what: 'the snapshot' })
    for (const { close } of [quick, slow]) await close()
    expect(quick.outcomes).toEqual({})
  })

  it('of a theatre to which nothing comes are taken once the others have gone far: a start reads on from the oldest', async () => {
    const log = new MemoryLog()
    await told(log, 0, 1, 'quiet')
    await told(log, 1, 4000)
    const { outcomes, close, isFolded } = engineOn(log, plain, { snapshotEveryRecords: 10_000, clock: slowClock(0) })
    await waitFor(isFolded, { what: 'everything to be folded' })
    await told(log, 4000, 4999)
    await waitFor(isFolded, { what: 'the rest to be folded' })
    expect(outcomes).toEqual({})
    await told(log, 4999, 5001)
    await waitFor(() => outcomes.written === 2, { what: 'both snapshots' })
    const index = await readIndex(log, 0, await log.epoch(topics.incidents))
    expect(index?.theatres.map(({ theatre, next }) => [theatre, next])).toEqual([
      ['quiet', '5001'],
      ['sahel', '5001']
    ])
    await close()
  })

  it('are not taken for what a start folds in a moment, nor where none are wanted', async () => {
    const on = async (snapshotEveryRecords: number, lookMs: number) => {
      const log = new MemoryLog()
      await told(log, 0, 100)
      return engineOn(log, plain, { snapshotEveryRecords, clock: slowClock(lookMs) })
    }
    const [quick, without] = [await on(10_000, 1), await on(0, 60)]
    await waitFor(async () => (await quick.isFolded()) && (await without.isFolded()), { what: 'everything to be folded' })
    // It begins last, and waits for a quiet moment as long as the others would have.
    const slow = await on(10_000, 60)
    await waitFor(() => slow.outcomes.written === 1, { what: 'the snapshot of a slow one' })
    for (const { close } of [quick, without, slow]) await close()
    expect([quick.outcomes, without.outcomes]).toEqual([{}, {}])
  })

  it('of a theatre wait for the one that is being written, and the last state is written without another record', async () => {
    const log = new MemoryLog()
    const held = Promise.withResolvers<void>()
    let packed = 0
    const slow: Compression = {
      async pack(bytes) {
        packed += 1
        await held.promise
        return bytes
      },
      unpack: async bytes => bytes
    }
    const { outcomes, close, isFolded } = engineOn(log, slow)
    await told(log, 0, 300)
    await waitFor(isFolded, { what: 'everything to be folded' })
    expect(packed).toBe(1)
    held.resolve()
    await waitFor(() => outcomes.written === 2, { what: 'the second snapshot' })
    const index = await readIndex(log, 0, await log.epoch(topics.incidents))
    expect(index?.theatres[0]?.snapshots[0]?.next).toBe('300')
    await close()
    expect(outcomes).toEqual({ written: 2 })
  })

  it('that can not be written are not taken again at every page', async () => {
    const log = new MemoryLog()
    const broken: Compression = {
      pack: () => Promise.reject(new Error('no memory')),
      unpack: async bytes => bytes
    }
    const { outcomes, close, isFolded } = engineOn(log, broken)
    await told(log, 0, 300)
    await waitFor(isFolded, { what: 'everything to be folded' })
    await close()
    expect(outcomes.failed).toBeGreaterThan(1)
    expect(outcomes.failed).toBeLessThanOrEqual(30)
  })
})
