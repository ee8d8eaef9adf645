// Who is woken by what: counted by how often senders ask for the time, which each of their turns
// does.

import { expect, it } from 'vitest'
import { ManualClock, settle } from '../support/manual-clock.ts'
import { failing, Harness } from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'

class CountingClock extends ManualClock {
  asked = 0
  override nowMs(): number {
    this.asked++
    return super.nowMs()
  }
}

/** How often the time is asked for by a record, with so many endpoints that are away. */
async function askedBy(
  subscriptions: number,
  what: (h: Harness) => Promise<unknown>
): Promise<number> {
  const clock = new CountingClock()
  await using h = await new Harness({ clock }).start()
  for (let i = 0; i < subscriptions; i++)
    await subscribed(h, { subscriptionId: `sub_${i}`, url: `https://p${i}.example/hook` })
  h.network.answer = () => failing
  await h.alerts.write('raised', 'a1')
  await settle(60)
  expect(h.notifier.dispatcher.fold.pendingCount).toBe(subscriptions)
  const before = clock.asked
  await what(h)
  await settle(60)
  return clock.asked - before
}

it('a record of the control log wakes no sender whose subscription and key it does not name', async () => {
  const declare = (h: Harness) =>
    h.declare({ type: 'keys.used', data: { at: '2026-03-01T11:00:00.000Z', keyIds: ['key_1'] } })
  const [few, many] = [await askedBy(3, declare), await askedBy(40, declare)]
  expect(many).toBe(few)
})

it('a replay for one subscription wakes its sender alone', async () => {
  const replay = (h: Harness) => h.notifier.dispatcher.replay('sub_1', [1], 'x')
  const [few, many] = [await askedBy(3, replay), await askedBy(40, replay)]
  expect(few).toBeGreaterThan(0)
  expect(many).toBe(few)
})
