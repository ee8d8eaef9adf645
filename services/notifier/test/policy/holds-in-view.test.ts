// Why a delivery was not told, as its reader may know.

import { describe, expect, it } from 'vitest'
import { holdsInView } from '../../src/policy/holds-in-view.ts'
import { settle } from '../support/manual-clock.ts'
import { aPrincipal, Harness } from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'

describe('why a delivery waited', () => {
  it('stays known of what began and ended before it was due, which is no outage', async () => {
    await using h = await new Harness().start()
    const { subscriptionId } = await subscribed(h, { order: 'newest-state', policy: { groupWaitSeconds: 60 } })
    await h.alerts.write('raised', 'a1')
    await settle(30)
    await h.clock.advance(5_000)
    await h.alerts.write('resolved', 'a1', { status: 'resolved' })
    await settle(30)
    await h.clock.advance(120_000)
    await settle(30)
    expect(h.network.events).toEqual([])
    const deliveries = h.notifier.dispatcher.of(subscriptionId)
    expect(deliveries.get(1)).toMatchObject({ state: 'superseded', held: null, waited: 'group-wait' })
    expect(deliveries.get(2)).toMatchObject({ state: 'muted', held: null })
  })

  it('is told to partners without that somebody had it', () => {
    const delivery = { held: { reason: 'answered', until: null, by: null }, waited: 'answered' } as const
    expect(holdsInView(aPrincipal({ handling: 'partners' }), delivery)).toMatchObject({
      held: { reason: 'earlier-line' },
      waited: 'earlier-line'
    })
    expect(holdsInView(aPrincipal({ handling: 'internal' }), delivery)).toEqual(delivery)
  })
})
