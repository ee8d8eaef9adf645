// What was told is not told again because somebody saved a subscription, with or without a change,
// or because the process began again (TestReload of Prometheus Alertmanager, in our words). Of
// repeats as well: they count from what was told.

import { MemoryStore } from '@tocsin/event-log/memory-log'
import { describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { FakeNetwork } from '../support/notifier-harness.ts'

const minuteMs = 60_000
const policy = { groupWaitSeconds: 0, updateMinutes: 15, repeatMinutes: 120 } as const
const filter = { severity: ['moderate', 'severe'] }

describe('what was told', () => {
  it.each([
    ['the policy is changed', { policy: { ...policy, groupWaitSeconds: 60, updateMinutes: 30 } }],
    ['the policy is saved as it was', { policy }],
    ['the filter is changed', { filter: { severity: ['moderate', 'severe', 'extreme'] } }],
    ['the filter is saved as it was', { filter }],
    ['the policy is taken away', { policy: null }]
  ])('is not told again when %s, nor after a restart', async (_, change) => {
    const [store, network] = [new MemoryStore(), new FakeNetwork()]
    const told = () => network.events.map(({ data }) => data.alertId)
    const first = await Suite.open({ store, network })
    const body = { url: 'https://partner.example/hook', policy, filter }
    const { id } = (await first.ask('POST', '/v1/subscriptions', { body })).body as {
      readonly id: string
    }
    for (const alertId of ['a1', 'a2'])
      await first.h.alerts.write('raised', alertId, { severity: 'severe' })
    await settle(60)
    expect(told()).toEqual(['a1', 'a2'])
    const pass = async ({ h }: Suite, minutes: number) => {
      for (let i = 0; i < minutes; i++) await h.clock.advance(minuteMs)
      await settle(30)
    }
    await pass(first, 5)
    expect((await first.ask('PATCH', `/v1/subscriptions/${id}`, { body: change })).status).toBe(200)
    await pass(first, 5)
    await first.close()
    const again = await Suite.on({ store, network, clock: first.h.clock })
    await pass(again, 40)
    expect(told()).toEqual(['a1', 'a2'])
    // What is new is told, and alone.
    await again.h.alerts.write('raised', 'a3', { severity: 'severe', theatre: 'coast' })
    await pass(again, 2)
    expect(told()).toEqual(['a1', 'a2', 'a3'])
  })
})
