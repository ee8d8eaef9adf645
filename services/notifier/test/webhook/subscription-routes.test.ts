// Webhook subscriptions over HTTP.

import { beforeEach, describe, expect, it } from 'vitest'
import { sampleTypes } from '../../src/webhook/sample-event.ts'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { FakeNetwork, failing } from '../support/notifier-harness.ts'

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

describe('subscriptions', () => {
  const body = {
    url: 'https://partner.example/hook',
    policy: null,
    filter: { minSeverity: 'moderate' },
    contact: 'duty desk'
  }
  it('are created with a secret that is shown once, and show their status', async () => {
    const made = await suite.ask('POST', '/v1/subscriptions', { body })
    expect(made).toMatchObject({
      status: 201,
      body: {
        url: body.url,
        filter: body.filter,
        order: 'newest-state',
        status: 'active',
        sequence: 0,
        pending: 0,
        parked: 0
      }
    })
    expect(made.body.secret).toMatch(/^whsec_/)
    const shown = (await suite.ask('GET', `/v1/subscriptions/${made.body.id}`)).body
    expect(shown).not.toHaveProperty('secret')
    expect(JSON.stringify(shown)).not.toContain('ealed')
    await suite.h.alerts.write('raised', 'a1')
    await settle(30)
    expect((await suite.ask('GET', '/v1/subscriptions')).body.items).toMatchObject([
      { id: made.body.id, sequence: 1, pending: 0 }
    ])
    const deliveries = (await suite.ask('GET', `/v1/subscriptions/${made.body.id}/deliveries`)).body
    expect(deliveries).toMatchObject({
      next: null,
      items: [
        { sequence: 1, state: 'delivered', alertId: 'a1', attempts: 1, last: { status: 200 } }
      ]
    })
    expect((await suite.ask('DELETE', `/v1/subscriptions/${made.body.id}`)).status).toBe(204)
    expect((await suite.ask('GET', `/v1/subscriptions/${made.body.id}`)).status).toBe(404)
  })
  it.each([
    [{ url: 'http://partner.example/' }, 'url-refused', '/url'],
    [{ url: 'https://127.0.0.1/' }, 'url-refused', '/url'],
    [{ url: 'https://user:pw@partner.example/' }, 'url-refused', '/url'],
    [
      { url: 'https://partner.example/', filter: { severty: 'x' } },
      'body-invalid',
      '/filter/severty'
    ],
    [
      { url: 'https://partner.example/', filter: { pattern: ['front', 'space-time-cluster'] } },
      'body-invalid',
      '/filter/pattern/1'
    ],
    [{ url: 'https://partner.example/', order: 'oldest' }, 'body-invalid', '/order'],
    [{ url: 'https://partner.example/', schedule: [1, 1e9] }, 'body-invalid', '/schedule/1'],
    [{ filter: {} }, 'body-invalid', '/url'],
    [{ url: 'https://partner.example/', urls: [] }, 'body-invalid', '/urls']
  ])('%j is refused as %s', async (bad, code, pointer) => {
    const answer = await suite.ask('POST', '/v1/subscriptions', { body: bad })
    expect(answer).toMatchObject({ status: 422, body: { code, errors: [{ pointer }] } })
  })
  it('belong to the key that created them', async () => {
    const [one, other] = [
      await suite.key(['subscriptions:manage', 'alerts:read'], { name: 'one' }),
      await suite.key(['subscriptions:manage', 'alerts:read'], { name: 'two' })
    ]
    const made = await suite.ask('POST', '/v1/subscriptions', { body, key: one })
    expect((await suite.ask('GET', '/v1/subscriptions', { key: one })).body.items).toHaveLength(1)
    expect((await suite.ask('GET', '/v1/subscriptions', { key: other })).body.items).toHaveLength(0)
    for (const path of ['', '/deliveries'])
      expect(
        (await suite.ask('GET', `/v1/subscriptions/${made.body.id}${path}`, { key: other })).status
      ).toBe(404)
    expect(
      (await suite.ask('DELETE', `/v1/subscriptions/${made.body.id}`, { key: other })).status
    ).toBe(404)
  })
  it('are replayed by range, by ids, or all that failed; errors name the range', async () => {
    const made = await suite.ask('POST', '/v1/subscriptions', {
      body: { ...body, order: 'strict', schedule: [] }
    })
    const replay = (ask: object) =>
      suite.ask('POST', `/v1/subscriptions/${made.body.id}/replay`, { body: ask })
    suite.h.network.answer = () => failing
    await suite.h.alerts.write('raised', 'a1')
    await suite.h.alerts.write('revised', 'a1')
    await settle(40)
    suite.h.network.answer = new FakeNetwork().answer
    expect((await suite.ask('GET', `/v1/subscriptions/${made.body.id}`)).body).toMatchObject({
      parked: 0,
      pending: 2
    })
    expect(await replay({ failed: true })).toMatchObject({ status: 202, body: { replayed: 2 } })
    await settle(40)
    expect((await suite.ask('GET', `/v1/subscriptions/${made.body.id}`)).body).toMatchObject({
      parked: 0,
      pending: 0
    })
    expect((await replay({ from: 1, to: 2 })).body).toEqual({ replayed: 2 })
    await settle(40)
    const [event] = suite.h.network.events
    expect((await replay({ ids: [event?.id] })).body).toEqual({ replayed: 1 })
    await settle(40)
    expect(suite.h.network.events.at(-1)).toEqual(event)
    const { plannedAt } = (await suite.ask('GET', `/v1/subscriptions/${made.body.id}/deliveries`))
      .body.items[0]
    expect((await replay({ since: '2026-03-01' })).body).toEqual({ replayed: 2 })
    await settle(40)
    expect((await replay({ since: '2026-03-01', until: plannedAt })).body).toEqual({ replayed: 0 })
    for (const [ask, pointer] of [
      [{}, ''],
      [{ from: 1, to: 2, failed: true }, ''],
      [{ from: 1 }, '/to'],
      [{ from: 2, to: 1 }, '/to'],
      [{ from: 1, to: 9 }, '/to'],
      [{ ids: ['nothing'] }, '/ids'],
      [{ until: '2026-03-01' }, '/since'],
      [{ since: 'yesterday' }, '/since'],
      [{ since: '2026-03-01', until: '2026-03-01' }, '/until']
    ] as const) {
      expect((await replay(ask)).body.errors[0].pointer).toBe(pointer)
    }
  })
  it.each([
    ['without a body', undefined, {}],
    ['with an empty one of JSON', '', { 'content-type': 'application/json' }],
    ['with an empty object', {}, {}]
  ])('a test and a rotation may be asked for %s', async (_how, empty, headers) => {
    const made = await suite.ask('POST', '/v1/subscriptions', { body })
    for (const act of ['test', 'rotation'])
      expect(
        await suite.ask('POST', `/v1/subscriptions/${made.body.id}/${act}`, {
          body: empty,
          headers
        })
      ).toMatchObject({ status: 200 })
  })
  it('a test is refused with null instead of an object', async () => {
    const made = await suite.ask('POST', '/v1/subscriptions', { body })
    const headers = { 'content-type': 'application/json' }
    expect(
      await suite.ask('POST', `/v1/subscriptions/${made.body.id}/test`, { body: 'null', headers })
    ).toMatchObject({ status: 422, body: { code: 'body-invalid' } })
  })
  it('a test event is signed, outside the sequence, and answered with its outcome', async () => {
    const made = await suite.ask('POST', '/v1/subscriptions', { body })
    const tested = await suite.ask('POST', `/v1/subscriptions/${made.body.id}/test`)
    expect(tested).toMatchObject({ status: 200, body: { accepted: true, status: 200 } })
    expect(suite.h.network.events[0]).toMatchObject({ type: 'tocsin.webhook.test.v1' })
    expect(suite.h.network.events[0]).not.toHaveProperty('sequence')
    expect((await suite.ask('GET', `/v1/subscriptions/${made.body.id}`)).body.sequence).toBe(0)
  })
  it.each(sampleTypes)('a sample of %s is as documented, and marked as a test', async type => {
    const made = await suite.ask('POST', '/v1/subscriptions', { body })
    const path = `/v1/subscriptions/${made.body.id}/test`
    const tested = await suite.ask('POST', path, { body: { type: `tocsin.${type}.v1` } })
    expect(tested).toMatchObject({ status: 200, body: { accepted: true } })
    const [event] = suite.h.network.events
    expect(event).toMatchObject({ type: `tocsin.${type}.v1`, test: true, sequence: 0 })
    expect(event?.id).toMatch(/^test_/)
    expect(event?.data).toMatchObject({ alertId: 'sample', drill: true })
  })
  it('a sample of an unknown type is refused', async () => {
    const made = await suite.ask('POST', '/v1/subscriptions', { body })
    const path = `/v1/subscriptions/${made.body.id}/test`
    expect(await suite.ask('POST', path, { body: { type: 'alert.rising' } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/type' }] }
    })
  })
})
