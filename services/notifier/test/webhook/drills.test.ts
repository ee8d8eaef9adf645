// Drills: a reader who has not asked for them is not paged by one, and gets none by webhook.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import { Harness } from '../support/notifier-harness.ts'
import { checkChain, subscribed } from '../support/subscribing.ts'

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

  it('is shown on the stream to all, and pages only readers who ask for drills', async () => {
    const { socket, session } = h.connect()
    session.receive(JSON.stringify({ type: 'subscribe', id: 'all', filter: {}, from: 'latest' }))
    session.receive(
      JSON.stringify({ type: 'subscribe', id: 'drills', filter: { drill: true }, from: 'latest' })
    )
    await settle()
    await bothHappen()
    const told = (id: string) =>
      socket
        .of('alert')
        .flatMap(frame =>
          frame.id === id ? [[frame.event.data.alertId, frame.event.data.notify]] : []
        )
    expect(told('all')).toEqual([
      ['drill', 'update'],
      ['true', 'page'],
      ['drill', 'update']
    ])
    expect(told('drills')).toEqual([
      ['drill', 'page'],
      ['drill', 'page']
    ])
  })

  it('leaves no gap in the sequence of a webhook that does not get it', async () => {
    await subscribed(h)
    await bothHappen()
    expect(checkChain(h.network).violations).toEqual([])
  })
})
