// A view that is started again and again, from snapshots or without: it always holds what a fold of
// the whole log gives.

import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeTheatreRecord, encodeRecord } from '@tocsin/contracts/record/records'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import type { NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { ManualClock } from '@tocsin/testing/process/manual-clock'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TopicView } from '../../src/projection/topic-view.ts'
import type { SnapshotPart } from '../../src/snapshot/snapshot-state.ts'
import { createLogger } from '../../src/telemetry/logger.ts'

/** Ids in order, by partition: nothing can be folded twice or left out unseen. */
class Seen implements SnapshotPart {
  ids: (readonly [partition: number, id: string])[] = []
  restoredCount = 0
  capture = () => ({ rows: [...this.ids] })
  restore(row: unknown): void {
    this.ids.push(row as readonly [number, string])
    this.restoredCount++
  }
}

const partitions = 2
/** A tick with so much beside it that some make a snapshot worth writing. */
function tick(id: string, fill = 'x'): NewRecord {
  const envelope = {
    id,
    source: '/test',
    time: '2025-06-02T12:00:00.000Z',
    cause: fill.repeat(90_000),
    theatre: id
  }
  return {
    id,
    key: id,
    value: encodeRecord(envelope, { type: 'clock.ticked', data: { to: envelope.time, gap: false } })
  }
}

interface Started {
  readonly view: TopicView<TheatreRecord>
  readonly seen: Seen
  readonly warnings: string[]
}

async function started(
  log: MemoryLog,
  folder: string,
  { format = 1, settings = {}, clock = new ManualClock() } = {}
): Promise<Started> {
  const seen = new Seen()
  const warnings: string[] = []
  const logger = createLogger({
    level: 'warn',
    name: 'test',
    destination: { write: line => void warnings.push(line) }
  })
  const view = new TopicView<TheatreRecord>({
    log,
    clock,
    logger,
    topic: topics.incidents,
    decode: decodeTheatreRecord,
    take: ({ records }) =>
      void seen.ids.push(...records.map(({ stored }) => [stored.partition, stored.id] as const)),
    snapshots: { folder, name: 'seen', state: { format, settings, parts: [seen] } }
  })
  await view.start()
  return { view, seen, warnings }
}

const snapshotIn = (folder: string) => join(folder, 'seen.snapshot')

/** A log of some ticks and a folder with a snapshot of it. */
async function withSnapshot(
  use: (store: MemoryStore, folder: string) => Promise<void>
): Promise<void> {
  await withTempDir(async folder => {
    const store = new MemoryStore({ partitions })
    const log = new MemoryLog({}, store)
    await log.append(
      topics.incidents,
      ['a', 'b', 'c', 'd'].map(id => tick(id))
    )
    const { view } = await started(log, folder)
    await view.close()
    expect(await readdir(folder)).toEqual(['seen.snapshot'])
    await use(store, folder)
  })
}

/** What a view holds that was never started before. */
async function foldedWhole(log: MemoryLog): Promise<Seen['ids']> {
  return withTempDir(async folder => {
    const { view, seen } = await started(log, folder)
    await view.close()
    return seen.ids
  })
}

const byPartition = (ids: Seen['ids']) => ids.toSorted((a, b) => a[0] - b[0])

describe('a view with snapshots', () => {
  it('holds what the whole log gives, for any course of records, stops and kills', async () => {
    const stepArb = fc.oneof(
      fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 14 }) }),
      fc.record({
        kind: fc.constantFrom('stop' as const, 'kill' as const, 'tear' as const),
        count: fc.nat({ max: 99 })
      })
    )
    await fc.assert(
      fc.asyncProperty(fc.array(stepArb, { maxLength: 12 }), steps =>
        withTempDir(async folder => {
          const log = new MemoryLog({}, new MemoryStore({ partitions }))
          let made = 0
          let one = await started(log, folder)
          for (const { kind, count } of steps) {
            if (kind === 'append') {
              await log.append(
                topics.incidents,
                Array.from({ length: count }, () => tick(`t${made++}`))
              )
              await one.view.catchUp(10_000)
              continue
            }
            // A killed process leaves the file as it was at some moment before.
            const before =
              kind === 'stop'
                ? null
                : await readFile(snapshotIn(folder)).catch(() => Buffer.alloc(0))
            await one.view.close()
            if (before !== null)
              await writeFile(
                snapshotIn(folder),
                kind === 'kill' ? before : before.subarray(0, before.length * (count / 100))
              )
            one = await started(log, folder)
          }
          expect(byPartition(one.seen.ids)).toEqual(byPartition(await foldedWhole(log)))
          await one.view.close()
        })
      ),
      { numRuns: 30 }
    )
  })

  it('folds only what came after it', () =>
    withSnapshot(async (store, folder) => {
      const log = new MemoryLog({}, store)
      await log.append(topics.incidents, [tick('e')])
      const { view, seen, warnings } = await started(log, folder)
      expect([seen.restoredCount, seen.ids.length]).toEqual([4, 5])
      expect(warnings).toEqual([])
      await view.close()
    }))

  const misfits: readonly [
    string,
    string,
    (store: MemoryStore, folder: string) => Promise<[MemoryLog, object]>
  ][] = [
    ['of an older format', 'format', async store => [new MemoryLog({}, store), { format: 2 }]],
    [
      'made with other settings',
      'settings',
      async store => [new MemoryLog({}, store), { settings: { max: 3 } }]
    ],
    [
      'of another life of the log',
      'another log',
      async () => {
        const log = new MemoryLog({}, new MemoryStore({ partitions, epoch: '00000001' }))
        await log.append(
          topics.incidents,
          ['a', 'b', 'c', 'd', 'e'].map(id => tick(id))
        )
        return [log, {}]
      }
    ],
    [
      'cut off',
      'cut off',
      async (store, folder) => {
        const whole = await readFile(snapshotIn(folder))
        await writeFile(snapshotIn(folder), whole.subarray(0, -1))
        return [new MemoryLog({}, store), {}]
      }
    ]
  ]

  it.each(misfits)('throws away one that is %s, and says so', (_, why, other) =>
    withSnapshot(async (store, folder) => {
      const [log, options] = await other(store, folder)
      const { view, seen, warnings } = await started(log, folder, options)
      expect(seen.restoredCount).toBe(0)
      expect(byPartition(seen.ids)).toEqual(byPartition(await foldedWhole(log)))
      expect(warnings.join()).toContain(why)
      expect(await readdir(folder)).toEqual([])
      await view.close()
    })
  )

  it.each([
    ['ends before it', 'ends at 1, and had come to', ['a'], 'x'],
    ['holds other records than it', 'holds another record at', ['a', 'b', 'c', 'd', 'e'], 'y']
  ])('refuses a log of the same life that %s, and keeps what proves it', (_, why, ids, text) =>
    withSnapshot(async (_store, folder) => {
      const log = new MemoryLog({}, new MemoryStore({ partitions }))
      await log.append(
        topics.incidents,
        ids.map(id => tick(id, text))
      )
      const before = await readdir(folder)
      await expect(started(log, folder)).rejects.toMatchObject({
        code: 'offset-ahead',
        message: expect.stringContaining(why)
      })
      expect(await readdir(folder)).toEqual(before)
    })
  )
})
