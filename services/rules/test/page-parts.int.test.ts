// A page that takes long to fold is published in parts, and other work gets turns of the thread
// meanwhile.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { expect, it } from 'vitest'
import { RulesEngine } from '../src/partition/rules-engine.ts'
import { observer, plain, slowClock, told } from './engine-harness.ts'

const count = 60

/**
 * Folds one page of reports with a clock that advances by `lookMs` per reading. Gives how many were
 * folded when the first part was published, and in how many turns of the event loop.
 */
async function fold(
  lookMs: number
): Promise<{ readonly foldedAtFirst: number; readonly turns: number }> {
  const log = new MemoryLog()
  await told(log, 0, count)
  let [folded, foldedAtFirst, turn] = [0, 0, 0]
  const turns = new Set<number>()
  const append = log.append.bind(log)
  log.append = (topic, records) => {
    if (topic === topics.assembly && foldedAtFirst === 0) foldedAtFirst = folded
    return append(topic, records)
  }
  const counted = {
    ...observer(),
    folded: () => {
      folded += 1
      turns.add(turn)
    }
  }
  const settings = { snapshotEveryRecords: 0, pageRecordsMax: 500, tickCheckMs: 60_000 }
  const engine = new RulesEngine({
    log,
    clock: slowClock(lookMs),
    observer: counted,
    compression: plain,
    ...settings
  })
  let isCounting = true
  const counting = (async () => {
    while (isCounting) {
      await new Promise(resolve => setImmediate(resolve))
      turn += 1
    }
  })()
  const run = engine.run()
  await waitFor(async () => engine.hasPassed(await log.cursorAt(topics.incidents, 'latest')), {
    what: 'all to be folded'
  })
  isCounting = false
  await counting
  await engine.close()
  await run
  return { foldedAtFirst, turns: turns.size }
}

it('a slow page is published in parts, each in its own turn', async () => {
  const slow = await fold(60)
  expect(slow.foldedAtFirst).toBeLessThan(5)
  expect(slow.turns).toBeGreaterThan(count / 5)
})

it('a fast page is published as one', async () => {
  expect((await fold(0)).foldedAtFirst).toBe(count)
})
