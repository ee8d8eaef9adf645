// Who was told of an alert, as officers are told of it: whether it was accepted, and nothing of
// where it is sent.

import { policyDefaults } from '@tocsin/contracts/subscription/notification-policy'
import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { failing } from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

const officer = (more: object = {}) =>
  suite.key(['alerts:read', 'alerts:operate'], { handling: 'internal', ...more })
const of = (alertId: string, key: string) => suite.ask('GET', `/v1/alerts/${alertId}/told`, { key })

/**
 * Two partners of internal reach, of which one accepts nothing; and one subscription that officers
 * of that level do not see.
 */
async function told(): Promise<void> {
  suite.h.network.answer = ({ url }) =>
    url.includes('deaf')
      ? failing
      : { kind: 'response', status: 200, retryAfter: null, excerpt: '', durationMs: 1 }
  const within = { handling: 'internal' } as const
  await subscribed(suite.h, {
    ...within,
    subscriptionId: 'sub_1',
    contact: 'duty desk',
    url: 'https://partner.example/s3cret'
  })
  await subscribed(suite.h, {
    ...within,
    subscriptionId: 'sub_2',
    url: 'https://deaf.example:8443/s3cret'
  })
  await subscribed(suite.h, {
    subscriptionId: 'sub_3',
    handling: 'restricted',
    url: 'https://closed.example/s3cret'
  })
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
  expect(has).toMatchObject({
    subscriptionId: 'sub_1',
    by: 'owner',
    contact: 'duty desk',
    state: 'accepted',
    waitsSince: null
  })
  expect(has.acceptedAt).not.toBeNull()
  expect(waits).toMatchObject({
    subscriptionId: 'sub_2',
    contact: null,
    state: 'waiting',
    acceptedAt: null
  })
  expect(waits.waitsSince).not.toBeNull()
  expect(JSON.stringify(body)).not.toMatch(/s3cret|example|8443|https/)
  // Neither statuses of HTTP nor counts of what else was sent.
  expect(Object.keys(has).sort()).toEqual([
    ...[
      'acceptedAt',
      'answered',
      'because',
      'by',
      'cause',
      'contact',
      'held',
      'reminded',
      'repeatHeld',
      'state',
      'subscriptionId'
    ],
    ...['type', 'unmet', 'waitsSince']
  ])
})

it('tells officers alone: who acts, and may see what is internal', async () => {
  await told()
  expect((await of('a1', await officer({ handling: 'partners' }))).status).toBe(403)
  const manager = await suite.key(['alerts:read', 'subscriptions:manage'])
  expect((await of('a1', manager)).body.items).toEqual([])
  // A reach that is not theirs is not named: neither a stricter one, nor all theatres to who has
  // one.
  expect((await of('a1', await officer({ theatres: ['sahel'] }))).body.items).toEqual([])
  expect((await of('a1', await officer({ handling: 'restricted' }))).body.items).toHaveLength(3)
})

describe('why it is held', () => {
  const reason = 'Exercise at Mopti'
  const policy = {
    ...policyDefaults,
    groupWaitSeconds: 0,
    updateMinutes: 0,
    stories: 'each' as const
  }
  const internal = { handling: 'internal', order: 'newest-state' } as const
  const silence = async (more: object, key = suite.owner) => {
    const made = await suite.ask('POST', '/v1/silences', {
      body: { reason, minutes: 60, ...more },
      key
    })
    expect(made.status).toBe(201)
    return made.body
  }
  const raise = async (
    alertId: string,
    more: object = {},
    kind: 'raised' | 'revised' = 'raised'
  ) => {
    await suite.h.alerts.write(kind, alertId, more)
    await settle(40)
  }

  it('is said of a silence that the officer may know: which, by whom, why and until when', async () => {
    await subscribed(suite.h, { ...internal, policy, contact: 'duty desk' })
    const awa = await officer({ name: 'Awa' })
    await raise('a1')
    const made = await silence({ alertId: 'a1' }, awa)
    // Told before: nothing of it is held, and the next event will be.
    const before = (await of('a1', awa)).body
    expect(before.items).toMatchObject([{ state: 'accepted', held: null, because: 'first' }])
    const shown = {
      id: made.id,
      by: 'Awa',
      reason,
      startsAt: made.startsAt,
      endsAt: made.endsAt,
      isForOne: false,
      includesExtreme: false
    }
    expect(before.silences).toMatchObject([shown])
    await raise('a1', { severity: 'severe' }, 'revised')
    const { body } = await of('a1', await officer())
    expect(body.items).toMatchObject([
      {
        state: 'held',
        held: { reason: 'silenced', until: made.endsAt, by: made.id },
        acceptedAt: before.items[0].acceptedAt
      }
    ])
    expect(body.silences).toMatchObject([shown])
    await suite.ask('DELETE', `/v1/silences/${made.id}`, { key: awa })
    await settle(40)
    expect((await of('a1', awa)).body).toMatchObject({
      items: [{ state: 'accepted', held: null }],
      silences: []
    })
  })
})
