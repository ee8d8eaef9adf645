// An endpoint that is away for long: how it is probed, what brings the next try forward, and how
// its deliveries drain.

import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import { describe, expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import { accepted, failing, Harness } from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'

const hourMs = 3_600_000
const minuteMs = 60_000

/** A subscription whose endpoint fails with one alert waiting, for so long. */
async function outage(
  forMs: number,
  answer: SendOutcome = failing,
  schedule: readonly number[] | null = null
): Promise<Harness> {
  const h = await new Harness().start()
  await subscribed(h, { schedule })
  h.network.answer = () => answer
  await h.alerts.write('raised', 'a1')
  await settle(30)
  await h.clock.advance(forMs)
  return h
}
const stateOf = (h: Harness) => h.notifier.dispatcher.of('sub_1').health.state

describe('an endpoint that was away', () => {
  it('for hours gets what waited within minutes, in order', async () => {
    await using h = await outage(2 * hourMs)
    await h.alerts.write('revised', 'a1', { notify: 'update' })
    h.network.requests.splice(0)
    h.network.answer = () => accepted
    await h.clock.advance(6 * minuteMs)
    expect(h.network.events.map(each => each.sequence)).toEqual([1, 2])
    expect(h.notifier.dispatcher.of('sub_1').table.pendingCount).toBe(0)
  })
  it('is probed every few minutes meanwhile, not more often', async () => {
    await using h = await outage(10 * minuteMs)
    h.network.requests.splice(0)
    await h.clock.advance(hourMs)
    expect(h.network.requests).toHaveLength(12)
    expect(stateOf(h)).toBe('down')
  })
  it('that asked for a wait by Retry-After is left alone for that time, also by alerts that page', async () => {
    await using h = await outage(1_000, {
      ...failing,
      status: 429,
      retryAfter: '1800'
    } as SendOutcome)
    await h.alerts.write('raised', 'urgent', { severity: 'extreme' })
    await h.clock.advance(29 * minuteMs)
    expect(h.network.requests).toHaveLength(1)
    await h.clock.advance(minuteMs)
    expect(h.network.requests).toHaveLength(2)
  })
  it('for a week is parked and keeps everything', async () => {
    await using h = await outage(minuteMs, failing, [1])
    h.clock.jump(73 * hourMs)
    await h.clock.advance(5 * minuteMs)
    expect(stateOf(h)).toBe('parked')
    h.network.requests.splice(0)
    await h.clock.advance(2 * hourMs)
    expect(h.network.requests).toHaveLength(4)
    await h.alerts.write('revised', 'a1', { notify: 'update' })
    h.network.requests.splice(0)
    h.network.answer = () => accepted
    await h.clock.advance(31 * minuteMs)
    expect(h.network.events.map(each => each.sequence)).toEqual([1, 2])
    const changes = h.lines.filter(({ msg }) => String(msg).startsWith('the endpoint of'))
    expect(changes.map(({ level, subscription, msg }) => [level, subscription, msg])).toEqual(
      ['down', 'parked', 'up'].map(state => [
        'info',
        'sub_1',
        `the endpoint of a subscription is ${state}`
      ])
    )
  })
})

describe('a delivery that its endpoint never accepts', () => {
  /** Refuses one sequence. */
  const picky = (h: Harness, sequence: number) => {
    h.network.answer = ({ body }) =>
      JSON.parse(Buffer.from(body).toString()).sequence === sequence
        ? ({ ...failing, status: 422 } as SendOutcome)
        : accepted
  }
  it('is parked once another was accepted, and not before', async () => {
    await using h = await new Harness().start()
    await subscribed(h, { schedule: [1, 1] })
    picky(h, 1)
    await h.alerts.write('raised', 'a1')
    await settle(30)
    await h.clock.advance(60_000)
    const deliveries = h.notifier.dispatcher.of('sub_1')
    expect({
      parked: deliveries.table.parkedCount,
      pending: deliveries.table.pendingCount
    }).toEqual({
      parked: 0,
      pending: 1
    })
    await h.alerts.write('revised', 'a1', { notify: 'page' })
    await h.clock.advance(10_000)
    expect(h.network.events.map(each => each.sequence)).toEqual([1, 1, 1, 1, 2])
    expect({
      parked: deliveries.table.parkedCount,
      pending: deliveries.table.pendingCount
    }).toEqual({
      parked: 1,
      pending: 0
    })
    expect(deliveries.table.get(1)).toMatchObject({
      state: 'parked',
      last: { status: 422, reason: 'exhausted' }
    })
  })
})
