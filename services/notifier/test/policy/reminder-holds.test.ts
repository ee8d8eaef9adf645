// Why an alert that is due to be told again, as nobody has answered, is not: logged, and read by
// who may know it.

import { topics } from '@tocsin/event-log/topics'
import { allStored } from '@tocsin/testing/report/stored-records'
import { beforeEach, describe, expect, it } from 'vitest'
import { decodeDelivery } from '../../src/delivery/delivery-record.ts'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

const policy = {
  groupWaitSeconds: 0,
  updateMinutes: 0,
  stories: 'each',
  repeatMinutes: 60
} as const
const minuteMs = 60_000
const operator = {
  acknowledgedBy: null,
  acknowledgedUntil: null,
  assignedTo: null,
  disposition: null
}

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start({ publicUrl: 'https://tocsin.example/' })
})

const subscribe = async (key = suite.owner, more: object = {}) => {
  const made = await suite.ask('POST', '/v1/subscriptions', {
    body: { url: 'https://partner.example/hook', policy, ...more },
    key
  })
  expect(made).toMatchObject({ status: 201 })
  return made.body.id as string
}
const write = async (...event: Parameters<Suite['h']['alerts']['write']>) => {
  const [name, alertId, patch = {}] = event
  suite.h.alerts.moveTo(suite.h.clock.nowMs())
  await suite.h.alerts.write(name, alertId, patch)
  await settle(30)
}
const pass = (minutes: number) => suite.h.clock.advance(minutes * minuteMs)
const reminded = () =>
  suite.h.network.events.flatMap(({ type, data }) => {
    const { alert, count } = data as unknown as {
      readonly alert: { readonly alertId: string }
      readonly count: number
    }
    return type === 'tocsin.webhook.reminder.v1' ? [`${alert.alertId} ${count}`] : []
  })

describe('why what is due is not told again', () => {
  const whyOf = async (id: string, key = suite.owner) =>
    (await suite.ask('GET', `/v1/subscriptions/${id}/why?alertId=a1`, { key })).body.repeatHeld
  const loggedHolds = async () =>
    (await allStored(suite.h.log, topics.deliveries)).flatMap(({ value }) => {
      const decoded = decodeDelivery(value ?? new Uint8Array())
      return decoded.kind === 'decoded' && decoded.record.type === 'delivery.reminder-held'
        ? [decoded.record.data.reason]
        : []
    })
  const inMinutes = (minutes: number) =>
    new Date(suite.h.clock.nowMs() + minutes * minuteMs).toISOString()

  it('is a decision that is logged once, and read at the delivery, of the alert, and by officers', async () => {
    const id = await subscribe()
    await write('raised', 'a1')
    await pass(30)
    expect(await whyOf(id)).toBeNull()
    const body = { reason: 'Exercise', minutes: 120, subscriptionId: id }
    const silence = (await suite.ask('POST', '/v1/silences', { body })).body
    await pass(29)
    expect(await whyOf(id)).toBeNull()
    await pass(2)
    const held = {
      reason: 'silenced',
      until: silence.endsAt,
      by: silence.id,
      at: expect.any(String)
    }
    expect(await whyOf(id)).toEqual(held)
    await pass(30)
    expect((await suite.ask('GET', `/v1/subscriptions/${id}/deliveries`)).body.items).toMatchObject(
      [{ sequence: 1, state: 'delivered', repeated: null, repeatHeld: held }]
    )
    expect((await suite.ask('GET', '/v1/alerts/a1/told')).body.items).toMatchObject([
      { state: 'accepted', repeatHeld: held }
    ])
    expect(await loggedHolds()).toEqual(['silenced'])
    // Once it is told again nothing holds it.
    await pass(65)
    expect(reminded()).toEqual(['a1 1'])
    expect(await whyOf(id)).toBeNull()
    await write('acknowledged', 'a1', { operator: { ...operator, acknowledgedBy: 'Ama' } })
    await pass(61)
    expect(await whyOf(id)).toMatchObject({ reason: 'answered', until: null, by: null })
  })

  it('follows what holds: quiet hours after a silence, and then none', async () => {
    const at = (minutes: number) => inMinutes(minutes).slice(11, 16)
    const quietHours = { from: at(90), to: at(240), timeZone: 'UTC' }
    const id = await subscribe(suite.owner, { policy: { ...policy, quietHours } })
    await write('raised', 'a1')
    await suite.ask('POST', '/v1/silences', {
      body: { reason: 'Exercise', minutes: 100, subscriptionId: id }
    })
    await pass(70)
    expect(await whyOf(id)).toMatchObject({ reason: 'silenced' })
    await pass(35)
    expect(await whyOf(id)).toMatchObject({ reason: 'quiet-hours', by: null })
    await pass(140)
    expect(reminded()).toEqual(['a1 1'])
    expect(await whyOf(id)).toBeNull()
  })

  it('is forgotten with the alert that ends, whose end is not wanted, and with the repeats of the policy', async () => {
    const id = await subscribe(suite.owner, { policy: { ...policy, endings: false } })
    await write('raised', 'a1')
    await write('acknowledged', 'a1', { operator: { ...operator, acknowledgedBy: 'Ama' } })
    await pass(61)
    expect(await whyOf(id)).toMatchObject({ reason: 'answered' })
    expect(
      (
        await suite.ask('PATCH', `/v1/subscriptions/${id}`, {
          body: { policy: { ...policy, repeatMinutes: 0 } }
        })
      ).status
    ).toBe(200)
    expect(await whyOf(id)).toBeNull()
    await suite.ask('PATCH', `/v1/subscriptions/${id}`, {
      body: { policy: { ...policy, endings: false } }
    })
    expect(await whyOf(id)).toMatchObject({ reason: 'answered' })
    await write('resolved', 'a1', { status: 'resolved' })
    await pass(2)
    expect(await whyOf(id)).toBeNull()
  })

  it('is said to be over when the filter wants the alert no more', async () => {
    const id = await subscribe()
    await write('raised', 'a1', { severity: 'severe' })
    await suite.ask('POST', '/v1/silences', {
      body: { reason: 'Exercise', minutes: 500, subscriptionId: id }
    })
    await pass(61)
    expect(await whyOf(id)).toMatchObject({ reason: 'silenced' })
    await suite.ask('PATCH', `/v1/subscriptions/${id}`, {
      body: { filter: { severity: ['extreme'] } }
    })
    await pass(2)
    expect(await whyOf(id)).toBeNull()
    expect(await loggedHolds()).toEqual(['silenced', null])
  })

  it('is known to who manages the subscription, and to officers as far as they may know what holds', async () => {
    const key = await suite.key(['subscriptions:manage', 'alerts:read'], { handling: 'partners' })
    const id = await subscribe(key)
    await write('raised', 'a1', { handling: 'partners' })
    const body = { reason: 'Ours', minutes: 300, subscriptionId: id, handling: 'restricted' }
    const silence = (await suite.ask('POST', '/v1/silences', { body })).body
    await pass(61)
    expect(await whyOf(id, key)).toMatchObject({ reason: 'silenced', by: silence.id })
    const officer = await suite.key(['alerts:read', 'alerts:operate'], { handling: 'internal' })
    const told = (await suite.ask('GET', '/v1/alerts/a1/told', { key: officer })).body.items
    expect(told).toMatchObject([
      { repeatHeld: { reason: null, until: null, by: null, at: expect.any(String) } }
    ])
  })
})
