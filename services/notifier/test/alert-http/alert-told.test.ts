// Who was told of an alert, as officers are told of it: whether it was accepted, and nothing of where it is sent.

import type { SubscriptionRecord } from '@tocsin/domain/control/control-record'
import { beforeEach, expect, it } from 'vitest'
import { type AlertToldDeps, alertTold } from '../../src/alert-http/alert-told.ts'
import type { Delivery } from '../../src/delivery/delivery.ts'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { failing } from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

const officer = (more: object = {}) => suite.key(['alerts:read', 'alerts:operate'], { handling: 'internal', ...more })
const of = (alertId: string, key: string) => suite.ask('GET', `/v1/alerts/${alertId}/told`, { key })

/** Two partners of internal reach, of which one accepts nothing; and one subscription that officers of that level do not see. */
async function told(): Promise<void> {
  suite.h.network.answer = ({ url }) =>
    url.includes('deaf') ? failing : { kind: 'response', status: 200, retryAfter: null, excerpt: '', durationMs: 1 }
  const within = { handling: 'internal' } as const
  await subscribed(suite.h, { ...within, subscriptionId: 'sub_1', contact: 'duty desk', url: 'https://partner.example/s3cret' })
  await subscribed(suite.h, { ...within, subscriptionId: 'sub_2', url: 'https://deaf.example:8443/s3cret' })
  await subscribed(suite.h, { subscriptionId: 'sub_3', handling: 'restricted', url: 'https://closed.example/s3cret' })
  await suite.h.alerts.write('raised', 'a1')
  await suite.h.alerts.write('revised', 'a1')
  await settle(60)
}

it('says who has what holds now, and since when it waits for others, without an address', async () => {
  await told()
  const { status, body } = await of('a1', await officer())
  expect(status).toBe(200)
  expect(body.items).toHaveLength(2)
  const [has, waits] = body.items
  expect(has).toMatchObject({ subscriptionId: 'sub_1', by: 'owner', contact: 'duty desk', state: 'accepted', waitsSince: null })
  expect(has.acceptedAt).not.toBeNull()
  expect(waits).toMatchObject({ subscriptionId: 'sub_2', contact: null, state: 'waiting', acceptedAt: null })
  expect(waits.waitsSince).not.toBeNull()
  expect(JSON.stringify(body)).not.toMatch(/s3cret|example|8443|https/)
  // Neither statuses of HTTP nor counts of what else was sent.
  expect(Object.keys(has).sort()).toEqual([
    ...['acceptedAt', 'answered', 'by', 'contact', 'reminded', 'state', 'subscriptionId', 'type', 'waitsSince']
  ])
})

it('names the key that made the subscription', async () => {
  const partner = await suite.key(['subscriptions:manage', 'alerts:read'], { name: 'Partner of the river', handling: 'partners' })
  await suite.ask('POST', '/v1/subscriptions', { body: { url: 'https://own.example/hook' }, key: partner })
  await suite.h.alerts.write('raised', 'a1')
  await settle(60)
  expect((await of('a1', await officer())).body.items).toMatchObject([{ by: 'Partner of the river' }])
})

it('tells officers alone: who acts, and may see what is internal', async () => {
  await told()
  expect((await of('a1', await officer({ handling: 'partners' }))).status).toBe(403)
  expect((await of('a1', await suite.key(['alerts:read', 'subscriptions:manage']))).status).toBe(403)
  // A reach that is not theirs is not named: neither a stricter one, nor all theatres to who has one.
  expect((await of('a1', await officer({ theatres: ['sahel'] }))).body.items).toEqual([])
  expect((await of('a1', await officer({ handling: 'restricted' }))).body.items).toHaveLength(3)
})

it('does not tell an alert that is hidden from one that is not there', async () => {
  await suite.h.alerts.write('raised', 'hidden', { handling: 'restricted' })
  await settle(40)
  for (const handling of ['internal', 'partners']) {
    const key = await officer({ handling })
    const [hidden, unknown] = [await of('hidden', key), await of('nothing', key)]
    expect([hidden.status, hidden.body.detail]).toEqual([404, unknown.body.detail])
  }
})

it.each([
  ['pending', 'waiting'],
  ['delivered', 'accepted'],
  ['parked', 'not-accepted'],
  ['lapsed', 'not-accepted'],
  ['expired', 'not-sent'],
  ['muted', 'not-sent']
] as const)('tells apart what is late and what is not wanted: %s is %s', (state, shown) => {
  const stateOf = (delivery: object) => {
    const within = () => [{ subscriptionId: 'sub_1', contact: null } as SubscriptionRecord]
    const of = () => ({ newestFirst: () => [delivery as Delivery], alerts: { reminders: { of: () => null } } })
    const deps = { subscriptionOperations: { within, holderOf: () => null }, dispatcher: { of } } as unknown as AlertToldDeps
    return alertTold(deps, {} as Parameters<typeof alertTold>[1], 'a1').items[0]?.state
  }
  const delivery = { state, eventType: 'tocsin.alert.raised.v1', plannedAt: '', last: null, held: null }
  expect(stateOf(delivery)).toBe(shown)
  if (state === 'pending') expect(stateOf({ ...delivery, held: { reason: 'severity' } })).toBe('held')
})
