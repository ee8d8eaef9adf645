// The disk is full when the result of a delivery is to be logged.

import { EventLogError } from '@tocsin/event-log/errors'
import { MemoryStore } from '@tocsin/event-log/memory-log'
import { expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import { FakeNetwork, Harness } from '../support/notifier-harness.ts'
import { checkChain, subscribed } from '../support/subscribing.ts'

it.each(['goes on', 'is killed'] as const)(
  'nothing is lost and nothing overtakes, if the notifier %s',
  async how => {
    const store = new MemoryStore()
    const network = new FakeNetwork()
    let isFull = false
    const first = await new Harness({
      ...{ store, network },
      hooks: {
        beforeAppend: (_, records) =>
          isFull &&
          records.some(({ value }) => Buffer.from(value ?? []).includes('"outcome":"delivered"'))
            ? { kind: 'refuse', error: new EventLogError('disk-full', 'no space left') }
            : { kind: 'write' }
      }
    }).start()
    await subscribed(first)
    isFull = true
    for (let i = 1; i <= 3; i++) await first.alerts.write('raised', `a${i}`)
    await first.clock.advance(600_000)
    // The result is not logged: the next one waits, and the same one is not sent again and again.
    expect(network.events.map(({ sequence }) => sequence)).toEqual([1])
    isFull = false
    if (how === 'is killed') await first.kill()
    const last =
      how === 'is killed'
        ? await new Harness({ store, network, clock: first.clock }).start()
        : first
    for (let i = 0; i < 20 && last.notifier.dispatcher.of('sub_1').table.pendingCount > 0; i++)
      await last.clock.advance(60_000)
    await settle(40)
    expect(last.notifier.dispatcher.of('sub_1').table.pendingCount).toBe(0)
    const { repeats } = checkChain(network)
    expect([network.events.length - repeats, repeats]).toEqual([3, how === 'is killed' ? 1 : 0])
    await last.close()
  }
)
