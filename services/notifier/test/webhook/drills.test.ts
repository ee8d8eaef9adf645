// Drills: a reader who has not asked for them is not paged by one, and gets none by webhook.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import { Harness } from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'

let h: Harness
beforeEach(async () => {
  h = await new Harness().start()
})
afterEach(() => h.close())

/** A drill and a real alert, both of which page. */
async function bothHappen(): Promise<void> {
  await h.alerts.write('raised', 'drill', { drill: true, notify: 'page' })
  await h.alerts.write('raised', 'true', { notify: 'page' })
  await h.alerts.write('escalated', 'drill', { drill: true, notify: 'page', severity: 'extreme' })
  await settle(30)
}

describe('an alert of a drill', () => {
  it('is sent only to webhooks that ask for drills', async () => {
    await subscribed(h)
    await subscribed(h, {
      subscriptionId: 'sub_2',
      url: 'https://partner.example/drills',
      filter: { drill: true }
    })
    await bothHappen()
    const told = (path: string) =>
      h.network.requests
        .filter(({ url }) => String(url).endsWith(path))
        .map(({ body }) => JSON.parse(Buffer.from(body).toString()).data)
    expect(told('/hook').map(({ alertId }) => alertId)).toEqual(['true'])
    expect(told('/drills').map(({ alertId, notify }) => [alertId, notify])).toEqual([
      ['drill', 'page'],
      ['drill', 'page']
    ])
  })
})
