// A page of records that take long to fold is published in parts, and others have their turns of the thread meanwhile.

import { digest } from '@tocsin/contracts/json/digest'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { Clock } from '@tocsin/domain/ports'
import type { TheatrePayload } from '@tocsin/domain/record/theatre-record'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import { systemClock } from '@tocsin/event-log/system-clock'
import { topics } from '@tocsin/event-log/topics'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { expect, it } from 'vitest'
import { revisionOf } from '../../../packages/domain/test/fold-story.ts'
import { RulesEngine } from '../src/partition/rules-engine.ts'

const count = 60

/** Folds a log of so many reports that are one page, by a clock of which each look takes so long; tells how many were folded when the first of it was published, and in how many turns. */
async function fold(lookMs: number): Promise<{ readonly foldedAtFirst: number; readonly turns: number }> {
  const log = new MemoryLog()
  for (let n = 0; n < count; n++) {
    const sketch = { id: `r-${n}`, at: '2025-06-01', lat: 10 + n * 0.5, lon: 3, category: 'protest' } as const
    const id = digest('test', String(n))
    const payload: TheatrePayload = { type: 'report.received', data: revisionOf(sketch, 'sahel') }
    const envelope = { id, source: '/test', time: '2025-06-02T00:00:00.000Z', cause: null, theatre: 'sahel' }
    await log.append(topics.incidents, [{ id, key: 'sahel', value: encodeRecord(envelope, payload) }])
  }
  let [folded, foldedAtFirst, turn] = [0, 0, 0]
  const turns = new Set<number>()
  const append = log.append.bind(log)
  log.append = (topic, records) => {
    if (topic === topics.assembly && foldedAtFirst === 0) foldedAtFirst = folded
    return append(topic, records)
  }
  const observer = {
    folded: () => {
      folded += 1
      turns.add(turn)
    },
    retried: () => {},
    quarantined: () => {},
    stopped: () => {},
    conflict: () => {},
    snapshot: () => {},
    clockJumped: () => {},
    timeSet: () => {},
    assigned: () => {},
    takenUp: () => {}
  }
  let ms = 0
  const clock: Clock = { ...systemClock, monotonicMs: () => (ms += lookMs) }
  const compression = { pack: async (bytes: Buffer) => bytes, unpack: async (bytes: Buffer) => bytes }
  const settings = { snapshotEveryRecords: 0, pageRecordsMax: 500, tickCheckMs: 60_000 }
  const engine = new RulesEngine({ log, clock, observer, compression: compression as never, ...settings })
  let isCounting = true
  const counting = (async () => {
    while (isCounting) {
      await new Promise(resolve => setImmediate(resolve))
      turn += 1
    }
  })()
  const run = engine.run()
  await waitFor(async () => engine.hasPassed(await log.cursorAt(topics.incidents, 'latest')), { what: 'all to be folded' })
  isCounting = false
  await counting
  await engine.close()
  await run
  return { foldedAtFirst, turns: turns.size }
}

it('a page that takes long is published in parts, each in a turn of its own', async () => {
  const slow = await fold(60)
  expect(slow.foldedAtFirst).toBeLessThan(5)
  expect(slow.turns).toBeGreaterThan(count / 5)
})

it('a page that takes no time is published as one', async () => {
  expect((await fold(0)).foldedAtFirst).toBe(count)
})
