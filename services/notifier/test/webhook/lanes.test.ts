// Endpoints beside each other: slow ones delay nobody, and what is urgent goes first.

import { describe, expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import { accepted, Harness } from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'

describe('a quick endpoint', () => {
  it('is not delayed by 40 that accept everything after 14 s, though these hold more than all slots', async () => {
    await using h = await new Harness({ config: { 'notifier.attemptsMax': 16 } }).start()
    for (let i = 0; i < 40; i++)
      await subscribed(h, { subscriptionId: `slow_${i}`, url: `https://slow-${i}.example/` })
    await subscribed(h, { subscriptionId: 'quick', url: 'https://quick.example/' })
    await settle(60)
    h.network.answer = async ({ url }, signal) => {
      if (!url.includes('slow')) return accepted
      await h.clock.sleep(14_000, signal)
      return { ...accepted, durationMs: 14_000 }
    }
    await h.alerts.write('raised', 'a1')
    await h.clock.advance(120_000)
    for (let i = 0; i < 5; i++) {
      h.network.requests.splice(0)
      await h.alerts.write('revised', 'a1', { notify: 'page' })
      await settle(60)
      expect(h.network.requests.filter(({ url }) => url.includes('quick'))).toHaveLength(1)
      expect(h.notifier.dispatcher.deps.slots.running).toBeLessThanOrEqual(24)
      await h.clock.advance(3_000)
    }
  })
  it('gets an extreme alert before the minor ones that wait for other endpoints', async () => {
    await using h = await new Harness({ config: { 'notifier.attemptsMax': 2 } }).start()
    for (let i = 0; i < 10; i++)
      await subscribed(h, {
        subscriptionId: `s_${i}`,
        url: `https://e${i}.example/`,
        filter: { severity: ['minor'] }
      })
    await subscribed(h, {
      subscriptionId: 'grave',
      url: 'https://grave.example/',
      filter: { severity: ['extreme'] }
    })
    await settle(60)
    h.network.answer = async (_, signal) => {
      await h.clock.sleep(100, signal)
      return { ...accepted, durationMs: 100 }
    }
    await h.alerts.write('raised', 'm1', { severity: 'minor' })
    await h.alerts.write('raised', 'x0', { severity: 'extreme' })
    await h.clock.advance(10_000)
    h.network.requests.splice(0)
    for (let i = 2; i < 12; i++)
      await h.alerts.write('raised', `m${i}`, { severity: 'minor', notify: 'page' })
    await settle(60)
    await h.alerts.write('raised', 'x1', { severity: 'extreme' })
    await h.clock.advance(300)
    const at = h.network.requests.findIndex(({ url }) => url.includes('grave'))
    expect(at).toBeGreaterThanOrEqual(0)
    expect(at).toBeLessThanOrEqual(4)
  })
})
