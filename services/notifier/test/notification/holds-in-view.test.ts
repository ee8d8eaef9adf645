// Why a delivery was not told, as its reader may know.

import { describe, expect, it } from 'vitest'
import { holdsInView } from '../../src/notification/holds-in-view.ts'
import { settle } from '../support/manual-clock.ts'
import { aPrincipal, Harness } from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'

describe('why a delivery waited', () => {
  it('stays known of what began and ended before it was due, which is no outage', async () => {
    await using h = await new Harness().start()
    const { subscriptionId } = await subscribed(h, {
      order: 'newest-state',
      policy: { groupWaitSeconds: 60 }
    })
    await h.alerts.write('raised', 'a1')
    await settle(30)
    await h.clock.advance(5_000)
    await h.alerts.write('resolved', 'a1', { status: 'resolved' })
    await settle(30)
    await h.clock.advance(120_000)
    await settle(30)
    expect(h.network.events).toEqual([])
    const deliveries = h.notifier.dispatcher.of(subscriptionId)
    expect(deliveries.table.get(1)).toMatchObject({
      state: 'superseded',
      held: null,
      waited: 'group-wait'
    })
    expect(deliveries.table.get(2)).toMatchObject({ state: 'muted', held: null })
  })

  it('is told to partners without that somebody had it, nor is that seen by what is left out', () => {
    const answered = {
      held: { reason: 'answered', until: null, by: null },
      waited: 'answered'
    } as const
    const waits = {
      held: { reason: 'earlier-line', until: '2026-03-01T12:05:00.000Z', by: null },
      waited: 'earlier-line'
    } as const
    const [partner, officer] = [
      aPrincipal({ handling: 'partners' }),
      aPrincipal({ handling: 'internal' })
    ]
    for (const delivery of [answered, waits]) {
      const inView = {
        held: { reason: 'earlier-line', until: null, by: null },
        waited: 'earlier-line'
      }
      expect(holdsInView(partner, delivery)).toEqual(inView)
      expect(holdsInView(officer, delivery)).toEqual(delivery)
    }
    const quiet = { held: { ...waits.held, reason: 'quiet-hours' }, waited: null } as const
    expect(holdsInView(partner, quiet)).toEqual(quiet)
  })
})
