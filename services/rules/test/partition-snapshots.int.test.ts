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
})
