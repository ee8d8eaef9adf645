// When snapshots are taken while another is still being written, or can't be: never a second of one theatre at a time, and none is forgotten.

import { digest } from '@tocsin/contracts/digest'
import { encodeRecord } from '@tocsin/contracts/records'
import type { TheatrePayload } from '@tocsin/domain/theatre-record'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import { systemClock } from '@tocsin/event-log/system-clock'
import { topics } from '@tocsin/event-log/topics'
import { waitFor } from '@tocsin/testing/wait-for'
import { describe, expect, it } from 'vitest'
import { revisionOf } from '../../../packages/domain/test/fold-story.ts'
import { RulesEngine } from '../src/rules-engine.ts'
import { type Compression, readIndex } from '../src/snapshot-store.ts'

async function told(log: MemoryLog, from: number, to: number): Promise<void> {
  for (let n = from; n < to; n++) {
    const sketch = {
      id: `r-${n}`,
      at: '2025-06-01',
      lat: 10 + (n % 60) * 0.5,
      lon: Math.floor(n / 60),
      category: 'protest'
    } as const
    const id = digest('test', String(n))
    const payload: TheatrePayload = { type: 'report.received', data: revisionOf(sketch, 'sahel') }
    const envelope = { id, source: '/test', time: '2025-06-02T00:00:00.000Z', cause: null, theatre: 'sahel' }
    await log.append(topics.incidents, [{ id, key: 'sahel', value: encodeRecord(envelope, payload) }])
  }
}

/** An engine on a log, with what became of its snapshots, by outcome. */
function engineOn(log: MemoryLog, compression: Compression) {
  const outcomes: Record<string, number> = {}
  const observer = {
    folded: () => {},
    retried: () => {},
    quarantined: () => {},
    stopped: () => {},
    conflict: () => {},
    snapshot: (_: string, outcome: string) => {
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    },
    clockJumped: () => {},
    assigned: () => {},
    takenUp: () => {}
  }
  const settings = { snapshotEveryRecords: 10, pageRecordsMax: 5, tickCheckMs: 60_000 }
  const engine = new RulesEngine({ log, clock: systemClock, observer, compression, ...settings })
  const run = engine.run()
  const close = async () => {
    await engine.close()
    await run
  }
  const isFolded = async () => engine.hasPassed(await log.cursorAt(topics.incidents, 'latest'))
  return { outcomes, close, isFolded }
}

describe('snapshots', () => {
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
