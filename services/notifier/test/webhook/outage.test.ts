// An endpoint that is away for long: how it is probed, what brings the next try forward, and how
// its deliveries drain.

import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import { describe, expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import { accepted, failing, Harness } from '../support/notifier-harness.ts'
import { checkChain, subscribed } from '../support/subscribing.ts'

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

const refused: SendOutcome = { kind: 'refused', reason: 'address-not-public', durationMs: 1 }
const stateOf = (h: Harness) => h.notifier.dispatcher.of('sub_1').health.state

describe('an endpoint that was away', () => {
  it('for hours gets what waited within minutes, in order', async () => {
    await using h = await outage(2 * hourMs)
    await h.alerts.write('revised', 'a1', { notify: 'update' })
    h.network.requests.splice(0)
    h.network.answer = () => accepted
    await h.clock.advance(6 * minuteMs)
    expect(h.network.events.map(each => each.sequence)).toEqual([1, 2])
    expect(h.notifier.dispatcher.of('sub_1').pendingCount).toBe(0)
  })
  it('is probed every few minutes meanwhile, not more often', async () => {
    await using h = await outage(10 * minuteMs)
    h.network.requests.splice(0)
    await h.clock.advance(hourMs)
    expect(h.network.requests).toHaveLength(12)
    expect(stateOf(h)).toBe('down')
  })
  it('is tried at once for an alert that pages, though not without a gap; one that does not page waits', async () => {
    await using h = await outage(hourMs)
    await h.clock.advance(minuteMs)
    h.network.requests.splice(0)
    await h.alerts.write('revised', 'a1', { notify: 'update' })
    await h.clock.advance(1_000)
    expect(h.network.requests).toHaveLength(0)
    for (let i = 0; i < 20; i++)
      await h.alerts.write('raised', `urgent-${i}`, { severity: 'extreme' })
    await h.clock.advance(1_000)
    expect(h.network.requests).toHaveLength(1)
    for (let i = 0; i < 20; i++)
      await h.alerts.write('raised', `more-${i}`, { severity: 'extreme' })
    await h.clock.advance(20_000)
    expect(h.network.requests).toHaveLength(2)
  })
  it('is tried at once after a test that it accepted', async () => {
    await using h = await outage(hourMs)
    h.network.answer = () => accepted
    h.network.requests.splice(0)
    const subscription = await subscribedRecord(h)
    await h.notifier.dispatcher.sendTest(subscription)
    await settle(30)
    expect(h.network.events.map(each => each.type)).toEqual([
      'tocsin.webhook.test.v1',
      'tocsin.alert.raised.v1'
    ])
  })
  it('is tried at once when somebody asks for a replay, also if nothing is to be replayed', async () => {
    await using h = await outage(hourMs)
    h.network.answer = () => accepted
    await h.notifier.dispatcher.replay('sub_1', [], 'officer')
    await settle(30)
    expect(h.notifier.dispatcher.of('sub_1').pendingCount).toBe(0)
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
  })
  it('drains in a growing pace, and what pages does not wait for that', async () => {
    await using h = await outage(hourMs)
    for (let i = 0; i < 100; i++) await h.alerts.write('revised', 'a1', { notify: 'update' })
    h.network.answer = () => accepted
    await h.notifier.dispatcher.replay('sub_1', [], 'officer')
    await settle(60)
    h.network.requests.splice(0)
    await h.clock.advance(2_000)
    const early = h.network.requests.length
    expect(early).toBeGreaterThan(10)
    expect(early).toBeLessThan(30)
    await h.clock.advance(minuteMs)
    expect(h.notifier.dispatcher.of('sub_1').pendingCount).toBe(0)
  })
  it('continues where it was after a restart', async () => {
    const h = await outage(hourMs)
    await h.kill()
    await using again = await new Harness({
      store: h.store,
      clock: h.clock,
      network: h.network
    }).start()
    h.network.requests.splice(0)
    expect(stateOf(again)).toBe('down')
    await again.clock.advance(hourMs)
    expect(h.network.requests).toHaveLength(12)
    h.network.answer = () => accepted
    await again.clock.advance(6 * minuteMs)
    checkChain(h.network)
  })
})

describe('a refusal by our own rules', () => {
  it('that passes soon, such as that of a captive portal, costs a few minutes', async () => {
    await using h = await outage(1_000, refused)
    h.network.answer = () => accepted
    await h.clock.advance(5_000)
    expect(h.notifier.dispatcher.of('sub_1').pendingCount).toBe(0)
  })
  it('that does not pass is tried a few times more, not through the schedule; then the endpoint is parked', async () => {
    await using h = await outage(4 * minuteMs, refused)
    expect(h.network.requests).toHaveLength(4)
    expect(stateOf(h)).toBe('parked')
    await h.clock.advance(20 * minuteMs)
    expect(h.network.requests).toHaveLength(4)
    expect(h.notifier.dispatcher.of('sub_1').pendingCount).toBe(1)
  })
})

describe('a refusal that trying again does not change', () => {
  it.each([
    { kind: 'refused', reason: 'literal-not-public', durationMs: 1 },
    { kind: 'failed', reason: 'tls-name', durationMs: 1 }
  ] as const)(
    '%j parks at once, also after a restart, and passes with the first acceptance',
    async outcome => {
      const h = await outage(minuteMs, outcome)
      expect(h.network.requests).toHaveLength(1)
      await h.kill()
      await using again = await new Harness({
        store: h.store,
        clock: h.clock,
        network: h.network
      }).start()
      expect(stateOf(again)).toBe('parked')
      h.network.answer = () => accepted
      await again.clock.advance(30 * minuteMs)
      expect({
        pending: again.notifier.dispatcher.of('sub_1').pendingCount,
        state: stateOf(again)
      }).toEqual({
        pending: 0,
        state: 'up'
      })
    }
  )
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
    expect({ parked: deliveries.parkedCount, pending: deliveries.pendingCount }).toEqual({
      parked: 0,
      pending: 1
    })
    await h.alerts.write('revised', 'a1', { notify: 'page' })
    await h.clock.advance(10_000)
    expect(h.network.events.map(each => each.sequence)).toEqual([1, 1, 1, 1, 2])
    expect({ parked: deliveries.parkedCount, pending: deliveries.pendingCount }).toEqual({
      parked: 1,
      pending: 0
    })
    expect(deliveries.get(1)).toMatchObject({
      state: 'parked',
      last: { status: 422, reason: 'exhausted' }
    })
  })
  it('does not lead to others being parked with it: in an outage all are kept, whatever the schedule', async () => {
    await using h = await new Harness().start()
    await subscribed(h, { schedule: [1] })
    h.network.answer = () => failing
    for (let i = 0; i < 5; i++) await h.alerts.write('raised', `a${i}`)
    await h.clock.advance(hourMs)
    const deliveries = h.notifier.dispatcher.of('sub_1')
    expect({ parked: deliveries.parkedCount, pending: deliveries.pendingCount }).toEqual({
      parked: 0,
      pending: 5
    })
    h.network.requests.splice(0)
    h.network.answer = () => accepted
    await h.clock.advance(6 * minuteMs)
    expect(h.network.events.map(each => each.sequence)).toEqual([1, 2, 3, 4, 5])
  })
})

async function subscribedRecord(h: Harness) {
  const record = h.control.state.subscriptions.get('sub_1')
  if (record === undefined) throw new Error('no subscription')
  return record
}
