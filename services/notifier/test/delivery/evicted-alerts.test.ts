// What the projection evicted leaves no trace in the deliveries of a subscription, at a cold start either.

import { MemoryStore } from '@tocsin/event-log/memory-log'
import { expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import { Harness } from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'

const alertsOf = (h: Harness) => [...h.notifier.dispatcher.of('sub_1').capture().alerts].map(([alertId]) => alertId)

it.each(['embedded', 'kafka'] as const)(
  'a cold start on a log like %s knows the alerts that are held, and no others',
  async like => {
    const options = { store: new MemoryStore(), like, config: { 'notifier.closedAlertsMax': 1 } }
    const first = await new Harness(options).start()
    await subscribed(first)
    for (const alert of ['one', 'two', 'three']) {
      await first.alerts.write('raised', alert)
      await first.alerts.write('resolved', alert, { status: 'resolved' })
      await settle(40)
    }
    await first.alerts.write('raised', 'open')
    await settle(60)
    await first.clock.advance(1_000)
    expect(first.network.requests).toHaveLength(7)
    expect(alertsOf(first)).toEqual(['three', 'open'])
    await first.kill()
    await using second = await new Harness({ ...options, instance: 1 }).start()
    expect(alertsOf(second)).toEqual(['three', 'open'])
  }
)
