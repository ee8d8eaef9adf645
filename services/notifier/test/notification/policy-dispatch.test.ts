// A policy at a running notifier: what is sent when, what each delivery says of it, and another
// instance that goes on.

import { MemoryStore } from '@tocsin/event-log/memory-log'
import { describe, expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import { type FakeNetwork, failing, Harness } from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'

const minuteMs = 60_000
const policy = {
  minSeverity: 'minor',
  groupWaitSeconds: 0,
  updateMinutes: 15,
  stories: 'one',
  endings: true,
  quietHours: null,
  unansweredMinutes: 0,
  watch: null
} as const

describe('a policy of a subscription', () => {
  it('tells the first at once, and what changed in between once, when its time has come', async () => {
    await using h = await new Harness().start()
    const { subscriptionId } = await subscribed(h, { order: 'newest-state', policy })
    await h.alerts.write('raised', 'a1')
    await settle(30)
    for (let i = 0; i < 3; i++) {
      await h.clock.advance(minuteMs)
      await h.alerts.write('revised', 'a1')
      await settle(30)
    }
    expect(h.network.events.map(({ sequence }) => sequence)).toEqual([1])
    const deliveries = h.notifier.dispatcher.of(subscriptionId)
    expect(deliveries.table.get(4)).toMatchObject({
      state: 'pending',
      held: { reason: 'update-interval', by: null }
    })
    expect([deliveries.table.get(2)?.state, deliveries.table.get(3)?.state]).toEqual([
      'superseded',
      'superseded'
    ])
    for (let i = 0; i < 13; i++) await h.clock.advance(minuteMs)
    await settle(30)
    expect(h.network.events).toMatchObject([
      { sequence: 1 },
      { sequence: 4, superseded: { from: 2, to: 3 } }
    ])
    expect(deliveries.table.get(4)).toMatchObject({
      state: 'delivered',
      because: 'update',
      held: null
    })
    // The events say so themselves: why each comes now, and why it waited.
    const [first, later] = h.network.events
    expect(first).toMatchObject({ because: 'first' })
    expect(first).not.toHaveProperty('held')
    expect(later).toMatchObject({ because: 'update', held: 'update-interval' })
  })
  it('is said in the same bytes at every attempt, also after a kill', async () => {
    const store = new MemoryStore()
    const first = await new Harness({ store }).start()
    await subscribed(first, { order: 'newest-state', policy: { ...policy, groupWaitSeconds: 60 } })
    first.network.answer = () => failing
    await first.alerts.write('raised', 'a1')
    await settle(30)
    for (let i = 0; i < 12; i++) await first.clock.advance(10_000)
    await settle(30)
    const bodies = ({ requests }: FakeNetwork) =>
      requests.map(({ body }) => Buffer.from(body).toString())
    expect(first.network.events[0]).toMatchObject({ because: 'first', held: 'group-wait' })
    const before = bodies(first.network)
    await first.kill()
    await using again = await new Harness({ store }).start()
    for (let i = 0; i < 100 && again.network.requests.length === 0; i++)
      await again.clock.advance(minuteMs)
    expect([...new Set([...before, ...bodies(again.network)])]).toHaveLength(1)
  })
})

describe('a refused action', () => {
  const refuse = (h: Harness) => h.alerts.refuse({ alertId: 'a1', actionId: 'late' })
  const toldIn = ({ network }: Harness) =>
    network.events.map(({ type }) => type.replace('tocsin.alert.', ''))
  /** Everything that is due in so many seconds, in steps of five. */
  const pass = async (h: Harness, seconds: number) => {
    await settle(30)
    for (let i = 0; i < seconds / 5; i++) await h.clock.advance(5_000)
    await settle(30)
  }

  it('takes the place of nothing that a policy holds, and is told to nobody who has one', async () => {
    await using h = await new Harness().start()
    const held = {
      order: 'newest-state',
      policy: { ...policy, minSeverity: 'severe', groupWaitSeconds: 30 }
    } as const
    await subscribed(h, held)
    await h.alerts.write('raised', 'a1', { severity: 'severe' })
    await pass(h, 5)
    await refuse(h)
    await pass(h, 60)
    expect(toldIn(h)).toEqual(['raised.v1'])
    // Nor of an end that waits.
    await h.alerts.write('resolved', 'a1', { severity: 'severe', status: 'resolved' })
    await pass(h, 5)
    await refuse(h)
    await pass(h, 1_200)
    expect(toldIn(h)).toEqual(['raised.v1', 'resolved.v1'])
  })
})
