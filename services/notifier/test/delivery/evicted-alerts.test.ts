// What the projection evicted leaves no trace in the deliveries of a subscription, at a cold start
// either, once nothing of it waits: an end that a policy held is told to whom the alert was told.

import { MemoryStore } from '@tocsin/event-log/memory-log'
import { expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import { accepted, Harness } from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'

const alertsOf = (h: Harness) =>
  [...h.notifier.dispatcher.of('sub_1').capture().alerts].map(([alertId]) => alertId)

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

const minuteMs = 60_000

/** Alert one is told; its end waits while it is evicted, and until the caller lets time pass. */
async function withHeldEnd(
  h: Harness,
  status: 'resolved' | 'retracted',
  endings: boolean
): Promise<void> {
  let isDown = false
  h.network.answer = () => (isDown ? { ...accepted, status: 503 } : accepted)
  const policy = { groupWaitSeconds: 0, updateMinutes: 60, stories: 'each', endings } as const
  await subscribed(h, { order: 'newest-state', policy })
  await h.alerts.write('raised', 'one', { severity: 'severe' })
  await settle(60)
  isDown = status === 'retracted'
  if (isDown) await h.alerts.write('raised', 'open', { severity: 'extreme' })
  await settle(60)
  for (const [alert, how] of [
    ['one', status],
    ['two', 'resolved'],
    ['three', 'resolved']
  ] as const) {
    if (alert !== 'one') await h.alerts.write('raised', alert, { severity: 'minor' })
    await h.alerts.write(how, alert, { severity: 'severe', status: how })
    await settle(60)
  }
  isDown = false
}

const endsOf = (h: Harness) =>
  h.network.events
    .map(({ type, data }) => `${type.split('.')[2]} ${data.alertId}`)
    .filter(each => each.endsWith(' one'))

it.each([
  ['resolved', true, 1],
  ['resolved', true, 100],
  ['retracted', false, 1],
  ['retracted', false, 100]
] as const)(
  'tells that an alert is %s with endings %s where %i are kept',
  async (status, endings, kept) => {
    await using h = await new Harness({
      store: new MemoryStore(),
      config: { 'notifier.closedAlertsMax': kept }
    }).start()
    await withHeldEnd(h, status, endings)
    expect(endsOf(h)).toEqual(['raised one'])
    for (let i = 0; i < 90; i++) await h.clock.advance(minuteMs)
    expect(endsOf(h)).toEqual(['raised one', `${status} one`])
    expect(alertsOf(h).includes('one')).toBe(kept > 1)
  }
)

it('tells an end that was held over a restart at which its alert was evicted already', async () => {
  const options = { store: new MemoryStore(), config: { 'notifier.closedAlertsMax': 1 } }
  const first = await new Harness(options).start()
  await withHeldEnd(first, 'resolved', true)
  await first.kill()
  await using second = await new Harness({ ...options, instance: 1, clock: first.clock }).start()
  for (let i = 0; i < 90; i++) await second.clock.advance(minuteMs)
  expect(endsOf(second)).toEqual(['resolved one'])
  expect(alertsOf(second)).not.toContain('one')
})
