// When snapshots are taken, also while another is being written or fails: never two of one theatre
// at a time, and none is lost.

import type { Clock } from '@tocsin/domain/ports'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import { systemClock } from '@tocsin/event-log/system-clock'
import { topics } from '@tocsin/event-log/topics'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { describe, expect, it } from 'vitest'
import { RulesEngine } from '../src/partition/rules-engine.ts'
import { type Compression, readIndex } from '../src/theatre/snapshot-store.ts'
import { observer, plain, slowClock, told } from './engine-harness.ts'

/** An engine on a log, with the outcomes of its snapshots. */
function engineOn(
  log: MemoryLog,
  compression: Compression,
  { snapshotEveryRecords = 10, clock = systemClock as Clock } = {}
) {
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

/** By theatre, the first record that its newest snapshot does not hold. */
async function savedUpTo(log: MemoryLog): Promise<(readonly [string, string | undefined])[]> {
  const index = await readIndex(log, 0, await log.epoch(topics.incidents))
  return (index?.theatres ?? []).map(
    ({ theatre, snapshots }) => [theatre, snapshots[0]?.next] as const
  )
}

describe('snapshots', () => {
  it('are taken once a start would need a second to fold the records since the last', async () => {
    const log = new MemoryLog()
    const { outcomes, close, isFolded } = engineOn(log, plain, {
      snapshotEveryRecords: 10_000,
      clock: slowClock(60)
    })
    await told(log, 0, 16)
    await waitFor(isFolded, { what: 'less than a second of folding' })
    expect(outcomes).toEqual({})
    await told(log, 16, 17)
    await waitFor(() => outcomes.written === 1, { what: 'the snapshot' })
    expect(await savedUpTo(log)).toEqual([['sahel', '17']])
    await close()
  })

  it('that cannot be restored are passed over: the log is folded', async () => {
    const log = new MemoryLog()
    const foreign: Compression = {
      ...plain,
      pack: async bytes => Buffer.from(String(bytes).replace(/"format":\d+/, '"format":0'))
    }
    const before = engineOn(log, foreign)
    await told(log, 0, 30)
    await waitFor(() => (before.outcomes.written ?? 0) > 0, { what: 'a snapshot' })
    await before.close()
    const after = engineOn(log, plain, { snapshotEveryRecords: 10_000 })
    await waitFor(after.isFolded, { what: 'everything to be folded' })
    expect(after.outcomes).toEqual({ 'passed-over': 1 })
    await after.close()
  })

  it('are taken while more records wait to be folded', async () => {
    const log = new MemoryLog()
    await told(log, 0, 400)
    const { outcomes, close } = engineOn(log, plain, {
      snapshotEveryRecords: 10_000,
      clock: slowClock(60)
    })
    await waitFor(() => (outcomes.written ?? 0) >= 4, { what: 'four snapshots' })
    await close()
    // Of a page of five records some may be folded beyond the second.
    expect(Number((await savedUpTo(log))[0]?.[1])).toBeLessThanOrEqual(
      (outcomes.written ?? 0) * (17 + 5)
    )
  })

  it('cost a quarter of the time at most: a state that takes long to write is written less often', async () => {
    const log = new MemoryLog()
    await told(log, 0, 3000)
    const clock = slowClock(0)
    const { outcomes, close, isFolded } = engineOn(log, plain, {
      snapshotEveryRecords: 10_000,
      clock
    })
    await waitFor(isFolded, { what: 'everything to be folded' })
    expect(outcomes).toEqual({})
    // A fold takes 250 ms, and each of the several blocks of a snapshot as long.
    clock.lookMs = 250
    await told(log, 3000, 3060)
    await waitFor(isFolded, { what: 'the rest to be folded' })
    await close()
    expect(outcomes.written).toBeGreaterThanOrEqual(2)
    expect(outcomes.written).toBeLessThanOrEqual(60 / 12)
  })

  it('of a theatre without records are taken once the others have advanced far: a start reads from the oldest', async () => {
    const log = new MemoryLog()
    await told(log, 0, 1, 'quiet')
    await told(log, 1, 39)
    const { close, isFolded } = engineOn(log, plain, { clock: slowClock(0) })
    await waitFor(isFolded, { what: 'everything to be folded' })
    const quiet = async () => (await savedUpTo(log)).find(([theatre]) => theatre === 'quiet')?.[1]
    expect(await quiet()).toBeUndefined()
    await told(log, 39, 41)
    await waitFor(quiet, { what: 'the snapshot of the quiet one' })
    expect(await quiet()).toBe('1')
    await close()
  })

  it('are not taken for little folding work, nor if they are turned off', async () => {
    const on = async (snapshotEveryRecords: number, lookMs: number) => {
      const log = new MemoryLog()
      await told(log, 0, 100)
      return engineOn(log, plain, { snapshotEveryRecords, clock: slowClock(lookMs) })
    }
    const [quick, without] = [await on(10_000, 1), await on(0, 60)]
    await waitFor(async () => (await quick.isFolded()) && (await without.isFolded()), {
      what: 'everything to be folded'
    })
    // It begins last, and waits for an idle interval as long as the others would have.
    const slow = await on(10_000, 60)
    await waitFor(() => slow.outcomes.written === 1, { what: 'the snapshot of a slow one' })
    for (const { close } of [quick, without, slow]) await close()
    expect([quick.outcomes, without.outcomes]).toEqual([{}, {}])
  })

  it('of a theatre wait for the one being written, and the last state is written without another record', async () => {
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

  it('that cannot be written are not retried at every page', async () => {
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
