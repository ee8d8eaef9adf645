// Why a policy never tells something: recorded, and known after a restart, from the log and from a
// snapshot alike.

import { MemoryStore } from '@tocsin/event-log/memory-log'
import { describe, expect, it } from 'vitest'
import { stateRows } from '../../src/delivery/delivery-rows.ts'
import { SubscriptionDeliveries } from '../../src/delivery/subscription-deliveries.ts'
import type { NewsJudge } from '../../src/delivery/waiting-order.ts'
import { Story } from '../support/delivery-story.ts'
import { settle } from '../support/manual-clock.ts'
import { Harness } from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'

const because = ({ dispatcher }: Harness['notifier'], id: string, sequence: number) => {
  const delivery = dispatcher.of(id).get(sequence)
  return [delivery?.state, delivery?.because]
}

const tellsAll: NewsJudge = {
  work: { units: 0 },
  decide: () => ({ decision: { kind: 'tell', reason: 'first' }, againMs: null })
}

describe('what a policy never tells', () => {
  it('says why after a restart: it ended unheard, or its end is not wanted', async () => {
    const store = new MemoryStore()
    const first = await new Harness({ store }).start()
    const { subscriptionId } = await subscribed(first, {
      order: 'newest-state',
      policy: { groupWaitSeconds: 60, endings: false }
    })
    await first.alerts.write('raised', 'brief')
    await settle(30)
    await first.clock.advance(5_000)
    await first.alerts.write('resolved', 'brief', { status: 'resolved' })
    await first.alerts.write('raised', 'told', { severity: 'extreme' })
    await settle(30)
    await first.clock.advance(5_000)
    expect(first.network.events).toMatchObject([{ because: 'first' }])
    await first.alerts.write('resolved', 'told', { status: 'resolved' })
    await settle(30)
    await first.clock.advance(60_000)
    await settle(30)
    const expected = [
      ['muted', 'ended-unheard'],
      ['delivered', 'first'],
      ['muted', 'endings-unwanted']
    ]
    expect([2, 3, 4].map(each => because(first.notifier, subscriptionId, each))).toEqual(expected)
    await first.kill()
    await using again = await new Harness({ store }).start()
    await settle(30)
    expect([2, 3, 4].map(each => because(again.notifier, subscriptionId, each))).toEqual(expected)
  })

  it('says nothing of that when it is asked for again', async () => {
    await using h = await new Harness().start()
    const { subscriptionId } = await subscribed(h, {
      order: 'newest-state',
      policy: { groupWaitSeconds: 60 }
    })
    await h.alerts.write('raised', 'brief')
    await settle(30)
    await h.alerts.write('resolved', 'brief', { status: 'resolved' })
    await settle(30)
    await h.clock.advance(60_000)
    await settle(30)
    expect(because(h.notifier, subscriptionId, 2)).toEqual(['muted', 'ended-unheard'])
    await h.notifier.dispatcher.replay(subscriptionId, [2], 'owner')
    await settle(30)
    expect(h.network.events).toMatchObject([{ sequence: 2 }])
    expect(h.network.events[0]).not.toHaveProperty('because')
    expect(because(h.notifier, subscriptionId, 2)).toEqual(['delivered', null])
  })

  it('says why of a refused action that was planned before there was a policy, from a snapshot too', () => {
    const story = new Story()
    story.judge = tellsAll
    story.plan(0, { pages: false, closes: false, isRefusal: true })
    story.plan(1, { pages: true, closes: false })
    story.run()
    const muted = { state: 'muted', because: 'action-refused' }
    expect(story.fold.get(1)).toMatchObject(muted)
    story.restart()
    expect(story.fold.get(1)).toMatchObject(muted)
    const restored = new SubscriptionDeliveries()
    for (const row of stateRows(story.fold.capture()))
      restored.restore('s', JSON.parse(JSON.stringify(row)))
    expect(restored.get(1)).toMatchObject(muted)
    expect(restored.get(2)).toMatchObject({ state: 'delivered', because: 'first' })
  })

  it('says nothing of why where an older version recorded only that', () => {
    const story = new Story()
    story.plan(0, { pages: false, closes: true })
    story.plan(1, { pages: true, closes: false })
    const data = {
      subscriptionId: 's',
      sequence: 2,
      superseded: { from: 1, to: 1 },
      expired: [],
      muted: [1]
    }
    const record = {
      id: 'c',
      time: '2026-03-01T12:00:00.000Z',
      cause: null,
      type: 'delivery.chosen' as const,
      data
    }
    story.append(record)
    expect(story.fold.get(1)).toMatchObject({ state: 'muted', because: null })
  })
})
