// A notifier that starts from the tables of its deliveries, on both kinds of log.

import { join } from 'node:path'
import { MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { describe, expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import { failing, Harness } from '../support/notifier-harness.ts'
import { checkChain, subscribed } from '../support/subscribing.ts'

const count = 300

describe.each(['embedded', 'kafka'] as const)('on a log like %s', like => {
  /** A notifier whose partner is away; it is closed in an orderly way, or killed. */
  async function withBacklog(viewsFolder: string, how: 'close' | 'kill'): Promise<MemoryStore> {
    const store = new MemoryStore()
    const first = await new Harness({ store, like, viewsFolder }).start()
    await subscribed(first)
    first.network.answer = () => failing
    for (let i = 0; i < count; i++) await first.alerts.write('raised', `a${i}`)
    await settle(40)
    expect(first.notifier.dispatcher.of('sub_1').table.pendingCount).toBe(count)
    await first[how]()
    return store
  }

  /**
   * Starts again; returns what it holds, how many records of the log it folded, and what arrives
   * then.
   */
  async function again(store: MemoryStore, viewsFolder: string) {
    let read = 0
    const beforeDelivery = async ({ records }: { records: readonly { topic: string }[] }) => {
      read += records.filter(({ topic }) => topic === topics.deliveries).length
    }
    await using h = await new Harness({
      store,
      like,
      viewsFolder,
      hooks: { beforeDelivery }
    }).start()
    const deliveries = h.notifier.dispatcher.of('sub_1')
    const held = {
      all: deliveries.table.newestFirst().length,
      pending: deliveries.table.pendingCount,
      last: deliveries.chain.lastSequence,
      read
    }
    for (let i = 0; i < 100 && deliveries.table.pendingCount > 0; i++) await h.clock.advance(60_000)
    checkChain(h.network)
    return { held, sequences: [...new Set(h.network.events.map(({ sequence }) => sequence))] }
  }

  const all = Array.from({ length: count }, (_, i) => i + 1)

  it('folds nothing again after an orderly end, and goes on where it was', async () => {
    await withTempDir(async folder => {
      const { held, sequences } = await again(await withBacklog(folder, 'close'), folder)
      expect(held).toEqual({ all: count, pending: count, last: count, read: 0 })
      expect(sequences).toEqual(all)
    })
  })
  it('folds all again without its tables, with the same result', async () => {
    await withTempDir(async folder => {
      const store = await withBacklog(folder, 'kill')
      const { held, sequences } = await again(store, join(folder, 'elsewhere'))
      expect(held).toMatchObject({ all: count, pending: count, last: count })
      expect(held.read).toBeGreaterThan(count)
      expect(sequences).toEqual(all)
    })
  })
})
