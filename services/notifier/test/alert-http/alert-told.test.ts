// Who was told of an alert, as officers are told of it: whether it was accepted, and nothing of
// where it is sent.

import type { SubscriptionRecord } from '@tocsin/domain/control/control-record'
import { policyDefaults } from '@tocsin/domain/notification/notification-policy'
import { beforeEach, describe, expect, it } from 'vitest'
import { type AlertToldDeps, alertTold, type ToldAlert } from '../../src/alert-http/alert-told.ts'
import type { Delivery } from '../../src/delivery/delivery.ts'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { aPrincipal, failing } from '../support/notifier-harness.ts'
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
      'contact',
      'held',
      'reminded',
      'repeatHeld',
      'state',
      'subscriptionId'
    ],
    ...['type', 'waitsSince']
  ])
})

it('names the key that made the subscription', async () => {
  const partner = await suite.key(['subscriptions:manage', 'alerts:read'], {
    name: 'Partner of the river',
    handling: 'partners'
  })
  await suite.ask('POST', '/v1/subscriptions', {
    body: { url: 'https://own.example/hook' },
    key: partner
  })
  await suite.h.alerts.write('raised', 'a1')
  await settle(60)
  expect((await of('a1', await officer())).body.items).toMatchObject([
    { by: 'Partner of the river' }
  ])
})

it('tells officers alone: who acts, and may see what is internal', async () => {
  await told()
  expect((await of('a1', await officer({ handling: 'partners' }))).status).toBe(403)
  expect((await of('a1', await suite.key(['alerts:read', 'subscriptions:manage']))).status).toBe(
    403
  )
  // A reach that is not theirs is not named: neither a stricter one, nor all theatres to who has
  // one.
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
    const of = () => ({
      newestFirst: () => [delivery as Delivery],
      alerts: { reminders: { of: () => null, holdOf: () => null } }
    })
    const subscriptionOperations = { within, list: () => [], holderOf: () => null }
    const deps = {
      subscriptionOperations,
      dispatcher: { of },
      silenceOperations: { over: () => [] }
    } as unknown as AlertToldDeps
    const alert: ToldAlert = { alertId: 'a1', lastAnswers: [], outlineAt: () => null }
    return alertTold(deps, aPrincipal(), alert).items[0]?.state
  }
  const delivery = {
    state,
    eventType: 'tocsin.alert.raised.v1',
    plannedAt: '',
    last: null,
    held: null
  }
  expect(stateOf(delivery)).toBe(shown)
  if (state === 'pending')
    expect(stateOf({ ...delivery, held: { reason: 'severity' } })).toBe('held')
})

describe('why it is held', () => {
  const minuteMs = 60_000
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
    await suite.h.clock.advance(15_000)
    await settle(40)
    expect((await of('a1', awa)).body).toMatchObject({
      items: [{ state: 'accepted', held: null }],
      silences: []
    })
  })

  it('is said of one for a subscription by its name, and of what is extreme only where the silence includes that', async () => {
    const { subscriptionId } = await subscribed(suite.h, {
      ...internal,
      policy,
      contact: 'duty desk'
    })
    await silence({ subscriptionId })
    const all = await silence({
      filter: { severity: ['extreme'] },
      includesExtreme: true,
      minutes: 90
    })
    await raise('moderate')
    await raise('extreme', { severity: 'extreme' })
    const key = await officer()
    const moderate = (await of('moderate', key)).body
    expect(moderate.silences).toMatchObject([
      { isForOne: true, subscriptionId, subscriber: { contact: 'duty desk' } }
    ])
    const extreme = (await of('extreme', key)).body
    expect(extreme.items).toMatchObject([{ held: { reason: 'silenced', by: all.id } }])
    expect(extreme.silences.map(({ id }: { id: string }) => id)).toEqual([all.id])
  })

  it('tells nothing of a silence, a watch or an alert that the officer may not know, nor which of these it is', async () => {
    const watch = {
      watchId: 'w1',
      name: 'Night',
      ownerKeyId: 'owner',
      theatres: '*',
      handling: 'restricted',
      version: 1
    } as const
    await suite.h.declare({
      type: 'watch.declared',
      data: { ...watch, lineMinutes: 5, shifts: onlyOn('sub_other') }
    })
    await subscribed(suite.h, {
      ...internal,
      subscriptionId: 'sub_other',
      policy: { ...policy, watch: 'w1' }
    })
    await subscribed(suite.h, {
      ...internal,
      subscriptionId: 'sub_1',
      policy: { ...policy, watch: 'w1' }
    })
    await settle(20)
    const key = await officer()
    const row = async (alertId: string) => {
      const { body } = await of(alertId, key)
      const { waitsSince: _moment, ...rest } = body.items.find(
        (each: { subscriptionId: string }) => each.subscriptionId === 'sub_1'
      )
      return { row: rest, silences: body.silences }
    }
    await raise('watched')
    const offWatch = await row('watched')
    expect(offWatch).toMatchObject({
      row: { state: 'held', held: { reason: null, until: null, by: null } },
      silences: []
    })
    // For the owner the same row says it.
    expect((await of('watched', suite.owner)).body.items).toMatchObject([
      {},
      { held: { reason: 'off-watch' } }
    ])
    const made = [
      await silence({
        filter: { country: ['ML'] },
        handling: 'restricted',
        reason: 'Secret talks'
      }),
      await silence({
        subscriptionId: 'sub_1',
        handling: 'restricted',
        reason: 'Secret talks',
        minutes: 120
      })
    ]
    await suite.h.clock.advance(minuteMs)
    await raise('silenced')
    const text = JSON.stringify((await of('silenced', key)).body)
    for (const { id, endsAt, startsAt } of made)
      for (const secret of [id, endsAt, startsAt, 'Secret', 'silenc'])
        expect(text.replaceAll('"silences":[]', '')).not.toContain(secret)
    expect(await row('silenced')).toEqual(offWatch)
    expect((await of('silenced', suite.owner)).body.silences).toHaveLength(2)
  })

  it('is said of quiet hours with their end', async () => {
    await subscribed(suite.h, {
      ...internal,
      policy: { ...policy, quietHours: { from: '00:00', to: '23:59', timeZone: 'UTC' } }
    })
    await raise('a1')
    const [row] = (await of('a1', await officer())).body.items
    expect(row.held).toMatchObject({ reason: 'quiet-hours', by: null })
    expect(Date.parse(row.held.until)).toBeGreaterThan(suite.h.clock.nowMs() + minuteMs)
  })
})

function onlyOn(line: string) {
  return [
    {
      officer: 'Binta',
      from: '2026-03-01T00:00:00.000Z',
      until: '2026-03-10T00:00:00.000Z',
      lines: [line],
      note: null
    }
  ]
}
